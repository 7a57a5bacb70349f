package bank_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"bursar/internal/bank"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
)

// act does one thing of many with a line, as somebody at the desk might.
func (w *world) act(r *rand.Rand, l bank.Line, invoices []*invoice.Invoice) error {
	ctx := w.t.Context()
	return w.try(func(tx *db.Tx) error {
		switch r.IntN(6) {
		case 0:
			return bank.Undo(ctx, tx, w.ben, l.ID, "by chance")
		case 1:
			return bank.SetAside(ctx, tx, w.ann, l.ID, bank.CardPayout, "")
		case 2:
			return bank.Reopen(ctx, tx, w.ben, l.ID)
		case 3:
			n := invoices[r.IntN(len(invoices))]
			return invoice.UseCredit(ctx, tx, w.ann, n.Number, money.Amount(1+r.IntN(500)))
		}
		var parts []bank.Part
		left := l.Amount
		for _, i := range r.Perm(len(invoices))[:r.IntN(3)] {
			part := money.Amount(1 + r.IntN(int(left)-1))
			parts, left = append(parts, bank.Part{Invoice: invoices[i].Number, Amount: part}), left-part
		}
		return bank.Match(ctx, tx, w.ann, l.ID, parts, bank.Rest{Organisation: invoices[r.IntN(len(invoices))].OrganisationID, Amount: left})
	})
}

func TestWhateverManyPeopleDoAtOnceTheBooksStayInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var invoices []*invoice.Invoice
	for _, of := range []id.Organisation{w.organisation(westermoor), w.organisation(kestrel)} {
		for range 3 {
			invoices = append(invoices, w.invoiced(of, 50_000))
		}
	}
	var body strings.Builder
	for i := range 6 {
		fmt.Fprintf(&body, "20/02/2027,P%d,,100.00\n", i)
	}
	w.upload(heading + body.String())
	lines := w.lines()
	var done [5]int
	var all sync.WaitGroup
	for worker := range done {
		r := rand.New(rand.NewPCG(uint64(worker), 7))
		all.Go(func() {
			for range 40 {
				err := w.act(r, lines[r.IntN(len(lines))], invoices)
				if err == nil {
					done[worker]++
				} else if kind := failure.KindOf(err); kind != failure.Conflict {
					t.Errorf("%v", err)
				}
			}
		})
	}
	all.Wait()
	total := 0
	for _, n := range done {
		total += n
	}
	if total < 20 {
		t.Errorf("only %d of 200 things were done", total)
	}
	w.inOrder()
}
