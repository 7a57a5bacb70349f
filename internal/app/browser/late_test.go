package browser_test

import (
	"testing"
	"time"

	"bursar/internal/app/apptest"
	"bursar/internal/course"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/money"
)

// enter signs somebody in by a link.
func (b *Tab) enter(email string) {
	b.t.Helper()
	b.Visit(link(b.t, b.world, email))
	b.Press("Sign in")
}

// fill answers every question on the run of the builders, for somebody who is signed in, up to the last page.
func (b *Tab) fill() {
	b.t.Helper()
	b.Visit("/runs/FND-T27/book/learner")
	b.Choose("Myself")
	b.Press("Continue")
	b.Choose("I am paying")
	b.Press("Continue")
	b.Fill("name", "Ana Reyes")
	b.Press("Continue")
}

const order = "Hold my place and pay £3,250"

func TestAPriceThatChangedIsShownAndTheLastPlaceMayBeGone(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	o := fixture.Run(t, w.DB, "FND-T27", 1)
	fixture.Person(t, w.DB, "ana@people.example")
	b := Open(t, w, telephone)
	b.enter("ana@people.example")
	b.fill()
	b.See("Check your answers and book")
	if _, err := dbtest.Owner(t, w.DB).NewUpdate().Model((*course.Price)(nil)).Set("amount = ?", money.Pounds(3_300)).
		Where("run_id = ?", o.ID).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.Press(order)
	b.Refused(409, "Check your answers and book")
	b.Says("The price has changed", "Total to pay: £3,300.00")

	o, err := course.OfferingOf(t.Context(), w.DB, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	fixture.Held(t, w.DB, o, fixture.Person(t, w.DB, "ben@people.example"))
	b.Press("Hold my place and pay £3,300")
	b.Refused(409, "There are no places left on these dates")
	b.Says("You have not been charged", "What you typed is kept")
	b.Visit("/my")
	b.See("Your places")
}

func TestACourseThatStartsSoonAsksFirst(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	fixture.Run(t, w.DB, "FND-T27", 5)
	fixture.Person(t, w.DB, "ana@people.example")
	w.Clock.Set(time.Date(2027, time.February, 26, 9, 0, 0, 0, time.UTC))
	b := Open(t, w, telephone)
	b.enter("ana@people.example")
	b.fill()
	b.See("This course may start within your 14 days")
	b.Press("Continue")
	b.Refused(422, "This course may start within your 14 days", "start")
	b.Choose("No, show me later dates")
	b.Press("Continue")
	b.See("Later dates")
	b.Visit("/runs/FND-T27/book/start")
	b.Choose("Yes, I ask for the course to start before the 14 days are over")
	b.Press("Continue")
	b.See("Check your answers and book")
}

func TestWaitingAndBeingTooLateAreExplained(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	fixture.Run(t, w.DB, "FND-T27", 5)
	fixture.Person(t, w.DB, "ana@people.example")
	b := Open(t, w, telephone)
	b.enter("ana@people.example")
	b.fill()
	b.Press(order)
	w.Clock.Set(w.Clock.Now().Add(21 * time.Second)) // from then on it asks again only every ten seconds
	b.Press("Go on now")
	b.See("We are preparing your payment page")
	b.Says("This takes longer than usual")
	place := script[string](b, `document.querySelector('a[href^="/my/places/"]').pathname.replace("/pay", "")`)
	b.Visit(place)
	b.See("Your place: ")
	b.Says("Your place is held for you until")

	w.Settle()
	w.Clock.Set(w.Clock.Now().Add(time.Hour))
	b.Visit(place + "/confirmation")
	b.See("We are checking your payment")
	b.Visit(place)
	b.See("Your place: ")
	b.Says("The time to pay is over")
	w.Settle()
	b.Visit(place)
	b.See("Your place: ")
	b.Says("was not paid for in time", "You have not been charged")
}

func TestWhatGivingBackBringsMayChangeBeforeItIsDone(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	e := fixture.Confirmed(t, w.DB, fixture.Run(t, w.DB, "FND-T27", 5), fixture.Person(t, w.DB, "ana@people.example"))
	b := Open(t, w, telephone)
	w.Clock.Set(time.Date(2026, time.December, 7, 23, 59, 0, 0, time.UTC))
	b.enter("ana@people.example")
	b.Visit("/my/places/" + e.Code + "/cancel")
	b.See("Cancel your place")
	w.Clock.Set(time.Date(2026, time.December, 8, 0, 1, 0, 0, time.UTC))
	b.Press("Cancel my place and send £3,250.00 back")
	b.Refused(409, "Cancel your place")
	b.Says("£3,175.00")
}
