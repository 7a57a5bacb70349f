package question

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/secret"
)

type message struct {
	bun.BaseModel `bun:"table:sensitive.question_messages,alias:message"`

	ID         id.QuestionMessage `bun:"id,pk"`
	ThreadID   id.QuestionThread  `bun:"thread_id"`
	AuthorID   id.Person          `bun:"author_id"`
	FromOffice bool               `bun:"from_office"`
	Body       []byte             `bun:"body"`
	Once       []byte             `bun:"once"`
	At         time.Time          `bun:"at"`
	SeenAt     time.Time          `bun:"seen_at,nullzero"`
}

// insert keeps a message in a thread that is locked. It reports false for one that is there already.
func insert(ctx context.Context, tx *db.Tx, box *secret.Box, t *Thread, author id.Person, fromOffice bool, w Words) (bool, error) {
	n, err := tx.NextID(ctx, messagesTable)
	if err != nil {
		return false, err
	}
	row := &message{ID: id.QuestionMessage(n), ThreadID: t.ID, AuthorID: author, FromOffice: fromOffice, Once: w.once(), At: tx.Now}
	if row.Body, err = box.Seal([]byte(w.Text), messagesTable, "body", n); err != nil {
		return false, err
	}
	done, err := tx.NewInsert().Model(row).On("CONFLICT (thread_id, once) DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("keeping a message: %w", err)
	}
	kept, err := done.RowsAffected()
	t.LatestAt = tx.Now
	return kept == 1, err
}

func lock(ctx context.Context, tx *db.Tx, code string) (*Thread, error) {
	return scan(ctx, tx.NewSelect().Where("code = ?", id.NormaliseCode(code)).For("UPDATE"))
}

func scan(ctx context.Context, q *bun.SelectQuery) (*Thread, error) {
	t := new(Thread)
	err := q.Model(t).Scan(ctx)
	if db.NoRows(err) {
		return nil, ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("reading a thread: %w", err)
	}
	return t, nil
}

func save(ctx context.Context, tx *db.Tx, t *Thread) error {
	if _, err := tx.NewUpdate().Model(t).Column("status", "waiting_since", "latest_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("saving a thread: %w", err)
	}
	return nil
}

// Open is how many threads wait for the office. It is for db.Office.
func Open(ctx context.Context, d bun.IDB) (n int, err error) {
	if err = d.NewRaw("SELECT count(*) FROM sensitive.question_threads WHERE status = 'open'").Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("counting questions: %w", err)
	}
	return n, nil
}

// Listed is a thread as a list shows it.
type Listed struct {
	ID     id.QuestionThread
	Code   string
	Status Status
	At     time.Time // since when it waits, or when something was last said
	Place  string    // its code
	Run    string    // its code
	Name   string    // of who asks; may be empty
}

// Key is where a list of threads goes on.
type Key struct {
	Ended bool
	At    time.Time
	ID    id.QuestionThread
}

// Key is where the list goes on after this thread.
func (l Listed) Key() Key { return Key{l.Status != Waiting, l.At, l.ID} }

// List is the threads that wait, the longest waiting first, and then the others, the latest first: of one run, or of all when
// its code is empty. The zero Key begins it.
func List(ctx context.Context, d bun.IDB, run string, after Key, limit int) ([]Listed, error) {
	var rows []Listed
	if !after.Ended {
		err := list(ctx, d, run, &rows, bun.SafeQuery("t.waiting_since"),
			bun.SafeQuery("t.status = 'open' AND (t.waiting_since, t.id) > (?, ?) ORDER BY t.waiting_since, t.id LIMIT ?", after.At, after.ID, limit))
		if err != nil || len(rows) == limit {
			return rows, err
		}
		after = Key{At: endOfTime}
	}
	var ended []Listed
	err := list(ctx, d, run, &ended, bun.SafeQuery("t.latest_at"),
		bun.SafeQuery("t.status <> 'open' AND (t.latest_at, t.id) < (?, ?) ORDER BY t.latest_at DESC, t.id DESC LIMIT ?", after.At, after.ID, limit-len(rows)))
	return append(rows, ended...), err
}

// endOfTime is after every message.
var endOfTime = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)

func list(ctx context.Context, d bun.IDB, run string, rows *[]Listed, at, which schema.QueryWithArgs) error {
	err := d.NewRaw(`
		SELECT t.id, t.code, t.status, ? AS at, e.code AS place, r.code AS run, p.name
		FROM   sensitive.question_threads t
		JOIN   enrolments e ON e.id = t.enrolment_id
		JOIN   runs r ON r.id = e.run_id
		JOIN   people p ON p.id = t.person_id
		WHERE  (? = '' OR r.code = ?) AND ?`, at, run, run, which).Scan(ctx, rows)
	if err != nil {
		return fmt.Errorf("listing questions: %w", err)
	}
	return nil
}

// Runs lists the codes of the runs about whose places something was asked, the latest first.
func Runs(ctx context.Context, d bun.IDB) (codes []string, err error) {
	err = d.NewRaw(`SELECT r.code FROM runs r WHERE EXISTS (SELECT FROM enrolments e JOIN sensitive.question_threads t ON t.enrolment_id = e.id WHERE e.run_id = r.id)
		ORDER BY r.id DESC LIMIT 200`).Scan(ctx, &codes)
	return codes, err
}

// Kept is how long a thread is kept (UK GDPR Art. 5(1)(e)): until then something can be looked up that was agreed in it.
var Kept = form.Term{Years: 1, After: form.CourseEnds}

// forgetAtOnce is how many threads are deleted in one unit of work.
const forgetAtOnce = 100

// Forget deletes threads whose term is over: a year after the last day of the course and after what was last said, which may
// be later. One that still waits for an answer is not deleted. It deletes at most a hundred and returns how many; there may
// be more as long as that is not 0. It runs as db.Worker.
func Forget(ctx context.Context, tx *db.Tx) (int, error) {
	today := london.DateOf(tx.Now)
	kept := london.On(today.Year-Kept.Years, today.Month, today.Day) // whatever ended on this day or later is still there
	var due []struct {
		ID    id.QuestionThread
		Place id.Enrolment
	}
	err := tx.NewRaw(`
		SELECT t.id, t.enrolment_id AS place FROM sensitive.question_threads t JOIN enrolments e ON e.id = t.enrolment_id
		WHERE  t.status <> 'open' AND t.latest_at < ? AND (SELECT max(b.ends_on) FROM blocks b WHERE b.run_id = e.run_id) < ?
		ORDER  BY t.id LIMIT ? FOR UPDATE OF t SKIP LOCKED`, kept.At(0, 0), kept, forgetAtOnce).Scan(ctx, &due)
	if err != nil {
		return 0, fmt.Errorf("listing threads whose term is over: %w", err)
	}
	for _, t := range due {
		if _, err := tx.NewRaw("DELETE FROM sensitive.question_threads WHERE id = ?", t.ID).Exec(ctx); err != nil {
			return 0, fmt.Errorf("deleting a thread: %w", err)
		}
		if err := audit.Record(ctx, tx, audit.Event{Actor: audit.System, Action: "questions deleted", Subject: "enrolment", SubjectID: int64(t.Place)}); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
