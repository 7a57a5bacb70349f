package worker_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain has rapid make a few long storms rather than many short ones, each of which needs a database of its own, and the
// same ones every time, so that a change is judged by what it changed. -rapid.checks, -rapid.steps and -rapid.seed ask for
// others, as make soak does.
func TestMain(m *testing.M) {
	flag.Parse()
	for name, few := range map[string]string{"rapid.checks": "10", "rapid.steps": "80", "rapid.seed": "20261123"} {
		asked := false
		flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == name })
		if !asked {
			if err := flag.Set(name, few); err != nil {
				panic(err)
			}
		}
	}
	os.Exit(m.Run())
}
