package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const socketName = ".s.PGSQL." + port

// quiet are settings of every server. Bun writes values into the text of a statement, so a statement must never
// reach the log, nor the detail of an error, which prints the row.
func quiet() map[string]string {
	return map[string]string{
		"listen_addresses":                  "",
		"unix_socket_permissions":           "0700",
		"log_error_verbosity":               "terse",
		"log_min_error_statement":           "panic",
		"log_parameter_max_length":          "0",
		"log_parameter_max_length_on_error": "0",
		"log_checkpoints":                   "off",
		"log_timezone":                      "UTC",
		"timezone":                          "UTC",
	}
}

// durable is what an acknowledged commit rests on: PostgreSQL's defaults, said so that no file changes them.
func durable() map[string]string {
	return map[string]string{"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
}

// fast never waits for the disk and keeps its files small, since they may be in memory.
func fast() map[string]string {
	return map[string]string{
		"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off",
		"wal_level": "minimal", "max_wal_senders": "0", "min_wal_size": "32MB", "max_wal_size": "256MB",
	}
}

// process is a server that may still be starting.
type process struct {
	pid  int
	gone func() bool
}

// spawn starts the server itself rather than pg_ctl.
func (h home) spawn(p programs, o Options) (process, error) {
	if err := h.makeSockets(); err != nil {
		return process{}, err
	}
	settings := quiet()
	if o.Fast {
		maps.Copy(settings, fast())
	} else {
		maps.Copy(settings, durable())
	}
	maps.Copy(settings, o.Settings)
	args := []string{"-D", h.data(), "-k", h.sockets(), "-p", port}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	log, err := h.openLog()
	if err != nil {
		return process{}, err
	}
	defer log.Close()
	cmd := exec.Command(p.path("postgres"), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = h.data(), log, log
	ended, err := h.start(cmd)
	if err != nil {
		return process{}, fmt.Errorf("cannot start PostgreSQL in %s: %w", h.dir, err)
	}
	gone := func() bool {
		select {
		case <-ended:
			return true
		default:
			return false
		}
	}
	return process{cmd.Process.Pid, gone}, nil
}

// openLog begins a new log and keeps the one of the run before.
func (h home) openLog() (*os.File, error) {
	if err := os.Rename(h.log(), h.log()+".old"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := os.OpenFile(h.log(), os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	return f, f.Chown(h.uid, h.gid)
}

// awaitReady returns true when the server says that it is ready and has taken a connection, and false when its
// process has ended.
func (h home) awaitReady(ctx context.Context, server process) (bool, error) {
	for !server.gone() {
		if m, err := h.postmaster(); err == nil && m.pid == server.pid && m.status == "ready" {
			if ok, err := h.tryConnect(ctx); ok || err != nil {
				return ok, err
			}
		}
		select {
		case <-ctx.Done():
			return false, fmt.Errorf("PostgreSQL in %s was not ready in time: look into %s, then try again", h.dir, h.log())
		case <-time.After(tick):
		}
	}
	return false, nil
}

// tryConnect returns an error only for an answer that waiting does not change; a connection that breaks is one
// to a server that is about to go.
func (h home) tryConnect(ctx context.Context) (bool, error) {
	const cannotConnectNow = "57P03"
	conn, err := pgx.Connect(ctx, h.url(superuser))
	if err == nil {
		return true, conn.Close(ctx)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code != cannotConnectNow {
		return false, fmt.Errorf("PostgreSQL in %s runs but takes no connection: %s", h.dir, e.Message)
	}
	return false, nil
}

// startFailed passes on what a server that did not start had to say.
func (h home) startFailed() error {
	log, _ := os.ReadFile(h.log()) // without a log the sentence below is all there is to say
	return fmt.Errorf("PostgreSQL in %s did not start: %s (more in %s)", h.dir, complaint(log), h.log())
}

// stop shuts the server down: orderly, and at once when that takes longer than ctx or a minute.
func (h home) stop(ctx context.Context) error {
	m, err := h.postmaster()
	if err != nil || !h.alive(m.pid) {
		return nil // the keeper or somebody by hand was quicker
	}
	gone := func() (bool, error) { return !h.alive(m.pid), nil }
	for _, how := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		if err := syscall.Kill(m.pid, how); err == nil && h.wait(ctx, gone) == nil {
			return h.dropSockets()
		}
		ctx = context.WithoutCancel(ctx)
	}
	return fmt.Errorf("PostgreSQL in %s (process %d) does not stop: end it by hand", h.dir, m.pid)
}

// postmaster is what a server writes about itself into postmaster.pid.
type postmaster struct {
	pid     int
	sockets string
	status  string // starting, ready, stopping
}

// postmaster reads the file; while it is being written some of it is empty.
func (h home) postmaster() (postmaster, error) {
	text, err := os.ReadFile(h.postmasterPid())
	if err != nil {
		return postmaster{}, err
	}
	const pidLine, socketsLine, statusLine = 0, 4, 7
	lines := append(strings.Split(string(text), "\n"), make([]string, statusLine+1)...)
	pid, err := strconv.Atoi(strings.TrimSpace(lines[pidLine]))
	return postmaster{pid: pid, sockets: lines[socketsLine], status: strings.TrimSpace(lines[statusLine])}, err
}

// alive tells whether a process is a PostgreSQL of this folder. A signal would not tell: zombies and strangers
// with a number used again take it too.
func (h home) alive(pid int) bool {
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	cwd, err := os.Readlink(filepath.Join(proc, "cwd"))
	if err != nil || cwd != h.data() {
		return false
	}
	comm, err := os.ReadFile(filepath.Join(proc, "comm"))
	return err == nil && strings.TrimSpace(string(comm)) == "postgres"
}
