package journey_test

import (
	"fmt"
	"net/http"
	"testing"
)

func TestEmployerPaysForANurseWithAnOrderForTrainingAndOneOfTheTeam(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 420_000)
	defer w.inOrder()
	trust := w.employer("Saltbridge Community Care NHS Trust", "nhs_trust", "Nia Powell", "required", "gln", "9520000001032")
	place := trust.books(1, answers{
		"payer": {"payer", "orders"}, "share": {"first", "£333"},
		"names":    {"name_1", "Rosa Lind", "email_1", "rosa.lind@saltbridge.example"},
		"orders":   brings("CPD-333", "333.00", "TEAM-12", "3,867.00"),
		"approval": {"cost_code", "N44"},
	})[0]
	trust.reads(trust.Get(trust.page("/places/"+place)), http.StatusOK, "You pay £4,200.00", "CPD-333", "TEAM-12", "Confirmed")
	w.shared(place, 33_300, 386_700)
	w.due(place, 33_300, 386_700)
	w.wrote("rosa.lind@saltbridge.example", "seat-confirmed", place, "Saltbridge Community Care NHS Trust booked your place")

	w.issues("2 invoices are issued, £4,200.00")
	trust.billed("INV-00001", 33_300, "Purchase order CPD-333", "Your part of the price of a place", "GLN 9520000001032", place)
	trust.billed("INV-00002", 386_700, "Purchase order TEAM-12", "Your part of the price of a place", "Cost code N44", place)
	trust.reads(trust.Get(trust.page("/orders")), http.StatusOK, "CPD-333 £333.00 £333.00 £0.00 Used up", "TEAM-12 £3,867.00 £3,867.00 £0.00 Used up")
	trust.reads(trust.Get(trust.page("/statement")), http.StatusOK, "INV-00001 £333.00", "INV-00002 £3,867.00", "At the end – – £4,200.00")
}

func TestEmployersShareATeamSixtyToFortyAndACreditNoteIsSplitTheSameWay(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 420_000)
	defer w.inOrder()
	board := w.employer("Lantern Vale Integrated Care Board", "icb", "Ivo Hart", "required", "gln", "9520000001025")
	trust := w.employer("Westermoor & Tarn NHS Foundation Trust", "nhs_trust", "Jo Holt", "required", "org_code", "QX1", "payables_code", "X101", "gln", "9520000001018", "terms_days", "45")
	check := trust.asks(answers{
		"places": {"places", "5"}, "payer": {"payer", "other"},
		"share":  {"name", board.title, "contact", board.name, "email", board.email, "other", "60%"},
		"orders": brings("QX1-77120", "7,560"),
	})
	trust.reads(check, http.StatusOK, "5 places at £4,200.00 £21,000.00", "Less 10% for a team of 4 or more -£2,100.00", "5 places at £3,780.00 £18,900.00",
		"Lantern Vale Integrated Care Board pays: £2,268.00 of each place -£11,340.00", "Your organisation pays £7,560.00")
	places := trust.books(5, answers{})
	w.due(places[0], 226_800, 151_200)
	trust.reads(trust.Get(trust.page("/places/"+places[0])), http.StatusOK, "another payer")
	w.wrote(board.email, "pay-request", trust.title+" asks whether "+board.title+" pays")
	board.agrees("£11,340.00", "number", "LV-9", "amount", "11,340.00")
	trust.reads(trust.Get(trust.page("")), http.StatusOK, "Confirmed")
	w.wrote(trust.email, "team-confirmed", places[0], places[4])
	w.wrote(trust.email, "pay-answered", board.title+" pays what you asked for.")

	w.issues("2 invoices are issued, £18,900.00")
	board.billed("INV-00001", 1_134_000, "Purchase order LV-9", "5 £2,268.00 £11,340.00", "GLN 9520000001025")
	trust.billed("INV-00002", 756_000, "Purchase order QX1-77120", "5 £1,512.00 £7,560.00", "QX1Payables code X101", "Pay by 7 January 2027")
	for _, side := range []struct {
		*employer
		others string
	}{{board, "INV-00002"}, {trust, "INV-00001"}} {
		side.reads(side.Get(side.page("/invoices/"+side.others)), http.StatusNotFound)
	}
	board.neverReads(board.Get(board.page("")), "3,780", "18,900", "1,512", "7,560")
	trust.neverReads(trust.Get(trust.page("")), "2,268", "11,340", "3,780", board.title)

	w.later(30 * day) // 23 December: 40 days before
	trust.signIn()
	a := trust.Get(trust.page("/places/" + places[4] + "/give-up"))
	trust.reads(a, http.StatusOK, "you owe £756.00 of your £1,512.00", "The course begins in 40 days. By our terms you owe 50% of your part of the price.", "You need not pay £756.00")
	trust.does(a, "/give-up", nil)
	w.drain()
	board.signIn()
	board.credited("CRN-00001", 113_400, "Corrects invoice INV-00001 of 23 November 2026", "Purchase order LV-9", places[4]+" was given up.")
	trust.credited("CRN-00002", 75_600, "Corrects invoice INV-00002 of 23 November 2026", "Purchase order QX1-77120", places[4]+" was given up.")
	w.due(places[4], 113_400, 75_600)
	w.stands(w.ofRun("kept"), -189_000)
	board.reads(board.Get(board.page("/invoices/INV-00001")), http.StatusOK, "to pay: £10,206.00")
	trust.reads(trust.Get(trust.page("/invoices/INV-00002")), http.StatusOK, "to pay: £6,804.00")
}

func TestEmployerPersonAndAnotherEmployerPayAThirdEach(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 100_000)
	defer w.inOrder()
	council := w.employer("Eastmarsh Borough Council", "council", "Sol Reed", "not_used", "department", "Learning and development", "contact", "Sol Reed")
	board := w.employer("Lantern Vale Integrated Care Board", "icb", "Ivo Hart", "not_used", "contact", "Ivo Hart")
	place := council.books(1, answers{
		"payer": {"payer", "mixture"},
		"share": {"name", board.title, "email", board.email, "other", "£333.33", "person", "£333.33"},
		"names": {"name_1", "Ana Reyes", "email_1", "ana.reyes@eastmarsh.example"},
	})[0]
	w.shared(place, 33_333, 33_333, 33_334)
	w.wrote("ana.reyes@eastmarsh.example", "seat-named", "Your own part of the price is £333.33.")
	board.agrees("£333.33")
	ana := w.seat("ana.reyes@eastmarsh.example", place)
	ana.neverReads(ana.finds("", "pay your part, £333.33"), "333.34", "1,000", board.title)
	ana.paysOwn("£333.33")
	ana.finds("", "Your place is confirmed")
	ana.finds("receipt", "£333.33")
	w.due(place, 33_333, 0, 33_334)

	w.issues("2 invoices are issued, £666.67")
	board.billed("INV-00002", 33_333, place)
	council.billed("INV-00001", 33_334, place, "Learning and development", "Sol Reed")
	for _, e := range []*employer{board, council} {
		e.pays(map[*employer]string{board: "INV-00002", council: "INV-00001"}[e])
	}
	w.due(place, 0, 0, 0)
	w.stands(w.ofRun("deferred"), -100_000)
}

func TestEmployersOrderForFourPlacesLeavesTheFifthAwaitingAnother(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 420_000)
	defer w.inOrder()
	trust := w.employer("Westermoor & Tarn NHS Foundation Trust", "nhs_trust", "Jo Holt", "required", "org_code", "QX1", "payables_code", "X101")
	typed := append(brings("QX1-77120", "15,120.00"), "order_name_1", "WESTERMOOR AND TARN NHS FT")
	var names []string
	for i, who := range []string{"ana", "ben", "cem", "dee", "eve"} {
		names = append(names, fmt.Sprintf("name_%d", i+1), who+" Lund", fmt.Sprintf("email_%d", i+1), who+"@westermoor.example")
	}
	places := trust.books(5, answers{"names": names, "orders": typed})
	booking := trust.Get(trust.page(""))
	trust.reads(booking, http.StatusOK, "Give us a purchase order for 1 place", "Held for you until the end of Monday 7 December 2026")
	if n := w.Count("SELECT count(*) FROM enrolments WHERE status = 'confirmed'"); n != 4 {
		t.Errorf("%d places are confirmed", n)
	}
	fifth := w.held()
	w.wrote(trust.email, "team-booked", "while something is missing: "+fifth)
	w.issues("1 invoice is issued, £15,120.00")
	trust.billed("INV-00001", 1_512_000, "WESTERMOOR AND TARN NHS FT", "Purchase order QX1-77120", "Team discount: −£1,680.00", "4 £4,200.00 £15,120.00")
	for _, code := range places {
		w.due(code, 378_000)
	}

	refused := trust.orders("QX1-77121", "3,779.99", fifth)
	trust.reads(refused, http.StatusConflict, "This purchase order is not worth enough for these places")
	trust.reads(trust.orders("QX1-77121", "3,780", fifth), http.StatusOK, "Used £3,780.00", "Left £0.00")
	w.wrote("eve@westermoor.example", "seat-confirmed", fifth)
	w.issues("1 invoice is issued, £3,780.00")
	trust.billed("INV-00002", 378_000, "Westermoor & Tarn NHS Foundation Trust", "Purchase order QX1-77121", fifth)
	trust.reads(trust.Get(trust.page("/statement")), http.StatusOK, "At the end – – £18,900.00")
}
