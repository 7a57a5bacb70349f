package postgres

import (
	"strings"
	"testing"
)

func TestTheInstallationThatMadeTheDatabaseIsChosen(t *testing.T) {
	t.Parallel()
	at14, at15, at18 := programs{"/p14", 14}, programs{"/p15", 15}, programs{"/p18", 18}
	for name, c := range map[string]struct {
		seen   []programs
		wanted int
		want   programs
		error  string
	}{
		"a new database takes the first that is new enough": {seen: []programs{at14, at15, at18}, want: at15},
		"an old database takes its own":                     {seen: []programs{at18, at15}, wanted: 15, want: at15},
		"both versions are named when its own is missing":   {seen: []programs{at18}, wanted: 15, error: "made by PostgreSQL 15 but the installed one is 18"},
		"too old a PostgreSQL is as good as none":           {seen: []programs{at14}, error: "apt-get install postgresql"},
		"none at all": {error: "apt-get install postgresql"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := choose(c.seen, "", c.wanted)
			if got != c.want {
				t.Errorf("chose %v, want %v", got, c.want)
			}
			if (err != nil) != (c.error != "") || err != nil && !strings.Contains(err.Error(), c.error) {
				t.Errorf("the error reads %v, want it to say %q", err, c.error)
			}
		})
	}
}

func TestTheComplaintIsTheLineThatSaysWhatWentWrong(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]string{
		"":                           "",
		"initdb: it did\nnot work\n": "not work",
		"creating ... \ninitdb: error: no room\ninitdb: removing data directory\n": "initdb: error: no room",
	} {
		if got := complaint([]byte(output)); got != want {
			t.Errorf("of %q it is %q, want %q", output, got, want)
		}
	}
}
