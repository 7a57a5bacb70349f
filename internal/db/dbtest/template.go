package dbtest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"runtime/debug"

	"github.com/jackc/pgx/v5"

	"bursar/internal/db"
	"bursar/migrations"
)

// prepareLock is held while templates are made and left-overs dropped, by one test process at a time.
const prepareLock = 7_202_612

// prepare drops what killed test processes left and makes the template if these migrations have none.
func (s *server) prepare(ctx context.Context) error {
	digest, err := digest(migrations.Files)
	if err != nil {
		return err
	}
	s.template = templatePrefix + digest
	if _, err := s.admin.Exec(ctx, "SELECT pg_advisory_lock($1)", prepareLock); err != nil {
		return err
	}
	if err := s.ensureTemplate(ctx); err != nil {
		return err // the lock goes with the connection of a test process that cannot go on
	}
	_, err = s.admin.Exec(ctx, "SELECT pg_advisory_unlock($1)", prepareLock)
	return err
}

func (s *server) ensureTemplate(ctx context.Context) error {
	if err := s.sweep(ctx); err != nil {
		return err
	}
	var there bool
	if err := s.admin.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", s.template).Scan(&there); err != nil || there {
		return err
	}
	return s.makeTemplate(ctx)
}

// makeTemplate migrates a database under another name first, so that a template is always a whole one.
func (s *server) makeTemplate(ctx context.Context) error {
	half := fmt.Sprintf("%s%d", halfPrefix, s.admin.PgConn().PID())
	if err := s.clone(ctx, half, "template0"); err != nil {
		return err
	}
	if _, err := db.Migrate(ctx, s.url(half), migrations.Files); err != nil {
		return err
	}
	if _, err := s.admin.Exec(ctx, fmt.Sprintf("ALTER DATABASE %s RENAME TO %s", half, s.template)); err != nil {
		return err
	}
	var now string
	if err := s.admin.QueryRow(ctx, "SELECT now()::text").Scan(&now); err != nil {
		return err
	}
	_, err := s.admin.Exec(ctx, fmt.Sprintf("COMMENT ON DATABASE %s IS '%s'", s.template, now)) // its age, for sweep
	return err
}

// sweep drops databases nobody can be using: those of test processes that have gone, half-made templates, and
// templates of other migrations that are a day old.
func (s *server) sweep(ctx context.Context) error {
	rows, err := s.admin.Query(ctx, `
		SELECT datname FROM pg_database
		WHERE  starts_with(datname, $1) AND split_part(datname, '_', 3) NOT IN (SELECT pid::text FROM pg_stat_activity)
		   OR  starts_with(datname, $2)
		   OR  starts_with(datname, $3) AND datname <> $4
		       AND shobj_description(oid, 'pg_database')::timestamptz < now() - interval '1 day'`,
		testPrefix, halfPrefix, templatePrefix, s.template)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := s.drop(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// digest names what the schema is made from: the migrations, and River's version, which brings its own.
func digest(files fs.FS) (string, error) {
	h := sha256.New()
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/riverqueue/river" {
				fmt.Fprintln(h, m.Version)
			}
		}
	}
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(text), text)
		return err
	})
	return fmt.Sprintf("%x", h.Sum(nil))[:16], err
}
