package wording_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/wording"
)

// desk is an administrator who changes the words of mails.
type desk struct {
	*testing.T
	db    *db.DB
	clock *dbtest.Clock
	grace id.Person
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d, clock := dbtest.NewAt(t, start)
	return &desk{t, d, clock, fixture.Person(t, d, "grace@threshold.example", people.Admin).ID}
}

func (k *desk) save(template, subject, body string, seen id.Wording) error {
	return k.db.Write(k.Context(), func(tx *db.Tx) error {
		return wording.Save(k.Context(), tx, k.grace, template, mail.Text{Subject: subject, Body: body}, seen)
	})
}

func (k *desk) restore(template string, seen id.Wording) error {
	return k.db.Write(k.Context(), func(tx *db.Tx) error { return wording.Restore(k.Context(), tx, k.grace, template, seen) })
}

func (k *desk) latest(template string) wording.Edition {
	k.Helper()
	e, err := wording.Latest(k.Context(), k.db, template)
	if err != nil {
		k.Fatal(err)
	}
	return e
}

// asked sends the mail of question threads, whose data are a name and a code, and gives what was owed.
func (k *desk) asked(name string) *mail.Mail {
	k.Helper()
	err := k.db.Write(k.Context(), func(tx *db.Tx) error {
		return mail.Send(k.Context(), tx, mail.Message{To: "ana@x.example", Template: "place-answered", Data: struct{ Name, Code string }{name, "K7Q2-9M"}})
	})
	if err != nil {
		k.Fatal(err)
	}
	list, err := mail.Outbox(k.Context(), k.db, 0, 1)
	if err != nil || len(list) != 1 {
		k.Fatal(list, err)
	}
	m, err := mail.Open(k.Context(), k.db, list[0].ID)
	if err != nil {
		k.Fatal(err)
	}
	return m
}

func TestEveryMailHasAPurpose(t *testing.T) {
	t.Parallel()
	for _, template := range mail.Templates() {
		if wording.Purpose(template) == template {
			t.Errorf("say in wording/purpose.go to whom %s goes and when", template)
		}
	}
}

func TestEveryOriginalPassesItsOwnCheck(t *testing.T) {
	t.Parallel()
	for _, template := range mail.Templates() {
		original, placeholders, err := mail.Original(template)
		if err != nil {
			t.Fatal(err)
		}
		if err := mail.Check(template, original); err != nil {
			t.Errorf("%s: %v", template, failure.Of(err).Fields)
		}
		for _, p := range placeholders {
			if p.Words == "" || !strings.Contains(original.Subject+original.Body, p.Mark()) {
				t.Errorf("%s: %s means %q", template, p.Mark(), p.Words)
			}
		}
	}
}

func TestOtherWordsAreSentFromThenOnAndTheOriginalAgain(t *testing.T) {
	t.Parallel()
	k := newDesk(t)
	original := k.asked("Zoë <b>Łukasz</b>")
	if err := k.save("place-answered", "There is an answer for you", "{{.WhenName}},\r\n\r\nPlease look:\r\n{{ .Link }}\r\n\r\n- one\r\n- two & three", 0); err != nil {
		t.Fatal(err)
	}
	m := k.asked("Zoë <b>Łukasz</b>")
	if m.Subject != "There is an answer for you" || !strings.HasPrefix(m.Text, "Dear Zoë <b>Łukasz</b>,\n\nPlease look:\nhttps://") || m.HTML == "" {
		t.Errorf("%q: %q", m.Subject, m.Text)
	}
	for _, want := range []string{"<p>Dear Zoë &lt;b&gt;Łukasz&lt;/b&gt;,</p>", "<br>\n<a href=\"https://", "<ul>\n<li>one</li>\n<li>two &amp; three</li>\n</ul>"} {
		if !strings.Contains(m.HTML, want) {
			t.Errorf("%q is not in %s", want, m.HTML)
		}
	}
	seen := k.latest("place-answered")
	if err := k.restore("place-answered", seen.ID); err != nil {
		t.Fatal(err)
	}
	if again := k.asked("Zoë <b>Łukasz</b>"); again.Text != original.Text || again.HTML != original.HTML || again.Subject != original.Subject {
		t.Errorf("back to %q", again.Text)
	}
	list, err := wording.History(t.Context(), k.db, "place-answered", 0, 10)
	if err != nil || len(list) != 2 || !list[0].Original() || list[1].Subject != "There is an answer for you" || list[1].By != "Ana Reyes" || !list[1].At.Equal(start) {
		t.Errorf("history %+v, %v", list, err)
	}
}

func TestWordsThatCannotStandAreRefusedBesideTheirField(t *testing.T) {
	t.Parallel()
	k := newDesk(t)
	for name, c := range map[string]struct{ template, subject, body, field, says string }{
		"an unknown placeholder":           {"place-answered", "News", "Hello {{.Nmae}} {{.Secret}} {{.Link}}", "body", "{{.Nmae}}, {{.Secret}}"},
		"a function":                       {"place-answered", "News", `{{link "/x"}} {{.Link}}`, "body", "between {{ and }}"},
		"a condition":                      {"place-answered", "News", "{{if .WhenName}}x{{end}} {{.Link}}", "body", "between {{ and }}"},
		"an unknown placeholder in front":  {"place-answered", "{{.WhenName}} asks", "{{.Link}}", "subject", "{{.WhenName}}"},
		"no way to the page":               {"place-answered", "News", "Hello", "body", "{{.Link}}"},
		"nothing":                          {"place-answered", " ", "", "subject", "Enter a subject"},
		"two lines":                        {"place-answered", "a\nBcc: b@x.example", "{{.Link}}", "subject", "one line"},
		"a telling subject":                {"place-answered", "Your Bursary", "{{.Link}}", "subject", "Bursary"},
		"a peer in the subject":            {"place-answered", "For our peers", "{{.Link}}", "subject", "peers"},
		"a diagnosis in the subject":       {"place-answered", "your diagnosis", "{{.Link}}", "subject", "diagnosis"},
		"a placeholder of another subject": {"block-soon", "We meet at {{.OfferingHours}}", "{{.Link}}", "subject", "{{.BlockStartsOn}}"},
		"a mark that turns words round":    {"place-answered", "News \u202etfosorciM", "{{.Link}}", "subject", "hidden marks"},
		"a line that is no line feed":      {"place-answered", "News\u2028Bcc: b@x.example", "{{.Link}}", "subject", "one line"},
		"an endless placeholder":           {"place-answered", "News", "{{.Link}} {{." + strings.Repeat("A", 5000) + "}}", "body", "{{." + strings.Repeat("A", 40) + "…}} is no placeholder"},
		"too long":                         {"place-answered", strings.Repeat("a", 121), "{{.Link}}", "subject", "120"},
	} {
		err := k.save(c.template, c.subject, c.body, 0)
		if f := failure.Of(err); f == nil || f.Kind != failure.Invalid || !strings.Contains(f.Fields[c.field], c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := k.save("place-answered", "mental", "{{.Nope}}", 0)
	if f := failure.Of(err); f == nil || len(f.Fields) != 2 {
		t.Errorf("not all at once: %v", err)
	}
	if err := k.save("nothing", "a", "b", 0); !errors.Is(err, mail.ErrNoTemplate) {
		t.Errorf("no such mail: %v", err)
	}
	if k.latest("place-answered").ID != 0 {
		t.Error("something was kept")
	}
}

func TestTwoWhoChangeTheSameWordsDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	k := newDesk(t)
	if err := k.save("place-answered", "One", "{{.Link}}", 0); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{k.save("place-answered", "Two", "{{.Link}}", 0), k.restore("place-answered", 0)} {
		if !errors.Is(err, wording.ErrOverwrites) {
			t.Errorf("got %v", err)
		}
	}
	seen := k.latest("place-answered")
	if err := k.save("place-answered", "One", "{{.Link}}", 0); err != nil || k.latest("place-answered").ID != seen.ID {
		t.Errorf("pressed twice: %v", err)
	}
	if err := k.save("place-answered", "One", "{{.Link}}", seen.ID); err != nil || k.latest("place-answered").ID != seen.ID {
		t.Errorf("the same again: %v", err)
	}
	original, _, err := mail.Original("place-answered")
	if err != nil {
		t.Fatal(err)
	}
	if err := k.save("place-answered", original.Subject, original.Body, seen.ID); err != nil || !k.latest("place-answered").Original() {
		t.Errorf("the original typed again: %v", err)
	}
}

func TestWordsThatTheProgramHasOutgrownAreLeftAside(t *testing.T) {
	t.Parallel()
	k := newDesk(t)
	original := k.asked("Ana")
	dbtest.Force(t, k.db, "INSERT INTO mail_texts (template, subject, body, by_id, at) VALUES ('place-answered', 'Old', 'Hello {{.Gone}}', ?, now())", k.grace)
	if m := k.asked("Ana"); m.Text != original.Text || m.Subject != original.Subject {
		t.Errorf("sent %q", m.Text)
	}
	list, err := wording.List(t.Context(), k.db)
	if err != nil || len(list) != len(mail.Templates()) {
		t.Fatal(len(list), err)
	}
	for _, l := range list {
		if odd := l.Template == "place-answered"; l.Edited != odd || l.Fits == odd {
			t.Errorf("%+v", l)
		}
	}
}

func TestACaseIsTheLastMailUntilItsFactsAreForgotten(t *testing.T) {
	t.Parallel()
	k := newDesk(t)
	c, err := mail.LastCase(t.Context(), k.db, "place-answered")
	if err != nil || !c.At.IsZero() || c.Facts["WhenName"] != "[only when there is something to say: “Dear …”, or else “Hello”]" {
		t.Fatalf("before any: %+v, %v", c, err)
	}
	k.asked("Ana")
	k.asked("Zoë")
	site := mail.Site{Name: "Threshold", URL: "https://bursar.example"}
	c, err = mail.LastCase(t.Context(), k.db, "place-answered")
	if err != nil || c.Facts["WhenName"] != "Dear Zoë" || !c.At.Equal(start) {
		t.Fatalf("%+v, %v", c, err)
	}
	subject, plain, whole, err := site.Reworded(mail.Text{Subject: "News", Body: "{{.WhenName}}\n\n{{.Link}}"}, c)
	if err != nil || subject != "News" || !strings.HasPrefix(plain, "Dear Zoë\n\nhttps://bursar.example/my/places/K7Q2-9M") || !strings.Contains(whole, `href="https://bursar.example/my/places/K7Q2-9M`) {
		t.Errorf("%q, %q, %v", subject, plain, err)
	}
	forget := func() (n int) {
		if err := dbtest.As(t, k.db, db.Worker).Write(t.Context(), func(tx *db.Tx) (err error) {
			n, err = mail.Forget(t.Context(), tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	sender, err := mail.NewSender("", mail.Site{Name: "Threshold", URL: "https://bursar.example", Email: "office@bursar.example"})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := mail.Outbox(t.Context(), k.db, 0, 10)
	for _, m := range sent {
		err = errors.Join(err, mail.Deliver(t.Context(), k.db, sender, m.ID))
	}
	if err != nil {
		t.Fatal(err)
	}
	k.clock.Advance(89 * day)
	if n := forget(); n != 0 {
		t.Errorf("%d forgotten too soon", n)
	}
	k.clock.Advance(2 * day)
	if n := forget(); n != 2 {
		t.Errorf("%d forgotten", n)
	}
	if c, err = mail.LastCase(t.Context(), k.db, "place-answered"); err != nil || !c.At.IsZero() {
		t.Errorf("after: %+v, %v", c, err)
	}
}

func TestNoFactsAreKeptOfAMailThatLetsSomebodyIn(t *testing.T) {
	t.Parallel()
	k := newDesk(t)
	err := k.db.Write(t.Context(), func(tx *db.Tx) error {
		return mail.Send(t.Context(), tx, mail.Message{To: "ana@x.example", Template: "sign-in", Secret: true, Data: struct{ Path, Code string }{"/sign-in/abc", "123456"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	var kept int
	if err := k.db.NewRaw("SELECT count(*) FROM mails WHERE facts IS NOT NULL").Scan(t.Context(), &kept); err != nil || kept != 0 {
		t.Errorf("%d, %v", kept, err)
	}
}

var start = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

const day = 24 * time.Hour
