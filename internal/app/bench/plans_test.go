package bench_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/report"
)

// wholly is a plan that reads one of the tables that were filled from end to end.
var wholly = regexp.MustCompile(`Seq Scan on (people|enrolments|shares|entries|entry_lines)\b`)

// listener keeps the statements that go to the database.
type listener struct{ said []string }

func (l *listener) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (l *listener) AfterQuery(_ context.Context, e *bun.QueryEvent) { l.said = append(l.said, e.Query) }

// plans asks for the lists of the office as their pages do, logs how the database finds the rows of each, and fails where it reads
// all that there is.
func (g *ground) plans(b *testing.B) {
	b.Helper()
	heard := &listener{}
	plain, ok := g.Machine.IDB.(*bun.DB)
	if !ok {
		b.Fatalf("statements go to %T", g.Machine.IDB)
	}
	ctx, d := b.Context(), plain.WithQueryHook(heard)
	places := func(f report.PlaceFilter) func() error {
		return func() error {
			_, err := report.Places(ctx, d, f, 0, 51)
			return err
		}
	}
	search := func(typed string) func() error {
		return func() error {
			_, err := people.Search(ctx, d, typed, 0, 51)
			return err
		}
	}
	for name, ask := range map[string]func() error{
		"people by name":        search("quinn 77"),
		"people by address":     search("p77@people.example"),
		"places":                places(report.PlaceFilter{}),
		"places of a run":       places(report.PlaceFilter{Run: "BN-0007"}),
		"places that are held":  places(report.PlaceFilter{Status: enrolment.Held}),
		"places without a name": places(report.PlaceFilter{Need: report.NeedsName}),
		"places offered":        places(report.PlaceFilter{Need: report.NeedsAnswer}),
		"places to choose":      places(report.PlaceFilter{Need: report.NeedsChoice}),
		"charges not paid":      func() error { _, err := report.Charges(ctx, d, 0, 51); return err },
		"queue":                 func() error { _, err := report.Queue(ctx, d, report.QueueFilter{}, report.QueueKey{}, 51); return err },
		"places of somebody":    func() error { _, err := enrolment.ListOf(ctx, d, 77); return err },
		"cohorts": func() error {
			_, err := report.Cohorts(ctx, d, report.CohortsToCome, london.DateOf(g.DB.Now()), report.CohortKey{}, 51)
			return err
		},
		"registers that are wanted": func() error {
			_, err := report.RegistersMissing(ctx, d, london.DateOf(g.DB.Now()), report.GapKey{}, 51)
			return err
		},
	} {
		heard.said = nil
		if err := ask(); err != nil {
			b.Fatalf("%s: %v", name, err)
		}
		for _, statement := range heard.said {
			var lines []string
			if err := plain.NewRaw("EXPLAIN "+statement).Scan(ctx, &lines); err != nil {
				b.Fatalf("%s: %v", name, err)
			}
			plan := strings.Join(lines, "\n")
			b.Logf("%s:\n%s", name, plan)
			if found := wholly.FindString(plan); found != "" {
				b.Errorf("%s: %s", name, found)
			}
		}
	}
}
