package browser_test

import (
	"strings"
	"testing"
)

const donor = "ottilie@post.example"

func TestSponsorUnlocksAPlaceForWhoWaits(t *testing.T) {
	t.Parallel()
	w := newRatified(t)
	b := Open(t, w.World, telephone)
	b.Visit("/sponsor")
	b.lookAt(200, "Sponsor a place")
	b.Says("£1,750 more here pays for one more person.")
	b.light("/sponsor")
	b.goRound("/sponsor")
	b.Fill("other", "a lot")
	b.Fill("email", "no address")
	b.Press("Continue to payment")
	b.Refused(422, "Sponsor a place", "other", "email")
	b.giftAid()
	b.gives(w)
	her := w.signedIn(t, dee)
	her.follow(w, dee)
	her.Visit(w.at(dee) + "/offer")
	her.handheld(200, "Your offer")
	her.Says("We offer you a place on Open Dialogue foundation.")
	b.Visit("/sponsor")
	b.Says("At the moment a gift here waits for the next round.")
}

// gives pays by card what one more place needs.
func (b *Tab) gives(w *drawn) {
	b.t.Helper()
	b.Choose("Another amount")
	b.Fill("other", "1750")
	b.Fill("email", donor)
	b.Press("Continue to payment")
	b.handheld(200, "We are preparing your payment page")
	w.Settle()
	b.Arrive("Pay £1,750.00")
	b.See("Pay £1,750.00")
	b.Press("Pay £1,750.00")
	b.Arrive("We are checking your payment")
	b.handheld(200, "We are checking your payment")
	w.Settle()
	b.Arrive("Thank you for your gift")
	b.handheld(200, "Thank you for your gift")
	b.Says("£1,750.00", "We have sent a receipt")
	if m := w.newestTo(donor); !strings.Contains(m.Subject, "gift") {
		b.t.Errorf("the donor's newest mail is %q", m.Subject)
	}
}

// giftAid is asked for more when the box is ticked, and unticks it again.
func (b *Tab) giftAid() {
	b.t.Helper()
	b.leads("ticking the box and sending", clickFirst(`main input[name="gift_aid"] + label`), clickFirst(`main form[action="/sponsor"] button`))
	b.handheld(422, "Error: Sponsor a place")
	b.Says("Your address is needed to show that you are a UK taxpayer.")
	b.do("unticking the box", clickFirst(`main input[name="gift_aid"] + label`))
}
