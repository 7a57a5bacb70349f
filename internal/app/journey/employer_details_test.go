package journey_test

import (
	"net/http"
	"regexp"
	"testing"
)

func TestEmployerWhoseInvoiceNamesNoDepartmentSendsItBackAndGetsOneThatDoes(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 420_000)
	defer w.inOrder()
	council := w.employer("Eastmarsh Borough Council", "council", "Sol Reed", "required", "contact", "")
	place := council.books(1, answers{"orders": brings("4500123", "4,200")})[0]
	w.issues("1 invoice is issued, £4,200.00")
	council.billed("INV-00001", 420_000, "Purchase order 4500123", "Eastmarsh Borough Council PO Box 312")

	council.does(council.Get(council.page("/details/address")), "/address", []string{"department", "Learning and development", "contact", "Sol Reed"})
	martin := w.bookkeeper("Martin Lowe")
	martin.sends(martin.Get("/finance/addresses"), "/check", "how", "I rang the number that we have had since 2021")
	w.drain()
	w.sheila.sends(w.sheila.Get("/finance/addresses"), "/agree")
	w.drain()
	w.credits("INV-00001", "It names no department.")
	council.credited("CRN-00001", 420_000, "Corrects invoice INV-00001 of 23 November 2026", "It names no department.")
	w.issues("1 invoice is issued, £4,200.00")
	council.billed("INV-00002", 420_000, "Purchase order 4500123", "Eastmarsh Borough Council Learning and development Sol Reed PO Box 312", place)
	council.reads(council.Get(council.page("/invoices")), http.StatusOK, "INV-00001 23 November 2026 23 December 2026 Cancelled by credit note £4,200.00 £0.00")
	council.reads(council.Get(council.page("/orders")), http.StatusOK, "4500123 £4,200.00 £4,200.00 £0.00 Used up")
	w.due(place, 420_000)
	council.pays("INV-00002")
	w.due(place, 0)
}

// credits credits all of an invoice that is to be issued again, put right.
func (w *trading) credits(number, why string) {
	w.t.Helper()
	v := w.sheila
	shown := v.does(v.Get("/finance/invoices/"+number+"/credit"), "/credit", []string{"do", "show", "what", "whole", "reason", why, "again", "yes"}, "This is what the credit note will say", why)
	v.reads(v.sends(shown, "/credit", "do", "issue"), http.StatusOK)
	w.drain()
}

func TestEmployerWhoseCoordinatorGaveNoNameIsWrittenToAllTheSame(t *testing.T) {
	t.Parallel()
	w := newTrading(t, 28, 420_000)
	defer w.inOrder()
	house := w.employer("Kestrel House Wellbeing", "charity", "Kim Lowe", "not_used", "contact", "")
	house.books(1, answers{"approval": {"approver_name", "Max Boss", "approver_email", "max@kestrel.example"}})
	w.wrote("max@kestrel.example", "cost-approval", "Dear Max Boss "+house.email+" wants to book 1 place for Kestrel House Wellbeing")
	w.wrote(house.email, "team-booked", "Hello You have booked 1 place")
	boss := w.visitor("Max Boss")
	link := regexp.MustCompile(`/approve/\S+`).FindString(w.mails("max@kestrel.example")[0].Text)
	a := boss.Get(link)
	boss.reads(a, http.StatusOK, house.email+" has booked 1 place for Kestrel House Wellbeing", "£4,200.00")
	boss.reads(boss.sends(a, link), http.StatusOK, "You have agreed", "We have told "+house.email)
	w.drain()
	w.wrote(house.email, "team-approval", "Hello Max Boss has agreed to the cost of your places")
	w.issues("1 invoice is issued, £4,200.00")
	bill := house.Get(house.page("/invoices/INV-00001"))
	house.reads(bill, http.StatusOK, "Save as a PDF") // which nothing of the buyer's is known for that an electronic one must quote
	house.neverReads(bill, "INV-00001.xml")
}
