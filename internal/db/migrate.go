package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"
)

// migrationLock is held while migrating. It ends with its connection, unlike a row in a table, so a migrator
// that was killed blocks nobody.
const migrationLock = 7_202_611

// Migrate brings the schema of the database at url up to date and returns the names of the migrations it
// applied. Each file is applied together with the note that it was, or not at all; two migrators at once wait
// for each other. The login at url must own the database.
func Migrate(ctx context.Context, url string, files fs.FS) ([]string, error) {
	lock, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("connecting to migrate: %w", err)
	}
	defer func() { _ = lock.Close(context.WithoutCancel(ctx)) }() // the lock goes with it
	if _, err := lock.Exec(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return nil, fmt.Errorf("waiting for another migrator: %w", err)
	}
	applied, err := migrateSchema(ctx, url, files)
	if err != nil {
		return applied, fmt.Errorf("migrating: %w", err)
	}
	if err := migrateJobs(ctx, url); err != nil {
		return applied, fmt.Errorf("migrating the job queue: %w", err)
	}
	return applied, nil
}

func migrateSchema(ctx context.Context, url string, files fs.FS) (applied []string, err error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	b := openBun(cfg, 2)
	defer func() { err = errors.Join(err, b.Close()) }()
	found := migrate.NewMigrations()
	if err := found.Discover(files); err != nil {
		return nil, err
	}
	migrator := migrate.NewMigrator(b, found,
		migrate.WithMarkAppliedOnSuccess(true),
		migrate.WithUpsert(true),
		migrate.AfterMigration(func(ctx context.Context, conn bun.IConn, m *migrate.Migration) error {
			return noteApplied(ctx, b, conn, m)
		}))
	if err := migrator.Init(ctx); err != nil {
		return nil, err
	}
	group, err := migrator.Migrate(ctx)
	for _, m := range group.Migrations {
		applied = append(applied, m.Name+"_"+m.Comment)
	}
	if err != nil && len(applied) > 0 {
		applied = applied[:len(applied)-1]
	}
	return applied, err
}

// noteApplied writes the note that a migration is applied in the migration's own transaction. The migrator
// writes it again afterwards, which changes nothing.
func noteApplied(ctx context.Context, b *bun.DB, conn bun.IConn, m *migrate.Migration) error {
	_, err := b.NewInsert().Conn(conn).Model(m).ModelTableExpr("bun_migrations").
		On("CONFLICT (name) DO NOTHING").Returning("NULL").Exec(ctx)
	return err
}

// migrateJobs brings River's tables up to date and lets the application use them.
func migrateJobs(ctx context.Context, url string) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+JobSchema); err != nil {
		return err
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: JobSchema})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	_, err = pool.Exec(ctx, `
		GRANT USAGE ON SCHEMA `+JobSchema+` TO `+App+`;
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA `+JobSchema+` TO `+App+`;
		GRANT USAGE ON ALL SEQUENCES IN SCHEMA `+JobSchema+` TO `+App)
	if err != nil {
		return err
	}
	// Those that do not inherit from App may ask for something to be done, no more.
	for _, role := range []string{Supporter, Assessor} {
		var there bool
		if err := pool.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role).Scan(&there); err != nil || !there {
			return err // the schema is not ours: a test of Migrate itself
		}
		_, err = pool.Exec(ctx, `
			GRANT USAGE ON SCHEMA `+JobSchema+` TO `+role+`;
			GRANT SELECT, INSERT, UPDATE (kind) ON `+JobSchema+`.river_job TO `+role+`; -- River updates kind to itself
			GRANT USAGE ON ALL SEQUENCES IN SCHEMA `+JobSchema+` TO `+role)
		if err != nil {
			return err
		}
	}
	return nil
}
