package admin

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/billing"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// move is one line of a ledger entry.
type move struct {
	Reference string
	PostedAt  time.Time
	Account   string
	Amount    money.Amount // pence: debit positive
}

// movesOf reads every line of the entries about these shares and payments, oldest first. The capture of a
// payment touches no account of its own, so it is found by its reference.
func movesOf(ctx context.Context, d bun.IDB, shares []billing.Share, payments []billing.Payment) ([]move, error) {
	var accounts, captures []string
	for _, s := range shares {
		accounts = append(accounts, billing.Due(s.ID))
	}
	for _, p := range payments {
		accounts = append(accounts, billing.Owed(p.ID))
		captures = append(captures, fmt.Sprintf("payment/%d/captured", p.ID))
	}
	var moves []move
	err := d.NewRaw(`
		SELECT e.reference, e.posted_at, l.account, l.amount
		FROM   entries e JOIN entry_lines l ON l.entry_id = e.id
		WHERE  e.id IN (SELECT entry_id FROM entry_lines WHERE account IN (?))
		       OR e.reference IN (?)
		ORDER  BY e.id, l.account
		LIMIT  500`, bun.List(accounts), bun.List(captures)).Scan(ctx, &moves)
	if err != nil {
		return nil, fmt.Errorf("reading the ledger: %w", err)
	}
	return moves, nil
}

func shareTable(shares []billing.Share, moves []move) page.Table {
	t := page.Table{Caption: "Who owes what", Stacked: true, Columns: []page.Column{
		{Title: "Payer"}, {Title: "Share", Numeric: true}, {Title: "Still owed", Numeric: true}, {Title: "Certain since"},
	}}
	for _, s := range shares {
		owed := money.Amount(0)
		for _, m := range moves {
			if m.Account == billing.Due(s.ID) {
				owed += m.Amount
			}
		}
		since := "Not yet"
		if s.Secured() {
			since = london.Stamp(s.SecuredAt)
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: payerWords[s.Payer]}, {Text: s.Amount.String()}, {Text: owed.String()}, {Text: since}})
	}
	return t
}

func paymentTable(payments []billing.Payment) page.Table {
	t := page.Table{Caption: "Card payments", Stacked: true, Columns: []page.Column{
		{Title: "Code"}, {Title: "Begun"}, {Title: "How it stands"}, {Title: "Asked for", Numeric: true}, {Title: "Received", Numeric: true},
		{Title: "Given back", Numeric: true}, {Title: "At the card service"},
	}}
	for _, p := range payments {
		name := p.Intent
		if name == "" {
			name = p.Session
		}
		t.Rows = append(t.Rows, []page.Cell{
			{Text: p.Code}, {Text: london.Stamp(p.CreatedAt)}, {Text: paymentWords[p.Status]},
			{Text: p.Amount.String()}, {Text: p.Captured.String()}, {Text: p.Refunded.String()}, {Text: name},
		})
	}
	return t
}

func refundTable(refunds []billing.Refund) page.Table {
	t := page.Table{Caption: "Refunds", Stacked: true, Columns: []page.Column{
		{Title: "Code"}, {Title: "Promised"}, {Title: "Why"}, {Title: "How it stands"}, {Title: "Amount", Numeric: true},
	}}
	for _, r := range refunds {
		t.Rows = append(t.Rows, []page.Cell{
			{Text: r.Code}, {Text: london.Stamp(r.CreatedAt)}, {Text: reasonWords[r.Reason]}, {Text: refundWords[r.Status]}, {Text: r.Amount.String()},
		})
	}
	return t
}

func moveTable(moves []move) page.Table {
	t := page.Table{Caption: "In the books", Stacked: true, Columns: []page.Column{
		{Title: "Entry"}, {Title: "Posted"}, {Title: "Account"}, {Title: "Debit", Numeric: true}, {Title: "Credit", Numeric: true},
	}}
	for _, m := range moves {
		row := []page.Cell{{Text: m.Reference}, {Text: london.Stamp(m.PostedAt)}, {Text: m.Account}, {}, {}}
		if m.Amount > 0 {
			row[3].Text = m.Amount.String()
		} else {
			row[4].Text = (-m.Amount).String()
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// pence reads an amount as the audit trail has it.
func pence(n string) (money.Amount, bool) {
	v, err := strconv.ParseInt(n, 10, 64)
	return money.Amount(v), err == nil
}
