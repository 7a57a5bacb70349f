package journey_test

import (
	"net/http"
	"testing"

	"bursar/internal/billing"
	"bursar/internal/fund"
)

func TestEmployersHaveBackByCardAndByBankWhatEachPaidTooMuchOfAPlaceThatIsGivenUp(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 420_000)
	defer w.inOrder()
	board := w.employer("Lantern Vale Integrated Care Board", "icb", "Ivo Hart", "not_used")
	trust := w.employer("Westermoor & Tarn NHS Foundation Trust", "nhs_trust", "Jo Holt", "not_used")
	place := trust.books(1, answers{"payer": {"payer", "other"}, "share": {"name", board.title, "email", board.email, "other", "60%"}})[0]
	board.agrees("£2,520.00")
	w.issues("2 invoices are issued, £4,200.00")
	board.pays("INV-00001")
	w.statement("23/11/2026,WESTERMOOR,INV-00002,1680.00\n")
	w.matches("£1,680.00")
	w.due(place, 0, 0)

	w.later(30 * day) // 40 days before
	trust.signIn()
	board.signIn()
	w.sheila.atDesk()
	trust.does(trust.Get(trust.page("/places/"+place+"/give-up")), "/give-up", nil)
	w.drain()
	board.credited("CRN-00001", 126_000, "Corrects invoice INV-00001 of 23 November 2026")
	trust.credited("CRN-00002", 84_000, "Corrects invoice INV-00002 of 23 November 2026")
	for e, back := range map[*employer]string{board: "£1,260.00", trust: "£840.00"} {
		e.reads(e.Get(e.page("/statement")), http.StatusOK, "You have paid us "+back+" more than we asked for.")
	}
	w.stands(billing.Processor, 252_000)
	w.stands(fund.Bank, 168_000)

	w.paysBack(board, "1,260", "To the card that paid £2,520.00 for INV-00001")
	w.paysBack(trust, "840", "By bank transfer")
	w.stands(w.creditOf(board), -126_000)
	martin := w.bookkeeper("Martin Lowe")
	for range 2 {
		martin.sends(martin.Get("/finance/agreements"), "/agree")
		w.drain()
	}
	w.stands(w.creditOf(board), 0)
	w.stands(w.creditOf(trust), 0)
	w.stands(billing.Processor, 126_000)
	w.stands(fund.Bank, 84_000)
	w.stands(w.ofRun("kept"), -210_000)
	w.stands(w.ofRun("deferred"), 0)
	trust.neverReads(trust.Get(trust.page("/statement")), "You have paid us")
}

// paysBack asks for a second person to agree that credit goes back to an organisation in one of the ways there are.
func (w *trading) paysBack(e *employer, pounds, way string) {
	w.t.Helper()
	v := w.sheila
	a := v.Get("/finance/organisations/" + e.code + "/refund")
	v.reads(a, http.StatusOK, way)
	card := ""
	if way != "By bank transfer" {
		card = a.Page.Find(`[name="card"] option`).Last().AttrOr("value", "none")
	}
	v.does(a, "/refund", []string{"amount", pounds, "card", card, "reason", "A place was given up."})
	w.drain()
}
