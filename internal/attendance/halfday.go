package attendance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Half is the morning or the afternoon of a day.
type Half string

// The halves of a day.
const (
	Morning   Half = "am"
	Afternoon Half = "pm"
)

// Word is "morning" or "afternoon".
func (h Half) Word() string {
	if h == Morning {
		return "morning"
	}
	return "afternoon"
}

// HalfDay is half a day of a block: what one register is of.
type HalfDay struct {
	RunID    id.Run
	Run      string // code
	Course   string // title
	BlockID  id.Block
	Number   int // of the block
	StartsOn london.Date
	EndsOn   london.Date // of the block
	Day      london.Date
	Half     Half
}

// Path is the half day within an address: "FND-N26/2026-11-30/am".
func (h *HalfDay) Path() string { return h.Run + "/" + h.Day.String() + "/" + string(h.Half) }

// Over reports whether the block is over on a day.
func (h *HalfDay) Over(today london.Date) bool { return today.After(h.EndsOn) }

// Find is half a day of a run by the run's code, or ErrUnknown for a day on which it does not meet. It is for the office;
// see Taught.
func Find(ctx context.Context, d bun.IDB, run, day, half string) (*HalfDay, error) {
	on, err := london.Parse(day)
	if err != nil || Half(half) != Morning && Half(half) != Afternoon {
		return nil, ErrUnknown.Because(err)
	}
	h := &HalfDay{Day: on, Half: Half(half)}
	err = d.NewRaw(`
		SELECT r.id AS run_id, r.code AS run, c.title AS course, b.id AS block_id, b.number, b.starts_on, b.ends_on
		FROM   runs r JOIN courses c ON c.id = r.course_id JOIN blocks b ON b.run_id = r.id
		WHERE  r.code = ? AND ? BETWEEN b.starts_on AND b.ends_on AND r.status NOT IN ('draft', 'cancelled')`, run, on).Scan(ctx, h)
	if db.NoRows(err) {
		return nil, ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("finding half a day: %w", err)
	}
	return h, nil
}

// Taught is half a day that somebody teaches, or ErrUnknown.
func Taught(ctx context.Context, d bun.IDB, person id.Person, run, day, half string) (*HalfDay, error) {
	h, err := Find(ctx, d, run, day, half)
	if err != nil {
		return nil, err
	}
	return h, h.taughtBy(ctx, d, person)
}

// taughtBy returns ErrUnknown unless somebody teaches the block.
func (h *HalfDay) taughtBy(ctx context.Context, d bun.IDB, person id.Person) error {
	var yes bool
	err := d.NewRaw(`
		SELECT EXISTS (SELECT FROM block_trainers t JOIN trainers w ON w.person_id = t.person_id AND w.until IS NULL
		               WHERE t.block_id = ? AND t.person_id = ?)`, h.BlockID, person).Scan(ctx, &yes)
	if err != nil {
		return fmt.Errorf("looking who teaches: %w", err)
	}
	if !yes {
		return ErrUnknown
	}
	return nil
}

// lock makes the register of half a day if there is none, and locks it: whoever writes in it waits here and nowhere else.
func (h *HalfDay) lock(ctx context.Context, tx *db.Tx) (id.Register, error) {
	_, err := tx.NewRaw(`
		INSERT INTO registers (block_id, starts_on, ends_on, day, half) SELECT id, starts_on, ends_on, ?, ? FROM blocks WHERE id = ?
		ON CONFLICT ON CONSTRAINT registers_once DO NOTHING`, h.Day, h.Half, h.BlockID).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("making a register: %w", err)
	}
	var register id.Register
	err = tx.NewRaw("SELECT id FROM registers WHERE block_id = ? AND day = ? AND half = ? FOR UPDATE", h.BlockID, h.Day, h.Half).Scan(ctx, &register)
	if err != nil {
		return 0, fmt.Errorf("locking a register: %w", err)
	}
	return register, nil
}
