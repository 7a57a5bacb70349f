package admissions_test

import (
	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/secret"
)

func (g *gale) beginsToPay() error {
	place := pick[string](g, "SELECT e.code FROM enrolments e JOIN shares s ON s.enrolment_id = e.id AND s.payer = 'learner' AND s.secured_at IS NULL WHERE e.person_id IS NOT NULL ORDER BY e.id")
	return g.try(func(tx *db.Tx) error {
		_, err := admissions.PayOwn(g.Context(), tx, g.holder(place), place)
		return err
	})
}

// processorSays says of any payment that it was paid or left, also when that was said before.
func (g *gale) processorSays() error {
	query := "SELECT id FROM payments ORDER BY id"
	if g.dice.IntN(3) > 0 {
		query = "SELECT id FROM payments WHERE status IN ('created', 'pending') ORDER BY id"
	}
	which := pick[id.Payment](g, query)
	if which == 0 {
		return nil
	}
	p := new(billing.Payment)
	if err := g.db.NewSelect().Model(p).Where("id = ?", which).Scan(g.Context()); err != nil {
		return err
	}
	says := paid(p)
	switch g.dice.IntN(5) {
	case 0:
		says = billing.Standing{Session: says.Session, Reference: p.Code, State: billing.PageExpired, Amount: p.Amount, Currency: "gbp"}
	case 1:
		says.Paid, says.Captured = false, 0 // its bank has not confirmed yet
	}
	return g.try(func(tx *db.Tx) error { return admissions.Settle(g.Context(), tx, p.ID, says) })
}

func (g *gale) learnerWithdraws() error {
	place := pick[string](g, "SELECT code FROM enrolments WHERE person_id IS NOT NULL AND status IN ('held', 'confirmed') ORDER BY id")
	return g.try(func(tx *db.Tx) error {
		e, err := enrolment.ByCode(g.Context(), tx, place)
		if err != nil {
			return err
		}
		o, err := course.OfferingOf(g.Context(), tx, e.RunID)
		if err != nil {
			return err
		}
		q, err := admissions.QuoteWithdrawal(g.Context(), tx, e, o, tx.Now)
		if err != nil {
			return err
		}
		return admissions.Withdraw(g.Context(), tx, new(secret.Box), e.PersonID, e.Code, q.Back)
	})
}

func (g *gale) issues() error {
	ready, err := invoice.ListReady(g.Context(), g.db, london.DateOf(g.db.Now()), invoice.ReadyFilter{})
	if err != nil || len(ready) == 0 {
		return err
	}
	one := some(g, ready...)
	for n := 0; one.Waits != "" && n < 5; n++ {
		one = some(g, ready...)
	}
	return g.try(func(tx *db.Tx) error {
		_, err := invoice.Issue(g.Context(), tx, audit.Person(g.ann), one.Key)
		return err
	})
}

// anInvoice picks the number of an invoice, most often one of which something is open.
func (g *gale) anInvoice() string {
	if g.dice.IntN(5) == 0 {
		return pick[string](g, "SELECT number FROM invoices ORDER BY id")
	}
	return pick[string](g, "SELECT number FROM invoices WHERE status IN ('issued', 'part_paid') ORDER BY id")
}

func (g *gale) credits() error {
	number := g.anInvoice()
	var lines []invoice.CreditLine
	if g.dice.IntN(2) == 0 {
		lines = []invoice.CreditLine{{Line: 1, Amount: some[money.Amount](g, 1, 33_333, 100_000)}}
	}
	return g.try(func(tx *db.Tx) error {
		_, err := invoice.Credit(g.Context(), tx, audit.Person(g.ann), number, lines, "The wrong address")
		return err
	})
}

func (g *gale) paysInvoice() error {
	number := g.anInvoice()
	for _, e := range g.employers {
		err := g.try(func(tx *db.Tx) error {
			_, err := admissions.PayInvoice(g.Context(), tx, e.by, e.Organisation, number)
			return err
		})
		if !sameRefusal(err, invoice.ErrUnknown) {
			return err
		}
	}
	return nil
}

func (g *gale) writesOff() error {
	number := g.anInvoice()
	return g.try(func(tx *db.Tx) error {
		_, err := invoice.WriteOff(g.Context(), tx, g.ann, number, some[money.Amount](g, 1, 50, 100, 101, 20_000), "Bank charges")
		return err
	})
}

func (g *gale) decidesWriteOff() error {
	number := pick[string](g, "SELECT i.number FROM invoices i JOIN write_offs w ON w.invoice_id = i.id AND w.outcome IS NULL ORDER BY i.id")
	return g.try(func(tx *db.Tx) error {
		if g.dice.IntN(4) == 0 {
			return invoice.RefuseWriteOff(g.Context(), tx, g.bob, number)
		}
		return invoice.AgreeWriteOff(g.Context(), tx, g.bob, number)
	})
}

func (g *gale) usesCredit() error {
	number := pick[string](g, `SELECT i.number FROM invoices i JOIN accounts a ON a.name = 'organisation/' || i.organisation_id || '/credit' AND a.balance < 0
		WHERE i.status IN ('issued', 'part_paid') ORDER BY i.id`)
	return g.try(func(tx *db.Tx) error {
		return invoice.UseCredit(g.Context(), tx, g.ann, number, some[money.Amount](g, 1, 5_000, 50_000, 378_000))
	})
}

func (g *gale) undoes() error {
	which := pick[id.Settlement](g, "SELECT id FROM settlements ORDER BY (kind = 'card'), id DESC LIMIT 5")
	return g.try(func(tx *db.Tx) error { return invoice.Undo(g.Context(), tx, g.ann, which, "It was another invoice") })
}

// refundsCredit pays credit of an organisation back by bank or to a card, by two people where it takes two.
func (g *gale) refundsCredit() error {
	of := pick[id.Organisation](g, "SELECT o.id FROM organisations o JOIN accounts a ON a.name = 'organisation/' || o.id || '/credit' AND a.balance < 0 ORDER BY o.id")
	wish := invoice.RefundWish{Amount: some[money.Amount](g, 1, 5_000, 60_000), Reference: "FP 1", Reason: "They asked for it"}
	if g.dice.IntN(2) == 0 {
		wish.Card = pick[string](g, "SELECT p.code FROM payments p JOIN invoices i ON i.id = p.invoice_id WHERE i.organisation_id = ? ORDER BY p.id", of)
	}
	return g.try(func(tx *db.Tx) error {
		r, err := invoice.AskRefund(g.Context(), tx, g.ann, of, wish)
		if err != nil || r.Outcome != "" {
			return err
		}
		return invoice.AgreeRefund(g.Context(), tx, g.bob, r.Code, "")
	})
}
