package employer_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
)

func TestTheFirstPageSaysWhatIsMissingAndThenEveryPlace(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	says(t, p.open(p.mine, p.mine.at("")), "What we need from you Nothing at the moment.", "You have no places yet.")
	codes := p.book(p.mine, admissions.TeamOrder{Places: 3, Seats: []admissions.NewSeat{{Name: "Noor Haddad", Email: "noor@westermoor.example"}},
		ApproverName: "Pat Quill", ApproverEmail: "pat@westermoor.example"})
	doc := p.open(p.mine, p.mine.at(""))
	says(t, doc, "Give us a purchase order for 3 places on Open Dialogue foundation, 8 March to 10 December 2027",
		"Held for you until the end of Monday 7 December 2026. After that we may have to give 3 places to others.",
		"Say who takes 2 places on", "Pat Quill has not agreed to the cost yet", "Noor Haddad", "Not named yet (place 2)", "Held until 7 December 2026", "£3,250.00", "Missing")
	for _, code := range codes {
		if doc.Find(`a[href="`+p.mine.at("/places/"+code)+`"]`).Length() != 1 {
			t.Errorf("no link to place %s", code)
		}
	}
	for _, link := range doc.Find(".govuk-task-list__link").EachIter() {
		href := link.AttrOr("href", "")
		p.open(p.mine, href)
	}
	if text := words(p.open(p.mine, p.mine.at("?show=name&run=FND-T27"))); strings.Contains(text, "Noor Haddad") || !strings.Contains(text, "place 3") {
		t.Errorf("the places without a name: %s", text)
	}
	if w := p.get(p.mine, p.mine.at("?show=secrets")); w.Code != http.StatusNotFound {
		t.Errorf("an unknown choice of places answers %d", w.Code)
	}
}

func TestAPlaceOnDatesThatWeCancelledSaysUntilWhenOthersCanBeChosen(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	code := p.book(p.mine, admissions.TeamOrder{Places: 1, Seats: []admissions.NewSeat{{Name: "Noor Haddad", Email: "noor@westermoor.example"}}})[0]
	var e *enrolment.Enrolment
	p.do(func(ctx context.Context, tx *db.Tx) error {
		known, err := enrolment.ByCode(ctx, tx, code)
		if err != nil {
			return err
		}
		if e, err = enrolment.Lock(ctx, tx, known.ID); err != nil {
			return err
		}
		return enrolment.Confirm(ctx, tx, e)
	})
	says(t, p.open(p.mine, p.mine.at("/places/"+code)), "This place is confirmed.")
	p.do(func(ctx context.Context, tx *db.Tx) error {
		if err := admissions.CancelRun(ctx, tx, p.staff, p.run.Code, "The trainers are ill."); err != nil {
			return err
		}
		return admissions.CancelNext(ctx, tx, e.ID)
	})
	says(t, p.open(p.mine, p.mine.at("/places/"+code)), "Dates cancelled by us", "Please write to us by the end of Monday 7 December 2026", "You owe nothing for it")
	says(t, p.open(p.mine, p.mine.at("")), "Dates cancelled by us")
	page := p.open(p.mine, p.mine.at("/places/"+code+"/give-up"))
	says(t, page, "you owe £0.00", "keep the place and write to us by the end of Monday 7 December 2026")
	if said := page.Find("main").Text(); strings.Contains(said, "colleague") || strings.Contains(said, "somebody else") {
		t.Errorf("a place on dates that are not held is to go to others: %s", said)
	}
}

func TestALongListGoesOnWithoutLosingAPlace(t *testing.T) {
	t.Parallel()
	p := newPairOf(t, 60)
	codes := p.book(p.mine, admissions.TeamOrder{Places: 55})
	seen := ""
	address := p.mine.at("")
	for range 3 {
		doc := p.open(p.mine, address)
		seen += words(doc)
		next, more := doc.Find(`.app-pagination a[rel=next]`).Attr("href")
		if !more {
			break
		}
		address = next
	}
	for _, code := range codes {
		if strings.Count(seen, code) != 1 {
			t.Errorf("place %s is shown %d times", code, strings.Count(seen, code))
		}
	}
}

func TestAPlaceGetsANameAndThenAColleague(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	place := p.mine.at("/places/" + p.book(p.mine, admissions.TeamOrder{Places: 1})[0])
	says(t, p.open(p.mine, place), "Not named yet", "We wait for your purchase order.", "Say who takes the place", "You pay £3,250.00")
	doc := p.page(http.StatusUnprocessableEntity, p.post(p.mine, place+"/name", "name", "", "email", "noor at westermoor"), place)
	says(t, doc, "Enter the full name of whoever takes the place", "Enter their email address")
	if doc.Find("#email").AttrOr("value", "") != "noor at westermoor" {
		t.Error("what was typed is lost")
	}
	p.led(p.post(p.mine, place+"/name", "name", "Noor Haddad", "email", "noor@westermoor.example"), place)
	says(t, p.open(p.mine, place), "Noor Haddad noor@westermoor.example 23 November 2026 Now", "Give the place to a colleague")
	p.clock.Set(london.On(2026, 11, 25).At(9, 0))
	p.led(p.post(p.mine, place+"/name", "name", "Ivo Marsh", "email", "ivo@westermoor.example"), place)
	says(t, p.open(p.mine, place), "Noor Haddad noor@westermoor.example 23 November 2026 25 November 2026", "Ivo Marsh ivo@westermoor.example 25 November 2026 Now")
}

func TestGivingAPlaceUpShowsFirstWhatIsOwed(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	order := admissions.TeamOrder{Places: 1, Orders: []billing.NewOrder{{Number: "PO 7", Amount: 325_000}}}
	place := p.mine.at("/places/" + p.book(p.mine, order)[0])
	says(t, p.open(p.mine, place), "This place is confirmed.", "PO 7")
	p.clock.Set(london.On(2027, 1, 27).At(9, 0)) // 40 days before
	doc := p.open(p.mine, place+"/give-up")
	says(t, doc, "you owe £1,625.00 of your £3,250.00", "The course begins in 40 days. By our terms you owe 50% of your part", "You need not pay £1,625.00")
	kept := doc.Find("input[name=kept]").AttrOr("value", "")
	p.page(http.StatusConflict, p.post(p.mine, place+"/give-up", "kept", "0"), place)
	p.led(p.post(p.mine, place+"/give-up", "kept", kept), place)
	says(t, p.open(p.mine, place), "This place was given up on 27 January 2027.", "You pay £1,625.00")
	p.led(p.get(p.mine, place+"/give-up"), place)
	p.led(p.post(p.mine, place+"/give-up", "kept", kept), place) // pressed twice
}

func TestSomebodyWhoLeftIsAskedAndThatCanBeTakenBack(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	place := p.mine.at("/places/" + p.book(p.mine, admissions.TeamOrder{Places: 1, Seats: []admissions.NewSeat{{Name: "Noor Haddad", Email: "noor@westermoor.example"}}})[0])
	says(t, p.open(p.mine, place+"/left"), "They have 14 days to answer.")
	p.led(p.post(p.mine, place+"/left"), place)
	doc := p.open(p.mine, place)
	says(t, doc, "You told us on 23 November 2026 that this person has left you.", "until 7 December 2026")
	if strings.Contains(words(doc), "Give the place up") {
		t.Error("a place about which somebody is asked can be given up meanwhile")
	}
	p.led(p.get(p.mine, place+"/left"), place)
	p.led(p.post(p.mine, place+"/left/take-back"), place)
	says(t, p.open(p.mine, place), "This person has left us")
}

func TestWhoPaysChangesWhileAPlaceIsHeld(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	place := p.mine.at("/places/" + p.book(p.mine, admissions.TeamOrder{Places: 1})[0])
	doc := p.page(http.StatusUnprocessableEntity, p.post(p.mine, place+"/payers", "contact", "Rae", "other", "sixty", "person", "110%"), place)
	says(t, doc, "Enter the name of the other organisation", "Enter the email address of whom we ask there", "Enter an amount like £500, or a part like 60%",
		"Enter a part between 0.01% and 100%")
	if doc.Find("#other").AttrOr("value", "") != "sixty" || doc.Find("#contact").AttrOr("value", "") != "Rae" {
		t.Error("what was typed is lost")
	}
	p.page(http.StatusUnprocessableEntity, p.post(p.mine, place+"/payers", "person", "£3,250"), place) // nothing is left for the organisation
	p.led(p.post(p.mine, place+"/payers", "name", "Lantern Vale ICB", "email", "rae@lanternvale.example", "other", "60%"), place)
	says(t, p.open(p.mine, place), "You pay £1,300.00")
}

func TestGivingUpIsOfferedOnlyWhereTheOrganisationCanDoIt(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	whole := p.book(p.mine, admissions.TeamOrder{Places: 1, Seats: []admissions.NewSeat{{Name: "Noor Haddad", Email: "noor@westermoor.example"}}})[0]
	mixed := p.book(p.mine, admissions.TeamOrder{Places: 1, Parts: []admissions.PricePart{{Payer: billing.Learner, BP: 5_000}, {Payer: billing.Organisation, Rest: true}}})[0]
	offered := func(code string) bool {
		at := p.mine.at("/places/" + code)
		return p.open(p.mine, at).Find(`a[href="`+at+`/give-up"]`).Length() == 1
	}
	if !offered(whole) || offered(mixed) {
		t.Errorf("offered for a whole place: %v, for one that its holder pays for too: %v", offered(whole), offered(mixed))
	}
	p.led(p.get(p.mine, p.mine.at("/places/"+mixed+"/give-up")), p.mine.at("/places/"+mixed))
	p.led(p.post(p.mine, p.mine.at("/places/"+whole+"/left")), p.mine.at("/places/"+whole))
	p.do(func(ctx context.Context, tx *db.Tx) error {
		e, err := enrolment.ByCode(ctx, tx, whole)
		if err != nil {
			return err
		}
		return admissions.KeepSeat(ctx, tx, e.PersonID, whole, 325_000)
	})
	doc := p.open(p.mine, p.mine.at("/places/"+whole))
	says(t, doc, "To change anything, write to us")
	if offered(whole) || doc.Find(`main a[href$="/name"], main a[href$="/left"]`).Length() > 0 {
		t.Error("a place that its holder has kept is offered to be changed")
	}
}
