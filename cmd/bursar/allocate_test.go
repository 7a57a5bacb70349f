package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// worked is the worked example of the allocation, as a problem.
const worked = "../../internal/allocation/testdata/golden.json"

// build builds the program.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "bursar")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}

// allocate runs the command without any setting.
func allocate(t *testing.T, program, problem string) (out, complaint string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, "allocate")
	cmd.Env, cmd.Dir = []string{}, t.TempDir()
	cmd.Stdin = strings.NewReader(problem)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

func TestAllocate(t *testing.T) {
	t.Parallel()
	program := build(t)
	t.Run("it answers the worked example and its variants", func(t *testing.T) { answers(t, program) })
	t.Run("it refuses a malformed problem in one line", func(t *testing.T) { refuses(t, program) })
}

func answers(t *testing.T, program string) {
	text, err := os.ReadFile(worked)
	if err != nil {
		t.Fatal(err)
	}
	replace := func(pairs ...string) string {
		changed := strings.NewReplacer(pairs...).Replace(string(text))
		if changed == string(text) {
			t.Fatalf("nothing of %q is in the worked example", pairs)
		}
		return changed
	}
	const dFee = `{"id": "fee", "amount": 325000, "funds": ["F1"]},`
	const c = `    {"id": "C", "choices": [{"lines": [
      {"id": "fee", "amount": 325000, "funds": ["F1"]}]}]},
`
	declined := []string{c, ""}
	for _, id := range []string{"A", "B", "E"} {
		declined = append(declined, `{"id": "`+id+`",`, `{"id": "`+id+`", "protected": true,`)
	}
	for name, v := range map[string]struct {
		problem, funded string
		short           int64
		full            string
	}{
		"as it is":                  {string(text), "A B C E", 175000, ""},
		"a: C declines":             {replace(declined...), "A B D E", 0, ""},
		"b: £1,750 more in general": {replace(`"available": 800000`, `"available": 975000`), "A B C D E", 0, ""},
		"b: £1,750 more, Scotland":  {replace(`"available": 400000`, `"available": 575000`), "A B C E", 175000, ""},
		"c: D in London":            {replace(dFee, `{"id": "fee", "amount": 325000, "funds": ["F1", "F2"]},`), "A B C E", 175000, ""},
		"d: D with 50 %":            {replace(dFee, `{"id": "fee", "amount": 162500, "funds": ["F1"]},`), "A B C E", 12500, ""},
		"d: D with 46 %":            {replace(dFee, `{"id": "fee", "amount": 149500, "funds": ["F1"]},`), "A B C D E", 0, ""},
		"e: three places":           {replace(`"applicants"`, `"places": [{"id": "P", "free": 3}], "applicants"`, `{"lines"`, `{"places": ["P"], "lines"`), "A B C", 175000, "P"},
	} {
		out, complaint, code := allocate(t, program, v.problem)
		var plan struct {
			Funded   []struct{ ID string }
			Unfunded []struct {
				Reasons []struct {
					Short int64
					Full  []string
				}
			}
		}
		if err := json.Unmarshal([]byte(out), &plan); err != nil || complaint != "" || code != 0 {
			t.Fatalf("%s: exit %d, %q, %v", name, code, complaint, err)
		}
		var funded []string
		for _, f := range plan.Funded {
			funded = append(funded, f.ID)
		}
		if got := strings.Join(funded, " "); got != v.funded {
			t.Errorf("%s: %s are funded", name, got)
		}
		var short int64
		full := ""
		if len(plan.Unfunded) > 0 {
			short, full = plan.Unfunded[0].Reasons[0].Short, strings.Join(plan.Unfunded[0].Reasons[0].Full, " ")
		}
		if short != v.short || full != v.full {
			t.Errorf("%s: the first who is not funded is short of %d, and %q is full", name, short, full)
		}
	}
}

func refuses(t *testing.T, program string) {
	out, complaint, code := allocate(t, program, `{"funds":[{"id":"F1","available":5}],"applicants":[`+
		`{"id":"A","choices":[{"lines":[{"id":"fee","amount":1},{"id":"travel","amount":2.5}]}]}]}`)
	const want = "bursar: applicants[0].choices[0].lines[1].amount: 2.5 is no whole number\n"
	if out != "" || complaint != want || code != 2 {
		t.Errorf("exit %d with %q and %q", code, out, complaint)
	}
	out, complaint, code = allocate(t, program, `{"funds":[],"applicants":[`+
		`{"id":"A","protected":true,"choices":[{"lines":[{"id":"fee","amount":1}]}]}]}`)
	if out != "" || strings.Count(complaint, "\n") != 1 || code != 1 {
		t.Errorf("an offer that cannot be kept: exit %d with %q and %q", code, out, complaint)
	}
}
