package panel

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

var (
	// ErrNotAllPlaced means that an application has no band yet.
	ErrNotAllPlaced = failure.New(failure.Conflict, "not_all_placed", "Every application has to be in a band first.")
	// ErrNotExplained means that some stand against their means and nobody has said why.
	ErrNotExplained = failure.New(failure.Conflict, "not_explained", "Some applications stand in a lower band than others with lower means. Somebody has to say why first.")
	// ErrThin means that some were read by fewer people than planned, or by no peer, and nobody has said why they are
	// placed all the same.
	ErrThin = failure.New(failure.Conflict, "reading_thin",
		"Some applications were read by fewer people than planned, or by no peer. Somebody has to say why they are placed all the same")
	// ErrUnconfirmed means that an applicant has not said yet that what staff entered is theirs.
	ErrUnconfirmed = failure.New(failure.Conflict, "application_unconfirmed",
		"Some applications were entered by staff, and the applicant has not confirmed them yet. Call them, or help them to confirm by email")
	// ErrStillWriting means that somebody who was given more time has not sent their application yet.
	ErrStillWriting = failure.New(failure.Conflict, "still_writing", "Somebody was given more time for their application, and it has not run out. The bands can be agreed to after that.")
	// ErrBandsChanged means that the bands or the means are not those that the person saw.
	ErrBandsChanged = failure.New(failure.Conflict, "bands_changed", "Something has changed since you opened this page. Look at the bands again before you agree.")
)

// Seen is the fingerprint of the bands and means as they stand: two people agree to the same when they saw the same.
func (r *Ranking) Seen() string {
	lines := make([]string, len(r.Standings))
	for i, s := range r.Standings {
		lines[i] = fmt.Sprintf("%s %s %f", s.Ticket, s.Band, s.Calibrated)
	}
	slices.Sort(lines)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(lines, "\n"))))
}

// Unplaced lists the codes of applications without a band.
func (r *Ranking) Unplaced() []string {
	var codes []string
	for _, s := range r.Standings {
		if s.Band == "" {
			codes = append(codes, s.Code)
		}
	}
	return codes
}

// Agreement is that somebody agreed to the bands.
type Agreement struct {
	PersonID id.Person
	Name     string
	At       time.Time
	Seen     string // what they agreed to, as Ranking.Seen gave it
}

// Agree says that a person agrees to the bands as they saw them. The second different person's agreement to the
// same bands freezes them: then the tickets for the lottery are fixed too. It returns ErrBandsChanged or why
// Agreeable says that nobody can agree; agreeing twice changes nothing.
func Agree(ctx context.Context, tx *db.Tx, by id.Person, round, seen string) error {
	ranking, err := lockRanking(ctx, tx, round)
	if err != nil {
		return err
	}
	if err := ranking.Agreeable(ctx, tx); err != nil {
		return err
	}
	if ranking.Seen() != seen {
		return ErrBandsChanged
	}
	if err := ranking.endAgreements(ctx, tx, seen); err != nil {
		return err
	}
	done, err := tx.NewRaw(`
		INSERT INTO sensitive.agreements (round_id, person_id, bands, at) VALUES (?, ?, decode(?, 'hex'), ?)
		ON CONFLICT (round_id, person_id) WHERE taken_back_at IS NULL DO NOTHING`, ranking.Round.ID, by, seen, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting an agreement: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return nil
	}
	if err := recordRound(ctx, tx, by, "bands agreed", ranking.Round.ID); err != nil {
		return err
	}
	agreed, err := Agreements(ctx, tx, ranking.Round.ID)
	if err != nil || len(agreed) < 2 {
		return err
	}
	return ranking.freeze(ctx, tx, by)
}

// freeze fixes the bands, and the means by which band A is ordered.
func (r *Ranking) freeze(ctx context.Context, tx *db.Tx, by id.Person) error {
	ids, means := make([]id.Application, len(r.Standings)), make([]float64, len(r.Standings))
	for i, s := range r.Standings {
		ids[i], means[i] = s.ID, s.Calibrated
	}
	_, err := tx.NewRaw(`
		UPDATE sensitive.applications a SET mean = seen.mean
		FROM   unnest(?::bigint[], ?::double precision[]) AS seen (id, mean)
		WHERE  a.id = seen.id`, pgdialect.Array(ids), pgdialect.Array(means)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("fixing the means: %w", err)
	}
	if err := bursary.Freeze(ctx, tx, r.Round); err != nil {
		return err
	}
	return recordRound(ctx, tx, by, "bands frozen", r.Round.ID)
}

// Agreeable says why nobody can agree to the bands as they stand, or is nil: ErrNotBanding, bursary.ErrPublicDrawBegun,
// ErrStillWriting, ErrNotAllPlaced, ErrUnconfirmed, ErrNotExplained or ErrThin. Where it is about some applications it
// lists them.
func (r *Ranking) Agreeable(ctx context.Context, tx *db.Tx) error {
	if r.Round.Status != bursary.RoundClosed {
		return ErrNotBanding
	}
	if r.Round.PublicDrawBegun(tx.Now) {
		return bursary.ErrPublicDrawBegun
	}
	var writing bool
	err := tx.NewRaw(`
		SELECT EXISTS (SELECT FROM sensitive.applications WHERE round_id = ? AND status = 'draft' AND extended_until >= ?)`,
		r.Round.ID, london.DateOf(tx.Now)).Scan(ctx, &writing)
	switch {
	case err != nil:
		return fmt.Errorf("looking for somebody with more time: %w", err)
	case writing:
		return ErrStillWriting
	case len(r.Unplaced()) > 0 || len(r.Standings) == 0:
		return ErrNotAllPlaced
	case len(r.unconfirmed()) > 0:
		return listing(ErrUnconfirmed, r.unconfirmed())
	case len(r.Unexplained()) > 0:
		return ErrNotExplained
	case len(r.Thin()) > 0:
		return listing(ErrThin, codesOf(r.Thin()))
	}
	return nil
}

// unconfirmed lists the codes of applications that their applicants have not confirmed yet.
func (r *Ranking) unconfirmed() []string {
	var codes []string
	for _, s := range r.Standings {
		if s.Unconfirmed {
			codes = append(codes, s.Code)
		}
	}
	return codes
}

// listing is a refusal that says which applications it is about.
func listing(refusal *failure.Error, codes []string) error {
	listed := *refusal
	listed.Message += ": " + strings.Join(codes, ", ") + "."
	return &listed
}

// TakeBack ends a person's agreement, as long as the bands are not frozen.
func TakeBack(ctx context.Context, tx *db.Tx, by id.Person, round string) error {
	r, err := bursary.LockRound(ctx, tx, round)
	if err != nil {
		return err
	}
	if r.Status != bursary.RoundClosed {
		return ErrNotBanding
	}
	done, err := tx.NewRaw(`
		UPDATE sensitive.agreements SET taken_back_at = ?
		WHERE  round_id = ? AND person_id = ? AND taken_back_at IS NULL`, tx.Now, r.ID, by).Exec(ctx)
	if err != nil {
		return fmt.Errorf("taking an agreement back: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return nil
	}
	return recordRound(ctx, tx, by, "agreement taken back", r.ID)
}

// endAgreements ends the agreements to anything else than what is seen; to everything, when that is empty.
func (r *Ranking) endAgreements(ctx context.Context, tx *db.Tx, seen string) error {
	_, err := tx.NewRaw(`
		UPDATE sensitive.agreements SET taken_back_at = ?
		WHERE  round_id = ? AND taken_back_at IS NULL AND bands <> decode(?, 'hex')`, tx.Now, r.Round.ID, seen).Exec(ctx)
	if err != nil {
		return fmt.Errorf("ending agreements: %w", err)
	}
	return nil
}

// Agreements lists who agreed and has not taken it back, in the order in which they did. Before the bands are
// frozen, an agreement counts as long as its Seen is the ranking's.
func Agreements(ctx context.Context, d bun.IDB, round id.Round) ([]Agreement, error) {
	var all []Agreement
	err := d.NewRaw(`
		SELECT g.person_id, p.name, g.at, encode(g.bands, 'hex') AS seen
		FROM   sensitive.agreements g JOIN people p ON p.id = g.person_id
		WHERE  g.round_id = ? AND g.taken_back_at IS NULL ORDER BY g.id`, round).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("listing who agrees: %w", err)
	}
	return all, nil
}

func recordRound(ctx context.Context, tx *db.Tx, by id.Person, action string, round id.Round) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "round", SubjectID: int64(round)})
}
