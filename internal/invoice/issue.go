package invoice

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

var (
	// ErrNothingReady means that there is nothing to invoice under a key: it was issued already, or nothing is owed any more.
	ErrNothingReady = failure.New(failure.Conflict, "nothing_ready", "There is nothing to invoice here any more. Somebody may have issued this invoice already.")
	// ErrEarlierStage means that an earlier stage of the same booking was not invoiced yet.
	ErrEarlierStage = failure.New(failure.Conflict, "earlier_stage", "An earlier stage of this booking comes first. Issue that invoice, and then this one.")
)

// Issue issues the invoice that a Ready names by its key, from what is owed now: it takes the next number, fixes the
// snapshot, and mails it with its PDF and, where there is one, its XML. It returns ErrNothingReady, ErrEarlierStage,
// ErrNoProvider, or a Conflict that says what it waits for.
func Issue(ctx context.Context, tx *db.Tx, by audit.Actor, key string) (*Invoice, error) {
	g, o, err := lockGroup(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	s, parts, err := g.describe(ctx, tx, o)
	if err != nil {
		return nil, err
	}
	in, err := s.issue(ctx, tx, by, g, o)
	if err != nil {
		return nil, err
	}
	if err := in.ask(ctx, tx, s.Lines, parts, g.gift); err != nil {
		return nil, err
	}
	if err := in.postVAT(ctx, tx, fmt.Sprintf("invoice/%d/vat", in.ID), 1, "SELECT share_id, vat FROM invoice_parts WHERE invoice_id = ?", in.ID); err != nil {
		return nil, err
	}
	err = audit.Record(ctx, tx, audit.Event{Actor: by, Action: "invoice issued", Subject: "invoice", SubjectID: int64(in.ID),
		Detail: map[string]any{"number": in.Number, "total": in.Total}})
	if err != nil {
		return nil, err
	}
	return in, s.send(ctx, tx, "invoice", o.InvoiceEmail)
}

// describe is everything that will stand on the invoice but its number and its terms, with the parts of each line.
func (g *group) describe(ctx context.Context, tx *db.Tx, o *debtor) (*Snapshot, [][]part, error) {
	provider, err := CurrentProvider(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	offering, err := course.OfferingOf(ctx, tx, g.Run)
	if err != nil {
		return nil, nil, err
	}
	s := &Snapshot{Kind: AnInvoice, IssuedOn: london.DateOf(tx.Now), SuppliedFrom: offering.StartsOn(), SuppliedTo: offering.EndsOn(),
		Supplier: provider.supplier(), Buyer: o.buyer(), BuyerReference: o.Reference, VATWording: provider.VATWording, Total: g.Total}
	s.DueOn = s.IssuedOn.AddDays(o.TermsDays)
	orderLine, err := s.takeOrder(ctx, tx, g.Order)
	if err != nil {
		return nil, nil, err
	}
	lines, parts := g.lines(offering, provider, orderLine)
	s.Lines = lines
	for _, l := range lines {
		s.Net, s.VAT = s.Net+l.Net, s.VAT+l.VAT
	}
	return s, parts, nil
}

// takeOrder names the purchase order as the snapshot has it, and returns its line.
func (s *Snapshot) takeOrder(ctx context.Context, tx *db.Tx, which id.PurchaseOrder) (string, error) {
	if which == 0 {
		return "", nil
	}
	order, err := billing.OrderOf(ctx, tx, which)
	if err != nil {
		return "", err
	}
	if s.Order = order.Number; order.Name != "" {
		s.Buyer.Name = order.Name
	}
	return order.Line, nil
}

// issue numbers the snapshot and writes the invoice. Whoever issues another waits for this one's commit from here on.
func (s *Snapshot) issue(ctx context.Context, tx *db.Tx, by audit.Actor, g *group, o *debtor) (*Invoice, error) {
	seq, err := next(ctx, tx, "INV")
	if err != nil {
		return nil, err
	}
	s.Number = number("INV", seq)
	s.Terms = terms(s.Number, s.DueOn, o.TermsDays)
	in := &Invoice{Seq: seq, Number: s.Number, OrganisationID: g.Organisation, RunID: g.Run, PurchaseOrderID: g.Order, Total: s.Total, VAT: s.VAT,
		IssuedOn: s.IssuedOn, DueOn: s.DueOn, IssuedAt: tx.Now, Status: Issued}
	if in.Snapshot, in.Hash, err = s.seal(); err != nil {
		return nil, err
	}
	person, _ := by.Person()
	err = tx.NewRaw(`
		INSERT INTO invoices (seq, number, organisation_id, run_id, purchase_order_id, total, vat, issued_on, due_on, issued_at, issued_by, snapshot, hash)
		VALUES (?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?, nullif(?, 0), ?, ?) RETURNING id`,
		in.Seq, in.Number, in.OrganisationID, in.RunID, in.PurchaseOrderID, in.Total, in.VAT, in.IssuedOn, in.DueOn, in.IssuedAt, person,
		in.Snapshot, in.Hash).Scan(ctx, &in.ID)
	if err != nil {
		return nil, fmt.Errorf("issuing %s: %w", in.Number, err)
	}
	return in, nil
}

// seal is the snapshot in its one form, and its hash.
func (s *Snapshot) seal() (body, hash []byte, err error) {
	body, err = s.encode()
	sum := sha256.Sum256(body)
	return body, sum[:], err
}

// next takes the next number of a series. Its row stays locked until the unit of work ends, and the number is given back
// when that fails: so there is neither a gap nor a number twice.
func next(ctx context.Context, tx *db.Tx, series string) (int64, error) {
	var seq int64
	if err := tx.NewRaw("SELECT next_document(?)", series).Scan(ctx, &seq); err != nil {
		return 0, fmt.Errorf("taking a number of %s: %w", series, err)
	}
	return seq, nil
}

func number(series string, seq int64) string { return fmt.Sprintf("%s-%05d", series, seq) }

// ask writes what each line asks of which shares, or for the gift.
func (i *Invoice) ask(ctx context.Context, tx *db.Tx, lines []Line, parts [][]part, given *gift) error {
	for n, l := range lines {
		var line id.InvoiceLine
		err := tx.NewRaw("INSERT INTO invoice_lines (invoice_id, number, amount) VALUES (?, ?, ?) RETURNING id", i.ID, l.Number, l.Gross).Scan(ctx, &line)
		if err != nil {
			return fmt.Errorf("writing a line of %s: %w", i.Number, err)
		}
		if parts[n] == nil {
			_, err := tx.NewRaw("INSERT INTO invoice_parts (invoice_id, line_id, gift_id, amount, vat) VALUES (?, ?, ?, ?, ?)", i.ID, line, given.GiftID, l.Gross, l.VAT).Exec(ctx)
			if err != nil {
				return fmt.Errorf("asking for a gift on %s: %w", i.Number, err)
			}
			continue
		}
		amounts := make([]money.Amount, len(parts[n]))
		for j, p := range parts[n] {
			amounts[j] = p.amount
		}
		vat := l.vatOf(amounts)
		for j, p := range parts[n] {
			_, err := tx.NewRaw("INSERT INTO invoice_parts (invoice_id, line_id, share_id, amount, vat) VALUES (?, ?, ?, ?, ?)", i.ID, line, p.ShareID, p.amount, vat[j]).Exec(ctx)
			if err != nil {
				return fmt.Errorf("asking for a share on %s: %w", i.Number, err)
			}
		}
	}
	return nil
}

// lockGroup finds what a key names, and locks its places, its gift and its organisation, in this order.
func lockGroup(ctx context.Context, tx *db.Tx, key string) (*group, *debtor, error) {
	code, _, _ := strings.Cut(key, "_")
	var of id.Organisation
	if err := tx.NewRaw("SELECT id FROM organisations WHERE code = ?", code).Scan(ctx, &of); err != nil {
		if db.NoRows(err) {
			return nil, nil, ErrNothingReady
		}
		return nil, nil, fmt.Errorf("reading an organisation: %w", err)
	}
	g, err := find(ctx, tx, of, key)
	if err != nil {
		return nil, nil, err
	}
	locked := []id.Enrolment{0}
	err = tx.NewRaw("SELECT id FROM enrolments WHERE id IN (?) ORDER BY id FOR UPDATE", bunList(g.enrolments())).Scan(ctx, &locked)
	if err != nil {
		return nil, nil, fmt.Errorf("locking places: %w", err)
	}
	if g.gift != nil {
		if err := fund.LockGifts(ctx, tx, g.gift.GiftID); err != nil {
			return nil, nil, err
		}
	}
	o, err := lockDebtor(ctx, tx, of, g.Team)
	if err != nil {
		return nil, nil, err
	}
	if g, err = find(ctx, tx, of, key); err != nil {
		return nil, nil, err
	}
	if slices.ContainsFunc(g.enrolments(), func(e id.Enrolment) bool { return !slices.Contains(locked, e) }) {
		return nil, nil, db.ErrBusy // a place came to it at this very moment
	}
	return g, o, nil
}

// find is the group under a key that can be issued now.
func find(ctx context.Context, tx *db.Tx, of id.Organisation, key string) (*group, error) {
	groups, err := gather(ctx, tx, london.DateOf(tx.Now), ReadyFilter{Organisation: of})
	if err != nil {
		return nil, err
	}
	waits := ""
	for _, g := range groups {
		switch {
		case g.Key == key && g.Waits == "" && earlier(groups, g):
			return nil, ErrEarlierStage
		case g.Key == key && g.Waits == "":
			return g, nil
		case g.Key == key:
			waits = g.Waits
		}
	}
	if waits != "" {
		return nil, failure.New(failure.Conflict, "invoice_waits", waits)
	}
	return nil, ErrNothingReady
}

// earlier reports whether an earlier stage of the same places is not invoiced yet.
func earlier(groups []*group, g *group) bool {
	return slices.ContainsFunc(groups, func(other *group) bool {
		return other.Team == g.Team && other.Order == g.Order && other.Stage > 0 && other.Stage < g.Stage
	})
}

func (g *group) enrolments() []id.Enrolment {
	ids := []id.Enrolment{}
	for _, p := range g.parts {
		ids = append(ids, p.EnrolmentID)
	}
	return ids
}
