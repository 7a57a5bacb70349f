package course

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// ErrElsewhere means that a trainer teaches something else on one of those days: nobody is in two places.
var ErrElsewhere = failure.New(failure.Conflict, "trainer_elsewhere", "They teach something else on one of these days.")

// Teaching is that somebody teaches a block.
type Teaching struct {
	RunID    id.Run
	BlockID  id.Block
	Number   int // of the block
	PersonID id.Person
	Name     string
	Code     string // names the person in addresses
	Peer     bool
	StartsOn london.Date
	EndsOn   london.Date
}

// Assign says that a trainer teaches a block. Doing it again changes nothing. It returns ErrNoTrainer for somebody who does
// not teach, or ErrElsewhere with where they are.
func Assign(ctx context.Context, tx *db.Tx, by audit.Actor, block id.Block, person id.Person) error {
	if _, err := TrainerOf(ctx, tx, person); err != nil {
		return err
	}
	if err := free(ctx, tx, block, person); err != nil {
		return err
	}
	done, err := tx.NewRaw(`
		INSERT INTO block_trainers (block_id, person_id, starts_on, ends_on)
		SELECT b.id, ?, b.starts_on, b.ends_on FROM blocks b JOIN runs r ON r.id = b.run_id WHERE b.id = ? AND r.status <> ?
		ON CONFLICT (block_id, person_id) DO NOTHING`, person, block, Cancelled).Exec(ctx)
	if db.Violates(err, "block_trainers_in_one_place") {
		return ErrElsewhere.Because(err)
	}
	if err != nil {
		return fmt.Errorf("assigning a trainer: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return recordTeaching(ctx, tx, by, "trainer assigned", block, person)
}

// Unassign says that somebody does not teach a block after all. Doing it again changes nothing.
func Unassign(ctx context.Context, tx *db.Tx, by audit.Actor, block id.Block, person id.Person) error {
	done, err := tx.NewRaw("DELETE FROM block_trainers WHERE block_id = ? AND person_id = ?", block, person).Exec(ctx)
	if err != nil {
		return fmt.Errorf("taking a trainer off a block: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return recordTeaching(ctx, tx, by, "trainer taken off", block, person)
}

func recordTeaching(ctx context.Context, tx *db.Tx, by audit.Actor, what string, block id.Block, person id.Person) error {
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: what, Subject: "block", SubjectID: int64(block), Detail: map[string]any{"trainer": person}})
}

// free returns ErrElsewhere with what somebody teaches on one of a block's days, for whoever has to plan. That nobody else
// is quicker is the constraint's to say.
func free(ctx context.Context, d bun.IDB, block id.Block, person id.Person) error {
	var other struct {
		Name, Code string
		StartsOn   london.Date
		EndsOn     london.Date
	}
	err := d.NewRaw(`
		SELECT p.name, r.code, t.starts_on, t.ends_on
		FROM   blocks b JOIN block_trainers t ON t.person_id = ? AND t.block_id <> b.id AND t.starts_on <= b.ends_on AND t.ends_on >= b.starts_on
		JOIN   blocks o ON o.id = t.block_id JOIN runs r ON r.id = o.run_id JOIN people p ON p.id = t.person_id
		WHERE  b.id = ? ORDER BY t.starts_on LIMIT 1`, person, block).Scan(ctx, &other)
	if db.NoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking where a trainer is: %w", err)
	}
	return failure.New(failure.Conflict, ErrElsewhere.Code, fmt.Sprintf("%s teaches %s on %s, which overlaps with these days.",
		other.Name, other.Code, london.Days(other.StartsOn, other.EndsOn)))
}

// ahead says what somebody is down for that is not over: "FND-N26 on 30 November to 4 December 2026"; "" when nothing is.
func ahead(ctx context.Context, tx *db.Tx, person id.Person) (string, error) {
	next, err := teachings(ctx, tx, "t.person_id = ? AND t.ends_on >= ?", person, london.DateOf(tx.Now))
	if err != nil || len(next) == 0 {
		return "", err
	}
	var code string
	if err := tx.NewRaw("SELECT code FROM runs WHERE id = ?", next[0].RunID).Scan(ctx, &code); err != nil {
		return "", fmt.Errorf("finding what a trainer teaches: %w", err)
	}
	return code + " on " + london.Days(next[0].StartsOn, next[0].EndsOn), nil
}

// TrainersOf lists who teaches the blocks of some runs, in the order of the blocks and by name.
func TrainersOf(ctx context.Context, d bun.IDB, runs ...id.Run) ([]Teaching, error) {
	if len(runs) == 0 {
		return nil, nil
	}
	return teachings(ctx, d, "b.run_id IN (?)", bun.List(runs))
}

// TaughtNext is what each trainer teaches next, that ends on a day or after it.
func TaughtNext(ctx context.Context, d bun.IDB, from london.Date) (map[id.Person]Teaching, error) {
	list, err := teachings(ctx, d, "w.until IS NULL AND t.ends_on >= ?", from)
	next := map[id.Person]Teaching{}
	for _, t := range list {
		if _, known := next[t.PersonID]; !known {
			next[t.PersonID] = t
		}
	}
	return next, err
}

func teachings(ctx context.Context, d bun.IDB, where string, args ...any) ([]Teaching, error) {
	var list []Teaching
	err := d.NewRaw(`
		SELECT b.run_id, t.block_id, b.number, t.person_id, p.name, p.code, w.peer, t.starts_on, t.ends_on
		FROM   block_trainers t JOIN blocks b ON b.id = t.block_id JOIN trainers w ON w.person_id = t.person_id JOIN people p ON p.id = t.person_id
		WHERE  ? ORDER BY t.starts_on, b.run_id, b.number, p.name, t.person_id LIMIT 5000`, bun.SafeQuery(where, args...)).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing who teaches: %w", err)
	}
	return list, nil
}

// Teaches reports whether somebody teaches a block of a run, which is what opens its register to them.
func Teaches(ctx context.Context, d bun.IDB, person id.Person, run id.Run) (bool, error) {
	var yes bool
	err := d.NewRaw(`
		SELECT EXISTS (SELECT FROM block_trainers t JOIN blocks b ON b.id = t.block_id JOIN trainers w ON w.person_id = t.person_id
		               WHERE t.person_id = ? AND b.run_id = ? AND w.until IS NULL)`, person, run).Scan(ctx, &yes)
	if err != nil {
		return false, fmt.Errorf("looking whether somebody teaches: %w", err)
	}
	return yes, nil
}

// WithoutPeer reports whether nobody who teaches a run does so as a peer.
func WithoutPeer(of []Teaching) bool {
	for _, t := range of {
		if t.Peer {
			return false
		}
	}
	return true
}

// Links are the addresses at which the online days of a run are joined, by block: for who has a place and who teaches, never
// for the public.
func Links(ctx context.Context, d bun.IDB, run id.Run) (map[id.Block]string, error) {
	var rows []struct {
		ID   id.Block
		Link string
	}
	if err := d.NewRaw("SELECT id, link FROM blocks WHERE run_id = ? AND link <> ''", run).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("reading the links of a run: %w", err)
	}
	links := make(map[id.Block]string, len(rows))
	for _, r := range rows {
		links[r.ID] = r.Link
	}
	return links, nil
}
