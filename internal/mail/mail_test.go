package mail_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/state"
)

// desk is the templates of these tests: the program's own belong to those who send them.
var desk = fstest.MapFS{
	"mail/hello.txt":  {Data: []byte("{{define \"subject\"}}Hello {{.Name}}{{end}}\nDear {{.Name}},\n\nSee {{link \"/my\"}}.\n")},
	"mail/hello.html": {Data: []byte(`<p>Dear {{.Name}},</p><p><a class="button" href="{{link "/my?a=1&b=2"}}">See your place</a></p>`)},
}

type greeting struct{ Name string }

// hello is a mail to Ana.
func hello() mail.Message {
	return mail.Message{To: "ana@x.example", Template: "hello", Data: greeting{"Zoë & Łukasz"}}
}

func try(t testing.TB, d *db.DB, m mail.Message) error {
	t.Helper()
	return d.Write(t.Context(), func(tx *db.Tx) error { return mail.SendFrom(t.Context(), tx, desk, m) })
}

// send owes a mail and returns it as the demonstration shows it.
func send(t testing.TB, d *db.DB, m mail.Message) *mail.Mail {
	t.Helper()
	if err := try(t, d, m); err != nil {
		t.Fatal(err)
	}
	newest, err := mail.DemoOutbox(t.Context(), d, 0, 1)
	if err != nil || len(newest) != 1 {
		t.Fatal(newest, err)
	}
	return open(t, d, newest[0].ID)
}

func open(t testing.TB, d *db.DB, which id.Mail) *mail.Mail {
	t.Helper()
	m, err := mail.DemoOpen(t.Context(), d, which)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// jobs counts the deliveries that wait to be worked.
func jobs(t testing.TB, d *db.DB) int {
	t.Helper()
	var n int
	err := d.NewRaw("SELECT count(*) FROM river.river_job WHERE kind = 'mail_delivery' AND queue = 'mail'").Scan(t.Context(), &n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAMailIsOwedWithItsJobFromTheCommitOn(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	var ana id.Person
	if err := dbtest.Owner(t, d).NewRaw("INSERT INTO people (email, created_at) VALUES ('ana@x.example', now()) RETURNING id").Scan(t.Context(), &ana); err != nil {
		t.Fatal(err)
	}
	m := hello()
	m.Person = ana
	got := send(t, d, m)
	if got.To != m.To || got.Person != ana || got.Subject != "Hello Zoë & Łukasz" || got.Status != mail.Queued || !got.CreatedAt.Equal(d.Now()) || got.Secret {
		t.Errorf("got %+v", got)
	}
	if !strings.HasPrefix(got.Text, "Dear Zoë & Łukasz,\n\nSee ") || !strings.HasPrefix(got.HTML, "<p>Dear Zoë &amp; Łukasz,</p>") {
		t.Errorf("got %q and %q", got.Text, got.HTML)
	}
	if n := jobs(t, d); n != 1 {
		t.Errorf("%d jobs for one mail", n)
	}
	if somebody := send(t, d, hello()); somebody.Person != 0 || somebody.Key == got.Key {
		t.Errorf("got %+v", somebody)
	}
}

func TestARolledBackUnitOfWorkOwesNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	stop := errors.New("stop")
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return errors.Join(mail.SendFrom(t.Context(), tx, desk, hello()), stop)
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	mails, err := mail.DemoOutbox(t.Context(), d, 0, 10)
	if err != nil || len(mails) != 0 || jobs(t, d) != 0 {
		t.Errorf("left %v and %d jobs, %v", mails, jobs(t, d), err)
	}
}

func TestNothingTypedCanAddAHeader(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for _, to := range []string{"", "ana", "ana@x.example\r\nBcc: all@x.example", "Ana <ana@x.example>", "ana@x.example, bo@x.example", "ana@x.example "} {
		m := hello()
		m.To = to
		if err := try(t, d, m); !errors.Is(err, mail.ErrAddress) {
			t.Errorf("to %q: got %v, want ErrAddress", to, err)
		}
	}
	for _, bad := range []string{"Ana\r\nBcc: all@x.example", "Ana\nX: y", "Ana\x00", "Ana\u0085X: y"} {
		subject, name, kind := hello(), hello(), hello()
		subject.Data = greeting{bad}
		name.Attachments = []mail.Attachment{{Name: bad, ContentType: "text/plain"}}
		kind.Attachments = []mail.Attachment{{Name: "a", ContentType: "text/plain; " + bad}}
		for _, m := range []mail.Message{subject, name, kind} {
			if err := try(t, d, m); err == nil || !strings.Contains(err.Error(), "control character") {
				t.Errorf("%q: got %v, want a refusal", bad, err)
			}
		}
	}
	quoted := hello()
	quoted.Attachments = []mail.Attachment{{Name: `a"; x="b`, ContentType: "text/plain", Body: []byte("x")}}
	if err := try(t, d, quoted); !db.Violates(err, "mail_attachments_name") {
		t.Errorf("a quote in a file's name: got %v", err)
	}
}

func TestTheApplicationMayNotRewriteAMail(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	send(t, d, hello())
	for _, sql := range []string{
		"UPDATE mails SET recipient = 'bo@x.example'", "UPDATE mails SET subject = 'x'", "UPDATE mails SET secret = false",
		"DELETE FROM mails", "UPDATE mail_attachments SET body = ''", "DELETE FROM mail_attachments",
	} {
		if _, err := d.ExecContext(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: got %v, want permission denied", sql, err)
		}
	}
	owner := dbtest.Owner(t, d)
	for constraint, sql := range map[string]string{
		"mails_recipient":   "UPDATE mails SET recipient = E'ana@x.example\\r\\nBcc: b@x.example'",
		"mails_subject":     "UPDATE mails SET subject = E'a\\nb'",
		"mails_sent_when":   "UPDATE mails SET status = 'sent'",
		"mails_secret_gone": "UPDATE mails SET secret = true, status = 'failed'",
	} {
		if _, err := owner.ExecContext(t.Context(), sql); !db.Violates(err, constraint) {
			t.Errorf("%s: got %v, want a refusal by %s", sql, err, constraint)
		}
	}
}

func TestTheOutboxIsNewestFirstPageByPage(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	var want []id.Mail
	for range 5 {
		want = append(want, send(t, d, hello()).ID)
	}
	slices.Reverse(want)
	var got []id.Mail
	for before := id.Mail(0); ; {
		page, err := mail.Outbox(t.Context(), d, before, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, m := range page {
			if m.Text != "" || m.HTML != "" || m.Subject == "" {
				t.Errorf("the list holds %+v", m)
			}
			got = append(got, m.ID)
		}
		before = got[len(got)-1]
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestStaffNeverSeeASecretMail(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	m := hello()
	m.Secret = true
	secret, plain := send(t, d, m), send(t, d, hello())
	page, err := mail.Outbox(t.Context(), d, 0, 10)
	if err != nil || len(page) != 1 || page[0].ID != plain.ID {
		t.Errorf("the outbox holds %+v, %v", page, err)
	}
	if _, err := mail.Open(t.Context(), d, secret.ID); !errors.Is(err, mail.ErrNotFound) {
		t.Errorf("opening it gives %v, want ErrNotFound", err)
	}
	if m, err := mail.Open(t.Context(), d, plain.ID); err != nil || m.Text == "" {
		t.Errorf("opening the other gives %+v, %v", m, err)
	}
	if _, err := mail.Open(t.Context(), d, 404); !errors.Is(err, mail.ErrNotFound) {
		t.Errorf("opening none gives %v, want ErrNotFound", err)
	}
}

func TestAMailMovesOnlyOnce(t *testing.T) {
	t.Parallel()
	for _, from := range mail.Moves.Statuses() {
		for _, to := range mail.Moves.Statuses() {
			err := mail.Moves.Allow(from, to)
			want := from == mail.Queued && to != mail.Queued && to != mail.Bounced || from == mail.Sent && to == mail.Bounced
			if (err == nil) != want || (err != nil && !errors.Is(err, state.ErrMovedOn)) {
				t.Errorf("%s → %s: %v", from, to, err)
			}
		}
	}
}

func TestTheStatusesAreThoseOfTheTable(t *testing.T) {
	t.Parallel()
	var check string
	err := dbtest.New(t).NewRaw("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'mails_status'").Scan(t.Context(), &check)
	if err != nil {
		t.Fatal(err)
	}
	var inTable []mail.Status
	for _, m := range regexp.MustCompile(`'(\w+)'`).FindAllStringSubmatch(check, -1) {
		inTable = append(inTable, mail.Status(m[1]))
	}
	slices.Sort(inTable)
	if !slices.Equal(inTable, mail.Moves.Statuses()) {
		t.Errorf("the table has %v, the machine %v", inTable, mail.Moves.Statuses())
	}
}

func TestEveryMailTemplateIsWhole(t *testing.T) {
	t.Parallel()
	if err := mail.Own(); err != nil {
		t.Error(err)
	}
}

func TestAHalfTemplateIsRefusedAtStart(t *testing.T) {
	t.Parallel()
	whole := &fstest.MapFile{Data: []byte(`{{define "subject"}}s{{end}}`)}
	for fault, files := range map[string]fstest.MapFS{
		"mail/a.txt is missing":                  {"mail/a.html": whole},
		"mail/a.html is missing":                 {"mail/a.txt": whole},
		"mail/a.txt does not define its subject": {"mail/a.html": whole, "mail/a.txt": {Data: []byte("x")}},
		"mail/a.html: template: a:1":             {"mail/a.html": {Data: []byte("{{")}, "mail/a.txt": whole},
		"function \"nothing\" not defined":       {"mail/a.html": whole, "mail/a.txt": {Data: []byte("{{nothing}}")}},
	} {
		if err := mail.Parse(files); err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("got %v, want %s", err, fault)
		}
	}
}

func TestATemplateThatCannotBeWrittenOwesNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	unknown, wrong := hello(), hello()
	unknown.Template, wrong.Data = "nothing", struct{ Other string }{}
	for _, m := range []mail.Message{unknown, wrong} {
		if err := try(t, d, m); err == nil {
			t.Errorf("%+v is sent", m)
		}
	}
	for _, path := range []string{"my", "//evil.example", "https://evil.example", ""} {
		if got, err := mail.Link(path); err == nil {
			t.Errorf("a link to %q becomes %q", path, got)
		}
	}
}
