package panel

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
)

// ErrHandedIn means that scores were given: they count, and can only be taken out by knowing the person.
var ErrHandedIn = failure.New(failure.Conflict, "assessment_handed_in", "You have finished this one. Your scores stand.")

// pauseDays is how long a pause lasts, today included. Nobody is reminded of anything, or given anything, meanwhile.
const pauseDays = 3

// holding is a reading that belongs to whoever asks.
type holding struct {
	ID            id.Assignment
	ApplicationID id.Application
	MemberID      id.Member
	RoundID       id.Round
	Code          string
	Status        AssignmentStatus
}

// hold finds and locks the reading of an application that is somebody's own and not locked to them, or returns
// bursary.ErrUnknown. PostgreSQL shows nobody another's.
func hold(ctx context.Context, tx *db.Tx, person id.Person, code string) (*holding, error) {
	h := new(holding)
	err := tx.NewRaw(`
		SELECT s.id, s.application_id, s.member_id, m.round_id, a.code, s.status
		FROM   sensitive.assignments s
		JOIN   sensitive.panel_members m ON m.id = s.member_id
		JOIN   sensitive.applications a ON a.id = s.application_id
		WHERE  m.person_id = ? AND a.code = ? AND s.status IN ('assigned', 'reading', 'done')
		FOR    NO KEY UPDATE OF s`, person, id.NormaliseCode(code)).Scan(ctx, h)
	if db.NoRows(err) {
		return nil, bursary.ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("finding a reading: %w", err)
	}
	return h, nil
}

// keepRound keeps the round of an application as it is, before anything of the application is locked.
func keepRound(ctx context.Context, tx *db.Tx, code string) error {
	if _, err := tx.NewRaw("SELECT sensitive.keep_round_of(?)", id.NormaliseCode(code)).Exec(ctx); err != nil {
		return fmt.Errorf("keeping the round as it is: %w", err)
	}
	return nil
}

// Held reads where an application stands that is somebody's own to read, and by what it is scored, without opening
// it. It returns bursary.ErrUnknown for every other.
func Held(ctx context.Context, tx *db.Tx, person id.Person, code string) (AssignmentStatus, form.Rubric, error) {
	h, err := hold(ctx, tx, person, code)
	if err != nil {
		return "", form.Rubric{}, err
	}
	r, err := bursary.RoundByID(ctx, tx, h.RoundID)
	if err != nil {
		return "", form.Rubric{}, err
	}
	rubric, err := rubricOf(r)
	return h.Status, rubric, err
}

// Know locks an application to an assessor who knows the person, at once and for ever, whether they have opened or
// finished it or not. Scores that were given count no longer, unless the bands are frozen. It returns
// bursary.ErrUnknown.
func Know(ctx context.Context, tx *db.Tx, person id.Person, code string) error {
	if err := keepRound(ctx, tx, code); err != nil {
		return err
	}
	h, err := hold(ctx, tx, person, code)
	if err != nil {
		return err
	}
	return separate(ctx, tx, audit.Person(person), h.ApplicationID, h.MemberID, FromAssessor)
}

// HandBack gives an application back, without a reason; somebody else reads it. It returns bursary.ErrUnknown, or
// ErrHandedIn for one that is finished.
func HandBack(ctx context.Context, tx *db.Tx, person id.Person, code string) error {
	h, err := hold(ctx, tx, person, code)
	if err != nil {
		return err
	}
	if h.Status == Done {
		return ErrHandedIn
	}
	if _, err := tx.NewRaw("UPDATE sensitive.assignments SET status = 'handed_back' WHERE id = ?", h.ID).Exec(ctx); err != nil {
		return fmt.Errorf("handing a reading back: %w", err)
	}
	if err := audit.Record(ctx, tx, audit.Event{Actor: audit.Person(person), Action: "reading handed back", Subject: "application",
		SubjectID: int64(h.ApplicationID), Detail: map[string]any{"member": h.MemberID}}); err != nil {
		return err
	}
	return tx.Enqueue(ctx, Refill{Round: h.RoundID})
}

// Pause lets somebody stop for three days on every panel, without a reason.
func Pause(ctx context.Context, tx *db.Tx, person id.Person) error {
	return pauseUntil(ctx, tx, person, london.DateOf(tx.Now).AddDays(pauseDays-1))
}

// Resume ends a pause.
func Resume(ctx context.Context, tx *db.Tx, person id.Person) error {
	return pauseUntil(ctx, tx, person, london.Date{})
}

func pauseUntil(ctx context.Context, tx *db.Tx, person id.Person, until london.Date) error {
	_, err := tx.NewUpdate().Model((*Member)(nil)).Set("paused_until = ?", nullable(until)).Where("person_id = ? AND status = ?", person, MemberActive).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting a pause: %w", err)
	}
	return nil
}

// nullable is NULL for no day.
func nullable(d london.Date) any {
	if d.IsZero() {
		return nil
	}
	return d
}
