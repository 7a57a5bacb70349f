package attendance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/state"
)

var (
	// ErrSecondPerson means that one person would do what takes two.
	ErrSecondPerson = failure.New(failure.Forbidden, "attendance_second_person", "This takes two people. You have asked for it, so somebody else has to agree.")
	// ErrAsked means that a change of the same thing waits already.
	ErrAsked = failure.New(failure.Conflict, "attendance_asked", "A change of this waits already. It has to be agreed to or refused first.")
	// ErrNothing means that what somebody asks for is as it stands.
	ErrNothing = failure.New(failure.Conflict, "attendance_nothing", "This is how it stands. There is nothing to change.")
)

// Decision is what becomes of a request.
type Decision string

// The decisions about a request. An empty one waits.
const (
	Waiting   Decision = ""
	Agreed    Decision = "agreed"
	Refused   Decision = "refused"
	TakenBack Decision = "taken_back"
)

var decisions = state.Moves[Decision]{Waiting: {Agreed, Refused, TakenBack}, Agreed: nil, Refused: nil, TakenBack: nil}

// Decisions lists every decision in alphabetical order, the empty one first.
func Decisions() []Decision { return decisions.Statuses() }

// Request is what takes two people: marks of a block that is over, or that somebody counts as having completed a run, or not,
// against its rule. The reason is for staff.
type Request struct {
	bun.BaseModel `bun:"table:attendance_requests,alias:q"`

	ID          id.AttendanceRequest `bun:"id,pk,autoincrement"`
	RunID       id.Run               `bun:"run_id"`
	RegisterID  id.Register          `bun:"register_id,nullzero"`  // of the marks
	EnrolmentID id.Enrolment         `bun:"enrolment_id,nullzero"` // who counts as Completes says
	Completes   *bool                `bun:"completes"`
	Reason      string               `bun:"reason"`
	AskedBy     id.Person            `bun:"asked_by"`
	AskedAt     time.Time            `bun:"asked_at"`
	DecidedBy   id.Person            `bun:"decided_by,nullzero"`
	DecidedAt   time.Time            `bun:"decided_at,nullzero"`
	Outcome     Decision             `bun:"outcome,nullzero"`
}

// decide ends a request. Whoever asked takes it back; somebody else agrees or refuses.
func (q *Request) decide(outcome Decision, by id.Person, at time.Time) error {
	if err := decisions.Allow(q.Outcome, outcome); err != nil {
		return err
	}
	if (outcome == TakenBack) != (by == q.AskedBy) {
		return ErrSecondPerson
	}
	q.Outcome, q.DecidedBy, q.DecidedAt = outcome, by, at
	return nil
}

// reasonOf is a reason as it is kept, or a failure about the field "reason".
func reasonOf(typed string) (string, error) {
	reason := strings.TrimSpace(typed)
	switch {
	case reason == "":
		return "", failure.Field("reason", "Say why. Say nothing of anybody’s health")
	case len([]rune(reason)) > 500:
		return "", failure.Field("reason", "Use 500 characters or fewer")
	}
	return reason, nil
}

// Ask asks for marks in the register of a block that is over. Nothing changes until another person agrees. It returns ErrUnknown
// for somebody who does not teach the block, ErrOpen, ErrAsked, ErrNothing, or a failure about the field "reason".
func Ask(ctx context.Context, tx *db.Tx, by Keeper, h *HalfDay, reason string, strokes []Stroke) error {
	if !h.Over(london.DateOf(tx.Now)) {
		return ErrOpen
	}
	if !by.Office {
		if err := h.taughtBy(ctx, tx, by.Person); err != nil {
			return err
		}
	}
	reason, err := reasonOf(reason)
	if err != nil {
		return err
	}
	register, err := h.lock(ctx, tx)
	if err != nil {
		return err
	}
	sheet, err := Sheet(ctx, tx, h)
	if err != nil {
		return err
	}
	changed, refused := decide(sheet, strokes, false)
	if err := Refusals(refused); err != nil {
		return err
	}
	if len(changed) == 0 {
		return ErrNothing
	}
	q := &Request{RunID: h.RunID, RegisterID: register, Reason: reason, AskedBy: by.Person, AskedAt: tx.Now}
	if err := q.insert(ctx, tx); err != nil {
		return err
	}
	for _, e := range changed {
		_, err := tx.NewRaw("INSERT INTO attendance_request_marks (request_id, enrolment_id, mark) VALUES (?, ?, ?)", q.ID, e.ID, e.Mark).Exec(ctx)
		if err != nil {
			return fmt.Errorf("asking for marks: %w", err)
		}
	}
	return h.record(ctx, tx, by.Person, "register change asked", changed, map[string]any{"request": q.ID})
}

// AskCompletion asks that somebody counts as having completed their run, or not, whatever their register says. Nothing changes
// until another person agrees. It returns enrolment.ErrUnknown, state.ErrMovedOn for a place that is not confirmed, ErrAsked, or a
// failure about the field "reason".
func AskCompletion(ctx context.Context, tx *db.Tx, by id.Person, code string, completes bool, reason string) error {
	reason, err := reasonOf(reason)
	if err != nil {
		return err
	}
	e, err := enrolment.ByCode(ctx, tx, code)
	if err != nil {
		return err
	}
	if e.Status != enrolment.Confirmed {
		return state.ErrMovedOn
	}
	q := &Request{RunID: e.RunID, EnrolmentID: e.ID, Completes: &completes, Reason: reason, AskedBy: by, AskedAt: tx.Now}
	if err := q.insert(ctx, tx); err != nil {
		return err
	}
	return recordCompletion(ctx, tx, by, "completion adjustment asked", q)
}

func (q *Request) insert(ctx context.Context, tx *db.Tx) error {
	_, err := tx.NewInsert().Model(q).Exec(ctx)
	if db.Violates(err, "attendance_requests_one_of_register") || db.Violates(err, "attendance_requests_one_of_place") {
		return ErrAsked.Because(err)
	}
	if err != nil {
		return fmt.Errorf("asking for a change of attendance: %w", err)
	}
	return nil
}

func recordCompletion(ctx context.Context, tx *db.Tx, by id.Person, action string, q *Request) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "enrolment", SubjectID: int64(q.EnrolmentID),
		Detail: map[string]any{"request": q.ID, "completes": *q.Completes}})
}

// Decide ends a request about a run: another person agrees or refuses, or whoever asked takes it back. It returns ErrUnknown,
// ErrSecondPerson, ErrGone when nobody whom it is about is on the register any more, or state.ErrMovedOn when it has ended or the cohort was completed meanwhile.
func Decide(ctx context.Context, tx *db.Tx, by id.Person, run id.Run, which id.AttendanceRequest, outcome Decision) error {
	if err := course.LockPlaces(ctx, tx, run); err != nil {
		return err
	}
	q := new(Request)
	err := tx.NewSelect().Model(q).Where("q.id = ? AND q.run_id = ?", which, run).For("UPDATE").Scan(ctx)
	if db.NoRows(err) {
		return ErrUnknown
	}
	if err != nil {
		return fmt.Errorf("reading a request: %w", err)
	}
	if err := q.decide(outcome, by, tx.Now); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Model(q).Column("outcome", "decided_by", "decided_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("deciding a request: %w", err)
	}
	if q.RegisterID == 0 {
		return q.decideCompletion(ctx, tx, by)
	}
	return q.decideMarks(ctx, tx, by)
}

func (q *Request) decideCompletion(ctx context.Context, tx *db.Tx, by id.Person) error {
	if q.Outcome == Agreed {
		e, err := enrolment.Get(ctx, tx, q.EnrolmentID)
		if err != nil {
			return err
		}
		if e.Status != enrolment.Confirmed {
			return state.ErrMovedOn
		}
	}
	return recordCompletion(ctx, tx, by, "completion adjustment "+strings.ReplaceAll(string(q.Outcome), "_", " "), q)
}

// decideMarks writes what was asked for, once it is agreed.
func (q *Request) decideMarks(ctx context.Context, tx *db.Tx, by id.Person) error {
	h, err := halfDayOf(ctx, tx, q.RegisterID)
	if err != nil {
		return err
	}
	var asked []Entry
	err = tx.NewRaw(`
		SELECT k.enrolment_id AS id, k.mark FROM attendance_request_marks k WHERE k.request_id = ? ORDER BY k.enrolment_id`, q.ID).Scan(ctx, &asked)
	if err != nil {
		return fmt.Errorf("reading what was asked for: %w", err)
	}
	if q.Outcome == Agreed {
		register, err := h.lock(ctx, tx)
		if err != nil {
			return err
		}
		sheet, err := Sheet(ctx, tx, h)
		if err != nil {
			return err
		}
		if asked = standing(sheet, asked); len(asked) == 0 {
			return ErrGone
		}
		if err := h.write(ctx, tx, register, by, asked); err != nil {
			return err
		}
	}
	return h.record(ctx, tx, by, "register change "+strings.ReplaceAll(string(q.Outcome), "_", " "), asked, map[string]any{"request": q.ID})
}

// standing are those of some marks whose people still stand on the register, as it has them: others have left it since.
func standing(sheet, asked []Entry) (list []Entry) {
	for _, a := range asked {
		i := slices.IndexFunc(sheet, func(e Entry) bool { return e.ID == a.ID })
		if i < 0 {
			continue
		}
		e := sheet[i]
		e.Mark = a.Mark
		list = append(list, e)
	}
	return list
}

func halfDayOf(ctx context.Context, d bun.IDB, register id.Register) (*HalfDay, error) {
	var at struct {
		Code string
		Day  london.Date
		Half string
	}
	err := d.NewRaw(`SELECT r.code, g.day, g.half FROM registers g JOIN blocks b ON b.id = g.block_id JOIN runs r ON r.id = b.run_id WHERE g.id = ?`, register).
		Scan(ctx, &at)
	if err != nil {
		return nil, fmt.Errorf("finding a register: %w", err)
	}
	return Find(ctx, d, at.Code, at.Day.String(), at.Half)
}
