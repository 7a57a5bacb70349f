package page

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// Notice is something to say after a redirect. The cookie carries only the key; the words are here.
type Notice string

// Sentence is what a notice says.
type Sentence string

// The notices. Add a key and its sentence together.
const (
	Saved     Notice = "saved"
	SignedIn  Notice = "signed_in"
	SignedOut Notice = "signed_out"
	// CircularSent follows emails to many people at once.
	CircularSent Notice = "circular_sent"
	// SignedOutEverywhere follows the end of all sessions of one person.
	SignedOutEverywhere Notice = "signed_out_everywhere"
	// Cancelled follows the cancelling of a place.
	Cancelled Notice = "cancelled"
	// DatesChanged follows the moving of somebody's own place to other dates, PlaceMoved that of somebody else's.
	DatesChanged Notice = "dates_changed"
	PlaceMoved   Notice = "place_moved"
	// PlaceFree tells somebody who wanted to wait that they can book.
	PlaceFree Notice = "place_free"
	// GivenUpForThem follows the giving up of a place for whoever told the office so.
	GivenUpForThem Notice = "given_up_for_them"
	// ChargeLetOff follows the word that nobody has to pay a charge any more.
	ChargeLetOff Notice = "charge_let_off"
	// RunCancelled follows the cancelling of a run.
	RunCancelled Notice = "run_cancelled"
	// RunPlanned follows the making of a draft of dates, and RunCopied of one like others.
	RunPlanned Notice = "run_planned"
	RunCopied  Notice = "run_copied"
	// RunPublished follows the publishing of dates, RunClosed the end of booking, RunFinished that of the dates themselves.
	RunPublished Notice = "run_published"
	RunClosed    Notice = "run_closed"
	RunFinished  Notice = "run_finished"
	// RunGoesAhead follows the word that dates are held, and DatesTold a change of them.
	RunGoesAhead Notice = "run_goes_ahead"
	DatesTold    Notice = "dates_told"
	// Applied follows a course application of an organisation.
	Applied Notice = "applied"
	// FormKept follows the saving of a course application that is not sent yet.
	FormKept Notice = "form_kept"
	// ApplicationAnswered follows staff's answer to a course application, and NobodyChosen an answer to none.
	ApplicationAnswered  Notice = "application_answered"
	ApplicationsAnswered Notice = "applications_answered"
	NobodyChosen         Notice = "nobody_chosen"
	// TrainerAdded follows the adding of somebody who teaches, and TrainerLeft the end of that.
	TrainerAdded Notice = "trainer_added"
	TrainerLeft  Notice = "trainer_left"
	// EmployerAsked follows the asking of an employer to pay a part of a place, and EmployerNotAsked the end of that.
	EmployerAsked    Notice = "employer_asked"
	EmployerNotAsked Notice = "employer_not_asked"
	// PlaceKept follows the keeping of a place that an employer no longer pays, and PlaceGivenUp the giving up of one.
	PlaceKept    Notice = "place_kept"
	PlaceGivenUp Notice = "place_given_up"
	// AlreadyThere leads somebody who books again to the place that they have.
	AlreadyThere Notice = "already_there"
	// StillToAnswer leads back to a question of a booking.
	StillToAnswer Notice = "still_to_answer"
	// CarriedOver follows somebody to other dates with all that they had typed.
	CarriedOver Notice = "carried_over"
	// StillSent follows a change to an application that was sent.
	StillSent Notice = "still_sent"
	// Confirmed follows the word that what staff wrote down is right.
	Confirmed Notice = "confirmed"
	// TakenBack follows the withdrawal of an application.
	TakenBack Notice = "taken_back"
	// AnswersDeleted follows the deleting of answers that nobody can find but whoever gave them.
	AnswersDeleted Notice = "answers_deleted"
	// SupporterAsked follows a link sent to somebody who is asked for a few words.
	SupporterAsked Notice = "supporter_asked"
	// SupporterStopped follows the end of such a link.
	SupporterStopped Notice = "supporter_stopped"
	// RecordingKept follows an answer that was spoken.
	RecordingKept Notice = "recording_kept"
	// RecordingRemoved follows the removal of one.
	RecordingRemoved Notice = "recording_removed"
	// CertificateNamed follows somebody's word of how they want to be named, CertificateCorrected that of how they should have been.
	CertificateNamed     Notice = "certificate_named"
	CertificateCorrected Notice = "certificate_corrected"
	// CertificatesIssued follows the issuing of a run's certificates, CertificateIssued that of one, also with another name, and
	// CertificateWithdrawn the end of one.
	CertificatesIssued   Notice = "certificates_issued"
	CertificateIssued    Notice = "certificate_issued"
	CertificateWithdrawn Notice = "certificate_withdrawn"
	// QuestionAsked follows a question to the office, QuestionAnswered its answer and QuestionClosed the closing without one.
	QuestionAsked    Notice = "question_asked"
	QuestionAnswered Notice = "question_answered"
	QuestionClosed   Notice = "question_closed"
	// WordsSaved follows a supporter's words that are not sent yet.
	WordsSaved Notice = "words_saved"
	// RoundMade follows the making of a round, which is a draft at first.
	RoundMade Notice = "round_made"
	// RoundPublished follows the publishing of a round.
	RoundPublished Notice = "round_published"
	// RoundExtended follows the moving of a round's closing day.
	RoundExtended Notice = "round_extended"
	// RoundClosed follows the closing of a round by hand.
	RoundClosed Notice = "round_closed"
	// SentForThem follows an application that staff sent for somebody.
	SentForThem Notice = "sent_for_them"
	// ScoresIn follows the last scores of somebody for one application.
	ScoresIn Notice = "scores_in"
	// SetApart follows the word of an assessor that they know a person.
	SetApart Notice = "set_apart"
	// HandedBack follows the handing back of something to read.
	HandedBack Notice = "handed_back"
	// Pausing follows the beginning of an assessor's pause, and BackAgain its end.
	Pausing   Notice = "pausing"
	BackAgain Notice = "back_again"
	// ReadersAssigned follows the applying of a proposal.
	ReadersAssigned Notice = "readers_assigned"
	// MemberWelcomed follows the adding of somebody to a panel, and MemberGone the end of their part.
	MemberWelcomed Notice = "member_welcomed"
	MemberGone     Notice = "member_gone"
	// KeptApart follows the word of staff that somebody knows an applicant.
	KeptApart Notice = "kept_apart"
	// Placed follows the placing of applications in bands.
	Placed Notice = "placed"
	// BandsAgreed follows one person's agreement to the bands.
	BandsAgreed Notice = "bands_agreed"
	// BandsFrozen follows the second person's.
	BandsFrozen Notice = "bands_frozen"
	// AgreementTakenBack follows the taking back of one.
	AgreementTakenBack Notice = "agreement_taken_back"
	// Drawn follows the draw.
	Drawn Notice = "drawn"
	// FundAdded follows the making of a fund, and FundClosed the end of one.
	FundAdded  Notice = "fund_added"
	FundClosed Notice = "fund_closed"
	// RulesProposed follows new rules of a fund that wait for a second person, who agrees or refuses.
	RulesProposed Notice = "rules_proposed"
	RulesAgreed   Notice = "rules_agreed"
	RulesRefused  Notice = "rules_refused"
	// GiftWritten follows any change to what was given to a fund.
	GiftWritten Notice = "gift_written"
	// DocumentKept follows a document of a donor.
	DocumentKept Notice = "document_kept"
	// MoneyMoved follows money that left a fund for another, or for its donor.
	MoneyMoved Notice = "money_moved"
	// Proposed follows a proposal of who is funded.
	Proposed Notice = "proposed"
	// Departed follows a departure from the order, and DepartureTakenBack the end of one.
	Departed           Notice = "departed"
	DepartureTakenBack Notice = "departure_taken_back"
	// AllocationAgreed follows the first person's word that a proposal shall stand.
	AllocationAgreed Notice = "allocation_agreed"
	// AllocationRatified follows the second person's.
	AllocationRatified Notice = "allocation_ratified"
	// AnsweredBefore leads somebody who answers an offer again to what they answered.
	AnsweredBefore Notice = "answered_before"
	// MoreTime follows more time to answer.
	MoreTime Notice = "more_time"
	// AnswersKept follows the keeping of answers for another time, and AnswersNotKept the end of that.
	AnswersKept    Notice = "answers_kept"
	AnswersNotKept Notice = "answers_not_kept"
	// ReviewAsked follows the asking that a decision be looked at again.
	ReviewAsked Notice = "review_asked"
	// ReviewAnswered follows staff's answer to that.
	ReviewAnswered Notice = "review_answered"
	// ClaimSent follows the asking for money back.
	ClaimSent Notice = "claim_sent"
	// ClaimDecided follows staff's decision about such a claim, and ClaimPaid its payment.
	ClaimDecided Notice = "claim_decided"
	ClaimPaid    Notice = "claim_paid"
	// ClaimBooked follows what staff booked for somebody.
	ClaimBooked Notice = "claim_booked"
	// OrganisationApproved follows staff's word that an organisation may pay, and OrganisationRefused that it may not.
	OrganisationApproved Notice = "organisation_approved"
	OrganisationRefused  Notice = "organisation_refused"
	// AddressChecked follows the check of a change of address, and the other two what a second person decides.
	AddressChecked Notice = "address_checked"
	AddressAgreed  Notice = "address_agreed"
	AddressRefused Notice = "address_refused"
	// InvoiceSentAgain follows an invoice that was mailed once more.
	InvoiceSentAgain Notice = "invoice_sent_again"
	// Credited follows a credit note, and CreditedToRepeat one after which an invoice is to be issued anew.
	Credited         Notice = "credited"
	CreditedToRepeat Notice = "credited_to_repeat"
	// WrittenOff follows a write-off. WriteOffAsked follows one for which a second person is needed, who agrees or refuses.
	WrittenOff      Notice = "written_off"
	WriteOffAsked   Notice = "write_off_asked"
	WriteOffRefused Notice = "write_off_refused"
	// CreditUsed follows an invoice paid from an organisation's credit.
	CreditUsed Notice = "credit_used"
	// CreditPaidOut follows credit that went back to an organisation. RefundAsked follows one for which a second person is
	// needed, who agrees or refuses.
	CreditPaidOut Notice = "credit_paid_out"
	RefundAsked   Notice = "refund_asked"
	RefundRefused Notice = "refund_refused"
	// GroupBooked follows the booking of a group by staff.
	GroupBooked Notice = "group_booked"
	// PriceAgreed follows another price for a booking, and PlacesKept more time to bring what is missing.
	PriceAgreed Notice = "price_agreed"
	PlacesKept  Notice = "places_kept"
	// OrderAllowed follows the word of staff that a purchase order may be exceeded.
	OrderAllowed Notice = "order_allowed"
	// CoordinatorInvited follows an invitation to act for an organisation, and InvitationWithdrawn the end of one.
	CoordinatorInvited  Notice = "coordinator_invited"
	InvitationWithdrawn Notice = "invitation_withdrawn"
	// CoordinatorRemoved follows the end of a colleague's acting for an organisation, and OrganisationLeft of one's own.
	CoordinatorRemoved Notice = "coordinator_removed"
	OrganisationLeft   Notice = "organisation_left"
	// OrganisationJoined follows the beginning of that.
	OrganisationJoined Notice = "organisation_joined"
	// AddressAsked follows an organisation's asking for another address, and AddressKept the taking back of that.
	AddressAsked Notice = "address_asked"
	AddressKept  Notice = "address_kept"
	// SeatNamed follows the naming of whoever takes a place that an organisation pays for.
	SeatNamed Notice = "seat_named"
	// SeatGivenUp follows the giving up of such a place by its organisation.
	SeatGivenUp Notice = "seat_given_up"
	// LeftTold follows the word that somebody has left their organisation, and LeftTakenBack the end of that.
	LeftTold      Notice = "left_told"
	LeftTakenBack Notice = "left_taken_back"
	// PayersChanged follows a change of who pays for a place.
	PayersChanged Notice = "payers_changed"
	// OrderAdded follows a purchase order.
	OrderAdded Notice = "order_added"
	// RequestAnswered follows an organisation's answer whether it pays a part.
	RequestAnswered Notice = "request_answered"
	// RegisterSaved follows the marking of a register.
	RegisterSaved Notice = "register_saved"
	// ChangeAsked follows the asking for a change of attendance that takes two people, and the others its end.
	ChangeAsked     Notice = "change_asked"
	ChangeAgreed    Notice = "change_agreed"
	ChangeRefused   Notice = "change_refused"
	ChangeTakenBack Notice = "change_taken_back"
	// MakeUpArranged follows the arranging of a day with another group, and MakeUpDropped the end of that.
	MakeUpArranged Notice = "make_up_arranged"
	MakeUpDropped  Notice = "make_up_dropped"
	// CohortCompleted follows the completing of a cohort.
	CohortCompleted Notice = "cohort_completed"
	// NoteTakenBack follows the deleting of what helps somebody on a day.
	NoteTakenBack Notice = "note_taken_back"
	// PlacesFree leads an organisation that wanted to wait to the booking, and WaitingLeft follows leaving a waiting list.
	PlacesFree  Notice = "places_free"
	WaitingLeft Notice = "waiting_left"
	// ClockMoved follows the moving of the demonstration's clock.
	ClockMoved Notice = "clock_moved"
)

const (
	noticeCookie = "notice"
	noticeAge    = 120 // seconds between a redirect and the page that follows it, at the very most
)

// Flash leaves a notice for the next page that this browser is shown.
func Flash(c *gin.Context, n Notice) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: noticeCookie, Value: string(n), Path: "/", MaxAge: noticeAge,
		HttpOnly: true, Secure: secure(c), SameSite: http.SameSiteLaxMode,
	})
}

// takeNotice reads the notice and asks the browser to forget it.
func takeNotice(c *gin.Context) Sentence {
	key, err := c.Cookie(noticeCookie)
	if err != nil {
		return ""
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: noticeCookie, Path: "/", MaxAge: -1,
		HttpOnly: true, Secure: secure(c), SameSite: http.SameSiteLaxMode,
	})
	return sentences[Notice(key)]
}

func secure(c *gin.Context) bool { return rendererOf(c).secure }
