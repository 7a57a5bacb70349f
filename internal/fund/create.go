package fund

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/ledger"
)

var shapeOfCode = regexp.MustCompile(`^[A-Z0-9]+(-[A-Z0-9]+)*$`)

// Create makes a fund with its first terms, which count at once, and opens the accounts that can never go below zero.
// It sets the fund's ID. It returns an Invalid failure with a sentence for each field that needs correcting: those of
// the fund ("code", "name", "donor", "purpose", "kind", "year_starts") or those of Terms.Check.
func Create(ctx context.Context, tx *db.Tx, by id.Person, f *Fund, t Terms) error {
	f.Code, f.CreatedAt = strings.ToUpper(strings.TrimSpace(f.Code)), tx.Now
	if err := f.check(); err != nil {
		return err
	}
	if err := t.Check(); err != nil {
		return err
	}
	_, err := tx.NewInsert().Model(f).Exec(ctx)
	if db.Violates(err, "funds_code_once") {
		return failure.Field("code", "Another fund has this code.").Because(err)
	}
	if err != nil {
		return fmt.Errorf("making fund %s: %w", f.Code, err)
	}
	for _, which := range []string{available, committed} {
		if err := ledger.Open(ctx, tx, account(f.ID, which), 0); err != nil {
			return err
		}
	}
	if err := record(ctx, tx, by, "fund created", f.ID, nil); err != nil {
		return err
	}
	_, err = insertTerms(ctx, tx, by, f, t, "", TermsCurrent)
	return err
}

// InUse reports whether money of a fund was ever promised to somebody. What its rules go by changes then only when two
// people agree.
func InUse(ctx context.Context, d bun.IDB, which id.Fund) (used bool, err error) {
	if err = d.NewRaw("SELECT fund_in_use(?)", which).Scan(ctx, &used); err != nil {
		err = fmt.Errorf("looking whether a fund is in use: %w", err)
	}
	return used, err
}

// Change writes an open fund's name, donor, purpose, first month and whether sponsors can give to it, and for a fund that is
// not in use also its kind, last day and whether pledges count: those decide who is paid for. The code stands. It returns
// ErrUnknown, ErrClosed, or an Invalid failure with a sentence for each field that needs correcting.
func Change(ctx context.Context, tx *db.Tx, by id.Person, to *Fund) error {
	was, err := lockOpen(ctx, tx, to.ID)
	if err != nil {
		return err
	}
	if err := to.check(); err != nil {
		return err
	}
	used, err := InUse(ctx, tx, to.ID)
	if err != nil {
		return err
	}
	if to.CountsPledges != was.CountsPledges {
		if err := noPledges(ctx, tx, to.ID); err != nil {
			return err
		}
	}
	if used && (to.Kind != was.Kind || to.SpendBy != was.SpendBy || to.CountsPledges != was.CountsPledges) {
		return errInUse
	}
	_, err = tx.NewUpdate().Model(to).
		Column("name", "donor", "purpose", "kind", "spend_by", "year_starts", "counts_pledges", "sponsored").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("changing fund %s: %w", was.Code, err)
	}
	return record(ctx, tx, by, "fund changed", to.ID, nil)
}

// noPledges refuses while a pledge to a locked fund waits: it is in the books as it was counted when it was made.
func noPledges(ctx context.Context, tx *db.Tx, which id.Fund) error {
	waiting, err := tx.NewSelect().Model((*Gift)(nil)).Where("fund_id = ? AND status = ?", which, GiftPledged).Exists(ctx)
	if err != nil {
		return fmt.Errorf("looking for pledges: %w", err)
	}
	if waiting {
		return errPledged
	}
	return nil
}

var errPledged = failure.Field("counts_pledges", "A pledge to this fund waits. Whether pledges count can change once it has come or is cancelled.")

var errInUse = failure.Field("spend_by",
	"Money of this fund has been promised to people. Its kind, its last day and whether pledges count stay as they are. If the donor changed them, make another fund and move what is left.")

// check refuses what cannot stand in a fund's fields.
func (f *Fund) check() error {
	bad := map[string]string{}
	need := func(field, text, empty string, most int) {
		switch n := utf8.RuneCountInString(strings.TrimSpace(text)); {
		case n == 0 && empty != "":
			bad[field] = empty
		case n > most:
			bad[field] = fmt.Sprintf("Use %d characters or fewer.", most)
		}
	}
	need("name", f.Name, "Enter a name for the fund.", 100)
	need("purpose", f.Purpose, "Say what the fund is for.", 2000)
	need("donor", f.Donor, "", 200)
	if !shapeOfCode.MatchString(f.Code) || len(f.Code) > 20 {
		bad["code"] = "Enter a short code of letters and digits, like NORTH-26."
	}
	if !slices.Contains(Kinds(), f.Kind) {
		bad["kind"] = "Choose what kind of fund it is."
	}
	if f.YearStarts < 1 || f.YearStarts > 12 {
		bad["year_starts"] = "Choose the month in which the fund’s year begins."
	}
	if len(bad) == 0 {
		return nil
	}
	refusal := failure.New(failure.Invalid, "fund_fields", "Some of this needs correcting.")
	refusal.Fields = bad
	return refusal
}

// Close ends a fund: it takes no gift and promises nothing any more. It returns ErrHolds while there is money in it, or
// promised from it or to it, and ErrClosed when it is closed. What comes back to a closed fund later can still be moved
// or returned.
func Close(ctx context.Context, tx *db.Tx, by id.Person, which id.Fund) error {
	f, err := lockOpen(ctx, tx, which)
	if err != nil {
		return err
	}
	h, err := HoldingOf(ctx, tx, f)
	if err != nil {
		return err
	}
	if h.Available != 0 || h.Committed != 0 {
		return ErrHolds
	}
	switch err := noPledges(ctx, tx, which); {
	case errors.Is(err, errPledged):
		return ErrHolds
	case err != nil:
		return err
	}
	f.ClosedAt = tx.Now
	if _, err := tx.NewUpdate().Model(f).Column("closed_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("closing fund %s: %w", f.Code, err)
	}
	return record(ctx, tx, by, "fund closed", f.ID, nil)
}
