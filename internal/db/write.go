package db

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/uptrace/bun"
)

// Tx is one unit of work: what is written on it happens together or not at all, at one time. Only Write makes
// one. Now has the database's precision, so that what is written equals what is read back.
type Tx struct {
	bun.IDB
	Now  time.Time
	conn bun.Conn
	jobs inserter
}

// acquireWithin bounds the wait for a connection: a full house is told to come back, not kept standing.
const acquireWithin = 15 * time.Second

// Write runs f as one unit of work and commits it. f may run up to three times, when PostgreSQL breaks a
// deadlock or a serialisation conflict, so it must do nothing outside the database: enqueue instead. Write
// returns f's error as it is when that is a failure; ErrBusy when the database cannot take the work now; and
// ErrUnknownOutcome when the connection broke during commit, after which the work may or may not stand.
func (db *DB) Write(ctx context.Context, f func(tx *Tx) error) error {
	return db.WriteAs(ctx, Who{}, f)
}

// WriteAs is Write in somebody's name. What they may see of schema sensitive, they see only in here, also when
// f only reads.
func (db *DB) WriteAs(ctx context.Context, who Who, f func(tx *Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := db.writeOnce(ctx, who, f)
		if attempt == 3 || !retryable(err) {
			return Classify(err)
		}
		backoff := time.Duration(attempt) * 10 * time.Millisecond
		select {
		case <-time.After(backoff + rand.N(backoff)):
		case <-ctx.Done():
			return Classify(err)
		}
	}
}

func (db *DB) writeOnce(ctx context.Context, who Who, f func(tx *Tx) error) error {
	acquire, cancel := context.WithTimeout(ctx, acquireWithin)
	conn, err := db.bun.Conn(acquire)
	cancel()
	if err != nil {
		return fmt.Errorf("taking a connection: %w", errors.Join(ErrBusy, err))
	}
	defer func() { _ = conn.Close() }() // gives it back to the pool; a broken one was reported by its last use
	btx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("beginning: %w", err)
	}
	defer func() { _ = btx.Rollback() }() // does nothing after Commit; ends the work when f fails or panics
	tx := &Tx{IDB: btx, Now: db.Now().UTC().Truncate(time.Microsecond), conn: conn, jobs: db.jobs}
	if err := tx.name(ctx, who); err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return err
	}
	if err := btx.Commit(); err != nil {
		return commitError(err)
	}
	return nil
}

// name tells row security in whose name the work is done, until its end.
func (tx *Tx) name(ctx context.Context, who Who) error {
	if who.Person == 0 && who.Link == nil {
		return nil
	}
	_, err := tx.NewRaw("SELECT set_config('bursar.person', ?, true), set_config('bursar.link', ?, true)",
		strconv.FormatInt(int64(who.Person), 10), hex.EncodeToString(who.Link)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("saying in whose name: %w", err)
	}
	return nil
}

// NextID takes the next number of a table's identity column: for a row that must know its number before it is
// written, because its fields are sealed for it, or that its writer may not read back.
func (tx *Tx) NextID(ctx context.Context, table string) (int64, error) {
	var n int64
	if err := tx.NewRaw("SELECT nextval(?)", table+"_id_seq").Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("numbering a row of %s: %w", table, err)
	}
	return n, nil
}
