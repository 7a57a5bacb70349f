package panel

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

var (
	// ErrReadingOver means that no scores are given in this round now.
	ErrReadingOver = failure.New(failure.Conflict, "reading_over", "Reading for this round is over, so nothing can be changed any more. Thank you for what you have done.")
	// ErrNotAllReady means that a part of the application is still being made ready.
	ErrNotAllReady = failure.New(failure.Conflict, "copies_not_ready",
		"One of the texts is not ready yet, so you cannot finish this one. What you have written is saved. Go on with another, and come back.")
)

const (
	fewestWords   = 5    // of a reason
	longestReason = 4000 // characters
	highestScore  = 4
)

// Opinion is one assessor's score of one criterion, as typed.
type Opinion struct {
	Score  string // "0" to "4", or empty while not chosen
	Reason string
}

// Stored is an opinion as it was saved.
type Stored struct {
	Opinion
	Mark string // says what a page showed of it, so that two pages at once lose nothing
}

// Sheet is one application as its assessor reads it: no name, only copies that are ready, and their own opinions.
type Sheet struct {
	Code     string
	Status   AssignmentStatus
	Round    *bursary.Round
	Rubric   form.Rubric
	Copies   map[string]string // by part, those that are ready
	Opinions map[string]Stored // by criterion
	Beside   []map[string]int  // once this one is done: the scores of each other reader who is done too, by criterion
	held     *holding
}

// Ready reports whether all that is scored can be read.
func (s *Sheet) Ready() bool {
	for _, c := range s.Rubric.Criteria {
		if _, ok := s.Copies[c.Question]; !ok {
			return false
		}
	}
	return true
}

// Read opens an application for the assessor to whom it is assigned, which is noted. It returns bursary.ErrUnknown
// for every other application, and ErrReadingOver.
func Read(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string) (*Sheet, error) {
	h, r, err := holdOpen(ctx, tx, person, code)
	if err != nil {
		return nil, err
	}
	s := &Sheet{Code: h.Code, Status: h.Status, Round: r, held: h}
	if s.Rubric, err = rubricOf(r); err != nil {
		return nil, err
	}
	if s.Copies, err = ReadCopies(ctx, tx, box, person, h.ApplicationID); err != nil {
		return nil, err
	}
	if h.Status == Assigned {
		s.Status = Opened
		if err := moveOn(ctx, tx, h.ID, Opened, "opened_at"); err != nil {
			return nil, err
		}
	}
	rows, err := loadOpinions(ctx, tx, box, h.ID)
	if err != nil {
		return nil, err
	}
	s.Opinions = map[string]Stored{}
	for _, c := range s.Rubric.Criteria {
		s.Opinions[c.Key] = rows[c.Key].stored()
	}
	if s.Status == Done {
		s.Beside, err = scoresBeside(ctx, tx, h.ApplicationID)
	}
	return s, err
}

// holdOpen is hold for a round in which scores are given.
func holdOpen(ctx context.Context, tx *db.Tx, person id.Person, code string) (*holding, *bursary.Round, error) {
	h, err := hold(ctx, tx, person, code)
	if err != nil {
		return nil, nil, err
	}
	r, err := bursary.RoundByID(ctx, tx, h.RoundID)
	if err == nil && r.Status != bursary.RoundClosed {
		err = ErrReadingOver
	}
	return h, r, err
}

func rubricOf(r *bursary.Round) (form.Rubric, error) {
	rubric, ok := form.FindRubric(r.RubricVersion)
	if !ok {
		return form.Rubric{}, fmt.Errorf("round %s is pinned to rubric %q, which this program does not know", r.Code, r.RubricVersion)
	}
	return rubric, nil
}

// moveOn sets the next status of a reading and the column with its time.
func moveOn(ctx context.Context, tx *db.Tx, which id.Assignment, to AssignmentStatus, column string) error {
	_, err := tx.NewRaw("UPDATE sensitive.assignments SET status = ?, ? = ? WHERE id = ?", string(to), bun.Ident(column), tx.Now, which).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting how far a reading is: %w", err)
	}
	return nil
}

// scoresBeside are the scores that others gave. PostgreSQL tells them only once one's own are done, and not whose
// they are.
func scoresBeside(ctx context.Context, tx *db.Tx, which id.Application) ([]map[string]int, error) {
	var rows []struct {
		Reader    int
		Criterion string
		Score     int
	}
	err := tx.NewRaw("SELECT reader, criterion, score FROM sensitive.scores_beside(?) ORDER BY reader, criterion", which).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading others' scores: %w", err)
	}
	var all []map[string]int
	for _, row := range rows {
		for len(all) < row.Reader {
			all = append(all, map[string]int{})
		}
		all[row.Reader-1][row.Criterion] = row.Score
	}
	return all, nil
}

// Finish hands the opinions in as they were saved; they stand from then on. It returns bursary.ErrUnknown,
// ErrReadingOver, ErrNotAllReady, or Invalid with a sentence for each of the fields score-CRITERION and
// reason-CRITERION that is missing. Finishing again changes nothing.
func Finish(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string) error {
	if err := keepRound(ctx, tx, code); err != nil {
		return err
	}
	s, err := Read(ctx, tx, box, person, code)
	if err != nil || s.Status == Done {
		return err
	}
	if !s.Ready() {
		return ErrNotAllReady
	}
	if err := s.complete(); err != nil {
		return err
	}
	if err := moveOn(ctx, tx, s.held.ID, Done, "done_at"); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(person), Action: "assessment finished", Subject: "application",
		SubjectID: int64(s.held.ApplicationID), Detail: map[string]any{"member": s.held.MemberID}})
}

// complete asks for what is missing.
func (s *Sheet) complete() error {
	fields := map[string]string{}
	for _, c := range s.Rubric.Criteria {
		o := s.Opinions[c.Key]
		if o.Score == "" {
			fields["score-"+c.Key] = "Choose the sentence that fits best for “" + c.Title + "”."
		}
		switch {
		case form.Words(o.Reason) < fewestWords:
			fields["reason-"+c.Key] = "Say in a sentence or two why, for “" + c.Title + "”. What did you read that led you there?"
		case utf8.RuneCountInString(o.Reason) > longestReason:
			fields["reason-"+c.Key] = "Make the reason for “" + c.Title + "” shorter, to about 600 words. All of it is saved until you do."
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "assessment_incomplete", Message: "Something is still missing. What you have written is saved.", Fields: fields}
}
