package bursary

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
)

var (
	// ErrStillOpen means that the applicant can still change what would be decided about.
	ErrStillOpen = failure.New(failure.Conflict, "application_still_open",
		"This application can still be changed. It can be checked and copied once its deadline has passed.")
	// ErrNotToDecide means that an application was not sent, or has gone too far.
	ErrNotToDecide = failure.New(failure.Conflict, "eligibility_past",
		"Who is eligible can be decided from the deadline until the bands are frozen, for applications that were sent.")
	// ErrFactsChanged means that what was confirmed is not what the page had shown.
	ErrFactsChanged = failure.New(failure.Conflict, "facts_changed",
		"Something has changed since you looked. Nothing has been decided. Look again and confirm once more.")
	errNoWhy = failure.Field("why", "Write the reason. The applicant can read it.")
)

const longestWhy = 2000 // characters

// Decide writes down that a member of staff finds an application eligible or not. The facts propose and a person
// decides (UK GDPR Art. 22A): why may be empty where they decide as the facts say, and must be given where they
// do not, where somebody wanted to talk first, and where an earlier decision changes. Somebody who is not
// eligible is told to look at their page, where the reason is. It returns ErrUnknown, ErrStillOpen,
// ErrNotToDecide, or an Invalid failure about the field "why".
func Decide(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, which id.Application, eligible bool, why string) (*Application, error) {
	a, err := Lock(ctx, tx, which)
	if err != nil {
		return nil, err
	}
	r, err := RoundByID(ctx, tx, a.RoundID)
	if err != nil {
		return nil, err
	}
	verdicts, err := factsOf(ctx, tx, box, by, []*Application{a})
	if err != nil {
		return nil, err
	}
	return a, decide(ctx, tx, box, by, r, verdicts[0], eligible, tidy(why))
}

// Confirmation is that a member of staff agrees with what the facts said of one application.
type Confirmation struct {
	Code     string
	Eligible bool // as the page showed it
}

// ConfirmFacts decides several applications of a round as the facts say. Where the facts leave something to a
// person, or say something else than the page had shown, nothing is decided at all: it returns ErrFactsChanged.
func ConfirmFacts(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, r *Round, confirmed []Confirmation) error {
	shown := make(map[string]bool, len(confirmed))
	for _, c := range confirmed {
		shown[c.Code] = c.Eligible
	}
	verdicts, err := Propose(ctx, tx, box, by, r, slices.Collect(maps.Keys(shown)))
	if err != nil {
		return err
	}
	if len(verdicts) != len(shown) {
		return ErrFactsChanged
	}
	for _, v := range verdicts {
		if shown[v.Application.Code] != v.OK || v.Talk() || v.Application.Eligible != nil {
			return ErrFactsChanged
		}
		if err := decide(ctx, tx, box, by, r, v, v.OK, ""); err != nil {
			return err
		}
	}
	return nil
}

func decide(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, r *Round, v Verdict, eligible bool, why string) error {
	a := v.Application
	before, was := a.Eligible, a.Status
	if err := mayDecide(a, r, tx, v, eligible, why); err != nil {
		return err
	}
	if !eligible && why == "" {
		why = v.Told()
	}
	if err := a.judge(eligible); err != nil {
		return err
	}
	if err := saveVerdict(ctx, tx, box, a, why); err != nil {
		return err
	}
	detail := map[string]any{"eligible": eligible, "facts": v.OK, "before": before}
	if err := record(ctx, tx, audit.Person(by), "eligibility decided", a, detail); err != nil || a.Status == was {
		return err
	}
	return tell(ctx, tx, a, "application-news", news{Code: a.Code})
}

// news is what the mail that something is to be read on somebody's page is given.
type news struct{ Code string }

func mayDecide(a *Application, r *Round, tx *db.Tx, v Verdict, eligible bool, why string) error {
	changes := a.Eligible != nil && *a.Eligible != eligible
	switch {
	case a.Changeable(r, tx.Now):
		return ErrStillOpen
	case a.Status != Submitted && a.Status != InReview && a.Status != Ineligible, r.Status != RoundPublished && r.Status != RoundClosed:
		return ErrNotToDecide
	case why == "" && (changes || eligible != v.OK || v.Talk()):
		return errNoWhy
	case len([]rune(why)) > longestWhy:
		return failure.Field("why", "Use 2,000 characters or fewer.")
	}
	return nil
}

// judge sets what was decided and the status that follows.
func (a *Application) judge(eligible bool) error {
	a.Eligible = &eligible
	switch {
	case eligible && a.Status == Ineligible:
		return a.Move(Submitted)
	case !eligible && a.Status != Ineligible:
		return a.Move(Ineligible)
	}
	return nil
}

const applicationsTable = "sensitive.applications"

func saveVerdict(ctx context.Context, tx *db.Tx, box *secret.Box, a *Application, why string) (err error) {
	a.EligibleWhy, a.UpdatedAt = nil, tx.Now
	if why != "" {
		if a.EligibleWhy, err = box.Seal([]byte(why), applicationsTable, "eligible_why", int64(a.ID)); err != nil {
			return err
		}
	}
	_, err = tx.NewUpdate().Model(a).Column("status", "eligible", "eligible_why", "updated_at").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving what was decided about application %s: %w", a.Code, err)
	}
	return nil
}

// Why is the reason for what was decided about who is eligible, as the applicant reads it; empty when none was
// needed. Paragraphs are divided by "\n".
func (a *Application) Why(box *secret.Box) (string, error) {
	if a.EligibleWhy == nil {
		return "", nil
	}
	why, err := box.Open(a.EligibleWhy, applicationsTable, "eligible_why", int64(a.ID))
	return string(why), err
}
