package mail_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/mail"
)

// kept counts what is left of the words of all mails, of facts and of files.
func kept(t *testing.T, d *db.DB) (words, facts, files int) {
	t.Helper()
	err := dbtest.Owner(t, d).NewRaw(`SELECT count(*) FILTER (WHERE text_body <> '' OR html_body <> ''), count(facts), (SELECT count(*) FROM mail_attachments) FROM mails`).
		Scan(t.Context(), &words, &facts, &files)
	if err != nil {
		t.Fatal(err)
	}
	return words, facts, files
}

func forget(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := dbtest.As(t, d, db.Worker).Write(t.Context(), func(tx *db.Tx) (err error) {
		n, err = mail.Forget(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheWordsOfAMailGoAfterNinetyDaysAndThatThereWasOneStays(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	ana := fixture.Person(t, d, "ana@x.example")
	about := mail.Message{To: ana.Email, Person: ana.ID, Template: "hello", Data: greeting{"K7Q2-9M"},
		Attachments: []mail.Attachment{{Name: "a.ics", ContentType: "text/calendar", Body: []byte("BEGIN:VCALENDAR")}}}
	private, secret := hello(), hello()
	private.Private, secret.Secret = true, true
	for _, m := range []mail.Message{about, private, secret} {
		if err := try(t, d, m); err != nil {
			t.Fatal(err)
		}
	}
	var all []id.Mail
	owner := dbtest.Owner(t, d)
	if err := owner.NewRaw("SELECT id FROM mails ORDER BY id").Scan(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	worker := dbtest.As(t, d, db.Worker)
	shown, err := mail.NewSender("", site)
	for _, m := range all {
		err = errors.Join(err, mail.Deliver(t.Context(), worker, shown, m))
	}
	if err != nil {
		t.Fatal(err)
	}
	clock.Advance(90 * 24 * time.Hour)
	send(t, d, hello()) // owed late, and never taken
	if n := forget(t, d); n != 0 {
		t.Errorf("%d emptied on the last day", n)
	}
	clock.Advance(time.Second)
	if n := forget(t, d); n != 3 {
		t.Errorf("%d emptied, want the open, the private and the secret one", n)
	}
	clock.Advance(100 * 24 * time.Hour)
	if n := forget(t, d); n != 0 {
		t.Errorf("%d emptied that nobody has got yet", n)
	}
	if words, facts, files := kept(t, d); words != 1 || facts != 1 || files != 0 {
		t.Errorf("%d with words, %d with facts and %d files are left", words, facts, files)
	}
	m := open(t, d, all[0])
	if !m.Forgotten() || m.Subject != "Hello K7Q2-9M" || m.To != ana.Email || m.Status != mail.Shown {
		t.Errorf("left of it: %+v", m)
	}
	for code, want := range map[string]int{"K7Q2-9M": 1, "K7Q2-9N": 0} {
		if list, err := mail.Naming(t.Context(), d, code, []id.Person{ana.ID}, 0, 10); err != nil || len(list) != want {
			t.Errorf("%d name %s, %v", len(list), code, err)
		}
	}
}

func TestNoCodeIsKeptOfASecret(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	secret := mail.Message{To: "ana@x.example", Template: "hello", Data: greeting{"K7Q2-9M"}, Secret: true}
	if m := send(t, d, secret); len(m.Names) != 0 || !strings.Contains(m.Text, "K7Q2-9M") {
		t.Errorf("%+v", m)
	}
}
