package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// settle looks for a server that runs in the folder already. It returns its process to join it, or none once
// nothing runs there and nothing stale is in the way of a new one. A server that is on its way out is waited
// for.
func (h home) settle(ctx context.Context) (server process, err error) {
	err = h.wait(ctx, func() (bool, error) {
		m, err := h.postmaster()
		if err == nil && h.alive(m.pid) && m.status != "stopping" {
			server = process{m.pid, func() bool { return !h.alive(m.pid) }}
			return true, h.ours(m)
		}
		if h.inhabited() {
			return false, nil
		}
		return true, h.sweepStale()
	})
	return server, err
}

// ours refuses a server that somebody started by hand with other addresses than we would use.
func (h home) ours(m postmaster) error {
	if m.sockets != "" && m.sockets != h.sockets() {
		return fmt.Errorf("another PostgreSQL (process %d) was started by hand in %s: stop it with `kill -INT %d`", m.pid, h.data(), m.pid)
	}
	return nil
}

// inhabited tells whether any process of a PostgreSQL works in the data folder, be it only a remnant of a
// killed server.
func (h home) inhabited() bool {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return true
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && h.alive(pid) {
			return true
		}
	}
	return false
}

// sweepStale removes the marks of a server that was killed: PostgreSQL itself would take a process that got the
// same number for the one that left them. Only safe when the folder is not inhabited.
func (h home) sweepStale() error {
	socket := filepath.Join(h.sockets(), socketName)
	for _, path := range []string{h.postmasterPid(), socket + ".lock", socket} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
