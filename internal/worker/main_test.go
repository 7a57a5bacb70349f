package worker_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain has rapid make a few long storms rather than many short ones, each of which needs a database of its own.
// -rapid.checks and -rapid.steps ask for others.
func TestMain(m *testing.M) {
	flag.Parse()
	for name, few := range map[string]string{"rapid.checks": "10", "rapid.steps": "80"} {
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
