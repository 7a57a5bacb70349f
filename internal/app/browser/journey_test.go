package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func clickFirst(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)
}

func TestAPlaceIsFoundBookedPaidAndGivenBackOnATelephone(t *testing.T) {
	t.Parallel()
	journey(Open(t, catalogue(t), telephone))
}

func TestAPlaceIsFoundBookedPaidAndGivenBackWithoutScripts(t *testing.T) {
	t.Parallel()
	journey(WithoutScripts(t, catalogue(t), telephone))
}

// journey goes the whole way of somebody who pays for themselves, and looks at every page on it.
func journey(b *Tab) {
	b.t.Helper()
	b.Visit("/")
	b.See("Training in Open Dialogue")
	b.Press("See all courses and dates")
	b.See("Courses")
	b.leads("choosing the course", clickFirst(`a[href="/courses/foundation"]`))
	b.See("")
	b.leads("choosing the dates", clickFirst(`a[href="/runs/FND-M27"]`))
	b.See("")
	b.Press("Book a place")
	b.See("Book a place")
	b.Press("Start")
	b.answer()
	b.confirm()
	b.pay()
	b.keep()
	b.giveBack()
}

// answer answers every question of the booking.
func (b *Tab) answer() {
	b.t.Helper()
	for _, q := range []struct{ title, answer string }{
		{"Who is the place for?", "Myself"}, {"Who is paying?", "I am paying"}, {"Are you a peer supporter?", "No"},
	} {
		b.See(q.title)
		b.Choose(q.answer)
		b.Press("Continue")
	}
	b.See("Your details")
	b.Fill("name", "Łukasz Ó Briain")
	b.Fill("email", "lukasz@post.example")
	b.Press("Continue")
}

// confirm shows that the address is theirs by the code that is sent to it.
func (b *Tab) confirm() {
	b.t.Helper()
	b.See("Check your email address")
	b.Press("Send me the code")
	b.See("Check your email")
	b.Fill("code", Code(b.t, b.world))
	b.Press("Sign in")
	b.See("Check your answers and book")
}

// pay pays on the card processor's page.
func (b *Tab) pay() {
	b.t.Helper()
	b.Press("Hold my place and pay £3,250")
	b.Arrive("Pay £3,250.00")
	b.See("Pay £3,250.00")
	b.Press("Pay £3,250.00")
	b.Arrive("Your place is confirmed")
	b.See("Your place is confirmed")
	b.leads("reloading", chromedp.Reload())
	b.See("Your place is confirmed")
}

// keep looks at everything there is about the place.
func (b *Tab) keep() {
	b.t.Helper()
	b.Visit("/my")
	b.See("Your places")
	b.leads("opening the place", clickFirst(`a[href^="/my/places/"]`))
	b.See("Your place: ")
	b.Press("Receipt")
	b.See("Receipt ")
}

// giveBack cancels the place.
func (b *Tab) giveBack() {
	b.t.Helper()
	b.Visit("/my")
	b.leads("opening the place", clickFirst(`a[href^="/my/places/"]`))
	b.Press("Cancel this place")
	b.See("Cancel your place")
	b.Press("Cancel my place and send £3,250.00 back")
	b.See("Your place: ")
	b.Says("You cancelled this place on 23 November 2026")
}
