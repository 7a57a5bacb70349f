package postgres_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"bursar/internal/postgres"
)

// childVariable makes the test binary a program that writes numbers into the database in the folder it names,
// and prints each one when its commit was acknowledged.
const childVariable = "BURSAR_POSTGRES_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		fmt.Fprintln(os.Stderr, writeForEver(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func writeForEver(dir string) error {
	ctx := context.Background()
	s, err := postgres.Start(ctx, postgres.Options{Dir: dir})
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE TABLE IF NOT EXISTS acknowledged (n int)"); err != nil {
		return err
	}
	for n := 1; ; n++ {
		if _, err := conn.Exec(ctx, "INSERT INTO acknowledged VALUES ($1)", n); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// child is a process that writes into the database in dir; it returns once 50 rows are acknowledged.
func child(t *testing.T, dir string) *osexec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := osexec.Command(self)
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "50" {
			go func() { // reads on, so that the child never waits for us
				for lines.Scan() {
				}
			}()
			return cmd
		}
	}
	t.Fatalf("the writing process gave up: %s", &stderr)
	return nil
}

func TestAcknowledgedRowsOutliveAKilledProcess(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	cmd := child(t, dir)
	server := postmaster(t, dir)
	kill(t, cmd.Process.Pid)
	until(t, "the keeper has stopped the server of the killed process", func() bool { return !exists(server) })

	s := start(t, postgres.Options{Dir: dir})
	checkAcknowledged(t, s)
}

func TestAServerWhoseKeeperWasKilledTooIsAdopted(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	cmd := child(t, dir)
	server := postmaster(t, dir)
	for _, keeper := range keepers(t, dir) {
		kill(t, keeper)
	}
	kill(t, cmd.Process.Pid)

	s := start(t, postgres.Options{Dir: dir})
	if got := pid(t, s); got != server {
		t.Errorf("process %d was started beside the orphan %d", got, server)
	}
	checkAcknowledged(t, s)
	stop(t, s)
	if exists(server) {
		t.Error("the adopted server outlives its last user")
	}
}

func TestAcknowledgedRowsOutliveAKilledServer(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	child(t, dir)
	kill(t, postmaster(t, dir))

	s := start(t, postgres.Options{Dir: dir})
	checkAcknowledged(t, s)
}

func TestAnotherProcessWithTheNumberOfAKilledServerIsNotTakenForIt(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	stop(t, start(t, postgres.Options{Dir: dir, Fast: true}))
	stale := fmt.Sprintf("%d\n%s\n0\n5432\n%s\n\n0\nready\n", os.Getpid(), filepath.Join(dir, "data"), filepath.Join(dir, "sock"))
	for _, name := range []string{"data/postmaster.pid", "sock/.s.PGSQL.5432.lock"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(stale), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	start(t, postgres.Options{Dir: dir, Fast: true})
}

func checkAcknowledged(t *testing.T, s *postgres.Server) {
	t.Helper()
	if got := ask[int](t, s.URL("postgres"), "SELECT count(*) FROM acknowledged WHERE n BETWEEN 1 AND 50"); got != 50 {
		t.Errorf("%d of 50 acknowledged rows are there", got)
	}
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// postmaster is the process of the server that runs in dir.
func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	n, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// keepers are the processes that wait for the last user of the server in dir.
func keepers(t *testing.T, dir string) (pids []int) {
	t.Helper()
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil && bytes.Contains(text, []byte("flock")) && bytes.Contains(text, []byte(dir+"/")) {
			n, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			pids = append(pids, n)
		}
	}
	if len(pids) == 0 {
		t.Fatal("the server has no keeper")
	}
	return pids
}

// exists tells whether a process is there and no zombie.
func exists(pid int) bool {
	_, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	return err == nil
}
