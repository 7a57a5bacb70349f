package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// half names the folders in which a database is being made; only a finished one is renamed to data.
const half = "data.half-"

// major is the version of PostgreSQL that made the database, 0 when there is none yet.
func (h home) major() (int, error) {
	entries, err := os.ReadDir(h.data())
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	text, err := os.ReadFile(filepath.Join(h.data(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%s is not a whole PostgreSQL database: restore it from a backup, or move it away to begin afresh", h.data())
	}
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s names no PostgreSQL version: restore the folder from a backup, or move it away to begin afresh", filepath.Join(h.data(), "PG_VERSION"))
	}
	return n, nil
}

// initdb makes the database aside and moves it into place in one step, so that a kill leaves nothing half-made.
func (h home) initdb(ctx context.Context, p programs, fast bool) error {
	if err := h.sweepHalves(); err != nil {
		return err
	}
	aside, err := os.MkdirTemp(h.dir, half)
	if err != nil {
		return err
	}
	defer os.RemoveAll(aside)
	if err := os.Chown(aside, h.uid, h.gid); err != nil {
		return err
	}
	args := []string{"--pgdata=" + aside, "--username=" + superuser, "--encoding=UTF8", "--locale=C.UTF-8",
		"--auth-local=trust", "--auth-host=reject", "--data-checksums"}
	if fast {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, p.path("initdb"), args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: h.credential()}
	cmd.Env, cmd.Dir = environment(), "/"
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot make the database in %s: %s (%w)", h.dir, complaint(out), err)
	}
	if err := os.Remove(h.data()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(aside, h.data()); err != nil {
		return err
	}
	return syncDir(h.dir)
}

// sweepHalves removes what an earlier first start left when it was killed.
func (h home) sweepHalves() error {
	halves, _ := filepath.Glob(filepath.Join(h.dir, half+"*")) // the pattern is sound, the only error there is
	for _, dir := range halves {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

// syncDir makes a rename in dir survive a crash of the machine.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// complaint is the line in a program's output that says what went wrong: the last one marked as an error, else
// the last one of all.
func complaint(output []byte) string {
	var last, marked string
	for line := range bytes.Lines(output) {
		text := strings.TrimSpace(string(line))
		if text == "" {
			continue
		}
		last = text
		if strings.Contains(text, "error:") || strings.Contains(text, "FATAL:") || strings.Contains(text, "PANIC:") {
			marked = text
		}
	}
	if marked != "" {
		return marked
	}
	return last
}
