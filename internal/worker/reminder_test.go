package worker_test

import (
	"sync"
	"testing"

	"bursar/internal/sandbox"
)

func TestMailsBeforeAndAfterABlockGoOutOnceHoweverManyProcessesKeepTheTimetable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	for _, email := range []string{"ana@people.example", "bo@people.example"} {
		e := w.held(email)
		w.drain()
		w.pay(e, sandbox.CardPays)
		w.drain()
	}
	shown := func(template string) int {
		return w.count("SELECT count(*) FROM mails WHERE template = ? AND status = 'shown'", template)
	}
	other := newWorker(t, w.db, w.gateway)
	for _, step := range []struct {
		days                int // from the first day
		joining, soon, over int
	}{{-15, 0, 0, 0}, {-14, 2, 0, 0}, {-2, 2, 2, 0}, {0, 2, 2, 0}, {5, 2, 2, 2}, {6, 2, 2, 2}} {
		w.clock.Set(w.run.StartsOn().AddDays(step.days).At(9, 0))
		var both sync.WaitGroup
		both.Go(func() {
			if err := other.Round(t.Context()); err != nil {
				t.Error(err)
			}
		})
		if err := w.Round(t.Context()); err != nil {
			t.Error(err)
		}
		both.Wait()
		w.drain()
		if a, b, c := shown("joining"), shown("block-soon"), shown("block-over"); a != step.joining || b != step.soon || c != step.over {
			t.Errorf("%d days: %d, %d and %d mails, want %+v", step.days, a, b, c, step)
		}
	}
	w.sound()
}
