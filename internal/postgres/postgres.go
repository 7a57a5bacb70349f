// Package postgres is the embedded default: a private PostgreSQL in a folder, for whoever has not set up a
// server of their own. It finds PostgreSQL's programs, makes the database on first use, and starts, adopts and
// stops the server.
//
// What always holds: the server listens on a Unix socket that only its own user may reach, never on a network
// address, and never runs as root. Any number of processes may use one folder at the same time; the last to
// leave stops the server, however it leaves: a keeper waits on a lock that the kernel frees even when a process
// is killed. A commit that was acknowledged survives the loss of any process and of the machine, unless Fast
// was asked for. A first start that is cut short leaves nothing that a second one would trip over.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Options say where the database is and how it is to run.
type Options struct {
	Dir      string            // the database's own folder, made when missing
	BinDir   string            // the folder of PostgreSQL's programs; empty: look in PATH, then where Debian keeps them
	Fast     bool              // for tests: nothing waits for the disk, so a crash of the machine loses the database
	Settings map[string]string // further server settings by PostgreSQL's names; they bind when this call starts the server
}

// Server is this process's use of a running PostgreSQL. It ends with Stop, or with the process.
type Server struct {
	home  home
	users lock
}

const (
	superuser   = "postgres"
	port        = "5432" // a part of the socket's name and nothing else: there is no network address
	oldestMajor = 15
	tick        = 10 * time.Millisecond
	patience    = time.Minute // how long another process may take to start or stop the server
)

// Start returns once the PostgreSQL in o.Dir accepts connections. It makes the database when the folder is new,
// starts the server when none is running, and joins the running one else. An error is one line that says what
// to do.
func Start(ctx context.Context, o Options) (*Server, error) {
	if runtime.GOOS != "linux" {
		return nil, errors.New("the built-in database runs on Linux only: set DATABASE_URL to a PostgreSQL 15 or newer")
	}
	h, err := openHome(o.Dir)
	if err != nil {
		return nil, err
	}
	turn, users, err := h.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer turn.free()
	if err := h.run(ctx, o); err != nil {
		users.free()
		return nil, err
	}
	return &Server{home: h, users: users}, nil
}

// run makes sure that a server is up and has a keeper. The caller has its turn.
func (h home) run(ctx context.Context, o Options) error {
	major, err := h.major()
	if err != nil {
		return err
	}
	p, err := findPrograms(o.BinDir, major)
	if err != nil {
		return fmt.Errorf("cannot serve %s: %w", h.dir, err)
	}
	if err := h.keep(p); err != nil {
		return err
	}
	for {
		server, err := h.settle(ctx)
		if err != nil {
			return err
		}
		joins := server.pid != 0
		if !joins {
			if server, err = h.launch(ctx, p, o, major == 0); err != nil {
				return err
			}
		}
		ready, err := h.awaitReady(ctx, server)
		if ready || err != nil {
			return err
		}
		if !joins {
			return h.startFailed()
		}
		// The server we were joining has just died, so we start one ourselves.
	}
}

// launch starts a server, in a new database where there is none yet.
func (h home) launch(ctx context.Context, p programs, o Options, first bool) (process, error) {
	if first {
		if err := h.initdb(ctx, p, o.Fast); err != nil {
			return process{}, err
		}
	}
	return h.spawn(p, o)
}

// URL is the address of a database on this server, as its superuser, for pgx. The database may not exist yet.
func (s *Server) URL(database string) string {
	return s.home.url(database)
}

func (h home) url(database string) string {
	q := url.Values{"host": {h.sockets()}, "port": {port}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + database, RawQuery: q.Encode()}
	return u.String()
}

// CreateDatabase makes an empty database; one that is there already is left as it is.
func (s *Server) CreateDatabase(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, s.URL(superuser))
	if err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	const duplicateDatabase = "42P04"
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == duplicateDatabase {
		return nil
	}
	if err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// Stop ends this process's use of the server. The last user's Stop shuts the server down and returns when it
// has gone; ctx bounds the wait for an orderly end, after which it is made to stop at once (what was committed
// stays committed). Calling it again does nothing.
func (s *Server) Stop(ctx context.Context) error {
	if s.users == noLock {
		return nil
	}
	turn, err := s.home.takeTurn(ctx)
	if err != nil {
		return err // the keeper stops the server when this process ends
	}
	defer turn.free()
	users := s.users
	s.users = noLock
	defer users.free()
	if last, err := users.leave(); err != nil || !last {
		return err
	}
	return s.home.stop(ctx)
}

// The layout of the folder.
func (h home) data() string          { return filepath.Join(h.dir, "data") }
func (h home) log() string           { return filepath.Join(h.dir, "postgres.log") }
func (h home) postmasterPid() string { return filepath.Join(h.data(), "postmaster.pid") }
