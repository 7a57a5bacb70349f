package employer_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"bursar/internal/course"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/money"
)

func TestNothingTypedInABookingIsLost(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s := p.mine
	says(t, p.wrong(s, "places", "places", "many"), "Enter how many places you need, from 1 to 200")
	if value(p.open(s, p.bookAt(s, "places")), "places") != "many" {
		t.Error("the number is lost")
	}
	p.led(p.get(s, p.bookAt(s, "names")), p.bookAt(s, "places"))
	p.fill(s, "places", "payer", "places", "2")
	says(t, p.wrong(s, "payer"), "Choose who pays")
	p.fill(s, "payer", "names", "payer", "us")

	doc := p.wrong(s, "names", "name_1", "Łukasz Ó Briain", "email_1", "not an address", "name_2", "", "email_2", "bo@westermoor.example")
	says(t, doc, "Enter an email address in the correct format", "Enter the name, or leave both fields empty")
	doc = p.open(s, p.bookAt(s, "names"))
	if value(doc, "name_1") != "Łukasz Ó Briain" || value(doc, "email_1") != "not an address" || value(doc, "email_2") != "bo@westermoor.example" {
		t.Error("the names are lost")
	}
	says(t, p.wrong(s, "names", "name_1", "A", "email_1", "a@westermoor.example", "name_2", "B", "email_2", "A@Westermoor.example"), "This person has one of the places already")
	p.fill(s, "names", "orders")

	doc = p.wrong(s, "orders", "order_number_1", "WM-1", "order_amount_1", "lots", "order_valid_until_1-day", "40", "order_number_2", "wm-1", "order_amount_2", "5",
		"hold_until-day", "1", "hold_until-month", "3", "hold_until-year", "2027")
	says(t, doc, "Enter an amount in pounds", "Enter a real date", "You have entered this purchase order twice", "Choose a day from today to Wednesday 23 December 2026")
	doc = p.open(s, p.bookAt(s, "orders"))
	if value(doc, "order_amount_1") != "lots" || value(doc, "order_valid_until_1-day") != "40" || value(doc, "order_number_2") != "wm-1" || value(doc, "hold_until-month") != "3" {
		t.Error("the purchase orders are lost")
	}
	p.fill(s, "orders", "approval", "order_number_1", "")

	doc = p.wrong(s, "approval", "approver_name", "Una", "approver_email", "una", "cost_code", strings.Repeat("1", 41), "code_2", "E42")
	says(t, doc, "Enter their email address", "Use 40 characters or fewer")
	if doc = p.open(s, p.bookAt(s, "approval")); value(doc, "approver_name") != "Una" || value(doc, "code_2") != "E42" {
		t.Error("the approver is lost")
	}
	says(t, p.open(s, "/employer"), "Begun and not booked", "for "+s.of.Name)
	p.led(p.get(s, s.at("/book/FND-T27")), p.bookAt(s, "approval"))
}

func TestOpeningTheQuestionsBeginsNothing(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.get(p.mine, "/employer/book/FND-T27")
	p.get(p.mine, p.mine.at("/book/FND-T27"))
	p.open(p.mine, p.bookAt(p.mine, "places"))
	if n := p.rows("team_bookings"); n != 0 {
		t.Errorf("%d bookings", n)
	}
	p.ready(p.mine, "1")
	p.open(p.mine, p.bookAt(p.mine, "check"))
	if n := p.rows("enrolments"); n != 0 {
		t.Errorf("%d places", n)
	}
}

// rows is how many rows a table has.
func (p *pair) rows(table string) (n int) {
	p.Helper()
	if err := dbtest.Owner(p, p.app).NewSelect().Table(table).ColumnExpr("count(*)").Scan(p.Context(), &n); err != nil {
		p.Fatal(err)
	}
	return n
}

func TestPressedTwiceItIsBookedOnce(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s := p.mine
	p.ready(s, "3")
	doc := p.open(s, p.bookAt(s, "check"))
	code, agreed := value(doc, "booking"), value(doc, "agreed")
	places := make([]string, 4)
	var wait sync.WaitGroup
	for i := range places {
		wait.Go(func() {
			places[i] = p.post(s, p.bookAt(s, "check"), "booking", code, "agreed", agreed).Header().Get("Location")
		})
	}
	wait.Wait()
	for _, place := range places {
		if place != s.at("/bookings/"+code) {
			t.Errorf("led to %q", place)
		}
	}
	p.led(p.post(s, p.bookAt(s, "check"), "booking", code, "agreed", agreed), s.at("/bookings/"+code)) // from another tab, much later
	if n := p.rows("enrolments"); n != 3 {
		t.Errorf("%d places", n)
	}
}

func TestAPriceThatChangedIsShownBeforePlacesAreBooked(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s := p.mine
	p.ready(s, "2")
	doc := p.open(s, p.bookAt(s, "check"))
	dbtest.Force(t, p.app, "UPDATE run_prices SET amount = 340000 WHERE run_id = ?", p.run.ID)
	at := p.bookAt(s, "check")
	says(t, p.page(http.StatusConflict, p.post(s, at, "booking", value(doc, "booking"), "agreed", value(doc, "agreed")), at), "The price has changed", "£6,800.00")
	for _, tampered := range []string{"", "1", "-1", "99999999999999999999"} {
		p.page(http.StatusConflict, p.post(s, at, "booking", value(doc, "booking"), "agreed", tampered), at)
	}
	if n := p.rows("enrolments"); n != 0 {
		t.Errorf("%d places", n)
	}
	p.press(s)
}

func TestMorePlacesThanAreLeftAreRefusedWithTheirNumber(t *testing.T) {
	t.Parallel()
	p := newPairOf(t, 3)
	s := p.mine
	doc := p.wrong(s, "places", "places", "4")
	says(t, doc, "Only 3 places left on these dates. Enter 3 or fewer, and wait for the others")
	if doc.Find(`main a[href="`+s.at("/wait/FND-T27")+`"]`).Length() != 1 {
		t.Error("nowhere to wait for the others")
	}
	p.ready(s, "3")
	p.ready(p.twin, "2")
	p.press(p.twin)
	at := p.bookAt(s, "check")
	check := p.open(s, at)
	says(t, p.page(http.StatusConflict, p.post(s, at, "booking", value(check, "booking"), "agreed", value(check, "agreed")), at), "There is only 1 place left on these dates. Nothing has been booked.")
	p.fill(s, "places", "check", "places", "1")
	p.press(s)
	says(t, p.open(s, p.bookAt(s, "places")), "There are no places left on these dates.", "other dates")
}

func TestPlacesKeptForPeersAreAskedAbout(t *testing.T) {
	t.Parallel()
	p := newPairOf(t, 3)
	dbtest.Force(t, p.app, "UPDATE run_places SET reserved = 2, release_on = '2027-01-31' WHERE run_id = ?", p.run.ID)
	s := p.mine
	says(t, p.open(s, p.bookAt(s, "places")), "3 places left on these dates. Of these 2 are kept for peer supporters")
	p.fill(s, "places", "payer", "places", "1")
	p.fill(s, "payer", "names", "payer", "us")
	if p.open(s, p.bookAt(s, "names")).Find("#peer_1").Length() != 0 {
		t.Error("somebody is asked who is a peer when it makes no difference")
	}
	p.fill(s, "places", "names", "places", "2")
	says(t, p.wrong(s, "names"), "Only 1 place left for people who are not peer supporters")
	p.fill(s, "names", "orders", "peer_1", "yes")
	p.fill(s, "orders", "approval")
	p.fill(s, "approval", "check")
	p.press(s)
}

func TestAQuestionIsAskedAgainWhenBookingFindsItWrong(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s := p.mine
	p.ready(s, "1", "order_number_1", "WM-1", "order_amount_1", "3250")
	p.press(s)
	p.ready(s, "1", "order_number_1", "WM-1", "order_amount_1", "3250")
	at := p.bookAt(s, "check")
	check := p.open(s, at)
	doc := p.page(http.StatusUnprocessableEntity, p.post(s, at, "booking", value(check, "booking"), "agreed", value(check, "agreed")), at)
	says(t, doc, "You have given us a purchase order with this number before")
	if doc.Find("form").AttrOr("action", "") != p.bookAt(s, "orders") || value(doc, "order_number_1") != "WM-1" {
		t.Error("the question is not the one to be answered otherwise")
	}
}

func TestWhatCannotBeBookedForStaffSaysSo(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s := p.mine
	p.ready(s, "1")
	dbtest.Force(t, p.app, "UPDATE runs SET status = ? WHERE id = ?", course.Closed, p.run.ID)
	says(t, p.open(s, p.bookAt(s, "check")), "Booking for these dates is closed.", "What you typed is kept.")
	at := p.bookAt(s, "check")
	p.page(http.StatusConflict, p.post(s, at, "booking", "", "agreed", "325000"), at)
	dbtest.Force(t, p.app, "UPDATE runs SET status = ?, entry = ? WHERE id = ?", course.Open, course.Apply, p.run.ID)
	says(t, p.open(s, p.bookAt(s, "places")), "People apply for a place on this course themselves")
	p.page(404, p.get(s, s.at("/book/NONE/places")), "places")
}

func TestAGiftIsNeverTickedAndStandsByItself(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	fixture.Fund(t, p.app, p.staff, "NORTH", 0, fixture.Paying(fund.Rule{}, fund.Fee)) // takes no gifts from the public
	f := fixture.Fund(t, p.app, p.staff, "LANTERN", 0, fixture.Paying(fund.Rule{}, fund.Fee))
	dbtest.Force(t, p.app, "UPDATE funds SET sponsored = true WHERE id = ?", f.ID)
	s := p.mine
	p.fill(s, "places", "payer", "places", "1")
	p.fill(s, "payer", "names", "payer", "us")
	p.fill(s, "names", "orders")
	p.fill(s, "orders", "approval", "order_number_1", "WM-1", "order_amount_1", "3250")
	p.fill(s, "approval", "gift")
	doc := p.open(s, p.bookAt(s, "gift"))
	if title := doc.Find("title").Text(); strings.Contains(title, "peer") {
		t.Errorf("the title is %q", title)
	}
	if value(doc, "amount") != "" || doc.Find("[name=fund]").Length() != 0 || doc.Find("main [checked]").Length() != 0 {
		t.Error("a gift is proposed")
	}
	p.fill(s, "gift", "check")
	says(t, p.open(s, p.bookAt(s, "check")), "No gift", "Your organisation pays £3,250.00")
	says(t, p.wrong(s, "gift", "amount", "0.50"), "Enter an amount from £1 to £10,000, or nothing")
	p.fill(s, "gift", "check", "amount", "250")
	says(t, p.open(s, p.bookAt(s, "check")), "Your gift towards a place for a peer £250.00", "Your organisation pays £3,500.00", "The places are confirmed at once.")
	p.press(s)
	var given money.Amount
	if err := dbtest.Owner(t, p.app).NewSelect().Table("gifts").Column("amount").Where("fund_id = ?", f.ID).Scan(t.Context(), &given); err != nil || given != money.Pounds(250) {
		t.Errorf("given %s, %v", given, err)
	}
}

func TestABookingOfAnotherOrganisationDoesNotExist(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.ready(p.mine, "1")
	code := value(p.open(p.mine, p.bookAt(p.mine, "check")), "booking")
	p.page(404, p.get(p.mine, p.mine.at("/bookings/"+code)), "a draft")
	for _, step := range []string{"places", "payer", "names", "orders", "approval", "check"} {
		at := p.bookAt(p.mine, step)
		p.page(404, p.get(p.twin, at), at)
		p.page(404, p.post(p.twin, at, "booking", code, "agreed", "325000", "places", "1"), at)
	}
	booked := p.press(p.mine)
	p.page(404, p.get(p.twin, booked), booked)
	p.page(404, p.get(p.twin, p.twin.at("/bookings/"+code)), booked)
	p.ready(p.twin, "1")
	at := p.bookAt(p.twin, "check")
	agreed := value(p.open(p.twin, at), "agreed")
	if to := p.post(p.twin, at, "booking", code, "agreed", agreed).Header().Get("Location"); strings.Contains(to, code) {
		t.Errorf("led to another's booking: %s", to)
	}
}

func TestWhenNoPlaceIsLeftThePageSaysWhatToDo(t *testing.T) {
	t.Parallel()
	p := newPairOf(t, 2)
	p.ready(p.twin, "2")
	p.press(p.twin)
	doc := p.wrong(p.mine, "places", "places", "1")
	says(t, doc, "No places are left on these dates. You can wait for some: follow the link below")
	if text := words(doc); strings.Contains(text, "or fewer") || strings.Contains(text, "Only 0") {
		t.Errorf("the page says %s", text)
	}
}
