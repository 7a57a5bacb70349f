package admissions

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

// ErrApprovalOver means that nothing is to be agreed to any more: it was answered, or the places are held no longer.
var ErrApprovalOver = failure.New(failure.Conflict, "approval_over", "This has been answered, or the places are not held any more. There is nothing left to do here.")

// ErrCostChanged means that the organisation pays another amount than the page said on which somebody agreed.
var ErrCostChanged = failure.New(failure.Conflict, "cost_changed",
	"What your organisation pays has changed since you opened this page. Nothing is agreed yet. Please look at it again.")

// Approval is what somebody sees who is asked to agree to the cost of a booking.
type Approval struct {
	Team         *enrolment.TeamBooking
	Organisation string
	Offering     *course.Offering
	BookedBy     string       // name of the coordinator
	Names        []string     // of those who are named
	Total        money.Amount // what the organisation pays, in pence, with its gift
	Gift         money.Amount // of Total: towards a place for a peer
	Active       int          // places that are held or confirmed
}

// Open reports whether an answer is still wanted.
func (a *Approval) Open() bool { return a.Team.Approval == enrolment.ApprovalAsked && a.Active > 0 }

// ApprovalOf is what the holder of a link is asked to agree to, or enrolment.ErrTeamUnknown.
func ApprovalOf(ctx context.Context, d bun.IDB, token string) (*Approval, error) {
	t, err := enrolment.TeamByApprover(ctx, d, hashOf(token))
	if err != nil {
		return nil, err
	}
	a := &Approval{Team: t}
	of, err := organisation.ByID(ctx, d, t.OrganisationID)
	if err != nil {
		return nil, err
	}
	by, err := people.ByID(ctx, d, t.BookedBy)
	if err != nil {
		return nil, err
	}
	a.Organisation, a.BookedBy = of.Name, cmp.Or(by.Name, by.Email)
	if a.Offering, err = course.OfferingOf(ctx, d, t.RunID); err != nil {
		return nil, err
	}
	return a, a.count(ctx, d)
}

// count adds up what the organisation pays, and for whom.
func (a *Approval) count(ctx context.Context, d bun.IDB) error {
	if a.Team.GiftID != 0 {
		g, err := fund.GiftByID(ctx, d, a.Team.GiftID)
		if err != nil {
			return err
		}
		a.Gift, a.Total = g.Amount, g.Amount
	}
	seats, err := enrolment.SeatsOfTeam(ctx, d, a.Team.OrganisationID, a.Team.ID)
	for _, s := range seats {
		a.Total += s.Own
		if !s.Status.Takes() {
			continue
		}
		a.Active++
		if s.Name != "" {
			a.Names = append(a.Names, s.Name)
		}
	}
	return err
}

// ApproveCost says for whoever holds a link that the organisation may pay for a booking: agreed is what their page said that
// it pays, in pence. Saying so twice is done once. It returns enrolment.ErrTeamUnknown, ErrApprovalOver or ErrCostChanged.
func ApproveCost(ctx context.Context, tx *db.Tx, token string, agreed money.Amount) error {
	return answerApproval(ctx, tx, token, "", enrolment.ApprovalGiven, func(a *Approval) error {
		if a.Total != agreed {
			return ErrCostChanged
		}
		return nil
	})
}

// RefuseCost says that it may not. The places stay held until their day, so that the coordinator can find another way. The
// errors are those of ApproveCost.
func RefuseCost(ctx context.Context, tx *db.Tx, token, words string) error {
	return answerApproval(ctx, tx, token, words, enrolment.ApprovalRefused, func(*Approval) error { return nil })
}

func answerApproval(ctx context.Context, tx *db.Tx, token, words string, answer enrolment.Approval, check func(*Approval) error) error {
	known, err := enrolment.TeamByApprover(ctx, tx, hashOf(token))
	if err != nil {
		return err
	}
	seats, t, err := lockTeam(ctx, tx, known.Code)
	if err != nil || t.Approval == answer {
		return err
	}
	a := &Approval{Team: t}
	if err := a.count(ctx, tx); err != nil {
		return err
	}
	if !a.Open() {
		return ErrApprovalOver
	}
	if err := check(a); err != nil {
		return err
	}
	t.Approval, t.ApprovalWords, t.ApprovalAt = answer, words, tx.Now
	if err := enrolment.SaveTeam(ctx, tx, t); err != nil {
		return err
	}
	if err := recordTeam(ctx, tx, audit.System, t, "cost "+string(answer)+" by link", nil); err != nil {
		return err
	}
	if err := secure(ctx, tx, audit.System, seats); err != nil {
		return err
	}
	return tellApproval(ctx, tx, t)
}

// AskApprovalAgain asks somebody at the organisation to agree to the cost of a booking anew: the same person, or another
// when the address was wrong or the answer was no. The link sent before works no more. It returns
// enrolment.ErrTeamUnknown, ErrApprovalOver when nothing waits for that, organisation.ErrTooManyLetters, or an Invalid
// failure about "approver_name" or "approver_email".
func AskApprovalAgain(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, team, name, email string) error {
	seats, t, err := lockTeam(ctx, tx, team)
	if err != nil {
		return err
	}
	held := slices.ContainsFunc(seats, func(e *enrolment.Enrolment) bool { return e.Status == enrolment.Held })
	switch {
	case t.OrganisationID != of.ID:
		return enrolment.ErrTeamUnknown
	case !held || t.Approval != enrolment.ApprovalAsked && t.Approval != enrolment.ApprovalRefused:
		return ErrApprovalOver
	case name == "":
		return failure.Field("approver_name", "Enter the name of whoever must agree to the cost")
	case !people.PlainName(name):
		return failure.Field("approver_name", notPlain)
	case email == "":
		return failure.Field("approver_email", "Enter their email address, like name@example.org")
	}
	t.ApproverName, t.ApproverEmail = name, email
	return askAnew(ctx, tx, by, of, t)
}

// askAnew asks whoever is to agree to the cost of a booking once more, by a new link.
func askAnew(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, t *enrolment.TeamBooking) error {
	t.ApprovalWords, t.ApprovalAt = "", time.Time{}
	if err := organisation.CountLetters(ctx, tx, of, 1); err != nil {
		return err
	}
	if err := askApproval(ctx, tx, of, t, TeamOrder{ApproverName: t.ApproverName, ApproverEmail: t.ApproverEmail}); err != nil {
		return err
	}
	if err := enrolment.SaveTeam(ctx, tx, t); err != nil {
		return err
	}
	return recordTeam(ctx, tx, audit.Person(by), t, "cost asked again", nil)
}

// lockTeam locks the places of a team booking and then the booking itself.
func lockTeam(ctx context.Context, tx *db.Tx, code string) ([]*enrolment.Enrolment, *enrolment.TeamBooking, error) {
	t, err := enrolment.TeamByCode(ctx, tx, code)
	if err != nil {
		return nil, nil, err
	}
	if err := course.LockPlaces(ctx, tx, t.RunID); err != nil {
		return nil, nil, err
	}
	list, err := enrolment.TeamEnrolments(ctx, tx, t.ID)
	if err != nil {
		return nil, nil, err
	}
	seats, err := enrolment.LockAll(ctx, tx, idsOf(list))
	if err != nil {
		return nil, nil, err
	}
	t, err = enrolment.LockTeam(ctx, tx, code)
	return seats, t, err
}

// askApproval asks somebody at the organisation by mail to agree to the cost.
func askApproval(ctx context.Context, tx *db.Tx, of *organisation.Organisation, t *enrolment.TeamBooking, order TeamOrder) error {
	if order.ApproverEmail == "" {
		return nil
	}
	email, err := people.NormaliseEmail(order.ApproverEmail)
	if err != nil {
		return failure.Field("approver_email", "Enter an email address in the correct format, like name@example.com").Because(err)
	}
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails: crypto/rand.Read aborts the program instead
	token := base64.RawURLEncoding.EncodeToString(secret[:])
	t.ApproverName, t.ApproverEmail, t.Approval = order.ApproverName, email, enrolment.ApprovalAsked
	if err := enrolment.SetApprover(ctx, tx, t, hashOf(token)); err != nil {
		return err
	}
	return tellApprover(ctx, tx, of, t, token)
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
