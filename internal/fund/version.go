package fund

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/state"
)

var (
	// ErrProposed means that other rules of the fund wait for a second person.
	ErrProposed = failure.New(failure.Conflict, "fund_terms_waiting",
		"Other rules for this fund wait for somebody to agree. Decide on those first.")
	// ErrSecondPerson means that who proposed rules tried to decide on them.
	ErrSecondPerson = failure.New(failure.Forbidden, "fund_terms_second_person",
		"You proposed these rules. Money of this fund has been promised, so somebody else has to decide.")
)

// TermsStatus says where a version of terms stands.
type TermsStatus string

// The statuses of terms.
const (
	TermsProposed TermsStatus = "proposed"
	TermsCurrent  TermsStatus = "current"
	TermsReplaced TermsStatus = "replaced"
	TermsRefused  TermsStatus = "refused"
)

var termsMoves = state.Moves[TermsStatus]{
	TermsProposed: {TermsCurrent, TermsRefused},
	TermsCurrent:  {TermsReplaced},
	TermsReplaced: nil,
	TermsRefused:  nil,
}

// TermsStatuses lists every status of terms in alphabetical order.
func TermsStatuses() []TermsStatus { return termsMoves.Statuses() }

// Version is the terms of a fund as somebody proposed them. What they say never changes.
type Version struct {
	bun.BaseModel `bun:"table:fund_terms"`

	ID         id.FundTerms `bun:"id,pk,autoincrement"`
	FundID     id.Fund      `bun:"fund_id"`
	Number     int          `bun:"version"` // from 1
	Status     TermsStatus  `bun:"status"`
	Terms      Terms        `bun:"terms,type:jsonb"`
	Reason     string       `bun:"reason"`
	ProposedBy id.Person    `bun:"proposed_by"`
	ProposedAt time.Time    `bun:"proposed_at"`
	DecidedBy  id.Person    `bun:"decided_by,nullzero"`
	DecidedAt  time.Time    `bun:"decided_at,nullzero"`
}

// decide is how terms that were proposed end their wait.
func (v *Version) decide(to TermsStatus, by id.Person, at time.Time) error {
	if err := termsMoves.Allow(v.Status, to); err != nil {
		return fmt.Errorf("terms %d: %w", v.ID, err)
	}
	v.Status, v.DecidedBy, v.DecidedAt = to, by, at
	return nil
}

// TermsOf lists the versions of a fund's terms, newest first: at most the latest hundred.
func TermsOf(ctx context.Context, d bun.IDB, fund id.Fund) ([]Version, error) {
	var versions []Version
	err := d.NewSelect().Model(&versions).Where("fund_id = ?", fund).Order("version DESC").Limit(100).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the terms of a fund: %w", err)
	}
	return versions, nil
}

// ProposeTerms gives a fund other terms, with a reason. As long as no money of the fund was ever promised they count at
// once; afterwards they wait for AgreeTerms by somebody else. It returns ErrProposed while others wait, ErrClosed, or an
// Invalid failure about the fields of Terms.Check or "reason".
func ProposeTerms(ctx context.Context, tx *db.Tx, by id.Person, fund id.Fund, t Terms, reason string) (*Version, error) {
	if n := utf8.RuneCountInString(reason); n == 0 || n > 500 {
		return nil, failure.Field("reason", "Say why, in 500 characters or fewer.")
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	f, err := lockOpen(ctx, tx, fund)
	if err != nil {
		return nil, err
	}
	used, err := InUse(ctx, tx, fund)
	if err != nil {
		return nil, err
	}
	if used {
		return insertTerms(ctx, tx, by, f, t, reason, TermsProposed)
	}
	if err := replaceCurrent(ctx, tx, fund); err != nil {
		return nil, err
	}
	return insertTerms(ctx, tx, by, f, t, reason, TermsCurrent)
}

// AgreeTerms makes proposed terms those of the fund. It returns ErrSecondPerson to who proposed them.
func AgreeTerms(ctx context.Context, tx *db.Tx, by id.Person, which id.FundTerms) error {
	v, err := lockProposed(ctx, tx, which)
	if err != nil {
		return err
	}
	if v.ProposedBy == by {
		return ErrSecondPerson
	}
	if err := v.decide(TermsCurrent, by, tx.Now); err != nil {
		return err
	}
	if err := replaceCurrent(ctx, tx, v.FundID); err != nil {
		return err
	}
	return v.save(ctx, tx, by, "fund terms agreed")
}

// RefuseTerms ends proposed terms; those of the fund stay. Who proposed them can take them back this way.
func RefuseTerms(ctx context.Context, tx *db.Tx, by id.Person, which id.FundTerms) error {
	v, err := lockProposed(ctx, tx, which)
	if err != nil {
		return err
	}
	if err := v.decide(TermsRefused, by, tx.Now); err != nil {
		return err
	}
	return v.save(ctx, tx, by, "fund terms refused")
}

func insertTerms(ctx context.Context, tx *db.Tx, by id.Person, f *Fund, t Terms, reason string, as TermsStatus) (*Version, error) {
	v := &Version{FundID: f.ID, Status: as, Terms: t, Reason: reason, ProposedBy: by, ProposedAt: tx.Now}
	action := "fund terms proposed"
	if as == TermsCurrent {
		v.DecidedBy, v.DecidedAt, action = by, tx.Now, "fund terms set"
	}
	err := tx.NewSelect().Model((*Version)(nil)).ColumnExpr("coalesce(max(version), 0) + 1").Where("fund_id = ?", f.ID).Scan(ctx, &v.Number)
	if err != nil {
		return nil, fmt.Errorf("numbering the terms of fund %s: %w", f.Code, err)
	}
	_, err = tx.NewInsert().Model(v).Exec(ctx)
	if db.Violates(err, "fund_terms_one_proposed") {
		return nil, ErrProposed.Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("writing the terms of fund %s: %w", f.Code, err)
	}
	return v, record(ctx, tx, by, action, f.ID, map[string]any{"version": v.Number})
}

// lockProposed loads terms, with the lock of their fund, for a decision.
func lockProposed(ctx context.Context, tx *db.Tx, which id.FundTerms) (*Version, error) {
	v := new(Version)
	if err := tx.NewSelect().Model(v).Where("id = ?", which).For("UPDATE").Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknown
		}
		return nil, fmt.Errorf("reading terms: %w", err)
	}
	_, err := lockOpen(ctx, tx, v.FundID)
	return v, err
}

// replaceCurrent ends the terms that a locked fund has.
func replaceCurrent(ctx context.Context, tx *db.Tx, fund id.Fund) error {
	_, err := tx.NewUpdate().Model((*Version)(nil)).Set("status = ?", TermsReplaced).
		Where("fund_id = ? AND status = ?", fund, TermsCurrent).Exec(ctx)
	if err != nil {
		return fmt.Errorf("replacing terms: %w", err)
	}
	return nil
}

func (v *Version) save(ctx context.Context, tx *db.Tx, by id.Person, action string) error {
	if _, err := tx.NewUpdate().Model(v).Column("status", "decided_by", "decided_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("saving terms: %w", err)
	}
	return record(ctx, tx, by, action, v.FundID, map[string]any{"version": v.Number})
}
