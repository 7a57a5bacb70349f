package finance_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

func TestAnOrganisationIsApprovedAndWhatWaitedIsConfirmed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.approved("Westermoor and Tarn NHS Foundation Trust")
	o := h.signedUp("Westermore & Tarn NHS Trust")
	team := h.booked(o, 2, 650_000)
	at := "/finance/organisations/" + o.Code
	main := h.open(h.sheila, at).Find("main")
	h.says(main, "The name looks like that of an organisation that we know", "The one that we know: Westermoor and Tarn NHS Foundation Trust",
		"Trust everybody whose email address ends in westermoor.example", "QX1", "LS11 1HP")
	if to := h.send(h.sheila, at+"/approve", typed("trust", "yes")); to != at {
		t.Errorf("leads to %s", to)
	}
	h.says(h.open(h.sheila, at).Find("main"), "Approved", "Email domains that we trust", "westermoor.example")
	places := h.open(h.sheila, at+"/places").Find("main")
	if n := strings.Count(words(places), "Confirmed"); n != 2 {
		t.Errorf("%d places are confirmed: %s", n, words(places))
	}
	h.says(h.open(h.auditor, "/finance/bookings/"+team.Code).Find("main"), "FND-T27", "£3,250.00", "Confirmed")
}

func TestAnOrganisationIsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.signedUp("Saltbridge Community Care NHS Trust")
	at := "/finance/organisations/" + o.Code
	h.says(h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/refuse", typed("reason", "")).Find(".govuk-error-summary"), "Say why")
	h.send(h.sheila, at+"/refuse", typed("reason", "The trust does not know you."))
	h.says(h.open(h.sheila, at).Find("main"), "Refused because", "The trust does not know you.")
}

func TestTermsAndNotesAreKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.approved("Eastmarsh Borough Council")
	at := "/finance/organisations/" + o.Code
	doc := h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/terms", typed("po_rule", "may_follow", "terms_days", "many"))
	if doc.Find("#terms_days").AttrOr("value", "") != "many" {
		t.Error("what was typed is gone")
	}
	h.send(h.sheila, at+"/terms", typed("po_rule", "may_follow", "terms_days", "45"))
	h.says(h.open(h.sheila, at).Find("main"), "May follow, needed for the invoice", "45 days")
	h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/notes", typed("words", ""))
	h.send(h.sheila, at+"/notes", typed("words", "Rang Jo.\nThe order comes on Friday."))
	h.says(h.open(h.auditor, at).Find("main"), "The order comes on Friday.", "Sheila Marsh")
}

func TestAnAddressChangesOnlyByTwoPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	asked := o.AddressDetails()
	asked.Postcode, asked.InvoiceEmail = "LS1 9ZZ", "elsewhere@westermoor.example"
	h.write(func(tx *db.Tx) error { return organisation.AskAddress(h.Context(), tx, h.coordinator.ID, o, asked) })
	h.says(h.open(h.sheila, "/finance").Find("main"), "1 change of address to check")
	page := h.open(h.sheila, "/finance/addresses")
	h.says(page.Find("main"), "Ana Reyes asked for this", "LS11 1HP", "LS1 9ZZ", "elsewhere@westermoor.example")
	h.silent(page.Find("table"), "PO Box 312")
	check := page.Find("form").First().AttrOr("action", "")
	at := strings.TrimSuffix(check, "/check")
	h.says(h.pressed(http.StatusUnprocessableEntity, h.sheila, check, typed("how", "")).Find(".govuk-error-summary"), "Say how you checked it")
	h.pressed(http.StatusConflict, h.sheila, at+"/agree", nil)
	h.send(h.sheila, check, typed("how", "Rang 0113 496 0000, which we had before."))
	mine := h.open(h.sheila, "/finance/addresses").Find("main")
	h.says(mine, "You have checked this. Somebody else has to agree to it.")
	if mine.Find("form[action$=agree]").Length() > 0 {
		t.Error("whoever checked may agree")
	}
	h.says(h.pressed(http.StatusConflict, h.sheila, at+"/agree", nil).Find(".govuk-error-summary"), "This needs two people at our office")
	h.says(h.open(h.martin, "/finance/addresses").Find("main"), "Sheila Marsh checked it: “Rang 0113 496 0000, which we had before.”")
	h.send(h.martin, at+"/agree", nil)
	h.says(h.open(h.sheila, "/finance/organisations/"+o.Code).Find("main"), "LS1 9ZZ", "elsewhere@westermoor.example")
}

func TestAPurchaseOrderIsExceededOnlyWithAReason(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	h.booked(o, 3, 650_000)
	list := h.open(h.sheila, "/finance/organisations/"+o.Code)
	at := list.Find("a[href*='/orders/']").AttrOr("href", "")
	h.says(h.open(h.sheila, at).Find("main"), "RPCN000000001", "£6,500.00", "£0.00")
	doc := h.pressed(http.StatusUnprocessableEntity, h.sheila, at, typed("over", "3,250", "over_for", ""))
	if doc.Find("#over").AttrOr("value", "") != "3,250" {
		t.Error("what was typed is gone")
	}
	h.send(h.sheila, at, typed("over", "3,250", "over_for", "Jo Park rang: the fifth place is agreed."))
	h.says(h.open(h.sheila, at).Find("main"), "Allowed beyond that", "£3,250.00")
}

func TestWhoLeftTheirEmployerIsListed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.approved("Tidewell Support CIC")
	team := h.booked(o, 1, 325_000)
	h.write(func(tx *db.Tx) error {
		seats, err := enrolment.SeatsOfTeam(h.Context(), tx, o.ID, team.ID)
		if err != nil {
			return err
		}
		if err := admissions.NameSeat(h.Context(), tx, h.coordinator.ID, o, seats[0].Code, "Kit Moss", "kit@home.example"); err != nil {
			return err
		}
		return admissions.TellLeft(h.Context(), tx, h.coordinator.ID, o, seats[0].Code)
	})
	h.says(h.open(h.sheila, "/finance").Find("main"), "1 person who left their employer")
	h.says(h.open(h.auditor, "/finance/departures").Find("main"), "Kit Moss (kit@home.example)", "Tidewell Support CIC")
	seats, err := enrolment.TeamEnrolments(h.Context(), h.machine, team.ID)
	if err != nil {
		t.Fatal(err)
	}
	at := "/finance/departures/" + seats[0].Code
	h.says(h.open(h.sheila, at).Find("main"), "They still have time to answer")
	h.pressed(http.StatusConflict, h.sheila, at, typed("decision", "give_up", "reason", "Nobody answers"))
	h.clock.Set(h.machine.Now().AddDate(0, 0, 15))
	h.sheila = h.session("sheila@threshold.example", "Sheila Marsh", people.Finance)
	doc := h.pressed(http.StatusUnprocessableEntity, h.sheila, at, typed("decision", "", "reason", "Nobody answers"))
	if doc.Find("#reason").Text() != "Nobody answers" {
		t.Error("what was typed is gone")
	}
	h.send(h.sheila, at, typed("decision", "give_up", "reason", "Nobody answers"))
	if e, err := enrolment.Get(h.Context(), h.machine, seats[0].ID); err != nil || e.Status != enrolment.Withdrawn {
		t.Errorf("the place is %s, %v", e.Status, err)
	}
}

func TestATrainerAgreesToANewFaceOnceTheCourseHasBegun(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.approved("Tidewell Support CIC")
	team := h.booked(o, 1, 325_000)
	seats, err := enrolment.TeamEnrolments(h.Context(), h.machine, team.ID)
	if err != nil {
		t.Fatal(err)
	}
	at := "/finance/places/" + seats[0].Code + "/name"
	doc := h.pressed(http.StatusUnprocessableEntity, h.sheila, at, typed("name", "Kit Moss", "email", "kit@home.example", "agreed", ""))
	if doc.Find("#name").AttrOr("value", "") != "Kit Moss" {
		t.Error("what was typed is gone")
	}
	h.send(h.sheila, at, typed("name", "Kit Moss", "email", "kit@home.example", "agreed", "Kofi, today"))
	if now, err := enrolment.NameNow(h.Context(), h.machine, seats[0].ID); err != nil || now.Name != "Kit Moss" {
		t.Errorf("%v sits there, %v", now, err)
	}
}

func TestAGroupIsBookedInStages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	form := typed("organisation", o.Code, "run", "FND-T27", "places", "16", "peer_places", "2", "flat", "41,600",
		"hold_until-day", "7", "hold_until-month", "12", "hold_until-year", "2026", "number", "RPCN77", "amount", "41600",
		"label", "Deposit", "label", "Before the first block", "part", "25", "part", "70", "on-day", "23", "on-day", "1", "on-month", "11", "on-month", "3",
		"on-year", "2026", "on-year", "2027")
	doc := h.pressed(http.StatusUnprocessableEntity, h.sheila, "/finance/groups/new", form)
	h.says(doc.Find(".govuk-error-summary"), "The stages must make 100 per cent together")
	if doc.Find("#part-2").AttrOr("value", "") != "70" || doc.Find("#on-2-month").AttrOr("value", "") != "3" {
		t.Error("what was typed is gone")
	}
	form["part"][1] = "75"
	at := h.send(h.sheila, "/finance/groups/new", form)
	h.says(h.open(h.sheila, at).Find("main"), "18", "Deposit", "25%", "1 March 2027", "75%", "£2,600.00")
	h.says(h.open(h.sheila, "/finance/ready").Find("main"), "Deposit", "£10,400.00", "RPCN77")
}

func TestAPriceIsAgreedWithAReasonAndPlacesAreKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	team := h.booked(o, 2, 0)
	at := "/finance/bookings/" + team.Code
	doc := h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/price", typed("price", "3,000", "reason", ""))
	if doc.Find("#price").AttrOr("value", "") != "3,000" {
		t.Error("what was typed is gone")
	}
	h.send(h.sheila, at+"/price", typed("price", "3,000", "reason", "Third team this year."))
	h.says(h.open(h.sheila, at).Find("main"), "£3,000.00", "Agreed because: Third team this year.")
	h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/keep", typed("until-day", "", "until-month", "", "until-year", "", "why", "They asked."))
	h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/keep", typed("until-day", "1", "until-month", "4", "until-year", "2027", "why", "They asked."))
	h.send(h.sheila, at+"/keep", typed("until-day", "15", "until-month", "1", "until-year", "2027", "why", "They asked."))
	h.says(h.open(h.sheila, at).Find("main"), "Held until 15 January 2027")
	h.pressed(http.StatusNotFound, h.sheila, "/finance/bookings/AAAA-AA/price", nil)
}

func TestANameLikeAnothersIsDecidedByStaff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trust, o := h.approved("Westermoor and Tarn NHS Foundation Trust"), h.approved("Saltbridge Community Care")
	ask := func() {
		h.write(func(tx *db.Tx) error {
			d := o.Details()
			d.Name = trust.Name
			return organisation.SaveDetails(h.Context(), tx, h.coordinator.ID, o, d)
		})
	}
	at := "/finance/organisations/" + o.Code
	ask()
	h.says(h.open(h.sheila, at).Find("main"), "May it be called Westermoor and Tarn NHS Foundation Trust?", "The name looks like that of an organisation that we know")
	h.silent(h.open(h.auditor, at).Find("main"), "May it be called")
	h.says(h.pressed(http.StatusConflict, h.sheila, at+"/name", typed("name", "Another", "answer", "yes")).Find("main"), "May it be called")
	h.send(h.sheila, at+"/name", typed("name", trust.Name, "answer", "no"))
	h.silent(h.open(h.sheila, at).Find("main"), "May it be called")
	ask()
	h.send(h.sheila, at+"/name", typed("name", trust.Name, "answer", "yes"))
	for _, list := range []string{"/finance/organisations", "/finance/groups/new"} {
		h.says(h.open(h.sheila, list).Find("main"), trust.Name+" ("+trust.Code+")", trust.Name+" ("+o.Code+")")
	}
}

func TestAnOrganisationIsClosed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	at := "/finance/organisations/" + h.approved("Westermoor and Tarn NHS Foundation Trust").Code
	h.says(h.open(h.sheila, at+"/close").Find("main"), "This cannot be taken back", "Places that it pays for stay")
	h.send(h.sheila, at+"/close", nil)
	main := h.open(h.sheila, at).Find("main")
	h.says(main, "Closed")
	h.silent(main, "Close it", "Book a group for it")
	h.pressed(http.StatusConflict, h.sheila, at+"/close", nil)
}

func TestTheOfficeAsksSomebodyToActForAnOrganisation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	at := "/finance/organisations/" + h.approved("Westermoor and Tarn NHS Foundation Trust").Code
	h.says(h.open(h.sheila, at+"/appoint").Find("main"), "Make sure that the organisation wants this")
	main := h.pressed(http.StatusUnprocessableEntity, h.sheila, at+"/appoint", typed("name", "Ned Ward", "email", "ned at work")).Find("main")
	if kept, _ := main.Find("#email").Attr("value"); kept != "ned at work" {
		t.Errorf("the address that was typed is %q", kept)
	}
	h.send(h.sheila, at+"/appoint", typed("name", "Ned Ward", "email", "ned@westermoor.example"))
	var text string
	err := h.app.NewRaw("SELECT text_body FROM mails WHERE recipient = 'ned@westermoor.example'").Scan(t.Context(), &text)
	if err != nil || !strings.Contains(text, "You are invited to look after training places for Westermoor and Tarn") {
		t.Errorf("the invitation says %q, %v", text, err)
	}
}
