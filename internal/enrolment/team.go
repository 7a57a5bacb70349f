package enrolment

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// ErrTeamUnknown means that there is no such booking of an organisation, or that it is another's.
var ErrTeamUnknown = failure.New(failure.NotFound, "team_booking_unknown", "We cannot find that booking.")

// TeamStatus says how far an organisation's booking has come.
type TeamStatus string

// The statuses of a team booking.
const (
	TeamDraft   TeamStatus = "draft"
	TeamPlaced  TeamStatus = "placed"
	TeamDropped TeamStatus = "dropped"
)

// Approval says how somebody at the organisation stands to its booking, who was asked to agree to the cost.
type Approval string

// The approvals.
const (
	NoApproval      Approval = "none"
	ApprovalAsked   Approval = "asked"
	ApprovalGiven   Approval = "approved"
	ApprovalRefused Approval = "refused"
)

// TeamBooking is what an organisation books for its staff: places of one run at one price. While a draft it is what was
// typed so far.
type TeamBooking struct {
	bun.BaseModel `bun:"table:team_bookings"`

	ID             id.TeamBooking  `bun:"id,pk,autoincrement"`
	Code           string          `bun:"code"`
	RunID          id.Run          `bun:"run_id"`
	OrganisationID id.Organisation `bun:"organisation_id"`
	BookedBy       id.Person       `bun:"booked_by"`
	Status         TeamStatus      `bun:"status"`
	Words          json.RawMessage `bun:"words,type:jsonb"` // of the draft, as its pages keep them
	Places         int             `bun:"places"`
	ListPrice      money.Amount    `bun:"list_price"` // pence for one place
	Discount       course.Discount `bun:"discount"`
	Price          money.Amount    `bun:"price"`      // pence for one place
	AgreedFor      string          `bun:"agreed_for"` // why staff agreed another price
	Reference      string          `bun:"reference"`  // the buyer's own
	HoldUntil      time.Time       `bun:"hold_until,nullzero"`
	ApproverName   string          `bun:"approver_name"`
	ApproverEmail  string          `bun:"approver_email"`
	Approval       Approval        `bun:"approval"`
	ApprovalWords  string          `bun:"approval_words"`
	ApprovalAt     time.Time       `bun:"approval_at,nullzero"`
	GiftID         id.Gift         `bun:"gift_id,nullzero"`
	Reminded       int             `bun:"reminded"` // how many reminders of what is missing were sent
	CreatedAt      time.Time       `bun:"created_at"`
	UpdatedAt      time.Time       `bun:"updated_at"`
	PlacedAt       time.Time       `bun:"placed_at,nullzero"`
}

// DraftOf is the draft that a person has begun for an organisation on a run; a new one when there is none.
func DraftOf(ctx context.Context, tx *db.Tx, person id.Person, of id.Organisation, run id.Run) (*TeamBooking, error) {
	fresh := &TeamBooking{Code: id.Code(), RunID: run, OrganisationID: of, BookedBy: person, Status: TeamDraft,
		Words: json.RawMessage("{}"), Discount: course.NoDiscount, Approval: NoApproval, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	_, err := tx.NewInsert().Model(fresh).
		On("CONFLICT (run_id, organisation_id, booked_by) WHERE status = 'draft' DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("beginning a booking: %w", err)
	}
	return FindDraft(ctx, tx, person, of, run)
}

// FindDraft is the draft that a person has begun for an organisation on a run, or ErrTeamUnknown.
func FindDraft(ctx context.Context, d bun.IDB, person id.Person, of id.Organisation, run id.Run) (*TeamBooking, error) {
	return scanTeam(ctx, d.NewSelect().
		Where("run_id = ? AND organisation_id = ? AND booked_by = ? AND status = ?", run, of, person, TeamDraft))
}

// DraftsOf lists what a person has begun to book for organisations, the latest touched first.
func DraftsOf(ctx context.Context, d bun.IDB, person id.Person, limit int) ([]TeamBooking, error) {
	var list []TeamBooking
	err := d.NewSelect().Model(&list).Where("booked_by = ? AND status = ?", person, TeamDraft).
		Order("updated_at DESC", "id DESC").Limit(int64(limit)).Scan(ctx)
	return list, err
}

// SaveDraft keeps what was typed. It returns ErrTeamUnknown for anything but this person's draft.
func SaveDraft(ctx context.Context, tx *db.Tx, person id.Person, code string, words json.RawMessage) error {
	done, err := tx.NewUpdate().Model((*TeamBooking)(nil)).Set("words = ?::jsonb", string(words)).Set("updated_at = ?", tx.Now).
		Where("code = ? AND booked_by = ? AND status = ?", id.NormaliseCode(code), person, TeamDraft).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping a booking: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return ErrTeamUnknown
	}
	return nil
}

// TeamByCode reads a team booking, or returns ErrTeamUnknown. Row security shows an organisation's people their own.
func TeamByCode(ctx context.Context, d bun.IDB, code string) (*TeamBooking, error) {
	return scanTeam(ctx, d.NewSelect().Where("code = ?", id.NormaliseCode(code)))
}

// TeamOf reads a team booking by its id, or returns ErrTeamUnknown.
func TeamOf(ctx context.Context, d bun.IDB, which id.TeamBooking) (*TeamBooking, error) {
	return scanTeam(ctx, d.NewSelect().Where("id = ?", which))
}

// LockTeam loads a team booking for change, or returns ErrTeamUnknown. The run's places come before it.
func LockTeam(ctx context.Context, tx *db.Tx, code string) (*TeamBooking, error) {
	return scanTeam(ctx, tx.NewSelect().Where("code = ?", id.NormaliseCode(code)).For("UPDATE"))
}

// TeamByApprover reads the booking whose cost the holder of a link is asked to agree to, by the hash of the link's secret,
// or returns ErrTeamUnknown.
func TeamByApprover(ctx context.Context, d bun.IDB, hash []byte) (*TeamBooking, error) {
	return scanTeam(ctx, d.NewSelect().Where("approver_hash = ?", hash))
}

// TeamsOf lists what an organisation has booked, newest first, those before one of them.
func TeamsOf(ctx context.Context, d bun.IDB, of id.Organisation, before id.TeamBooking, limit int) ([]TeamBooking, error) {
	var list []TeamBooking
	err := d.NewSelect().Model(&list).Where("organisation_id = ? AND status = ? AND (? = 0 OR id < ?)", of, TeamPlaced, before, before).
		Order("id DESC").Limit(int64(limit)).Scan(ctx)
	return list, err
}

func scanTeam(ctx context.Context, q *bun.SelectQuery) (*TeamBooking, error) {
	t := new(TeamBooking)
	if err := q.Model(t).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrTeamUnknown
		}
		return nil, fmt.Errorf("reading a booking: %w", err)
	}
	return t, nil
}

// SaveTeam writes what a team booking has become.
func SaveTeam(ctx context.Context, tx *db.Tx, t *TeamBooking) error {
	t.UpdatedAt = tx.Now
	_, err := tx.NewUpdate().Model(t).ExcludeColumn("id", "code", "run_id", "organisation_id", "booked_by", "created_at").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving booking %s: %w", t.Code, err)
	}
	return nil
}

// SetApprover keeps the hash of the link by which somebody agrees to the cost.
func SetApprover(ctx context.Context, tx *db.Tx, t *TeamBooking, hash []byte) error {
	_, err := tx.NewUpdate().Model(t).Set("approver_hash = ?", hash).WherePK().Exec(ctx)
	return err
}

// StartTeam begins a booking that staff make for an organisation. The caller places and saves it.
func StartTeam(ctx context.Context, tx *db.Tx, by id.Person, of id.Organisation, run id.Run) (*TeamBooking, error) {
	t := &TeamBooking{Code: id.Code(), RunID: run, OrganisationID: of, BookedBy: by, Status: TeamPlaced,
		Words: json.RawMessage("{}"), Discount: course.NoDiscount, Approval: NoApproval, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
		return nil, fmt.Errorf("beginning a booking: %w", err)
	}
	return t, nil
}

// TeamStage is a part of a team's price that is invoiced from a day on.
type TeamStage struct {
	bun.BaseModel `bun:"table:team_stages"`

	TeamID id.TeamBooking `bun:"team_booking_id,pk"`
	Number int            `bun:"number,pk"` // from 1
	Label  string         `bun:"label"`
	BP     int64          `bun:"bp"` // basis points of the price
	On     london.Date    `bun:"on_day"`
}

// SetStages says in which parts a team's price is invoiced, and from when; none: all at once.
func SetStages(ctx context.Context, tx *db.Tx, t *TeamBooking, stages []TeamStage) error {
	if len(stages) == 0 {
		return nil
	}
	for i := range stages {
		stages[i].TeamID = t.ID
	}
	_, err := tx.NewInsert().Model(&stages).Exec(ctx)
	return err
}

// StagesOf reads in which parts a team's price is invoiced.
func StagesOf(ctx context.Context, d bun.IDB, team id.TeamBooking) ([]TeamStage, error) {
	var stages []TeamStage
	err := d.NewSelect().Model(&stages).Where("team_booking_id = ?", team).Order("number").Scan(ctx)
	return stages, err
}

// SetPrices puts the prices of places, in pence. The caller makes shares that meet them in the same unit of work.
func SetPrices(ctx context.Context, tx *db.Tx, seats []*Enrolment, prices []money.Amount) error {
	if len(seats) == 0 {
		return nil
	}
	for i, e := range seats {
		e.Price = prices[i]
	}
	_, err := tx.NewUpdate().Model(&seats).Column("price").Bulk().Exec(ctx)
	return err
}

// WaitingTeams lists bookings of which places are still held, whose day has come within days from an instant and which
// were reminded less often than a number of times, earliest first.
func WaitingTeams(ctx context.Context, d bun.IDB, now time.Time, days, reminded, limit int) ([]string, error) {
	var codes []string
	err := d.NewRaw(`
		SELECT t.code FROM team_bookings t
		WHERE t.status = 'placed' AND t.reminded < ? AND t.hold_until > ? AND t.hold_until <= ?
			AND EXISTS (SELECT FROM enrolments e WHERE e.team_booking_id = t.id AND e.status = 'held')
		ORDER BY t.hold_until, t.id LIMIT ?`, reminded, now, now.AddDate(0, 0, days), limit).Scan(ctx, &codes)
	return codes, err
}

// HasGroup reports whether an organisation has places on a run that were booked at a price agreed for a reason.
func HasGroup(ctx context.Context, d bun.IDB, of id.Organisation, run id.Run, reason string) (there bool, err error) {
	err = d.NewRaw(`
		SELECT EXISTS (SELECT FROM team_bookings t JOIN enrolments e ON e.team_booking_id = t.id
			WHERE t.organisation_id = ? AND t.run_id = ? AND t.agreed_for = ? AND e.status IN ('held', 'confirmed', 'completed'))`,
		of, run, reason).Scan(ctx, &there)
	return there, err
}
