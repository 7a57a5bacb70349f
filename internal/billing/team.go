package billing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// ChargeAll divides the prices of several places of a run among payers at once: one row for each share, numbered within
// its place by the caller, and one entry in the books, under a reference that says what was charged.
func ChargeAll(ctx context.Context, tx *db.Tx, reference string, run id.Run, shares []*Share) error {
	if len(shares) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&shares).Exec(ctx); err != nil {
		return fmt.Errorf("sharing prices: %w", err)
	}
	var total money.Amount
	e := ledger.Entry{Reference: reference}
	for _, s := range shares {
		if s.Amount != 0 {
			e.Lines = append(e.Lines, ledger.Line{Account: Due(s.ID), Amount: s.Amount})
			total += s.Amount
		}
	}
	if total == 0 {
		return nil
	}
	e.Lines = append(e.Lines, ledger.Line{Account: Deferred(run), Amount: -total})
	return ledger.Post(ctx, tx, e)
}

// SharesOfAll reads the shares of several places, in order.
func SharesOfAll(ctx context.Context, d bun.IDB, places []id.Enrolment) ([]*Share, error) {
	if len(places) == 0 {
		return nil, nil
	}
	var shares []*Share
	err := d.NewSelect().Model(&shares).Where("enrolment_id IN (?)", bun.List(places)).Order("enrolment_id", "number").Limit(2000).Scan(ctx)
	return shares, err
}

// SharesOfRequest reads the shares that an organisation was asked to pay, in order.
func SharesOfRequest(ctx context.Context, d bun.IDB, request id.PayRequest) ([]*Share, error) {
	var shares []*Share
	err := d.NewSelect().Model(&shares).Where("pay_request_id = ?", request).Order("enrolment_id", "number").Limit(2000).Scan(ctx)
	return shares, err
}

// SecureAll notes of several shares that it is certain that they will be paid.
func SecureAll(ctx context.Context, tx *db.Tx, shares []*Share) error {
	if len(shares) == 0 {
		return nil
	}
	for _, s := range shares {
		s.SecuredAt = tx.Now
	}
	_, err := tx.NewRaw("UPDATE shares SET secured_at = ? WHERE id IN (?)", tx.Now, bun.List(idsOf(shares))).Exec(ctx)
	return err
}

// Unsecure notes of several shares that it is not certain any more that they will be paid.
func Unsecure(ctx context.Context, tx *db.Tx, shares []*Share) error {
	if len(shares) == 0 {
		return nil
	}
	for _, s := range shares {
		s.SecuredAt = time.Time{}
	}
	_, err := tx.NewRaw("UPDATE shares SET secured_at = NULL WHERE id IN (?)", bun.List(idsOf(shares))).Exec(ctx)
	return err
}

// AgreeAll notes that organisations have said that they pay shares, and for what each is asked by whom.
func AgreeAll(ctx context.Context, tx *db.Tx, of id.Organisation, shares []*Share) error {
	if len(shares) == 0 {
		return nil
	}
	for _, s := range shares {
		s.OrganisationID, s.AgreedAt = of, tx.Now
	}
	_, err := tx.NewRaw("UPDATE shares SET organisation_id = ?, agreed_at = ? WHERE id IN (?)", of, tx.Now, bun.List(idsOf(shares))).Exec(ctx)
	return err
}

// Disagree gives shares that an organisation does not pay back to another, which has to say so anew.
func Disagree(ctx context.Context, tx *db.Tx, to id.Organisation, shares []*Share) error {
	if len(shares) == 0 {
		return nil
	}
	for _, s := range shares {
		s.OrganisationID, s.PayRequestID = to, 0
	}
	_, err := tx.NewRaw("UPDATE shares SET organisation_id = ?, agreed_at = NULL, secured_at = NULL, pay_request_id = NULL WHERE id IN (?)",
		to, bun.List(idsOf(shares))).Exec(ctx)
	return err
}

// PassOn moves part of what is due on a share, in pence, to a new share of the same place. Neither may be invoiced beyond
// what it is afterwards. What the payer was let off counts for no more than is left of its share.
func PassOn(ctx context.Context, tx *db.Tx, from *Share, amount money.Amount, to *Share) error {
	from.Amount -= amount
	from.Ordered = min(from.Ordered, from.Amount)
	was := from.LetOff
	_, err := tx.NewUpdate().Model(from).Column("amount", "ordered").Set("let_off = least(let_off, ? - invoiced)", from.Amount).
		Returning("let_off").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("passing on a share: %w", err)
	}
	to.EnrolmentID, to.Amount = from.EnrolmentID, amount
	if err := tx.NewRaw("SELECT max(number) + 1 FROM shares WHERE enrolment_id = ?", from.EnrolmentID).Scan(ctx, &to.Number); err != nil {
		return fmt.Errorf("numbering a share: %w", err)
	}
	if _, err := tx.NewInsert().Model(to).Exec(ctx); err != nil {
		return fmt.Errorf("adding a share: %w", err)
	}
	e := entry(fmt.Sprintf("share/%d/passed-on", to.ID), amount, Due(from.ID), Due(to.ID))
	if again := was - from.LetOff; again > 0 {
		var run id.Run
		if err := tx.NewRaw("SELECT run_id FROM enrolments WHERE id = ?", from.EnrolmentID).Scan(ctx, &run); err != nil {
			return fmt.Errorf("reading a place: %w", err)
		}
		e.Lines[1].Amount += again
		e.Lines = append(e.Lines, ledger.Line{Account: Deferred(run), Amount: -again})
		e.Lines = slices.DeleteFunc(e.Lines, func(l ledger.Line) bool { return l.Amount == 0 })
	}
	return ledger.Post(ctx, tx, e)
}

// PassBack gives all of a share that is neither paid nor invoiced back to another share of the same place. There is one
// share less then.
func PassBack(ctx context.Context, tx *db.Tx, from, to *Share) error {
	if _, err := tx.NewDelete().Model(from).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("giving a share back: %w", err)
	}
	to.Amount += from.Amount
	to.SecuredAt = time.Time{}
	if _, err := tx.NewUpdate().Model(to).Column("amount", "secured_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("giving a share back: %w", err)
	}
	return ledger.Post(ctx, tx, entry(fmt.Sprintf("share/%d/passed-back", from.ID), from.Amount, Due(from.ID), Due(to.ID)))
}

// Replace gives a place other shares instead of those of its organisations and its learner, of the same sum, none of which
// is paid or invoiced. reference says what was done once.
func Replace(ctx context.Context, tx *db.Tx, reference string, was, now []*Share) error {
	e := ledger.Entry{Reference: reference}
	highest := 0
	for _, s := range was {
		highest = max(highest, s.Number)
		if s.Amount != 0 {
			e.Lines = append(e.Lines, ledger.Line{Account: Due(s.ID), Amount: -s.Amount})
		}
	}
	if _, err := tx.NewRaw("DELETE FROM shares WHERE id IN (?)", bun.List(idsOf(was))).Exec(ctx); err != nil {
		return fmt.Errorf("taking shares away: %w", err)
	}
	for i, s := range now {
		s.Number = highest + 1 + i
	}
	if _, err := tx.NewInsert().Model(&now).Exec(ctx); err != nil {
		return fmt.Errorf("sharing anew: %w", err)
	}
	for _, s := range now {
		if s.Amount != 0 {
			e.Lines = append(e.Lines, ledger.Line{Account: Due(s.ID), Amount: s.Amount})
		}
	}
	return ledger.Post(ctx, tx, e)
}

// Reprice changes what several shares ask for, because staff agreed another price: to says of each in order how much it
// is now, in pence. The prices of the places are changed by the caller in the same unit of work. It returns
// ErrOrderExceeded.
func Reprice(ctx context.Context, tx *db.Tx, reference string, run id.Run, shares []*Share, to []money.Amount) error {
	e := ledger.Entry{Reference: reference}
	var more money.Amount
	for i, s := range shares {
		if change := to[i] - s.Amount; change != 0 {
			e.Lines = append(e.Lines, ledger.Line{Account: Due(s.ID), Amount: change})
			more += change
		}
		if s.Ordered > 0 {
			s.Ordered = to[i]
		}
		s.Amount = to[i]
	}
	if len(e.Lines) == 0 {
		return nil
	}
	_, err := tx.NewUpdate().Model(&shares).Column("amount", "ordered").Bulk().Exec(ctx)
	if err = orderError(err); err != nil {
		return err
	}
	if more != 0 {
		e.Lines = append(e.Lines, ledger.Line{Account: Deferred(run), Amount: -more})
	}
	slices.SortFunc(e.Lines, func(a, b ledger.Line) int { return strings.Compare(a.Account, b.Account) })
	return ledger.Post(ctx, tx, e)
}

// WereInvoiced reports whether each of some shares was on an invoice before.
func WereInvoiced(ctx context.Context, d bun.IDB, shares []*Share) (were bool, err error) {
	if len(shares) == 0 {
		return false, nil
	}
	err = d.NewRaw("SELECT count(DISTINCT share_id) = ? FROM invoice_parts WHERE share_id IN (?)", len(shares), bun.List(idsOf(shares))).Scan(ctx, &were)
	return were, err
}
