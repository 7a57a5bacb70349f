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
	// SignedOutEverywhere follows the end of all sessions of one person.
	SignedOutEverywhere Notice = "signed_out_everywhere"
	// Cancelled follows the cancelling of a place.
	Cancelled Notice = "cancelled"
	// DatesChanged follows the moving of somebody's own place to other dates, PlaceMoved that of somebody else's.
	DatesChanged Notice = "dates_changed"
	PlaceMoved   Notice = "place_moved"
	// PlaceFree tells somebody who wanted to wait that they can book.
	PlaceFree Notice = "place_free"
	// RunCancelled follows the cancelling of a run.
	RunCancelled Notice = "run_cancelled"
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
	// QuestionAsked follows a question to the office.
	QuestionAsked Notice = "question_asked"
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
	// ClockMoved follows the moving of the demonstration's clock.
	ClockMoved Notice = "clock_moved"
)

var sentences = map[Notice]Sentence{
	Saved:                "Your changes have been saved.",
	SignedIn:             "You are signed in.",
	SignedOut:            "You are signed out.",
	SignedOutEverywhere:  "You are signed out on every device.",
	Cancelled:            "Your place has been cancelled.",
	PlaceFree:            "There is a place on these dates, so you need not wait.",
	DatesChanged:         "Your dates have changed. We have sent you the new ones by email.",
	PlaceMoved:           "The place has moved. Whoever sits there has been told.",
	RunCancelled:         "These dates are cancelled. Everybody is being told.",
	EmployerAsked:        "We have written to the person you named. You see the answer here, and we tell you by email.",
	EmployerNotAsked:     "You have taken your request back. That part is yours to pay again.",
	PlaceKept:            "You keep your place.",
	PlaceGivenUp:         "You have given your place up.",
	AlreadyThere:         "You already have a place on these dates. Here it is.",
	StillToAnswer:        "This question still needs an answer before you can book. Nothing has been booked yet.",
	CarriedOver:          "What you typed has been carried over to these dates.",
	StillSent:            "Your application has been changed. It is still sent.",
	Confirmed:            "Thank you. You have told us that this is yours.",
	TakenBack:            "You have taken your application back.",
	AnswersDeleted:       "Your answers have been deleted.",
	SupporterAsked:       "We have sent the link.",
	SupporterStopped:     "You have stopped asking. The link does not work any more.",
	RecordingKept:        "We have your recording.",
	RecordingRemoved:     "Your recording is removed.",
	QuestionAsked:        "We have your message. We will answer it here, and tell you by email.",
	WordsSaved:           "Your words are saved. They are not sent yet. The same link brings you back to them.",
	RoundMade:            "The round is saved as a draft. Only the office can see it until you publish it.",
	RoundPublished:       "The round is published. Everybody can read about it now.",
	RoundExtended:        "The closing day has moved. Everybody who has begun is being told by email.",
	RoundClosed:          "The round is closed. Nobody was told: people hear from us when it is decided.",
	SentForThem:          "It has been sent. We have written to the applicant and asked them to say that it is theirs.",
	ScoresIn:             "Thank you. Your scores are in, and they stand.",
	SetApart:             "Thank you for telling us. That one is closed to you now, and somebody else will read it.",
	HandedBack:           "You have handed it back. Somebody else will read it. Thank you for saying so.",
	Pausing:              "What you had written is saved. Take the time you need. We will not remind you of anything for three days.",
	BackAgain:            "Welcome back. There is no hurry.",
	ReadersAssigned:      "The readers are assigned. Those who have something new to read get an email.",
	MemberWelcomed:       "They are on the panel. We have written to them how to sign in.",
	MemberGone:           "They are not on the panel any more. What they had not finished goes to others.",
	KeptApart:            "Noted. That application is closed to them, for good.",
	Placed:               "The bands have been saved. Whoever had agreed to the bands before has to agree again.",
	BandsAgreed:          "You have agreed to the bands. A second person has to agree too.",
	BandsFrozen:          "Two people have agreed. The bands are frozen and the tickets are public.",
	AgreementTakenBack:   "You have taken your agreement back.",
	Drawn:                "The draw is done. Everybody can see it and check it.",
	FundAdded:            "The fund is added. Its rules hold. Write down what is given to it.",
	FundClosed:           "The fund is closed.",
	RulesProposed:        "The new rules wait. A second person has to agree before they hold.",
	RulesAgreed:          "You have agreed. The new rules hold from now on.",
	RulesRefused:         "You have refused the new rules. The fund keeps those that it has.",
	GiftWritten:          "It is written down.",
	DocumentKept:         "The document is kept.",
	MoneyMoved:           "The money is moved.",
	Proposed:             "Here is the proposal. Nothing is decided until two people say so.",
	Departed:             "The departure is noted, and there is a new proposal with it. Whoever had agreed has to agree again.",
	DepartureTakenBack:   "The departure is taken back, and there is a new proposal without it. Its reason stays with the earlier proposal.",
	AllocationAgreed:     "You have agreed. A second person has to look at the same proposal and ratify it.",
	AllocationRatified:   "It is ratified. The offers are made, and everybody is being told.",
	AnsweredBefore:       "This has been answered already. Nothing has changed. Here is where it stands.",
	MoreTime:             "You have more time. The new last day is below.",
	AnswersKept:          "We keep your answers for you.",
	AnswersNotKept:       "We do not keep your answers for another time any more.",
	ReviewAsked:          "Thank you. We will look again, and write to you.",
	ReviewAnswered:       "The answer is sent.",
	ClaimSent:            "We have it. We will look at it, and tell you by email when we have.",
	ClaimDecided:         "Saved. We have told them by email that there is something to read.",
	ClaimPaid:            "Saved. We have told them by email that it is paid.",
	ClaimBooked:          "Saved. We have told them by email that something is booked.",
	OrganisationApproved: "The organisation is approved. Places that waited only for this are confirmed.",
	OrganisationRefused:  "The organisation is refused. Its coordinators are being told why.",
	AddressChecked:       "Your check is noted. A second person has to agree before the address changes.",
	AddressAgreed:        "You have agreed. Invoices go to the new address from now on.",
	AddressRefused:       "The change is refused. Invoices go where they went before.",
	InvoiceSentAgain:     "We are sending the invoice again.",
	Credited:             "The credit note is issued. It is on its way to the organisation.",
	CreditedToRepeat:     "The credit note is issued. Check what can be invoiced again below, then issue the new invoice.",
	WrittenOff:           "It is written off.",
	WriteOffAsked:        "The write-off waits. A second person has to agree.",
	WriteOffRefused:      "The write-off is refused. The invoice stays open.",
	CreditUsed:           "The credit is used for this invoice.",
	CreditPaidOut:        "The refund is in the books.",
	RefundAsked:          "The refund waits. A second person has to agree.",
	RefundRefused:        "The refund is refused. The organisation keeps its credit.",
	GroupBooked:          "The group is booked.",
	PriceAgreed:          "The new price holds.",
	PlacesKept:           "The places are kept until the new day.",
	OrderAllowed:         "The purchase order is changed.",
	CoordinatorInvited:   "We have sent the invitation. The link works for 14 days.",
	InvitationWithdrawn:  "The invitation is taken back. Its link does not work any more.",
	CoordinatorRemoved:   "They do not act for your organisation any more. We have told them.",
	OrganisationLeft:     "You do not act for that organisation any more.",
	OrganisationJoined:   "You act for this organisation now.",
	AddressAsked:         "Thank you. Two of us check the new address. Until then your invoices go where they went before.",
	AddressKept:          "Your change is taken back. Your invoices go where they went before.",
	ClockMoved:           "The clock has been moved on. What falls due by then happens within a minute.",
}

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
