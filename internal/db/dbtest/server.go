package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"bursar/internal/postgres"
)

// Names of the databases made here. A test's own carries the server process of the connection that its test
// process keeps open: when that has gone, nobody uses the database any more.
const (
	testPrefix     = "bursar_test_"
	templatePrefix = "bursar_testtemplate_"
	halfPrefix     = "bursar_testhalf_" // a template that is being migrated
)

// memory is a file system without a disk; the databases of a test run need about this much room there.
const (
	memory = "/dev/shm"
	room   = 1 << 30
)

// server is this process's hold on the shared server: one connection that makes and drops databases.
type server struct {
	base     *url.URL
	template string

	mu    sync.Mutex
	admin *pgx.Conn
	made  int
}

// connect is done once in a test process; the connection and the server's use end with the process.
var connect = sync.OnceValues(func() (*server, error) {
	ctx, cancel := cleanup()
	defer cancel()
	address, err := address(ctx)
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(address)
	if err != nil || base.Scheme == "" {
		return nil, fmt.Errorf("DATABASE_URL must have the form postgres://user@host/database")
	}
	admin, err := pgx.Connect(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("the tests' PostgreSQL: %w", err)
	}
	s := &server{base: base, admin: admin}
	if err := s.prepare(ctx); err != nil {
		return nil, fmt.Errorf("preparing the tests' databases: %w", err)
	}
	return s, nil
})

func shared(t testing.TB) *server {
	t.Helper()
	s, err := connect()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// address names the server: the one the environment offers, else one of our own, in memory where there is room.
func address(ctx context.Context) (string, error) {
	if given := os.Getenv("DATABASE_URL"); given != "" {
		return given, nil
	}
	parent := os.TempDir()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= room {
		parent = memory
	}
	s, err := postgres.Start(ctx, postgres.Options{
		Dir:      filepath.Join(parent, "bursar-test-"+strconv.Itoa(os.Getuid())),
		Fast:     true,
		Settings: map[string]string{"max_connections": "500"},
	})
	if err != nil {
		return "", err
	}
	return s.URL("postgres"), nil
}

// url is the address of another database on the server.
func (s *server) url(database string) string {
	u := *s.base
	u.Path = "/" + database
	return u.String()
}

// make clones a template for one test.
func (s *server) make(t testing.TB, template string) string {
	t.Helper()
	s.mu.Lock()
	s.made++
	name := fmt.Sprintf("%s%d_%d", testPrefix, s.admin.PgConn().PID(), s.made)
	err := s.clone(t.Context(), name, template)
	s.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := cleanup()
		defer cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		if err := s.drop(ctx, name); err != nil {
			t.Error(err)
		}
	})
	return s.url(name)
}

// clone copies files: for a template of some megabytes in memory that is twice as fast as writing it to the log.
func (s *server) clone(ctx context.Context, name, template string) error {
	_, err := s.admin.Exec(context.WithoutCancel(ctx), fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, template))
	if err != nil {
		return fmt.Errorf("making %s: %w", name, err)
	}
	return nil
}

func (s *server) drop(ctx context.Context, name string) error {
	if _, err := s.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("dropping %s: %w", name, err)
	}
	return nil
}
