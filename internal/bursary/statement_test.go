package bursary_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/mail"
)

var leila = bursary.Supporter{Name: "Leila Haddad", Email: "leila@post.example", About: "Ana"}

// asks asks somebody for a few words and gives the link that the mail holds.
func (w *world) asks(a *bursary.Application, whom bursary.Supporter) (token string) {
	w.t.Helper()
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.AskSupporter(w.t.Context(), tx, w.box, a.PersonID, a.Code, whom)
		return err
	})
	return w.link()
}

var links = regexp.MustCompile(`/supporter/([A-Za-z0-9_-]{43})`)

// link is the link in the latest mail to a supporter.
func (w *world) link() string {
	w.t.Helper()
	m := w.latest("supporter-asked")
	found := links.FindStringSubmatch(m.Text)
	if found == nil {
		w.t.Fatalf("there is no link in %q", m.Text)
	}
	return found[1]
}

// latest is the latest mail of a template, as the worker sees it.
func (w *world) latest(template string) mail.Mail {
	w.t.Helper()
	var m mail.Mail
	err := dbtest.Owner(w.t, w.app).NewSelect().Model(&m).Where("template = ?", template).Order("id DESC").Limit(1).Scan(w.t.Context())
	if err != nil {
		w.t.Fatalf("mail %s: %v", template, err)
	}
	return m
}

func (w *world) statements(a *bursary.Application) (all []*bursary.Statement) {
	w.t.Helper()
	w.must(w.learners, a.PersonID, func(tx *db.Tx) (err error) {
		all, err = bursary.Statements(w.t.Context(), tx, w.box, a.ID)
		return err
	})
	return all
}

// byLink works as somebody who holds a link.
func (w *world) byLink(token string, f func(*db.Tx) error) error {
	w.t.Helper()
	return w.supporters.WriteAs(w.t.Context(), db.Who{Link: bursary.LinkHash(token)}, f)
}

func (w *world) start(token string) error {
	w.t.Helper()
	return w.byLink(token, func(tx *db.Tx) error {
		return bursary.StartStatement(w.t.Context(), tx, token, w.clock.Now())
	})
}

func (w *world) says(token string, words bursary.Words, seen int) (s *bursary.Statement, err error) {
	w.t.Helper()
	err = w.byLink(token, func(tx *db.Tx) (err error) {
		s, err = bursary.SaveWords(w.t.Context(), tx, w.box, token, words, seen, w.clock.Now())
		return err
	})
	return s, err
}

func (w *world) sends(token string) error {
	w.t.Helper()
	return w.byLink(token, func(tx *db.Tx) error {
		return bursary.SendWords(w.t.Context(), tx, w.box, token, w.clock.Now())
	})
}

var kindWords = bursary.Words{Writer: "Leila Haddad", Known: "We run a group together.", Strengths: "She listens.", Support: ""}

func TestASupporterIsAskedNeutrallyAndTheLinkIsNowhereStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	token := w.asks(a, leila)
	m := w.latest("supporter-asked")
	if m.To != leila.Email || !m.Secret || !m.Private || m.Subject != "Somebody has asked you for a few words" {
		t.Errorf("mail %+v", m)
	}
	for _, never := range []string{"bursar", "peer", "health", "money", "fund", "application"} {
		if text := strings.ToLower(m.Subject + m.Text + m.HTML); strings.Contains(text, never) {
			t.Errorf("the mail says %q", never)
		}
	}
	for _, want := range []string{"Sunday 13 December 2026", "10 minutes", "pass this email on", "ask us to see", "do not have to", "training place"} {
		if !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
			t.Errorf("the mail does not say %q:\n%s", want, m.Text)
		}
	}
	var row string
	if err := dbtest.Owner(t, w.app).NewRaw("SELECT s::text FROM sensitive.statements s").Scan(t.Context(), &row); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(row, token) || strings.Contains(row, "Leila") || strings.Contains(row, "leila") {
		t.Errorf("the database holds %s", row)
	}
}

func TestTheApplicantSeesHowFarItIsAndNeverTheText(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	token := w.asks(a, leila)
	expect := func(want bursary.StatementStatus) {
		t.Helper()
		if s := w.statements(a); len(s) != 1 || s[0].Status != want || s[0].Words != (bursary.Words{}) || s[0].Name != leila.Name {
			t.Errorf("the applicant sees %+v, want %s", s[0], want)
		}
	}
	expect(bursary.StatementAsked)
	if err := w.start(token); err != nil {
		t.Fatal(err)
	}
	expect(bursary.StatementOpened)
	if _, err := w.says(token, kindWords, 0); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.sends(token); err != nil {
			t.Fatal(err)
		}
	}
	expect(bursary.StatementReceived)
	if _, err := w.says(token, bursary.Words{Known: "Something else."}, 1); !errors.Is(err, bursary.ErrWordsElsewhere) {
		t.Errorf("changing what was sent gives %v", err)
	}
	err := w.as(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := tx.NewRaw("SELECT known FROM sensitive.statements").Exec(t.Context())
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("reading the text as the applicant gives %v", err)
	}
	w.handIn(a)
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		if s, err := bursary.ReadStatements(t.Context(), tx, w.box, a.ID); len(s) != 0 || err != nil {
			t.Errorf("without a note the office sees %v, %v", s, err)
		}
		if _, err := bursary.Read(t.Context(), tx, w.box, w.admin.ID, a.Code); err != nil {
			return err
		}
		s, err := bursary.ReadStatements(t.Context(), tx, w.box, a.ID)
		if len(s) != 1 || s[0].Words != kindWords {
			t.Errorf("with a note it sees %v", s)
		}
		return err
	})
}

func TestWordsAreSavedAsTheyAreTypedAndNoneIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.asks(w.begun(), leila)
	if err := w.start(token); err != nil {
		t.Fatal(err)
	}
	half := bursary.Words{Known: "We run a group together."}
	if _, err := w.says(token, half, 0); err != nil {
		t.Fatal(err)
	}
	if err := w.sends(token); !errors.Is(err, bursary.ErrWordsMissing) || failure.Of(err).Fields["strengths"] == "" {
		t.Errorf("sending half gives %v", err)
	}
	s, err := w.says(token, kindWords, 0)
	if !errors.Is(err, bursary.ErrWordsElsewhere) || s.Words != half || s.Version != 1 {
		t.Errorf("saving over words that were not shown gives %+v, %v", s, err)
	}
	if s, err = w.says(token, kindWords, 1); err != nil || s.Version != 2 {
		t.Errorf("saving again gives %+v, %v", s, err)
	}
	if _, err := w.says(token, bursary.Words{Known: strings.Repeat("x", 20_001)}, 2); failure.Of(err) == nil || failure.Of(err).Fields["known"] == "" {
		t.Errorf("a whole book gives %v", err)
	}
}

func TestSomebodyWhoWouldRatherNotIsNotAskedWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	token := w.asks(a, leila)
	for range 2 {
		err := w.byLink(token, func(tx *db.Tx) error {
			return bursary.DeclineStatement(t.Context(), tx, token, tx.Now)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if s := w.statements(a); s[0].Status != bursary.StatementDeclined {
		t.Errorf("it is %s", s[0].Status)
	}
	err := w.workers().Write(t.Context(), func(tx *db.Tx) error { return bursary.TellAnswered(t.Context(), tx, w.statements(a)[0].ID) })
	if err != nil {
		t.Fatal(err)
	}
	if m := w.latest("words-declined"); m.To != w.applicant.Email || !m.Private || strings.Contains(m.Text, "Leila") {
		t.Errorf("the applicant is told %+v", m)
	}
	if next := w.asks(a, bursary.Supporter{Name: "Cleo", Email: "cleo@post.example", About: "Ana"}); next == token {
		t.Error("the link is the same")
	}
}

func TestWhomToAskIsCheckedAndKeptApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	try := func(whom bursary.Supporter) error {
		return w.as(w.learners, a.PersonID, func(tx *db.Tx) error {
			_, err := bursary.AskSupporter(t.Context(), tx, w.box, a.PersonID, a.Code, whom)
			return err
		})
	}
	for field, whom := range map[string]bursary.Supporter{
		"name":  {Name: "see www.example.org", Email: "leila@post.example", About: "Ana"},
		"email": {Name: "Leila", Email: "leila", About: "Ana"},
		"about": {Name: "Leila", Email: "leila@post.example", About: strings.Repeat("a", 101)},
	} {
		if wrong := failure.Of(try(whom)); wrong == nil || wrong.Fields[field] == "" || len(wrong.Fields) != 1 {
			t.Errorf("%+v gives %v", whom, wrong)
		}
	}
	w.asks(a, leila)
	if err := try(leila); !errors.Is(err, bursary.ErrAskedAlready) {
		t.Errorf("asking a second person gives %v", err)
	}
	for range 9 {
		w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
			_, err := bursary.ChangeSupporter(t.Context(), tx, w.box, a.PersonID, a.Code, leila)
			return err
		})
	}
	err := w.as(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.ChangeSupporter(t.Context(), tx, w.box, a.PersonID, a.Code, leila)
		return err
	})
	if !errors.Is(err, bursary.ErrAskedEnough) {
		t.Errorf("asking an eleventh person gives %v", err)
	}
}

func TestWhatAnApplicantWroteStandsInNoSubject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asks(w.begun(), bursary.Supporter{Name: "Leila", Email: "leila@post.example", About: "Amara, bursary mental health"})
	if m := w.latest("supporter-asked"); m.Subject != "Somebody has asked you for a few words" || !strings.Contains(m.Text, "Amara") {
		t.Errorf("the subject is %q of %q", m.Subject, m.Text)
	}
}
