package learner_test

import (
	"context"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

// employer is an organisation that staff have approved, and who acts for it.
type employer struct {
	*organisation.Organisation
	by people.Person
}

// asMachine runs something as the program itself that has to go well.
func (w *world) asMachine(f func(context.Context, *db.Tx) error) {
	w.t.Helper()
	if err := w.machine.Write(w.t.Context(), func(tx *db.Tx) error { return f(w.t.Context(), tx) }); err != nil {
		w.t.Fatal(err)
	}
}

// employer signs up an organisation for which somebody acts, and approves it.
func (w *world) employer(name, email string, rule organisation.PORule) *employer {
	w.t.Helper()
	e := &employer{by: w.person(email)}
	staff := w.person("office@threshold.example")
	w.asMachine(func(ctx context.Context, tx *db.Tx) (err error) {
		e.Organisation, err = organisation.SignUp(ctx, tx, e.by.ID, organisation.Details{
			Name: name, Kind: string(organisation.Charity), Address: "1 Mill Lane", City: "Leeds", Postcode: "LS11 1HP",
			InvoiceEmail: email, PORule: string(rule), TermsDays: 30,
		})
		if err != nil {
			return err
		}
		return admissions.ApproveOrganisation(ctx, tx, staff.ID, e.Code, false)
	})
	return e
}

// asked is the latest request to pay that somebody made for a place.
func (w *world) asked(code string) billing.PayRequest {
	w.t.Helper()
	e, err := enrolment.ByCode(w.t.Context(), w.db, code)
	if err != nil {
		w.t.Fatal(err)
	}
	all, err := billing.RequestsFor(w.t.Context(), w.db, e.ID)
	if err != nil || len(all) == 0 {
		w.t.Fatalf("%d requests, %v", len(all), err)
	}
	return all[0]
}

// bookShared books with an employer's part, in pounds, and returns the code of the place.
func (w *world) bookShared(b *browser, run, name, email, part string) string {
	w.t.Helper()
	at := "/runs/" + run + "/book/"
	b.post(at+"learner", "learner", "myself").to(at + "payer")
	b.post(at+"payer", "payer", "shared").to(at + "employer")
	b.post(at+"employer", "employer", "Kestrel House", "employer_contact", "Kim Lowe", "employer_email", "kim@kestrel.example", "employer_amount", part).to(at + "details")
	b.post(at+"details", "name", name, "email", email, "phone", "").to(at + "check")
	b.signIn(w.person(email))
	check := b.get(at + "check").page(200)
	a := b.post(at+"check", "price", check.Find("[name=price]").AttrOr("value", ""), "employer", check.Find("[name=employer]").AttrOr("value", ""))
	code, ok := strings.CutPrefix(a.Header().Get("Location"), "/my/places/")
	if !ok || strings.Contains(code, "/") {
		w.t.Fatalf("ordering answered %d to %q\n%s", a.Code, a.Header().Get("Location"), a.Body)
	}
	return code
}

func TestAMixtureLeadsToTheEmployersPartAndKeepsEveryWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24, bands)
	b := w.browser()
	at := "/runs/FND-M27/book/"
	b.post(at+"learner", "learner", "myself")
	b.post(at+"payer", "payer", "mixture").to(at + "office?why=mixture")
	mixture := b.get(at + "office?why=mixture").page(200)
	says(t, mixture, "Your employer and you", "up to 14 days", "A fund, and you or your employer")
	form := mixture.Find(`form[action="` + at + `payer"]`)
	b.post(at+"payer", "payer", form.Find("[name=payer]").AttrOr("value", "")).to(at + "peer")
	if got := b.get(at+"payer").page(200).Find("input[checked]").AttrOr("value", ""); got != "mixture" {
		t.Errorf("the way back shows %q", got)
	}
	b.post(at+"peer", "peer", "yes").to(at + "employer")
	says(t, b.get(at+"employer").page(200), "A place costs £1,950.00")
	wrong := b.post(at+"employer", "employer", "Kestrel", "employer_contact", " ", "employer_email", "kim at work", "employer_amount", "1950").page(422)
	for field, want := range map[string]string{"employer": "Kestrel", "employer_contact": "", "employer_email": "kim at work", "employer_amount": "1950"} {
		if got := strings.TrimSpace(wrong.Find("#"+field).AttrOr("value", "")); got != want {
			t.Errorf("%s is %q", field, got)
		}
		if told := wrong.Find("#"+field+"-error").Length() == 1; told != (field != "employer") {
			t.Errorf("%s: a mistake is told: %t", field, told)
		}
	}
	says(t, wrong, "What your employer pays must be £1,949.99 or less")
	if got := b.get(at+"employer").page(200).Find("#employer_email").AttrOr("value", ""); got != "kim at work" {
		t.Errorf("what was wrong is lost: %q", got)
	}
	b.get(at + "check").to(at + "employer")
	b.post(at+"employer", "employer", "Kestrel", "employer_contact", "Kim Lowe", "employer_email", "kim@kestrel.example", "employer_amount", "750").to(at + "details")
}

func TestAPlaceIsBookedTogetherWithAnEmployer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	kestrel := w.employer("Kestrel House Wellbeing", "kim@kestrel.example", organisation.PONotUsed)
	b := w.browser()
	code := w.bookShared(b, "FND-M27", "Ana Ruiz", "ana@people.example", "750")
	at := "/my/places/" + code
	doc := b.get(at).page(200)
	says(t, doc, "kept for you until the end of Monday 7 December 2026", "Your employer is asked for £750.00", "Your part £2,500.00, to be paid by the end of",
		"the answer of your employer, whether it pays £750.00", "Kim Lowe (kim@kestrel.example)", "They have not answered yet")

	b.post(at + "/pay").to(at + "/pay")
	w.settle(code, pageOpen)
	b.get(at + "/pay").to("https://checkout.stripe.com/c/pay/cs_" + w.payment(code).Code)
	w.settle(code, paid)
	b.get(at + "/confirmation").to(at)
	says(t, b.get(at).page(200), "You have paid your part", "while your employer does its part")
	says(t, b.get(at+"/receipt").page(200), "Your part £2,500.00", "Paid in full: £2,500.00")

	w.asMachine(func(ctx context.Context, tx *db.Tx) error {
		return admissions.AgreeToPay(ctx, tx, kestrel.by.ID, kestrel.Organisation, w.asked(code).Code, billing.NewOrder{})
	})
	says(t, b.get(at).page(200), "Your place is confirmed", "Your employer pays £750.00Kestrel House Wellbeing", "has agreed to pay £750.00")
	quote := b.get(at + "/cancel").page(200)
	says(t, quote, "you get back £2,500.00 of the £2,500.00 you paid", "Your employer pays nothing either")
	b.post(at+"/cancel", "back", quote.Find("[name=back]").AttrOr("value", "")).to(at)
	says(t, b.get(at).page(200), "You cancelled this place", "−£2,500.00")
}

func TestTheCheckPageSaysBothPartsAndNothingElseIsBooked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	b := w.browser()
	at := "/runs/FND-M27/book/"
	b.fillIn("FND-M27", "Ana Ruiz", "ana@people.example")
	b.signIn(w.person("ana@people.example"))
	b.post(at+"payer", "payer", "shared").to(at + "employer")
	b.post(at+"employer", "employer", "Kestrel", "employer_contact", "Kim", "employer_email", "kim@kestrel.example", "employer_amount", "750").to(at + "check")
	check := b.get(at + "check").page(200)
	says(t, check, "You pay: £2,500.00", "The whole price is £3,250.00", "to pay £750.00 of it", "Monday 7 December 2026", "My employer and I", "kim@kestrel.example")
	if got := strings.TrimSpace(check.Find("main button").Text()); got != "Hold my place and agree to pay £2,500" {
		t.Errorf("the button says %q", got)
	}
	for _, sent := range [][]string{{"price", "325000"}, {"price", "325000", "employer", "0"}, {"price", "325000", "employer", "60000"}, {"price", "325000", "employer", "some"}} {
		says(t, b.post(at+"check", sent...).page(409), "Who pays how much has changed", "Nothing has been booked")
	}
	says(t, b.post(at+"check", "price", "300000", "employer", "75000").page(409), "The price has changed")
	b.post(at+"payer", "payer", "myself").to(at + "check")
	says(t, b.post(at+"check", "price", "325000", "employer", "75000").page(409), "Who pays how much has changed")
	says(t, b.get("/my").page(200), "You have no place")
}

func TestWhatAnEmployerDeclinesFallsBackAndAnotherCanBeAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	kestrel := w.employer("Kestrel House Wellbeing", "kim@kestrel.example", organisation.PONotUsed)
	b := w.browser()
	code := w.bookShared(b, "FND-M27", "Ana Ruiz", "ana@people.example", "750")
	at := "/my/places/" + code
	w.asMachine(func(ctx context.Context, tx *db.Tx) error {
		return admissions.DeclineToPay(ctx, tx, kestrel.by.ID, kestrel.Organisation, w.asked(code).Code, "Not this year, I am sorry.")
	})
	says(t, b.get(at).page(200), "Your part £3,250.00", "your employer does not pay", "Not this year, I am sorry.", "Pay £3,250 by card")

	wrong := b.post(at+"/employer", "employer", "Saltbridge", "employer_contact", "", "employer_email", "x", "employer_amount", "3250.01", "message", strings.Repeat("a", 1001)).page(422)
	for _, field := range []string{"employer_contact", "employer_email", "employer_amount", "message"} {
		if wrong.Find("#"+field+"-error").Length() != 1 {
			t.Errorf("nothing is said about %s", field)
		}
	}
	if wrong.Find("#employer").AttrOr("value", "") != "Saltbridge" || len(wrong.Find("#message").Text()) < 1001 {
		t.Error("words are lost")
	}
	ask := []string{"employer", "Saltbridge", "employer_contact", "Sam", "employer_email", "sam@saltbridge.example", "employer_amount", "3,250", "message", "As we said."}
	b.post(at+"/employer", ask...).to(at)
	asked := w.asked(code)
	says(t, b.get(at).page(200), "We have written to the person you named", "while your employer does its part", "Sam (sam@saltbridge.example)")
	b.post(at+"/employer", ask...).to(at)
	says(t, b.get(at+"/employer").page(200), "nothing left for you to pay")

	b.post(at + "/employer/" + asked.Code + "/stop").to(at)
	says(t, b.get(at).page(200), "You have taken your request back", "Pay £3,250 by card", "and took the request back")
	b.post(at + "/employer/" + asked.Code + "/stop").to(at)
	b.post(at + "/employer/NONE-00/stop").page(404)
}

func TestNothingIsAskedForWhileItIsBeingPaidByCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 24)
	b := w.browser()
	code := w.bookShared(b, "FND-M27", "Ana Ruiz", "ana@people.example", "750")
	at := "/my/places/" + code
	b.post(at + "/pay").to(at + "/pay")
	says(t, b.get(at+"/employer").page(200), "You have begun to pay your part by card")
	doc := b.post(at+"/employer", "employer", "Saltbridge", "employer_contact", "Sam", "employer_email", "sam@saltbridge.example", "employer_amount", "500", "message", "").page(409)
	says(t, doc, "A payment by card has begun")
	if doc.Find("#employer").AttrOr("value", "") != "Saltbridge" {
		t.Error("words are lost")
	}
}

// seat books a place for somebody whom an organisation sends, and returns its code.
func (w *world) seat(of *employer, run *course.Offering, name, email string, parts ...admissions.PricePart) string {
	w.t.Helper()
	var places []*enrolment.Enrolment
	w.asMachine(func(ctx context.Context, tx *db.Tx) error {
		draft, err := enrolment.DraftOf(ctx, tx, of.by.ID, of.ID, run.ID)
		if err != nil {
			return err
		}
		order := admissions.TeamOrder{
			Places: 1, Seats: []admissions.NewSeat{{Name: name, Email: email}}, Parts: parts, HoldUntil: london.DateOf(tx.Now).AddDays(14),
		}
		q, err := admissions.QuoteTeam(run, order, tx.Now)
		if err != nil {
			return err
		}
		order.Agreed = q.Own
		team, err := admissions.BookTeam(ctx, tx, of.by.ID, draft.Code, order)
		if err != nil {
			return err
		}
		places, err = enrolment.TeamEnrolments(ctx, tx, team.ID)
		return err
	})
	return places[0].Code
}

func TestWhoeverIsSentByAnEmployerSeesWhoBookedAndNoPrice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.schedule("FND-M27", march, 24)
	trust := w.employer("Westermoor and Tarn", "wes@westermoor.example", organisation.PORequired)
	code := w.seat(trust, run, "Ana Ruiz", "ana@people.example")
	at := "/my/places/" + code
	b := w.browser().signIn(w.person("ana@people.example"))
	doc := b.get(at).page(200)
	says(t, doc, "held until the end of Monday 7 December 2026", "what Westermoor and Tarn has still to send us", "Booked by Westermoor and Tarn",
		"Your employer booked this place", "Please tell Westermoor and Tarn first")
	if text := doc.Find("main").Text(); strings.Contains(text, "£") || strings.Contains(text, "Cancel this place") {
		t.Errorf("the page says %s", text)
	}
	b.get(at + "/cancel").to(at)
	b.post(at+"/cancel", "back", "0").to(at)
	b.get(at + "/employer").page(200)
	b.get(at + "/keep").to(at)
	b.get(at + "/receipt").page(404)
	says(t, b.get(at).page(200), "while your employer does its part")

	other := w.browser().signIn(w.person("bo@people.example"))
	for _, end := range []string{"", "/employer", "/keep"} {
		other.get(at + end).page(404)
	}
	for _, end := range []string{"/employer", "/employer/NONE-00/stop", "/keep", "/leave", "/pay"} {
		other.post(at + end).page(404)
		w.browser().post(at + end).to("/sign-in")
	}
}

func TestAPartOfAnEmployersPlaceIsPaidByWhoeverSitsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.schedule("FND-M27", march, 24)
	trust := w.employer("Westermoor and Tarn", "wes@westermoor.example", organisation.PONotUsed)
	code := w.seat(trust, run, "Ana Ruiz", "ana@people.example",
		admissions.PricePart{Payer: billing.Organisation, Rest: true}, admissions.PricePart{Payer: billing.Learner, Fixed: 50_000})
	at := "/my/places/" + code
	b := w.browser().signIn(w.person("ana@people.example"))
	doc := b.get(at).page(200)
	says(t, doc, "Your part £500.00", "Your place is confirmed when you have paid", "pays for it together with you")
	if text := doc.Find("main").Text(); strings.Contains(text, "3,250") || strings.Contains(text, "2,750") {
		t.Errorf("the page says what others pay: %s", text)
	}
	b.post(at + "/pay").to(at + "/pay")
	w.settle(code, paid)
	done := b.get(at + "/confirmation").page(200)
	says(t, done, "Your place is confirmed", "£500.00 by card", "please tell Westermoor and Tarn")
	says(t, b.get(at+"/receipt").page(200), "Your part £500.00", "Paid in full: £500.00")
}

func TestWhoeverIsSentDoesNotLearnWhoElseWasAskedToPay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.schedule("FND-M27", march, 24)
	trust := w.employer("Westermoor and Tarn", "wes@westermoor.example", organisation.PONotUsed)
	code := w.seat(trust, run, "Ana Ruiz", "ana@people.example",
		admissions.PricePart{Payer: billing.Organisation, Name: "Lantern Vale", Email: "lena@lantern.example", Contact: "Lena", BP: 6_000},
		admissions.PricePart{Payer: billing.Organisation, Rest: true})
	at := "/my/places/" + code
	b := w.browser().signIn(w.person("ana@people.example"))
	doc := b.get(at).page(200)
	says(t, doc, "what Westermoor and Tarn has still to send us")
	if text := doc.Find("main").Text(); strings.Contains(text, "Lantern") || strings.Contains(text, "Lena") || strings.Contains(text, "£") {
		t.Errorf("the page says %s", text)
	}
	b.post(at + "/employer/" + w.asked(code).Code + "/stop").page(404)
}

// leave lets an employer say that whoever sits in a place has left it.
func (w *world) leave(of *employer, code string) {
	w.t.Helper()
	w.asMachine(func(ctx context.Context, tx *db.Tx) error {
		return admissions.TellLeft(ctx, tx, of.by.ID, of.Organisation, code)
	})
}

func TestSomebodyWhoLeavesTheirEmployerKeepsTheirPlaceOnOtherMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.schedule("FND-M27", march, 24)
	trust := w.employer("Westermoor and Tarn", "wes@westermoor.example", organisation.PONotUsed)
	code := w.seat(trust, run, "Ana Ruiz", "ana@people.example")
	at := "/my/places/" + code
	b := w.browser().signIn(w.person("ana@people.example"))
	w.leave(trust, code)
	says(t, b.get(at).page(200), "Westermoor and Tarn has told us that you do not work there any more", "Monday 7 December 2026", "Until then nothing changes")
	ask := b.get(at + "/keep").page(200)
	says(t, ask, "still pays £75.00", "The rest £3,175.00", "Monday 7 December 2026", "You do not have to decide today", "Keep my place and agree to pay £3,175")
	for _, sent := range []string{"0", "", "all"} {
		b.post(at+"/keep", "rest", sent).page(409)
	}
	b.post(at+"/keep", "rest", ask.Find("[name=rest]").AttrOr("value", "")).to(at)
	doc := b.get(at).page(200)
	says(t, doc, "You keep your place", "Your place is confirmed", "Your employer pays £75.00Westermoor and Tarn", "Your part £3,175.00", "Pay £3,175 by card", "Ask an employer to pay")
	b.post(at+"/keep", "rest", "317500").to(at)
	b.get(at + "/keep").to(at)

	b.post(at+"/employer", "employer", "Kestrel", "employer_contact", "Kim", "employer_email", "kim@kestrel.example", "employer_amount", "3000", "message", "").to(at)
	b.post(at + "/pay").to(at + "/pay")
	w.settle(code, pageOpen)
	b.get(at + "/pay").to("https://checkout.stripe.com/c/pay/cs_" + w.payment(code).Code)
	says(t, b.get(at+"/confirmation").page(200), "We are checking your payment")
	w.settle(code, paid)
	says(t, b.get(at+"/receipt").page(200), "Your part £175.00", "Paid in full: £175.00")

	quote := b.get(at + "/cancel").page(200)
	b.post(at+"/cancel", "back", quote.Find("[name=back]").AttrOr("value", "")).to(at)
	says(t, b.get(at).page(200), "Your place has been cancelled", "You cancelled this place on 23 November 2026")
}

func TestSomebodyWhoLeavesTheirEmployerGivesTheirPlaceUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.schedule("FND-M27", march, 24)
	trust := w.employer("Westermoor and Tarn", "wes@westermoor.example", organisation.PONotUsed)
	code := w.seat(trust, run, "Ana Ruiz", "ana@people.example")
	at := "/my/places/" + code
	b := w.browser().signIn(w.person("ana@people.example"))
	w.leave(trust, code)
	b.post(at + "/leave").to(at)
	says(t, b.get(at).page(200), "You have given your place up", "This place was given up on 23 November 2026", "Given up")
	b.post(at + "/leave").to(at)
	says(t, b.get("/my").page(200), "Given up")
}
