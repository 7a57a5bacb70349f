package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"bursar/internal/app/apptest"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/people"
)

// lookAt looks at a page in each window.
func (b *Tab) lookAt(status int64, title string) {
	b.t.Helper()
	for _, width := range []int64{desk, zoomed, telephone} {
		b.Resize(width)
		b.Check(status, title)
	}
}

// asOffice does something in the name of the office.
func asOffice(t *testing.T, w *apptest.World, do func(tx *db.Tx, by people.Person) error) {
	t.Helper()
	grace := fixture.Person(t, w.DB, "grace@threshold.example")
	if err := w.Doors.Office.WriteAs(t.Context(), db.Who{Person: grace.ID}, func(tx *db.Tx) error { return do(tx, grace) }); err != nil {
		t.Fatal(err)
	}
}

// given answers questions of one page with what will not do.
func (b *Tab) given(address, page string, answers form.Answers) {
	b.t.Helper()
	b.Visit(address + "/q/" + page)
	_, p, _ := form.Current().Page(page)
	for _, q := range p.Questions {
		b.Give(q, answers)
	}
	b.Press("Save and continue")
}

func TestEveryKindOfQuestionSaysWhatIsMissingOrWrong(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := written(t, w, ana, form.Answers{"help": form.Join([]string{"fee", "travel"})})
	b := Open(t, w, telephone)
	b.enter(ana)
	for _, wrong := range []struct {
		page    string
		answers form.Answers
		title   string
		fields  []string
	}{
		{"name", nil, "Your name", []string{"name"}},
		{"contact", form.Answers{"contact_way": "phone", "phone": "call me"}, "How we contact you", []string{"phone", "message_safe"}},
		{"home", nil, "Where you live", []string{"adult", "region"}},
		{"practice", form.Answers{"practice_done": form.Yes}, "What you do with people", []string{"practice"}},
		{"hope", form.Answers{"hope": "A start."}, "What you hope for", []string{"hope_done"}},
		{"runs", nil, "Dates you could take", []string{"runs", "late_start"}},
		{"travel", form.Answers{"travel_amount": "a lot"}, "Help with travel", []string{"travel_amount", "travel_what"}},
		{"pay", form.Answers{"own_payment": "-3"}, "What you or an employer can pay", []string{"own_payment", "employer_payment", "employer_full"}},
		{"data", nil, "How we use your information", []string{"consent"}},
	} {
		b.given(address, wrong.page, wrong.answers)
		b.Refused(422, wrong.title, wrong.fields...)
		for key, text := range wrong.answers {
			if got := stored(t, w, ana, address).Answers[key]; got != text {
				t.Errorf("%s: %q is kept of what was refused, %q", key, got, text)
			}
		}
		b.Resize(zoomed)
		b.Check(422, "Error: "+wrong.title)
		b.Resize(telephone)
	}
	b.Visit(address + "/q/help")
	for _, line := range []string{"fee", "travel"} {
		b.do("taking a tick away", chromedp.Click(choice("help", line), chromedp.NodeVisible))
	}
	b.Press("Save and continue")
	b.Refused(422, "What you need help with", "help")
	b.Visit(address + "/check")
	b.lookAt(200, "Check your answers")
	b.Says("Still to do before you can send", "Not answered yet")
	b.Visit(address)
	b.lookAt(200, "Your application")
	b.Says("In progress", "Not yet started")
}

func TestThePagesBesideTheQuestionsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := written(t, w, ana, fixture.GoodAnswers("FND-T27"))
	b := Open(t, w, telephone)
	b.Visit(spring + "/check")
	b.Press("See the result")
	b.Refused(422, "Is this for you?", "adult", "uk", "alongside", "experience", "employer_pays")
	for _, q := range form.CheckPage().Questions {
		b.Give(q, form.Answers{q.Key: form.No})
	}
	b.Press("See the result")
	b.lookAt(200, "Is this for you? Your result")
	b.Says("This is not for you, and here is what is")
	b.enter(ana)
	b.Visit(address + "/check")
	b.Press("Send application")
	b.Refused(422, "Check your answers", "declared")
	b.Visit(address + "/questions")
	b.Press("Send message")
	b.Refused(422, "Ask us a question", "text")
	b.Visit(address + "/recordings/hope")
	b.Press("Add my recording")
	b.Refused(422, "Speak your answer", "recording")
	b.Visit("/take-back")
	b.Fill("key", "7QK2M")
	b.Press("Delete my answers")
	b.Refused(422, "Delete your answers", "key")
	b.Visit(address + "/q/nothing")
	b.Check(404, "We cannot find that page")
	other := Open(t, w, telephone)
	other.enter(fixture.Person(t, w.DB, "ben@post.example").Email)
	other.Visit(address)
	other.Check(404, "")
	other.Visit(mine)
	other.lookAt(200, "Your applications")
	other.Says("You have no applications here.")
}

func TestWhoIsTooLateGetsTheirWordsBack(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := written(t, w, ana, fixture.GoodAnswers("FND-T27"))
	b := Open(t, w, telephone)
	w.Clock.Set(spring27(t, w).Deadline())
	b.enter(ana)
	typing, sending := b.Beside(), b.Beside()
	typing.Visit(address + "/q/benefit")
	sending.Visit(address + "/check")
	sending.Choose("What I wrote is true, as far as I know.")
	w.Clock.Set(spring27(t, w).ClosesOn.AddDays(1).At(0, 0))
	typing.Fill("benefit", words)
	typing.autosaveSays("This round has closed")
	typing.complaints() // the browser notes that the save was refused
	typing.Press("Save and continue")
	typing.lookAt(409, "Error: We could not save this")
	typing.Says(words, "We know how much work this is.")
	sending.Press("Send application")
	sending.lookAt(409, "Error: We could not save this")
	b.Visit(address)
	b.lookAt(200, "Your application")
	b.Says("This round closed on Sunday 13 December 2026.", "You had not sent this, so nobody has read it.")
	for _, path := range []string{address + "/check", address + "/withdraw", address + "/recordings/hope", address + "/statement", spring, spring + "/check", "/bursaries"} {
		b.everywhere(path)
	}
	b.Visit(spring + "/apply")
	b.See("Help with the cost: Spring 2027")
}

func spring27(t *testing.T, w *apptest.World) *bursary.Round {
	t.Helper()
	r, err := bursary.FindRound(t.Context(), w.DB, "SPRING-27")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryStandingIsExplained(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := handedIn(t, w, ana)
	b := Open(t, w, telephone)
	b.enter(ana)
	b.Visit(address)
	b.lookAt(200, "Your application")
	b.Press("Take your application back")
	b.lookAt(200, "Take your application back")
	b.Press("Yes, take it back")
	b.lookAt(200, "Your application")
	b.Says("You took this back on Monday 23 November 2026.")

	address = handedIn(t, w, ana)
	owner := dbtest.Owner(t, w.DB)
	for _, status := range bursary.Statuses() {
		if status == bursary.Draft || status == bursary.Withdrawn || status == bursary.Ineligible {
			continue // above, and below: they take more than a word in the table
		}
		_, err := owner.ExecContext(t.Context(), "UPDATE sensitive.applications SET status = ?, band = 'B' WHERE code = ?", status, codeOf(address))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{address, mine} {
			b.Visit(path)
			b.See("Your application")
		}
	}
	b.isNotEligible()
	b.isWrittenDownByStaff()
}

// isNotEligible is told so by the office, with the reason and what to do.
func (b *Tab) isNotEligible() {
	t, w := b.t, b.world
	t.Helper()
	young := written(t, w, "ben@post.example", fixture.GoodAnswers("FND-T27"))
	asApplicant(t, w, "ben@post.example", func(tx *db.Tx, p people.Person) error {
		_, adult, _ := form.Current().Page("home")
		f, err := bursary.Open(t.Context(), tx, w.Box, p.ID, codeOf(young))
		if err != nil {
			return err
		}
		if _, err = bursary.Save(t.Context(), tx, w.Box, p.ID, f.Code, adult.Questions[:1], form.Answers{"adult": form.No}, f.Marks, tx.Now); err != nil {
			return err
		}
		_, err = bursary.Submit(t.Context(), tx, w.Box, p.ID, f.Code, tx.Now)
		return err
	})
	w.Clock.Set(spring27(t, w).ClosesOn.AddDays(1).At(10, 0))
	if err := w.Machine.Write(t.Context(), func(tx *db.Tx) error { return bursary.CloseDue(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	asOffice(t, w, func(tx *db.Tx, by people.Person) error {
		return bursary.ConfirmFacts(t.Context(), tx, w.Box, by.ID, spring27(t, w), []bursary.Confirmation{{Code: codeOf(young)}})
	})
	ben := Open(t, w, telephone)
	ben.enter("ben@post.example")
	ben.Visit(young)
	ben.lookAt(200, "Your application")
	ben.Says("We are sorry.", "Why, and what you can do", "A person on our staff looked at this and decided.")
}

// isWrittenDownByStaff says that what the office wrote down is theirs.
func (b *Tab) isWrittenDownByStaff() {
	t, w := b.t, b.world
	t.Helper()
	var address string
	asOffice(t, w, func(tx *db.Tx, by people.Person) error {
		a, err := bursary.BeginOnBehalf(t.Context(), tx, by.ID, "SPRING-27", "cas@post.example")
		if err != nil {
			return err
		}
		address = mine + "/" + a.Code
		if _, err = bursary.SaveOnBehalf(t.Context(), tx, w.Box, by.ID, a.Code, form.Current().Questions(), fixture.GoodAnswers("FND-T27"), nil); err != nil {
			return err
		}
		_, err = bursary.SubmitOnBehalf(t.Context(), tx, w.Box, by.ID, a.Code, tx.Now.AddDate(0, 0, -2))
		return err
	})
	cas := Open(t, w, telephone)
	cas.enter("cas@post.example")
	cas.Visit(address)
	cas.lookAt(200, "Your application")
	cas.Says("Is this what you told us?")
	cas.Press("Yes, this is what I said")
	cas.lookAt(200, "Your application")
}
