package journey_test

import (
	"net/http"
	"testing"
	"time"

	"bursar/internal/london"
)

func TestEmployersPayHalfEachToTheOddPennyAlsoOfAPlaceThatIsGivenUp(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 123_457)
	defer w.inOrder()
	house := w.employer("Kestrel House Wellbeing", "charity", "Kim Lowe", "not_used")
	tidewell := w.employer("Tidewell Support CIC", "company", "Tam Birch", "not_used")
	places := house.books(3, answers{
		"payer": {"payer", "other"}, "share": {"name", tidewell.title, "email", tidewell.email, "other", "50%"},
	})
	tidewell.agrees("£1,851.87")
	for _, code := range places {
		w.shared(code, 61_729, 61_728)
		w.due(code, 61_729, 61_728)
	}
	w.issues("2 invoices are issued, £3,703.71")
	house.billed("INV-00001", 185_184, "3 £617.28 £1,851.84")
	tidewell.billed("INV-00002", 185_187, "3 £617.29 £1,851.87")
	house.neverReads(house.Get(house.page("")), "617.29", "1,851.87", "1,234.57", tidewell.title)
	tidewell.neverReads(tidewell.Get(tidewell.page("")), "617.28", "1,851.84", "1,234.57", house.title)

	w.later(30 * day) // 40 days before
	house.signIn()
	tidewell.signIn()
	a := house.Get(house.page("/places/" + places[0] + "/give-up"))
	house.reads(a, http.StatusOK, "you owe £308.64 of your £617.28")
	house.does(a, "/give-up", nil)
	w.drain()
	w.due(places[0], 30_865, 30_864)
	w.stands(w.ofRun("kept"), -61_729)
	tidewell.credited("CRN-00001", 30_864, "Corrects invoice INV-00002 of 23 November 2026", places[0])
	house.credited("CRN-00002", 30_864, "Corrects invoice INV-00001 of 23 November 2026", places[0])
	house.pays("INV-00001")
	tidewell.pays("INV-00002")
	for _, code := range places {
		w.due(code, 0, 0)
	}
	house.reads(house.Get(house.page("/statement")), http.StatusOK, "Credit note CRN-00002 – £308.64 £0.00", "At the end – – £0.00")
}

func TestEmployerPaysHalfAndTheWorkerHalfByCard(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 420_000)
	defer w.inOrder()
	house := w.employer("Kestrel House Wellbeing", "charity", "Kim Lowe", "not_used")
	place := house.books(1, answers{
		"payer": {"payer", "person"}, "share": {"person", "50%"}, "names": {"name_1", "Ana Reyes", "email_1", "ana@kestrel.example"},
	})[0]
	w.wrote("ana@kestrel.example", "seat-named", "Your place is kept until", "Your own part of the price is £2,100.00.")
	ana := w.seat("ana@kestrel.example", place)
	ana.paysOwn("£2,100")
	ana.told("place-confirmed", "£2,100.00", place)
	w.due(place, 0, 210_000)
	house.neverReads(house.Get(house.page("/places/"+place)), "4,200")
	house.Post(house.page("/places/"+place+"/give-up"), map[string][]string{"kept": {"3750"}}) // its half of the fee: but the place is not its alone
	house.reads(house.Get(house.page("/places/"+place)), http.StatusOK, "Confirmed", "You pay £2,100.00")
	w.due(place, 0, 210_000)
	w.issues("1 invoice is issued, £2,100.00")
	house.billed("INV-00001", 210_000, place)
	w.statement("23/11/2026,KESTREL HOUSE,INV-00001,2100.00\n")
	w.matches("£2,100.00", "INV-00001")
	w.due(place, 0, 0)
}

func TestEmployerWhomSomebodyHasLeftPaysItsContractAndThePlaceIsKeptOnOtherShares(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 420_000)
	defer w.inOrder()
	tidewell := w.employer("Tidewell Support CIC", "company", "Tam Birch", "not_used")
	place := tidewell.books(1, answers{"names": {"name_1", "Tess Moor", "email_1", "tess@tidewell.example"}})[0]
	w.issues("1 invoice is issued, £4,200.00")
	w.statement("23/11/2026,TIDEWELL,INV-00001,4200.00\n")
	w.matches()
	w.due(place, 0)

	w.later(9 * day) // 61 days before
	tidewell.signIn()
	tidewell.does(tidewell.Get(tidewell.page("/places/"+place+"/left")), "/left", nil, "We have asked them whether they keep the place, and wait for their answer until 16 December 2026.")
	w.drain()
	w.wrote("tess@tidewell.example", "seat-left", "Tidewell Support CIC has told us that you work there no more", "Please answer by the end of Wednesday 16 December 2026.")
	tess := w.seat("tess@tidewell.example", place)
	keep := tess.finds("keep", "Your former employer still pays £75.00", "The rest £4,125.00")
	tess.does(keep, "/keep", nil, "A part of the price has become yours: £4,125.00.")
	w.drain()
	tidewell.credited("CRN-00001", 412_500, "Corrects invoice INV-00001 of 23 November 2026", "paid by somebody else from now on")
	w.wrote(tidewell.email, "team-kept", "Tidewell Support CIC pays £75.00 of it; the other £4,125.00 is paid by somebody else")
	w.shared(place, 7_500, 412_500)
	w.due(place, 0, 412_500)
	w.stands(w.creditOf(tidewell), -412_500)
	w.andAnotherPays(tess, tidewell)

	again := tidewell.books(1, answers{})[0]
	w.sheila.atDesk()
	w.issues("1 invoice is issued, £4,200.00")
	w.sheila.does(w.sheila.Get("/finance/invoices/INV-00003/use-credit"), "/use-credit", []string{"amount", "4,125"})
	w.drain()
	tidewell.reads(tidewell.Get(tidewell.page("/invoices/INV-00003")), http.StatusOK, "to pay: £75.00", "From your credit 2 December 2026 £4,125.00")
	w.due(again, 7_500)
	w.stands(w.creditOf(tidewell), 0)
}

// andAnotherPays has somebody who kept their place ask a new employer for half of what is theirs, and pay the other half.
func (w *trading) andAnotherPays(tess *visitor, before *employer) {
	w.t.Helper()
	w.sheila.atDesk()
	house := w.employer("Kestrel House Wellbeing", "charity", "Kim Lowe", "not_used")
	tess.does(tess.finds("employer"), "/employer", []string{"employer", house.title, "employer_contact", house.name, "employer_email", house.email,
		"employer_amount", "2,062.50", "message", "I begin with you in January."})
	w.drain()
	w.wrote(house.email, "pay-request", "asks whether Kestrel House Wellbeing pays", "I begin with you in January.")
	house.agrees("£2,062.50")
	tess.paysOwn("£2,062.50")
	w.shared(tess.code, 7_500, 206_250, 206_250)
	w.due(tess.code, 0, 0, 206_250)
	w.issues("1 invoice is issued, £2,062.50")
	house.billed("INV-00002", 206_250, tess.code)
	house.neverReads(house.Get(house.page("/places/"+tess.code)), "4,200", "4,125", before.title)
	before.neverReads(before.Get(before.page("/places/"+tess.code)), "4,200", "2,062", house.title)
	before.reads(before.Post(before.page("/places/"+tess.code+"/name"), map[string][]string{"name": {"Olga"}, "email": {"olga@tidewell.example"}}),
		http.StatusConflict, "Another payer pays a part of this place")
	house.pays("INV-00002")
	w.due(tess.code, 0, 0, 0)
	tess.finds("", "Your place is confirmed")
}

func TestEmployerSendsAColleagueInsteadOnTheSameInvoiceAndBothAreTold(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 420_000)
	defer w.inOrder()
	trust := w.employer("Westermoor & Tarn NHS Foundation Trust", "nhs_trust", "Jo Holt", "required")
	place := trust.books(1, answers{"names": {"name_1", "Lena Fox", "email_1", "lena.fox@westermoor.example"}, "orders": brings("QX1-77120", "4,200")})[0]
	w.issues("1 invoice is issued, £4,200.00")
	trust.billed("INV-00001", 420_000, place)
	paper := trust.Get(trust.page("/invoices/INV-00001.pdf")).Body

	w.later(time.Hour)
	trust.does(trust.Get(trust.page("/places/"+place+"/name")), "/name", []string{"name", "Haris Mir", "email", "haris.mir@westermoor.example"}, "Haris Mir", "Lena Fox")
	w.drain()
	w.wrote("lena.fox@westermoor.example", "seat-passed-on", "has given your place "+place, "to a colleague of yours")
	w.wrote("haris.mir@westermoor.example", "seat-named", "Your place is confirmed.", "Your reference is "+place)
	if files := w.mails("haris.mir@westermoor.example")[0].Attachments; len(files) != len(w.run.Blocks) {
		t.Errorf("%d dates for %d blocks", len(files), len(w.run.Blocks))
	}
	w.seat("haris.mir@westermoor.example", place).finds("", "Your place is confirmed")
	lena := w.seat("lena.fox@westermoor.example", place)
	lena.reads(lena.Get("/my/places/"+place), http.StatusNotFound)
	w.onlyInvoice(trust, paper)
	w.due(place, 420_000)

	w.Clock.Set(london.On(2027, 2, 2).At(9, 0)) // the course has begun
	w.drain()
	trust.signIn()
	late := trust.sends(trust.Get(trust.page("/places/"+place+"/name")), "/name", "name", "Mo Deng", "email", "mo.deng@westermoor.example")
	trust.reads(late, http.StatusConflict, "The course has begun, so a trainer has to agree first.")
	w.sheila.atDesk()
	w.sheila.does(w.sheila.Get("/finance/places/"+place+"/name"), "/name",
		[]string{"name", "Mo Deng", "email", "mo.deng@westermoor.example", "agreed", "Rut, today"}, "Mo Deng")
	w.drain()
	w.wrote("haris.mir@westermoor.example", "seat-passed-on", place)
	w.wrote("mo.deng@westermoor.example", "seat-named", place)
	w.onlyInvoice(trust, paper)
}

// onlyInvoice expects that an organisation has one invoice, which is still what it was on paper, and no credit note.
func (w *trading) onlyInvoice(e *employer, paper string) {
	w.t.Helper()
	if e.Get(e.page("/invoices/INV-00001.pdf")).Body != paper {
		w.t.Error("the invoice has changed")
	}
	if n := w.Count("SELECT (SELECT count(*) FROM invoices) + (SELECT count(*) FROM credit_notes)"); n != 1 {
		w.t.Errorf("%d invoices and credit notes", n)
	}
}
