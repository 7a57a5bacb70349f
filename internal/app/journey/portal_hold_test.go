package journey_test

import (
	"net/http"
	"testing"
	"time"

	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/money"
)

// until moves the clock to a time of day and lets happen what has come due.
func (p *portal) until(on london.Date, hour, minute int) {
	p.t.Helper()
	p.Clock.Set(on.At(hour, minute))
	p.drain()
}

func TestPortalPlacesWithoutAPurchaseOrderGoBackAfterTwoReminders(t *testing.T) {
	t.Parallel()
	p := newPortal(t, 4)
	defer p.addsUp()
	b := ours("3", "QX1-90002", "3250.00") // which reaches for one of them
	b["names"] = []string{"name_1", "Noor Haddad", "email_1", "noor@westermoor.example", "name_2", "Sol Reed", "email_2", "sol@westermoor.example"}
	booked := p.books(b)
	p.nadine.reads(p.nadine.Get(booked), http.StatusOK, "1 place is confirmed.", "2 places are held until 7 December 2026 while you raise the purchase order.")
	p.left(1)
	p.stand(map[string]money.Amount{p.deferred(): -975_000})

	reminded := func(n int) {
		t.Helper()
		if got := len(p.letters(p.nadine.email, "team-waits")); got != n {
			t.Errorf("%d reminders by %s, want %d", got, p.Clock.Now().Format(time.DateTime), n)
		}
	}
	december := func(day int) london.Date { return london.On(2026, time.December, day) }
	p.until(london.On(2026, time.November, 30), 23, 59)
	reminded(0)
	p.until(december(1), 9, 0) // seven days before the end of the 7th
	reminded(1)
	p.writes(p.nadine.email, "team-waits", "are kept until the end of Monday 7 December 2026", "Sol Reed")
	for day := 2; day <= 5; day++ {
		p.until(december(day), 9, 0)
	}
	reminded(1)
	p.until(december(6), 9, 0)
	reminded(2)
	p.until(december(7), 23, 59)
	reminded(2)
	p.seats(map[enrolment.Status]int{enrolment.Confirmed: 1, enrolment.Held: 2})
	p.left(1)

	p.until(december(8), 0, 0)
	p.seats(map[enrolment.Status]int{enrolment.Confirmed: 1, enrolment.Held: 0, enrolment.Lapsed: 2})
	p.left(3)
	p.stand(map[string]money.Amount{p.due(0): 325_000, p.due(1): 0, p.due(2): 0, p.deferred(): -325_000})
	if got := len(p.letters(p.nadine.email, "team-lapsed")); got != 2 {
		t.Errorf("the trust is told of %d places that are held no more, want 2", got)
	}
	p.writes(p.nadine.email, "team-lapsed", "You owe nothing for it")
	p.writes("sol@westermoor.example", "seat-lapsed", "we hold it no longer", "Please ask them.")
	if n := len(p.letters("noor@westermoor.example", "seat-lapsed")); n != 0 {
		t.Error("somebody whose place is certain is told that it is gone")
	}
	p.nadine.comesBack()
	p.nadine.reads(p.nadine.Get(booked), http.StatusOK, "1 place is confirmed.", "2 places are given up or not held any more.")
	p.sheila.comesBack()
	p.invoices("1 invoice is issued, £3,250.00")

	p.until(december(20), 9, 0)
	reminded(2)
	p.nadine.comesBack()
	p.books(ours("3", "QX1-90003", "9750.00")) // the places are there for whoever comes, the same trust too
	p.left(0)
	p.seats(map[enrolment.Status]int{enrolment.Confirmed: 4, enrolment.Lapsed: 2})
}
