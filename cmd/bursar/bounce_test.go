package main_test

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"testing"
)

func TestBounceHandsBackWhatIsNoReport(t *testing.T) {
	t.Parallel()
	program := build(t)
	for name, text := range map[string]string{
		"nothing": "", "an answer": "From: ana@x.example\r\nContent-Type: text/plain\r\n\r\nI am away.\r\n",
	} {
		cmd := exec.CommandContext(t.Context(), program, "bounce")
		cmd.Dir = t.TempDir()
		cmd.Env, cmd.Stdin = []string{"BURSAR_MODE=demo", "BURSAR_DATA=" + cmd.Dir}, strings.NewReader(text)
		var complaint bytes.Buffer
		cmd.Stderr = &complaint
		var exit *exec.ExitError
		if err := cmd.Run(); !errors.As(err, &exit) || exit.ExitCode() != 65 {
			t.Errorf("%s: %v", name, err)
		}
		if said := complaint.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "no report") {
			t.Errorf("%s: %q", name, said)
		}
	}
}
