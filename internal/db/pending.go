package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/uptrace/bun/migrate"
)

// Pending lists the migrations that Migrate would apply to the database at url. The login at url must own the
// database. Nothing is changed.
func Pending(ctx context.Context, url string, files fs.FS) (pending []string, err error) {
	found := migrate.NewMigrations()
	if err := found.Discover(files); err != nil {
		return nil, err
	}
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	applied, err := appliedTo(ctx, pool)
	if err != nil {
		return nil, fmt.Errorf("reading which migrations are applied: %w", err)
	}
	for _, m := range found.Sorted() {
		if !slices.Contains(applied, m.Name) {
			pending = append(pending, m.Name+"_"+m.Comment)
		}
	}
	jobs, err := pendingJobs(ctx, pool)
	return append(pending, jobs...), err
}

func appliedTo(ctx context.Context, pool *pgxpool.Pool) ([]string, error) {
	var begun bool
	if err := pool.QueryRow(ctx, "SELECT to_regclass('public.bun_migrations') IS NOT NULL").Scan(&begun); err != nil || !begun {
		return nil, err
	}
	rows, err := pool.Query(ctx, "SELECT name FROM public.bun_migrations ORDER BY name")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// pendingJobs says whether River's tables are up to date.
func pendingJobs(ctx context.Context, pool *pgxpool.Pool) ([]string, error) {
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: JobSchema})
	if err != nil {
		return nil, err
	}
	result, err := migrator.Validate(ctx, nil)
	if err != nil {
		return nil, errors.Join(errors.New("checking the job queue"), err)
	}
	if result.OK {
		return nil, nil
	}
	return []string{"the job queue"}, nil
}
