// Package db is the one way to PostgreSQL. A *DB reads; a *Tx is one unit of work with one time, made only by
// Write, and is what every verb that changes something takes. What must happen after a change is enqueued on
// the Tx and exists exactly when the change does.
//
// Every unit of work runs at READ COMMITTED: what must not be overtaken is locked explicitly, parents first,
// and the last word has a constraint.
package db

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// Options says how to open a database.
type Options struct {
	URL      string           // postgres://… or key=value; PgBouncer in transaction mode is fine except for workers
	Role     string           // role to take on after connecting, usually App; empty stays with the login's own
	MaxConns int              // most connections of each of the two pools; 0 means 20
	Now      func() time.Time // the clock of the business; nil means the machine's
}

// DB reads, and begins units of work. Now is the only clock that code below the edges may use.
type DB struct {
	bun.IDB
	Now  func() time.Time
	bun  *bun.DB
	pool *pgxpool.Pool
	jobs inserter
}

// Open connects lazily: it fails for a malformed URL, and the first statement fails for a database that is
// not there.
func Open(o Options) (*DB, error) {
	if o.MaxConns == 0 {
		o.MaxConns = 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	cfg, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, fmt.Errorf("the database address cannot be read: %w", err)
	}
	for name, value := range sessionSettings {
		cfg.ConnConfig.RuntimeParams[name] = value
	}
	if o.Role != "" {
		cfg.ConnConfig.RuntimeParams["role"] = o.Role
	}
	cfg.MaxConns = int32(o.MaxConns)
	pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	jobs, err := newInserter()
	if err != nil {
		pool.Close()
		return nil, err
	}
	b := openBun(cfg.ConnConfig, o.MaxConns)
	return &DB{IDB: b, Now: o.Now, bun: b, pool: pool, jobs: jobs}, nil
}

// sessionSettings bound how long one statement, lock or forgotten transaction may hold up everybody else, and
// keep the database's calendar out of the program: London is a matter of the page.
var sessionSettings = map[string]string{
	"application_name":                    "bursar",
	"timezone":                            "UTC",
	"lock_timeout":                        "3s",
	"statement_timeout":                   "10s",
	"idle_in_transaction_session_timeout": "15s",
}

// openBun opens Bun's own pool. Bun writes arguments into the SQL text, so preparing statements would fill
// the server with one-off plans: exec mode sends each in one round trip and prepares nothing.
func openBun(base *pgx.ConnConfig, maxConns int) *bun.DB {
	cfg := base.Copy()
	cfg.DefaultQueryExecMode = pgx.QueryExecModeExec
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(maxConns)
	pool.SetMaxIdleConns(maxConns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return bun.NewDB(pool, pgdialect.New())
}

// Pool is the native pool: for the workers, LISTEN, COPY and the hottest reads.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.bun.PingContext(ctx) }

// Stats tells how busy the pool behind reads and Write is.
func (db *DB) Stats() sql.DBStats { return db.bun.Stats() }

// Close closes both pools.
func (db *DB) Close() error {
	db.pool.Close()
	return db.bun.Close()
}
