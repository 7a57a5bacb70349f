package dbtest_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"bursar/internal/db/dbtest"
)

// childVariable tells this test binary, started by itself, how to behave: "die" or "live".
const childVariable = "BURSAR_DBTEST_CHILD"

func TestTheDatabaseOfAKilledTestIsDroppedByTheNext(t *testing.T) {
	switch os.Getenv(childVariable) {
	case "die":
		os.Stdout.WriteString("made=" + dbtest.URL(t) + "\n")
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "live":
		dbtest.URL(t)
		return
	}
	t.Parallel()
	d := dbtest.New(t)
	left := strings.TrimSpace(again(t, "die"))
	_, left, _ = strings.Cut(left, "made=")
	left, _, _ = strings.Cut(left[strings.LastIndex(left, "/bursar_test_")+1:], "?")
	if !exists(t, d, left) {
		t.Fatalf("the killed test left no database %q", left)
	}
	again(t, "live")
	if exists(t, d, left) {
		t.Errorf("the database %q of a killed test is still there", left)
	}
}

// again runs this test in a process of its own and returns what it printed.
func again(t *testing.T, how string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), childVariable+"="+how)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); how == "live" && err != nil {
		t.Fatalf("%v: %s", err, &out)
	}
	return out.String()
}
