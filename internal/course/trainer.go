package course

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/people"
)

// longestIntroduction is how much a trainer may say of themselves, in characters.
const longestIntroduction = 600

var (
	// ErrNoTrainer means that somebody does not teach here, or not any more.
	ErrNoTrainer = failure.New(failure.NotFound, "no_trainer", "They are not one of our trainers.")
	// ErrStillTeaches means that a trainer who was to leave is down for a block that is not over.
	ErrStillTeaches = failure.New(failure.Conflict, "still_teaches", "They still teach. Take them off those days first.")
)

// Trainer is somebody who teaches. Whether they are a peer, and what is said of them, they alone decide.
type Trainer struct {
	bun.BaseModel `bun:"table:trainers,alias:t"`

	PersonID     id.Person `bun:"person_id,pk"`
	Peer         bool      `bun:"peer"`
	Introduction string    `bun:"introduction"` // in their own words; may be empty
	Since        time.Time `bun:"since"`
	Until        time.Time `bun:"until,nullzero"` // zero: they teach

	Name string `bun:"name,scanonly"`
	Code string `bun:"code,scanonly"` // names the person in addresses
}

// AddTrainer says that somebody teaches, and gives them the role that opens a trainer's pages. For somebody who taught before
// it goes on as it was; doing it again changes nothing.
func AddTrainer(ctx context.Context, tx *db.Tx, by audit.Actor, person id.Person) error {
	done, err := tx.NewRaw(`
		INSERT INTO trainers (person_id, since) VALUES (?, ?)
		ON CONFLICT (person_id) DO UPDATE SET until = NULL WHERE trainers.until IS NOT NULL`, person, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("adding a trainer: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if err := people.Grant(ctx, tx, by, person, people.Trainer); err != nil {
		return err
	}
	return recordTrainer(ctx, tx, by, "trainer added", person)
}

// SetTrainerPeer is a trainer's own word that they teach as a peer, or that they do not say so. Nobody says it for them, and
// what they said before is kept nowhere.
func SetTrainerPeer(ctx context.Context, tx *db.Tx, person id.Person, peer bool) error {
	return changeTrainer(ctx, tx, person, "peer = ?", peer)
}

// Introduce is what a trainer wants to be said of themselves, at most 600 characters; nothing is fine.
func Introduce(ctx context.Context, tx *db.Tx, person id.Person, words string) error {
	words = strings.TrimSpace(words)
	if len([]rune(words)) > longestIntroduction {
		return failure.Field("introduction", "Use 600 characters or fewer")
	}
	return changeTrainer(ctx, tx, person, "introduction = ?", words)
}

func changeTrainer(ctx context.Context, tx *db.Tx, person id.Person, set string, value any) error {
	done, err := tx.NewRaw("UPDATE trainers SET "+set+" WHERE person_id = ? AND until IS NULL", value, person).Exec(ctx)
	if err != nil {
		return fmt.Errorf("changing a trainer: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return orNot(err, ErrNoTrainer)
	}
	return recordTrainer(ctx, tx, audit.Person(person), "trainer introduced themselves", person)
}

// EndTrainer says that somebody does not teach any more, and takes the role away. What they taught stays. It returns
// ErrStillTeaches when they are down for a block that is not over.
func EndTrainer(ctx context.Context, tx *db.Tx, by audit.Actor, person id.Person) error {
	var until time.Time
	err := tx.NewRaw("SELECT coalesce(until, 'epoch') FROM trainers WHERE person_id = ? FOR UPDATE", person).Scan(ctx, &until)
	if db.NoRows(err) {
		return ErrNoTrainer
	}
	if err != nil {
		return fmt.Errorf("finding a trainer: %w", err)
	}
	if until.Unix() != 0 {
		return nil
	}
	where, err := ahead(ctx, tx, person)
	if err != nil {
		return err
	}
	if where != "" {
		return failure.New(failure.Conflict, ErrStillTeaches.Code, "They still teach "+where+". Take them off those days first.")
	}
	if _, err := tx.NewRaw("UPDATE trainers SET until = ? WHERE person_id = ?", tx.Now, person).Exec(ctx); err != nil {
		return fmt.Errorf("ending a trainer's work: %w", err)
	}
	if err := people.Revoke(ctx, tx, by, person, people.Trainer); err != nil {
		return err
	}
	return recordTrainer(ctx, tx, by, "trainer left", person)
}

// Trainers lists who teaches, by name. A provider has tens of them.
func Trainers(ctx context.Context, d bun.IDB) ([]Trainer, error) {
	return trainers(ctx, d, "t.until IS NULL")
}

// TrainerOf is somebody who teaches, or ErrNoTrainer.
func TrainerOf(ctx context.Context, d bun.IDB, person id.Person) (Trainer, error) {
	found, err := trainers(ctx, d, "t.until IS NULL AND t.person_id = ?", person)
	if err != nil {
		return Trainer{}, err
	}
	if len(found) == 0 {
		return Trainer{}, ErrNoTrainer
	}
	return found[0], nil
}

func trainers(ctx context.Context, d bun.IDB, where string, args ...any) ([]Trainer, error) {
	var list []Trainer
	err := d.NewRaw(`SELECT t.*, p.name, p.code FROM trainers t JOIN people p ON p.id = t.person_id WHERE ? ORDER BY p.name, t.person_id LIMIT 500`,
		bun.SafeQuery(where, args...)).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing trainers: %w", err)
	}
	return list, nil
}

func recordTrainer(ctx context.Context, tx *db.Tx, by audit.Actor, what string, person id.Person) error {
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: what, Subject: "trainer", SubjectID: int64(person)})
}

// orNot is what went wrong, or else what nothing having changed means.
func orNot(err, nothing error) error {
	if err != nil {
		return err
	}
	return nothing
}
