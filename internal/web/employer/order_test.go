package employer_test

import (
	"net/http"
	"path"
	"testing"

	"bursar/internal/admissions"
)

func TestAPurchaseOrderPaysThePlacesThatAreChosen(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	codes := p.book(p.mine, admissions.TeamOrder{Places: 3})
	add := p.mine.at("/orders/add")
	doc := p.open(p.mine, add+"?run=FND-T27")
	says(t, doc, "Together they come to £9,750.00.")
	if n := doc.Find(`input[name=places][checked]`).Length(); n != 3 {
		t.Errorf("%d places are chosen before, want those that were come for", n)
	}
	w := p.post(p.mine, add, "number", "QX1-4471", "amount", "6,500", "line", "10", "buyer", "", "valid_until-day", "31", "valid_until-month", "3",
		"valid_until-year", "2027", "places", codes[0], "places", codes[1])
	at := w.Header().Get("Location")
	p.led(w, p.mine.at("/orders/"+path.Base(at)))
	says(t, p.open(p.mine, at), "Purchase order QX1-4471", "Worth £6,500.00", "Used £6,500.00", "Left £0.00", "Line 10", "Valid until 31 March 2027", codes[0], codes[1])
	says(t, p.open(p.mine, p.mine.at("/places/"+codes[0])), "This place is confirmed.")
	says(t, p.open(p.mine, p.mine.at("/places/"+codes[2])), "We wait for your purchase order.")
	says(t, p.open(p.mine, p.mine.at("/orders")), "QX1-4471 £6,500.00 £6,500.00 £0.00 Used up")
}

func TestAPurchaseOrderIsRefusedWithAllThatIsWrong(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	codes := p.book(p.mine, admissions.TeamOrder{Places: 2})
	add := p.mine.at("/orders/add")
	doc := p.page(http.StatusUnprocessableEntity, p.post(p.mine, add, "number", "", "amount", "lots", "valid_until-day", "31", "valid_until-month", "2",
		"valid_until-year", "2027", "places", codes[1]), add)
	says(t, doc, "Enter the number of the purchase order", "Enter an amount in pounds", "Enter a real date")
	if doc.Find("#amount").AttrOr("value", "") != "lots" || doc.Find(`input[name=places][checked]`).Length() != 1 {
		t.Error("what was entered is lost")
	}
	doc = p.page(http.StatusConflict, p.post(p.mine, add, "number", "PO 9", "amount", "5000", "places", codes[0], "places", codes[1]), add)
	says(t, doc, "This purchase order is not worth enough for these places.")
	if doc.Find("#number").AttrOr("value", "") != "PO 9" || doc.Find(`input[name=places][checked]`).Length() != 2 {
		t.Error("what was entered is lost")
	}
	says(t, p.open(p.mine, p.mine.at("/orders")), "You have given us no purchase order yet.")
}

func TestPlacesGoOnAPurchaseOrderAndOffIt(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	codes := p.book(p.mine, admissions.TeamOrder{Places: 2})
	at := p.post(p.mine, p.mine.at("/orders/add"), "number", "PO 9", "amount", "5000").Header().Get("Location")
	says(t, p.page(http.StatusUnprocessableEntity, p.post(p.mine, at+"/bind"), at), "Choose the places")
	says(t, p.page(http.StatusConflict, p.post(p.mine, at+"/bind", "places", codes[0], "places", codes[1]), at), "not worth enough")
	p.led(p.post(p.mine, at+"/bind", "places", codes[0]), at)
	says(t, p.open(p.mine, at), "Used £3,250.00", "Left £1,750.00")
	says(t, p.page(http.StatusUnprocessableEntity, p.post(p.mine, at+"/unbind"), at), "Choose the places")
	says(t, p.page(http.StatusConflict, p.post(p.mine, at+"/unbind", "bound", codes[0]), at), "A place that is confirmed needs its purchase order.")
	says(t, p.page(http.StatusConflict, p.post(p.mine, at+"/close"), at), "This purchase order pays for places that are not invoiced yet")
	other := p.post(p.mine, p.mine.at("/orders/add"), "number", "PO 10", "amount", "5000").Header().Get("Location")
	says(t, p.page(http.StatusConflict, p.post(p.mine, other+"/unbind", "bound", codes[0]), other), "does not go by this purchase order any more")
	p.invoiced(p.mine)
	p.led(p.post(p.mine, at+"/close"), at)
	says(t, p.open(p.mine, at), "Status Closed")
	if w := p.post(p.mine, at+"/bind", "places", codes[1]); w.Code != http.StatusNotFound {
		t.Errorf("a closed purchase order takes places: %d", w.Code)
	}
}

func TestNothingChangesAtTheAddressOfAnothersPurchaseOrder(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	theirs := p.post(p.twin, p.twin.at("/orders/add"), "number", "PO 1", "amount", "5000").Header().Get("Location")
	code := p.book(p.mine, admissions.TeamOrder{Places: 1})[0]
	mine := p.post(p.mine, p.mine.at("/orders/add"), "number", "PO 1", "amount", "5000", "places", code).Header().Get("Location")
	for _, what := range []string{"/unbind", "/bind", "/close"} {
		at := p.mine.at("/orders/" + path.Base(theirs) + what)
		fields := map[string][]string{"/unbind": {"bound", code}, "/bind": {"places", code}}[what]
		if w := p.post(p.mine, at, fields...); w.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", what, w.Code)
		}
	}
	says(t, p.open(p.mine, mine), "Used £3,250.00")
}
