package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"bursar/internal/app/apptest"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/people"
)

const (
	spring = "/bursaries/SPRING-27"
	mine   = "/my/applications"
	ana    = "ana@post.example"
)

// taking is the whole program with one round, which takes applications until 13 December 2026. Nothing happens in
// it by itself.
func taking(t *testing.T) *apptest.World {
	t.Helper()
	w := apptest.New(t)
	grace := fixture.Person(t, w.DB, "grace@threshold.example", people.Admin)
	fixture.Run(t, w.DB, "FND-T27", 20)
	fixture.Run(t, w.DB, "FND-U27", 20)
	fixture.Round(t, w.Doors.Office, w.Box, grace.ID, "SPRING-27", "FND-T27", "FND-U27")
	return w
}

// asApplicant does something in the name of whoever has an address.
func asApplicant(t *testing.T, w *apptest.World, email string, do func(tx *db.Tx, p people.Person) error) {
	t.Helper()
	p := fixture.Person(t, w.DB, email)
	if err := w.Doors.Learner.WriteAs(t.Context(), db.Who{Person: p.ID}, func(tx *db.Tx) error { return do(tx, p) }); err != nil {
		t.Fatal(err)
	}
}

// written makes somebody's draft with these answers, and returns its address.
func written(t *testing.T, w *apptest.World, email string, answers form.Answers) (address string) {
	t.Helper()
	asApplicant(t, w, email, func(tx *db.Tx, p people.Person) error {
		a, err := bursary.Begin(t.Context(), tx, p.ID, "SPRING-27")
		if err != nil {
			return err
		}
		address = mine + "/" + a.Code
		var asked []form.Question
		for _, q := range form.Current().Questions() {
			if _, ok := answers[q.Key]; ok {
				asked = append(asked, q)
			}
		}
		_, err = bursary.Save(t.Context(), tx, w.Box, p.ID, a.Code, asked, answers, nil, tx.Now)
		return err
	})
	return address
}

// handedIn is the same with every question answered, and sent.
func handedIn(t *testing.T, w *apptest.World, email string) (address string) {
	t.Helper()
	address = written(t, w, email, fixture.GoodAnswers("FND-T27"))
	asApplicant(t, w, email, func(tx *db.Tx, p people.Person) error {
		_, err := bursary.Submit(t.Context(), tx, w.Box, p.ID, codeOf(address), tx.Now)
		return err
	})
	return address
}

func codeOf(address string) string { return strings.TrimPrefix(address, mine+"/") }

// stored is what is kept of somebody's application.
func stored(t *testing.T, w *apptest.World, email, address string) (f *bursary.File) {
	t.Helper()
	asApplicant(t, w, email, func(tx *db.Tx, p people.Person) (err error) {
		f, err = bursary.Open(t.Context(), tx, w.Box, p.ID, codeOf(address))
		return err
	})
	return f
}

// pages are those of the form that somebody with these answers is asked, by section.
func pages(answers form.Answers) map[string][]form.Page {
	all := map[string][]form.Page{}
	for _, s := range form.Current().Asked(answers).Sections {
		all[s.Key] = s.Pages
	}
	return all
}

// choice is the label of one of the answers to a question, as a place to press.
func choice(question, value string) string {
	return fmt.Sprintf(`//main//input[@name=%q and @value=%q]/following-sibling::label`, question, value)
}

// Give answers a question as the page asks it.
func (b *Tab) Give(q form.Question, answers form.Answers) {
	b.t.Helper()
	switch q.Kind {
	case form.Runs:
		for i, run := range answers.List(q.Key) {
			b.pick(q.Key+"-"+run, fmt.Sprint(i+1))
		}
	case form.Choice, form.YesNo, form.Choices, form.Confirm:
		for _, value := range answers.List(q.Key) {
			if script[bool](b, `document.querySelector("main select[name='`+q.Key+`']") !== null`) {
				b.pick(q.Key, value)
				continue
			}
			b.do("choosing "+value, chromedp.Click(choice(q.Key, value), chromedp.NodeVisible))
		}
	default:
		if answers[q.Key] != "" {
			b.Fill(q.Key, answers[q.Key])
		}
	}
}

// pick chooses in a menu by its arrows, from its first line.
func (b *Tab) pick(name, value string) {
	b.t.Helper()
	menu := `document.querySelector("main select[name='` + name + `']")`
	down := script[int](b, menu+`.namedItem ? [...`+menu+`.options].findIndex(o => o.value === "`+value+`") : -1`)
	if down < 1 {
		b.t.Fatalf("%s: %s does not offer %q", b.Path(), name, value)
	}
	b.do("choosing in "+name, chromedp.Focus(chromedp.CSS(`main select[name="`+name+`"]`)), chromedp.KeyEvent(strings.Repeat(kb.ArrowDown, down)))
}

// Answer answers one page of the form, looks at it, and goes on.
func (b *Tab) Answer(p form.Page, answers form.Answers) {
	b.t.Helper()
	b.See(p.Title)
	for _, q := range p.Questions {
		b.Give(q, answers)
	}
	b.Press("Save and continue")
}

// section opens a task of the list and answers all of its pages, which leads back to the list.
func (b *Tab) section(title string, asked []form.Page, answers form.Answers) {
	b.t.Helper()
	b.Press(title)
	for _, p := range asked {
		b.Answer(p, answers)
	}
	b.Arrive("Your application")
}

// comeIn signs in by the code of the newest email.
func (b *Tab) comeIn(email string) {
	b.t.Helper()
	b.See("Sign in")
	b.Fill("email", email)
	b.Press("Send me the email")
	b.Fill("code", Code(b.t, b.world))
	b.Press("Sign in")
}
