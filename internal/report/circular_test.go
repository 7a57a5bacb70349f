package report_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/mail"
	"bursar/internal/report"
	"bursar/internal/wording"
)

const (
	firstKey  = "AAAAAAAAAAAAAAAAAAAAAAAAAA"
	secondKey = "BBBBBBBBBBBBBBBBBBBBBBBBBB"
)

// send sends an email to those who are shown now, unless it says whom it was shown to go to.
func (w *world) send(k report.Circular) error {
	w.t.Helper()
	if k.Seen == "" {
		k.Seen = w.audience(k.Readers).Seal()
	}
	return w.try(func(tx *db.Tx) error { return report.SendCircular(w.t.Context(), tx, w.ann.ID, k) })
}

func (w *world) audience(r report.Readers) report.Audience {
	w.t.Helper()
	a, err := report.AudienceOf(w.t.Context(), w, r)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *world) readers(r report.Readers) (addresses []string, without int) {
	w.t.Helper()
	a := w.audience(r)
	for _, one := range a.Readers {
		addresses = append(addresses, one.Email)
	}
	return addresses, a.Without
}

func TestEverybodyIsWrittenToOnceAndByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	other := fixture.Run(t, w.app, "FND-U27", 10)
	ana := w.person("ana@post.example")
	fixture.Confirmed(t, w.app, w.run, ana)
	second := fixture.Held(t, w.app, other, ana)
	fixture.Held(t, w.app, w.run, w.person("ben@post.example"))
	to := report.Readers{}
	if got, without := w.readers(to); fmt.Sprint(got) != "[ana@post.example ben@post.example]" || without != 0 {
		t.Errorf("readers: %v, %d without", got, without)
	}
	if err := w.send(report.Circular{Readers: to, Words: "The room has changed.\r\n\r\nIt is on the first floor.\r\nTake the lift.", Key: firstKey}); err != nil {
		t.Fatal(err)
	}
	m := w.said("circular")
	if m.Subject != "About your course" || !strings.Contains(m.Text, "The room has changed.") || !strings.Contains(m.Text, "It is on the first floor.") || !strings.Contains(m.Text, "Dear Ana Reyes") {
		t.Errorf("the email: %q %q", m.Subject, m.Text)
	}
	if !strings.Contains(m.Text, "changed.\n\nIt is on the first floor.\nTake the lift.\n\nYour place:") || !strings.Contains(m.HTML, "<p>It is on the first floor.<br>Take the lift.</p>") {
		t.Errorf("its lines: %q %q", m.Text, m.HTML)
	}
	if n := w.mails("circular"); n != 2 {
		t.Errorf("%d emails", n)
	}
	var of int
	if err := w.NewRaw("SELECT count(*) FROM mails WHERE template = 'circular' AND position(? IN text_body) > 0", second.Code).Scan(t.Context(), &of); err != nil || of != 1 {
		t.Errorf("%d emails lead to the latest place, %v", of, err)
	}
}

func TestWhatIsSentTwiceGoesOutOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	fixture.Confirmed(t, w.app, w.run, w.person("ana@post.example"))
	for range 2 {
		if err := w.send(report.Circular{Words: "Hello.", Key: firstKey}); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.mails("circular"); n != 1 {
		t.Errorf("%d emails under one key", n)
	}
	if err := w.send(report.Circular{Words: "Hello again.", Key: secondKey}); err != nil || w.mails("circular") != 2 {
		t.Errorf("under another: %v", err)
	}
	if err := w.send(report.Circular{Words: "Something else.", Key: firstKey}); err != nil || w.mails("circular") != 3 {
		t.Errorf("other words from the page that they went back to: %v, %d emails", err, w.mails("circular"))
	}
	if err := w.send(report.Circular{Words: "Hello.", Key: "made up"}); !errors.Is(err, report.ErrReadersChanged) {
		t.Errorf("under a key that no page made: %v", err)
	}
}

func TestWhoIsNotMeantIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	ana := fixture.Confirmed(t, w.app, w.run, w.person("ana@post.example"))
	fixture.Confirmed(t, w.app, w.run, w.person("ben@post.example"))
	gone := fixture.Held(t, w.app, w.run, w.person("cas@post.example"))
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE enrolments SET status = 'withdrawn', held_until = NULL, ended_at = ? WHERE id = ?", tx.Now, gone.ID).Exec(t.Context())
		return err
	})
	kept := fixture.Held(t, w.app, w.run, w.person("dov@post.example")) // for an offer that nobody was told of
	dbtest.Force(t, w.app, "DELETE FROM payments WHERE share_id IN (SELECT id FROM shares WHERE enrolment_id = ?)", kept.ID)
	dbtest.Force(t, w.app, "UPDATE shares SET amount = 0 WHERE enrolment_id = ?", kept.ID)
	dbtest.Force(t, w.app, "DELETE FROM shares WHERE enrolment_id = ?", kept.ID)
	o := w.organisation("Westermoor Trust", "required")
	team := w.booked(o, 2)
	w.named(o, w.seats(team)[0], "Łukasz Żółć", "lukasz@westermoor.example") // who has not been told: the trust has yet to confirm
	for _, k := range []struct {
		to      report.Readers
		want    string
		without int
	}{
		{report.Readers{}, "[ana@post.example ben@post.example]", 3},
		{report.Readers{Codes: []string{ana.Code}}, "[ana@post.example]", 0},
		{report.Readers{Filter: report.PlaceFilter{Status: enrolment.Withdrawn}}, "[cas@post.example]", 0},
		{report.Readers{Filter: report.PlaceFilter{Run: "FND-X99"}}, "[]", 0},
	} {
		if got, without := w.readers(k.to); fmt.Sprint(got) != k.want || without != k.without {
			t.Errorf("%+v: %v and %d without, want %s and %d", k.to, got, without, k.want, k.without)
		}
	}
}

func TestWhatCannotBeSentToManyIsRefusedWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	fixture.Confirmed(t, w.app, w.run, w.person("ana@post.example"))
	for name, k := range map[string]struct {
		circular report.Circular
		want     error
	}{
		"to other people than were shown": {report.Circular{Words: "Hello.", Key: firstKey, Seen: "another"}, report.ErrReadersChanged},
		"under a key of their own making": {report.Circular{Words: "Hello.", Key: "again"}, report.ErrReadersChanged},
		"to nobody":                       {report.Circular{Readers: report.Readers{Codes: []string{"0000-00"}}, Words: "Hello.", Key: firstKey}, report.ErrNobodyToWriteTo},
	} {
		if err := w.send(k.circular); !errors.Is(err, k.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, words := range []string{"", " \r\n ", strings.Repeat("x", 5_001)} {
		var wrong *failure.Error
		if err := w.send(report.Circular{Words: words, Key: firstKey}); !errors.As(err, &wrong) || wrong.Fields["words"] == "" {
			t.Errorf("%d characters: %v", len(words), err)
		}
	}
	if n := w.mails("circular"); n != 0 {
		t.Errorf("%d emails were sent", n)
	}
	if err := w.send(report.Circular{Words: "Hello.", Key: firstKey}); err != nil {
		t.Errorf("what was refused uses up the key: %v", err)
	}
}

func TestOrganisationsAreAskedForNamesOnceForEachCohort(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	o := w.organisation("Westermoor Trust", "required")
	team := w.booked(o, 3)
	w.named(o, w.seats(team)[0], "Łukasz Żółć", "lukasz@westermoor.example")
	list, err := report.NamesMissing(t.Context(), w, "")
	if err != nil || len(list) != 1 || list[0].Places != 2 || list[0].To != "jo@westermoor.example" || list[0].Run != "FND-T27" {
		t.Fatalf("names are missing: %+v, %v", list, err)
	}
	if list, err := report.NamesMissing(t.Context(), w, "FND-X99"); err != nil || len(list) != 0 {
		t.Errorf("of another run: %+v, %v", list, err)
	}
	shown := report.SealOfNames(list)
	ask := func(key, seen string) error {
		return w.try(func(tx *db.Tx) error { return report.AskNames(t.Context(), tx, w.ann.ID, "", key, seen) })
	}
	if err := ask(firstKey, "another"); !errors.Is(err, report.ErrReadersChanged) {
		t.Errorf("with another list than was shown: %v", err)
	}
	w.named(o, w.seats(team)[1], "Somebody", "somebody@westermoor.example")
	if err := ask(firstKey, shown); !errors.Is(err, report.ErrReadersChanged) {
		t.Errorf("after somebody was named: %v", err)
	}
	if list, err = report.NamesMissing(t.Context(), w, ""); err != nil {
		t.Fatal(err)
	}
	shown = report.SealOfNames(list)
	for range 2 {
		if err := ask(firstKey, shown); err != nil {
			t.Fatal(err)
		}
	}
	if m := w.said("names-missing"); w.mails("names-missing") != 1 || m.To != "jo@westermoor.example" || !strings.Contains(m.Text, "has 1 place without a name") ||
		!strings.Contains(m.Text, "/employer/"+o.Code+"/people") || strings.Contains(m.Text, "Łukasz") {
		t.Errorf("the email to %s: %s", m.To, m.Text)
	}
	for _, seat := range w.seats(team)[2:] {
		w.named(o, seat, "Somebody", "somebody"+seat+"@westermoor.example")
	}
	if err := ask(secondKey, shown); !errors.Is(err, report.ErrNobodyToWriteTo) {
		t.Errorf("with every name there: %v", err)
	}
}

// It is whom somebody looked at, not how many: one who leaves and one who comes are other people.
func TestNobodyIsWrittenToWhoWasNotShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	ana := fixture.Held(t, w.app, w.run, w.person("ana@post.example"))
	seen := w.audience(report.Readers{}).Seal()
	for name, change := range map[string]string{
		"another address": "UPDATE people SET email = 'ana@elsewhere.example' WHERE email = 'ana@post.example'",
		"another place":   "UPDATE enrolments SET code = 'ZZZZ-ZZ' WHERE code = '" + ana.Code + "'",
	} {
		dbtest.Force(t, w.app, change)
		now := w.audience(report.Readers{}).Seal()
		if err := w.send(report.Circular{Words: "Hello.", Key: firstKey, Seen: seen}); !errors.Is(err, report.ErrReadersChanged) {
			t.Errorf("%s: %v", name, err)
		}
		seen = now
	}
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE enrolments SET status = 'withdrawn', held_until = NULL, ended_at = ? WHERE id = ?", tx.Now, ana.ID).Exec(t.Context())
		return err
	})
	fixture.Held(t, w.app, w.run, w.person("ben@post.example"))
	if err := w.send(report.Circular{Words: "Hello.", Key: firstKey, Seen: seen}); !errors.Is(err, report.ErrReadersChanged) || w.mails("circular") != 0 {
		t.Errorf("one left and one came: %v, %d emails", err, w.mails("circular"))
	}
}

func TestWhoseEmailsComeBackIsNotWrittenToAndSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	ana := w.person("ana@post.example")
	fixture.Confirmed(t, w.app, w.run, ana)
	fixture.Confirmed(t, w.app, w.run, w.person("ben@post.example"))
	dbtest.Force(t, w.app, "INSERT INTO mail_bounces (mail_id, address, hard, reason, at) SELECT id, recipient, true, '550 no such user', ? FROM mails WHERE person_id = ?", w.Now(), ana.ID)
	a := w.audience(report.Readers{})
	if len(a.Readers) != 1 || a.Readers[0].Email != "ben@post.example" || len(a.Lost) != 1 || a.Lost[0].Email != "ana@post.example" {
		t.Errorf("readers %+v, lost %+v", a.Readers, a.Lost)
	}
	if err := w.send(report.Circular{Words: "Hello.", Key: firstKey}); err != nil || w.mails("circular") != 1 || w.said("circular").To != "ben@post.example" {
		t.Errorf("%v, %d emails", err, w.mails("circular"))
	}
	dbtest.Force(t, w.app, "UPDATE mail_bounces SET hard = false")
	if a := w.audience(report.Readers{}); len(a.Readers) != 2 {
		t.Errorf("what did not arrive once stops everything: %+v", a)
	}
	dbtest.Force(t, w.app, "UPDATE mail_bounces SET hard = true, cleared_at = ?, cleared_by = ?", w.Now(), w.ann.ID)
	if a := w.audience(report.Readers{}); len(a.Readers) != 2 || len(a.Lost) != 0 {
		t.Errorf("after staff said that it is right: %+v", a)
	}
}

// What staff write is said as it stands, also when the words around it are their own.
func TestNothingInTheWordsIsAPlaceholder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	fixture.Confirmed(t, w.app, w.run, w.person("ana@post.example"))
	const typed = "Write {{.Name}} and {{link \"/admin\"}} <b>so</b>."
	check := func(key string) {
		t.Helper()
		if err := w.send(report.Circular{Words: typed, Key: key}); err != nil {
			t.Fatal(err)
		}
		if m := w.said("circular"); !strings.Contains(m.Text, typed) || strings.Contains(m.HTML, "<b>so") {
			t.Errorf("the email: %s %s", m.Text, m.HTML)
		}
	}
	check(firstKey)
	original, _, err := mail.Original("circular")
	if err != nil {
		t.Fatal(err)
	}
	original.Body = "Good news.\n\n" + original.Body
	w.write(func(tx *db.Tx) error { return wording.Save(t.Context(), tx, w.ann.ID, "circular", original, 0) })
	check(secondKey)
	a := w.audience(report.Readers{})
	subject, text, err := mail.Site{URL: "https://site.example"}.Preview(t.Context(), w, report.Circular{Words: typed}.Message(a.Readers[0]))
	if err != nil || subject != "About your course" || !strings.HasPrefix(text, "Good news.") || !strings.Contains(text, typed) || !strings.Contains(text, "https://site.example/my/places/") {
		t.Errorf("what is shown is not what is sent: %q %q, %v", subject, text, err)
	}
	if m := w.said("circular"); !strings.HasPrefix(m.Text, "Good news.") {
		t.Errorf("the email: %s", m.Text)
	}
}
