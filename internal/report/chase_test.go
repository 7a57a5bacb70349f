package report_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/mail"
	"bursar/internal/organisation"
	"bursar/internal/report"
)

func (w *world) toChase() []report.Debtor {
	w.t.Helper()
	list, err := report.ToChase(w.t.Context(), w.app, w.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func (w *world) chase(again bool, codes ...string) (sent []report.Debtor, err error) {
	err = w.app.Write(w.t.Context(), func(tx *db.Tx) error {
		sent, err = report.Chase(w.t.Context(), tx, w.ann.ID, codes, again)
		return err
	})
	return sent, err
}

// said is the latest mail of a sort.
func (w *world) said(template string) *mail.Mail {
	w.t.Helper()
	m := new(mail.Mail)
	if err := dbtest.Owner(w.t, w.app).NewSelect().Model(m).Where("template = ?", template).Order("id DESC").Limit(1).Scan(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return m
}

func TestPlacesWithoutAnOrderAreListedWithTheDaysThatAreLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	trust, charity := w.organisation("Westermoor and Tarn NHS Foundation Trust", "required"), w.organisation("Kestrel House", "may_follow")
	w.booked(w.organisation("Eastmarsh Borough Council", "not_used"), 1)
	w.booked(trust, 2)
	w.booked(trust, 1, pay("RPCN1", 325_000))
	w.booked(charity, 1)
	list := w.toChase()
	if len(list) != 2 || list[0].Name != "Kestrel House" || len(list[0].Items) != 1 || len(list[1].Items) != 2 {
		t.Fatalf("%+v", list)
	}
	if may := list[0].Items[0]; may.What != report.OrderMissing || !may.On.IsZero() || may.Amount != 325_000 || may.Run != "FND-T27" {
		t.Errorf("may follow: %+v", may)
	}
	if held := list[1].Items[0]; held.Days != 3 || held.Late() != 0 || held.On.String() != "2026-11-26" {
		t.Errorf("held: %+v", held)
	}
	for _, o := range list {
		if o.To != "jo@westermoor.example" || len(o.Only(report.OrderMissing)) != len(o.Items) {
			t.Errorf("%+v", o)
		}
	}
}

func TestAnInvoiceIsChasedOnceAtEachStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	o := w.organisation("Eastmarsh Borough Council", "not_used")
	w.booked(o, 1)
	in := w.invoiced(o)
	for _, c := range []struct {
		late int
		what report.What
		step int
	}{{-8, "", 0}, {-7, report.Due, 0}, {0, report.Due, 0}, {6, report.Due, 0}, {7, report.Overdue, 7}, {13, report.Overdue, 7},
		{14, report.Overdue, 14}, {29, report.Overdue, 14}, {30, report.Overdue, 30}, {400, report.Overdue, 30}} {
		w.clock.Set(in.DueOn.AddDays(c.late).At(9, 0))
		list := w.toChase()
		if c.what == "" {
			if len(list) != 0 {
				t.Errorf("%d days: %+v", c.late, list)
			}
			continue
		}
		i := list[0].Items[0]
		if i.What != c.what || i.Step != c.step || i.Code != in.Number || i.Amount != 325_000 || i.Late() != max(0, c.late) || list[0].To != "payables@westermoor.example" {
			t.Errorf("%d days: %+v", c.late, list[0])
		}
		first := i.Chased.IsZero()
		if sent, err := w.chase(false, o.Code); first != (err == nil) || first && len(sent) != 1 || !first && !errors.Is(err, report.ErrNothingToChase) {
			t.Errorf("%d days: chased %v, %v", c.late, sent, err)
		}
	}
	if n := w.mails("chase"); n != 4 { // due, and at 7, 14 and 30 days
		t.Errorf("%d mails", n)
	}
	if sent, err := w.chase(true, o.Code); err != nil || len(sent) != 1 || w.mails("chase") != 5 {
		t.Errorf("asked for again: %v, %v", sent, err)
	}
}

// Whoever has a place on dates that we cancelled chooses first: after that most of it is credited.
func TestWhatIsOwedForCancelledDatesIsNotChasedUntilItIsSettled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	o := w.organisation("Eastmarsh Borough Council", "not_used")
	w.booked(o, 1)
	in := w.invoiced(o)
	w.clock.Set(in.DueOn.AddDays(10).At(9, 0))
	if list := w.toChase(); len(list) != 1 {
		t.Fatalf("%+v", list)
	}
	w.write(func(tx *db.Tx) error {
		return admissions.CancelRun(t.Context(), tx, w.ann.ID, w.run.Code, "Two of our trainers cannot come.")
	})
	if list := w.toChase(); len(list) != 0 {
		t.Errorf("while they choose: %+v", list)
	}
	w.clock.Set(in.DueOn.AddDays(10+enrolment.AnswerDays+1).At(9, 0))
	if list := w.toChase(); len(list) != 1 {
		t.Errorf("what is left after that: %+v", list)
	}
}

func TestOneMailNamesEverythingAndNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	o := w.organisation("Westermoor & Tarn NHS Foundation Trust", "required")
	w.booked(o, 1, pay("RPCN1", 325_000))
	in := w.invoiced(o)
	w.clock.Set(in.DueOn.AddDays(8).At(9, 0))
	team := w.booked(o, 2)
	sent, err := w.chase(false, o.Code, o.Code)
	if err != nil || len(sent) != 1 || len(sent[0].Items) != 3 || w.mails("chase") != 1 {
		t.Fatalf("%+v, %v", sent, err)
	}
	m := w.said("chase")
	for _, want := range []string{in.Number, "£3,250.00", "8 days ago", sent[0].Items[0].Code, sent[0].Items[1].Code, "/employer/" + o.Code + "/orders", "/employer/" + o.Code + "/invoices"} {
		if !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
			t.Errorf("%q is not said: %s", want, m.Text)
		}
	}
	if m.To != "jo@westermoor.example" || strings.Contains(m.Text+m.HTML, "Reyes") || strings.Contains(m.Text, "&amp;") || m.Subject != "What we are waiting for from your organisation" {
		t.Errorf("to %s, %q: %s", m.To, m.Subject, m.Text)
	}
	past, err := report.History(t.Context(), w.app, o.ID, 10)
	if err != nil || len(past) != 2 || team.Places != 2 {
		t.Fatalf("%+v, %v", past, err)
	}
	for _, p := range past {
		if p.Who != "Ana Reyes" || !p.At.Equal(w.Now()) || (p.What == report.Overdue) != (slices.Equal(p.Items, []string{in.Number}) && p.Step == 7) {
			t.Errorf("%+v", p)
		}
	}
}

func TestTwoWhoChaseAtOnceSendOneMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	var codes []string
	for i := range 3 {
		o := w.organisation(fmt.Sprintf("%s Borough Council", []string{"Eastmarsh", "Pellworth", "Great Ashby"}[i]), "required")
		w.booked(o, 1)
		codes = append(codes, o.Code)
	}
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			mine := slices.Clone(codes)
			if i%2 == 1 {
				slices.Reverse(mine)
			}
			if _, err := w.chase(false, mine...); err != nil && !errors.Is(err, report.ErrNothingToChase) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := w.mails("chase"); n != 3 {
		t.Errorf("%d mails", n)
	}
}

func TestWhatCannotBeChasedIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	o := w.organisation("Westermoor and Tarn NHS Foundation Trust", "required")
	w.booked(o, 1)
	if _, err := w.chase(false, make([]string, 101)...); !errors.Is(err, report.ErrTooManyToChase) {
		t.Errorf("too many: %v", err)
	}
	for _, code := range []string{"", "0000-00"} {
		if _, err := w.chase(false, code); !errors.Is(err, report.ErrNothingToChase) {
			t.Errorf("%q: %v", code, err)
		}
	}
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE organisation_members SET until = ? WHERE organisation_id = ?", tx.Now, o.ID).Exec(t.Context())
		return err
	})
	if list := w.toChase(); list[0].To != "payables@westermoor.example" {
		t.Errorf("without a coordinator: %+v", list)
	}
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE organisations SET invoice_email = '' WHERE id = ?", o.ID).Exec(t.Context())
		return err
	})
	if _, err := w.chase(false, o.Code); !errors.Is(err, report.ErrNothingToChase) {
		t.Errorf("without any address: %v", err)
	}
}

func TestAnAnswerIsNotedInTheHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	o := w.organisation("Westermoor and Tarn NHS Foundation Trust", "required")
	note := func(of *organisation.Organisation, words string) error {
		return w.app.Write(t.Context(), func(tx *db.Tx) error { return report.Note(t.Context(), tx, w.ann.ID, of.ID, words) })
	}
	for _, wrong := range []string{"", "  ", strings.Repeat("é", 2001)} {
		if f := failure.Of(note(o, wrong)); f == nil || f.Fields["words"] == "" {
			t.Errorf("%q: %v", wrong, f)
		}
	}
	if err := note(o, " They raise it on Friday. "); err != nil {
		t.Fatal(err)
	}
	past, err := report.History(t.Context(), w.app, o.ID, 10)
	if err != nil || len(past) != 1 || past[0].What != report.Noted || past[0].Words != "They raise it on Friday." || len(past[0].Items) != 0 {
		t.Errorf("%+v, %v", past, err)
	}
}
