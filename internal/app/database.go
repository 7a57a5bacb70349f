package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"

	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/postgres"
	"bursar/migrations"
)

// databaseName is that of the database in the embedded PostgreSQL.
const databaseName = "bursar"

// server is the PostgreSQL that is used: the one of the settings, or a private one in the data folder.
type server struct {
	url      string           // as the owner
	embedded *postgres.Server // nil when the settings name one
}

func startServer(ctx context.Context, cfg *config.Config) (server, error) {
	if cfg.DatabaseURL != "" {
		return server{url: cfg.DatabaseURL}, nil
	}
	pg, err := postgres.Start(ctx, postgres.Options{
		Dir:      filepath.Join(cfg.Data, "postgres"),
		Settings: map[string]string{"max_connections": "250"}, // pages and workers may run as two processes, each with a pool for every role
	})
	if err != nil {
		return server{}, fmt.Errorf("the built-in database: %w", err)
	}
	if err := pg.CreateDatabase(ctx, databaseName); err != nil {
		return server{}, errors.Join(err, pg.Stop(context.WithoutCancel(ctx)))
	}
	return server{url: pg.URL(databaseName), embedded: pg}, nil
}

func (s server) stop(ctx context.Context) error {
	if s.embedded == nil {
		return nil
	}
	return s.embedded.Stop(ctx)
}

// where says in words which database is used, without its password.
func (s server) where(cfg *config.Config) string {
	if s.embedded != nil {
		return "the built-in PostgreSQL in " + filepath.Join(cfg.Data, "postgres")
	}
	to, err := pgxpool.ParseConfig(s.url)
	if err != nil {
		return "the address in DATABASE_URL, which cannot be read"
	}
	return fmt.Sprintf("%s on %s", to.ConnConfig.Database, to.ConnConfig.Host)
}

// explain says in one line what to do about a database that does not answer or cannot be entered; PostgreSQL's
// client says it in several.
func (s server) explain(cfg *config.Config, err error) error {
	if _, away := errors.AsType[*pgconn.ConnectError](err); !away {
		return err
	}
	return fmt.Errorf("the database, %s, does not let us in: start it, or set DATABASE_URL to another (%s)",
		s.where(cfg), strings.Join(strings.Fields(err.Error()), " "))
}

// errNotMigrated means that the database's schema is not the one that this program was made for.
var errNotMigrated = errors.New("the database is not up to date: run bursar migrate")

// migrated refuses a database whose schema is not the one that this program was made for.
func (s server) migrated(ctx context.Context) error {
	pending, err := db.Pending(ctx, s.url, migrations.Files)
	if err != nil {
		return err
	}
	if len(pending) > 0 {
		return errNotMigrated
	}
	return nil
}

// Undurable lists the settings of the database under which a commit that was acknowledged can be lost.
func Undurable(ctx context.Context, d bun.IDB) ([]string, error) {
	var unsafe []string
	err := d.NewRaw(`
		SELECT name || ' is ' || setting FROM pg_settings
		WHERE name IN ('fsync', 'full_page_writes') AND setting <> 'on'
		   OR name = 'synchronous_commit' AND setting NOT IN ('on', 'remote_apply')
		ORDER BY name`).Scan(ctx, &unsafe)
	return unsafe, err
}

func durable(ctx context.Context, d bun.IDB) error {
	unsafe, err := Undurable(ctx, d)
	if err != nil {
		return fmt.Errorf("the database cannot be asked how safe it is: %w", err)
	}
	if len(unsafe) > 0 {
		return fmt.Errorf("the database could lose bookings and payments that people were told are safe: %s: set fsync, full_page_writes and synchronous_commit to on in postgresql.conf",
			strings.Join(unsafe, ", "))
	}
	return nil
}
