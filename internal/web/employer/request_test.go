package employer_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
)

// asks has another organisation book a place of which it asks the first to pay 60 per cent, and returns the address of
// the request.
func (p *pair) asks() string {
	p.Helper()
	p.book(p.twin, admissions.TeamOrder{Places: 1, Parts: []admissions.PricePart{
		{Payer: billing.Organisation, Name: p.mine.of.Name, Email: p.mine.who.Email, Contact: "Dinah", BP: 6_000}, {Payer: billing.Organisation, Rest: true}}})
	return p.open(p.mine, p.mine.at("")).Find(".govuk-task-list__link").First().AttrOr("href", "")
}

func TestAnOrganisationAgreesToPayAPart(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	at := p.asks()
	doc := p.open(p.mine, at)
	says(t, doc, "Your organisation is asked to pay £1,950.00. The places are held until the end of Monday 7 December 2026.", "Our email to Dinah says who asks.",
		"We wait for it before we confirm.")
	doc = p.page(http.StatusUnprocessableEntity, p.post(p.mine, at, "number", "QX1-1", "words", "We like it."), at)
	says(t, doc, "Choose whether your organisation pays")
	if doc.Find("#number").AttrOr("value", "") != "QX1-1" || doc.Find("#words").Text() != "We like it." {
		t.Error("what was typed is lost")
	}
	doc = p.page(http.StatusUnprocessableEntity, p.post(p.mine, at, "answer", "yes", "amount", "some", "valid_until-day", "40"), at)
	says(t, doc, "Enter the number of the purchase order", "Enter an amount in pounds", "Enter a real date")
	p.led(p.post(p.mine, at, "answer", "yes", "number", "QX1-1", "amount", "1950"), at)
	says(t, p.open(p.mine, at), "Your organisation agreed on 23 November 2026 to pay its part.", "QX1-1")
	says(t, p.page(http.StatusConflict, p.post(p.mine, at, "answer", "no"), at), "Your organisation agreed")
	says(t, p.open(p.mine, p.mine.at("/orders")), "QX1-1 £1,950.00 £1,950.00 £0.00 Used up")
}

func TestAnOrganisationDeclinesWithItsWords(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	at := p.asks()
	doc := p.page(http.StatusUnprocessableEntity, p.post(p.mine, at, "answer", "no", "words", strings.Repeat("a", 1001)), at)
	says(t, doc, "Use 1,000 characters or fewer")
	p.led(p.post(p.mine, at, "answer", "no", "words", "Our money for this year is spent."), p.mine.at(""))
	says(t, p.open(p.mine, at), "Your organisation said on 23 November 2026 that it does not pay.", "You wrote: Our money for this year is spent.")
	says(t, p.open(p.mine, p.mine.at("")), "Nothing at the moment.")
}

func TestSomebodyWhoActsForTwoPayersOfAPlaceSeesEachPartApart(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	second := p.side("Lantern Vale Integrated Care Board", p.mine.who.Email)
	code := p.book(p.mine, admissions.TeamOrder{Places: 1, CostCode: "CC-WEST", Orders: []billing.NewOrder{{Number: "QX1-1", Amount: 325_000}},
		Parts: []admissions.PricePart{
			{Payer: billing.Organisation, Name: second.of.Name, Email: second.who.Email, BP: 6_000}, {Payer: billing.Organisation, Rest: true}}})[0]
	at := p.open(second, second.at("")).Find(".govuk-task-list__link").First().AttrOr("href", "")
	p.led(p.post(second, at, "answer", "yes", "number", "LV-2", "amount", "1950"), at)
	says(t, p.open(p.mine, p.mine.at("/places/"+code)), "You pay £1,300.00 Purchase order QX1-1 Cost code CC-WEST")
	doc := p.open(second, second.at("/places/"+code))
	says(t, doc, "You pay £1,950.00 Purchase order LV-2", "To change anything, write to us")
	if strings.Contains(words(doc), "QX1-1") || strings.Contains(words(doc), "CC-WEST") {
		t.Errorf("the second payer sees the first one's part: %s", words(doc))
	}
}
