package award

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/secret"
)

var (
	// ErrNoReview means that there is no decision that somebody could ask us to look at again, or that they did once.
	ErrNoReview = failure.New(failure.Conflict, "review_none", "There is no decision here that can be looked at again. If you think that something went wrong, please call us.")
	// ErrReviewLate means that the time to ask for a review was over.
	ErrReviewLate = failure.New(failure.Conflict, "review_late",
		"The time to ask for a review is over. Your words are below: you can copy them. If something kept you from asking in time, please call us.")
	// ErrReviewUnknown means that nobody asked for a review of that decision.
	ErrReviewUnknown = failure.New(failure.NotFound, "review_unknown", "We cannot find that review.")
)

// longestReview is how many characters the words of a review and its answer may have.
const longestReview = 5000

// Outcome is what came of looking at a decision again; empty while nobody has.
type Outcome string

// The outcomes.
const (
	Upheld    Outcome = "upheld" // who asked was right
	Dismissed Outcome = "dismissed"
)

// Review is that somebody asks us to look at a decision again.
type Review struct {
	ApplicationID id.Application
	Ground        Ground
	Words         string // the applicant's
	AskedAt       time.Time
	AnswerBy      london.Date
	Outcome       Outcome
	Answer        string // ours
	DecidedBy     id.Person
	DecidedAt     time.Time
}

type reviewRow struct {
	bun.BaseModel `bun:"table:sensitive.reviews"`

	ID            int64          `bun:"id,pk"`
	ApplicationID id.Application `bun:"application_id"`
	Ground        Ground         `bun:"ground"`
	Words         []byte         `bun:"words"`
	AskedAt       time.Time      `bun:"asked_at"`
	AnswerBy      london.Date    `bun:"answer_by"`
	Outcome       Outcome        `bun:"outcome,nullzero"`
	Answer        []byte         `bun:"answer"`
	DecidedBy     id.Person      `bun:"decided_by,nullzero"`
	DecidedAt     time.Time      `bun:"decided_at,nullzero"`
}

const reviewsTable = "sensitive.reviews"

// Reviewable is the last day on which the applicant can ask for a review, until its end: ReviewDays working days after the
// last letter that said no, or after staff decided that the round is not for them. It may have passed. It is zero when
// there is nothing to look at again, or they asked before.
func Reviewable(ctx context.Context, d bun.IDB, a *bursary.Application) (london.Date, error) {
	var from bun.NullTime
	switch a.Status {
	case bursary.Ineligible:
		from.Time = a.UpdatedAt // nothing but that decision changes such an application, and the mail about it is of that moment
	case bursary.NotFunded:
		err := d.NewRaw("SELECT max(at) FROM sensitive.letters WHERE application_id = ? AND kind IN ('not_funded', 'reserve_ended')", a.ID).
			Scan(ctx, &from)
		if err != nil {
			return london.Date{}, fmt.Errorf("reading when somebody was told: %w", err)
		}
	}
	if from.IsZero() {
		return london.Date{}, nil
	}
	return london.DateOf(from.Time).AddWorking(ReviewDays), nil
}

// AskReview asks on a person's own application that the decision be looked at again, once. pressed is when it was sent: in
// time is in time. Staff are told that somebody asked, and not who. To press twice is to ask once. It returns
// bursary.ErrUnknown, ErrNoReview, ErrReviewLate, or an Invalid failure about "ground" or "words".
func AskReview(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string, ground Ground, words string, pressed time.Time) error {
	mine, err := bursary.OfPerson(ctx, tx, person, code)
	if err != nil {
		return err
	}
	a, err := bursary.Lock(ctx, tx, mine.ID)
	if err != nil || a.Status == bursary.ReviewRequested {
		return err
	}
	words = tidy(words)
	until, err := Reviewable(ctx, tx, a)
	switch {
	case err != nil:
		return err
	case until.IsZero():
		return ErrNoReview
	case london.DateOf(pressed).After(until):
		return ErrReviewLate
	}
	if err := checkReview(ground, words); err != nil {
		return err
	}
	if err := insertReview(ctx, tx, box, a, ground, words, pressed); err != nil {
		return err
	}
	if err := bursary.Decided(ctx, tx, a, bursary.ReviewRequested); err != nil {
		return err
	}
	if err := recordReview(ctx, tx, person, "review asked", a, map[string]any{"ground": ground}); err != nil {
		return err
	}
	return tellReview(ctx, tx)
}

func checkReview(ground Ground, words string) error {
	switch {
	case !slices.Contains(Grounds(), ground):
		return errGround
	case words == "":
		return failure.Field("words", "Tell us what went wrong. A few words are enough.")
	case utf8.RuneCountInString(words) > longestReview:
		return failure.Field("words", "Use 5,000 characters or fewer.")
	}
	return nil
}

func insertReview(ctx context.Context, tx *db.Tx, box *secret.Box, a *bursary.Application, ground Ground, words string, pressed time.Time) error {
	n, err := tx.NextID(ctx, reviewsTable)
	if err != nil {
		return err
	}
	row := &reviewRow{ID: n, ApplicationID: a.ID, Ground: ground, AskedAt: pressed, AnswerBy: london.DateOf(pressed).AddWorking(ReviewDays)}
	if row.Words, err = box.Seal([]byte(words), reviewsTable, "words", n); err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(row).Column("id", "application_id", "ground", "words", "asked_at", "answer_by").Returning("NULL").Exec(ctx)
	if db.Violates(err, "reviews_once") {
		return ErrNoReview.Because(err)
	}
	if err != nil {
		return fmt.Errorf("keeping a review: %w", err)
	}
	return nil
}

// tellReview tells staff that somebody waits for a review.
func tellReview(ctx context.Context, tx *db.Tx) error {
	staff, err := people.WithRole(ctx, tx, people.Admin)
	if err != nil {
		return err
	}
	for _, p := range staff {
		m := mail.Message{To: p.Email, Person: p.ID, Template: "staff-review-asked", Private: true}
		if err := mail.Send(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// OwnReview is what somebody asked about their own application, with our answer once there is one. It returns
// bursary.ErrUnknown or ErrReviewUnknown.
func OwnReview(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string) (*Review, error) {
	a, err := bursary.OfPerson(ctx, tx, person, code)
	if err != nil {
		return nil, err
	}
	return reviewOf(ctx, tx, box, a.ID)
}

func reviewOf(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Application) (*Review, error) {
	row := new(reviewRow)
	err := tx.NewSelect().Model(row).Where("application_id = ?", which).Scan(ctx)
	if db.NoRows(err) {
		return nil, ErrReviewUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("reading a review: %w", err)
	}
	return row.open(box)
}

func (row *reviewRow) open(box *secret.Box) (*Review, error) {
	r := &Review{
		ApplicationID: row.ApplicationID, Ground: row.Ground, AskedAt: row.AskedAt, AnswerBy: row.AnswerBy,
		Outcome: row.Outcome, DecidedBy: row.DecidedBy, DecidedAt: row.DecidedAt,
	}
	words, err := box.Open(row.Words, reviewsTable, "words", row.ID)
	if err != nil || row.Answer == nil {
		r.Words = string(words)
		return r, err
	}
	answer, err := box.Open(row.Answer, reviewsTable, "answer", row.ID)
	r.Words, r.Answer = string(words), string(answer)
	return r, err
}

func recordReview(ctx context.Context, tx *db.Tx, by id.Person, action string, a *bursary.Application, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "application", SubjectID: int64(a.ID), Detail: detail})
}
