package award

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/secret"
)

var (
	// ErrOfPanel means that somebody of the panel would look at the panel's own decision again.
	ErrOfPanel = failure.New(failure.Conflict, "review_by_panel",
		"You were on the panel of this round, so somebody else has to decide this. Nothing was sent. What you typed is below.")
	// ErrReviewDecided means that somebody has answered a review already.
	ErrReviewDecided = failure.New(failure.Conflict, "review_decided", "A colleague has answered this already. Nothing more was sent. What you typed is below.")
)

// ReserveRun is the job of offering what is free in a round to those who wait.
type ReserveRun struct {
	Round id.Round `json:"round"`
}

// Kind names the job.
func (ReserveRun) Kind() string { return "reserve_run" }

// DecideReview answers a review, for somebody who was not on the panel of its round. The applicant gets the answer as a
// letter. Who was right and has a place in the order stands first on the reserve list from then on, which runs at once. The
// reading is noted. It returns bursary.ErrUnknown, ErrReviewUnknown, ErrReviewDecided, ErrOfPanel, or an Invalid failure
// about "outcome" or "answer".
func DecideReview(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code string, outcome Outcome, answer string) error {
	a, err := lockReviewed(ctx, tx, by, code)
	if err != nil {
		return err
	}
	answer = tidy(answer)
	review, err := reviewOf(ctx, tx, box, a.ID)
	if err != nil || review.Outcome == outcome && review.Answer == answer && review.DecidedBy == by {
		return err // pressed twice
	}
	if review.Outcome != "" {
		return ErrReviewDecided
	}
	if err := checkAnswer(outcome, answer); err != nil {
		return err
	}
	if err := saveAnswer(ctx, tx, box, by, a.ID, outcome, answer); err != nil {
		return err
	}
	if err := bursary.Decided(ctx, tx, a, map[Outcome]bursary.Status{Upheld: bursary.Upheld, Dismissed: bursary.Dismissed}[outcome]); err != nil {
		return err
	}
	if err := recordReview(ctx, tx, by, "review decided", a, map[string]any{"outcome": outcome}); err != nil {
		return err
	}
	if err := answerReview(ctx, tx, box, by, a, outcome, answer); err != nil || outcome != Upheld || a.Position == 0 {
		return err
	}
	return tx.Enqueue(ctx, ReserveRun{a.RoundID})
}

// lockReviewed locks an application and notes the reading.
func lockReviewed(ctx context.Context, tx *db.Tx, by id.Person, code string) (*bursary.Application, error) {
	found, err := bursary.ByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	a, err := bursary.Lock(ctx, tx, found.ID)
	if err != nil {
		return nil, err
	}
	return a, bursary.Note(ctx, tx, a.ID, by, form.Office)
}

func checkAnswer(outcome Outcome, answer string) error {
	refusal := failure.New(failure.Invalid, "review_answer", "Some of this needs correcting.")
	refusal.Fields = map[string]string{}
	if outcome != Upheld && outcome != Dismissed {
		refusal.Fields["outcome"] = "Choose whether the applicant is right."
	}
	switch {
	case answer == "":
		refusal.Fields["answer"] = "Write the answer. It is sent to the applicant word for word."
	case utf8.RuneCountInString(answer) > longestReview:
		refusal.Fields["answer"] = "Use 5,000 characters or fewer."
	}
	if len(refusal.Fields) == 0 {
		return nil
	}
	return refusal
}

func saveAnswer(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, which id.Application, outcome Outcome, answer string) error {
	row := new(reviewRow)
	if err := tx.NewSelect().Model(row).Column("id").Where("application_id = ?", which).Scan(ctx); err != nil {
		return fmt.Errorf("reading a review: %w", err)
	}
	body, err := box.Seal([]byte(answer), reviewsTable, "answer", row.ID)
	if err != nil {
		return err
	}
	row.Outcome, row.Answer, row.DecidedBy, row.DecidedAt = outcome, body, by, tx.Now
	_, err = tx.NewUpdate().Model(row).Column("outcome", "answer", "decided_by", "decided_at").WherePK().Exec(ctx)
	if db.Violates(err, "reviews_not_by_panel") {
		return ErrOfPanel.Because(err)
	}
	if err != nil {
		return fmt.Errorf("answering a review: %w", err)
	}
	return nil
}

// answerReview sends the answer.
func answerReview(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, a *bursary.Application, outcome Outcome, answer string) error {
	r, err := bursary.RoundByID(ctx, tx, a.RoundID)
	if err != nil {
		return err
	}
	said, err := bursary.Answered(ctx, tx, box, by, []id.Application{a.ID}, "name")
	if err != nil {
		return err
	}
	runs, err := bursary.RunsOf(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	in := &Inputs{Round: r, On: london.DateOf(tx.Now), Runs: runs}
	p := Applicant{Application: a, Called: strings.TrimSpace(said[a.ID]["name"])}
	return Send(ctx, tx, box, []Letter{in.reviewed(p, outcome, answer)})
}

// reviewed is the letter that answers a review.
func (in *Inputs) reviewed(p Applicant, outcome Outcome, answer string) Letter {
	l := in.begin(p, ReviewLetter, "We have looked at it again")
	first := "You asked us to look at our decision again. Somebody who was not on the panel has done so."
	switch {
	case outcome == Dismissed:
		l.say("", first, "Our decision stays as it was. We are sorry.")
	case p.Application.Position > 0 && in.On.Before(in.lastStart()):
		l.say("", first, "You were right, and we are sorry. You now come first on the reserve list. If there is money and a place for you now, we write to you again soon. "+
			"If not, you come first when something comes free that fits you.")
	default:
		l.say("", first, "You were right, and we are sorry. The order of this round was made without you, so a person calls you or writes to you about what we can do now.")
	}
	l.words("What we found", answer)
	in.contact(&l)
	return l
}
