package enrolment

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// ErrNotLeft means that nobody is asked whether they keep a place.
var ErrNotLeft = failure.New(failure.NotFound, "not_left", "There is no question about this place that waits for an answer.")

// Departure is somebody's leaving the organisation that pays for their place. Until they say what they want the place stays
// as it is; after AnswerBy staff decide.
type Departure struct {
	bun.BaseModel `bun:"table:seat_departures"`

	ID             int64           `bun:"id,pk,autoincrement"`
	EnrolmentID    id.Enrolment    `bun:"enrolment_id"`
	OrganisationID id.Organisation `bun:"organisation_id"`
	ToldBy         id.Person       `bun:"told_by"`
	ToldAt         time.Time       `bun:"told_at"`
	AnswerBy       london.Date     `bun:"answer_by"`
	Outcome        DepartureEnd    `bun:"outcome,nullzero"`
	AnsweredAt     time.Time       `bun:"answered_at,nullzero"`
}

// DepartureEnd says what became of the place.
type DepartureEnd string

// The ends of a departure.
const (
	SeatKept    DepartureEnd = "kept"
	SeatGivenUp DepartureEnd = "given_up"
	SeatStays   DepartureEnd = "taken_back" // the organisation pays after all
)

// Leave writes down that somebody has left. Doing it again changes nothing.
func Leave(ctx context.Context, tx *db.Tx, d Departure) error {
	d.ToldAt = tx.Now
	_, err := tx.NewInsert().Model(&d).On("CONFLICT (enrolment_id) WHERE outcome IS NULL DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return fmt.Errorf("writing down a departure: %w", err)
	}
	return nil
}

// DepartureOf is the departure about a place that waits for an answer, or ErrNotLeft.
func DepartureOf(ctx context.Context, d bun.IDB, which id.Enrolment) (*Departure, error) {
	found := new(Departure)
	err := d.NewSelect().Model(found).ExcludeColumn("told_by").Where("enrolment_id = ? AND outcome IS NULL", which).Scan(ctx)
	if db.NoRows(err) {
		return nil, ErrNotLeft
	}
	if err != nil {
		return nil, fmt.Errorf("reading a departure: %w", err)
	}
	return found, nil
}

// EndDeparture writes down what became of the place.
func EndDeparture(ctx context.Context, tx *db.Tx, d *Departure, how DepartureEnd) error {
	d.Outcome, d.AnsweredAt = how, tx.Now
	_, err := tx.NewUpdate().Model(d).Column("outcome", "answered_at").WherePK().Exec(ctx)
	return err
}

// endQuestion ends the question whether somebody keeps a place that has ended meanwhile.
func endQuestion(ctx context.Context, tx *db.Tx, which id.Enrolment) error {
	_, err := tx.NewUpdate().Model((*Departure)(nil)).Set("outcome = ?", SeatGivenUp).Set("answered_at = ?", tx.Now).
		Where("enrolment_id = ? AND outcome IS NULL", which).Exec(ctx)
	if err != nil {
		return fmt.Errorf("ending a question about a place: %w", err)
	}
	return nil
}

// Kept reports whether somebody has kept a place on other money after they left the organisation that had booked it.
func Kept(ctx context.Context, d bun.IDB, which id.Enrolment) (bool, error) {
	kept, err := d.NewSelect().Model((*Departure)(nil)).Column("id").Where("enrolment_id = ? AND outcome = ?", which, SeatKept).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("reading departures: %w", err)
	}
	return kept, nil
}
