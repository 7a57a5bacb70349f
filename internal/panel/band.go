package panel

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
)

var (
	// ErrNotBanding means that bands cannot be changed now: the round is still open, or its bands are frozen.
	ErrNotBanding = failure.New(failure.Conflict, "bands_fixed", "The bands of this round cannot be changed now.")
	// ErrUndecided means that nobody has decided yet that an application is eligible.
	ErrUndecided = failure.New(failure.Conflict, "application_undecided", "Nobody has decided yet whether this person can take part, so it cannot be placed.")
	// ErrUnread means that an application cannot be placed before somebody has read it.
	ErrUnread = failure.New(failure.Conflict, "application_unread", "Nobody has finished reading this application yet, so it cannot be placed.")
)

// LongestReason is how many characters the reason for a placing may have.
const LongestReason = 2000

// Placement puts one application into a band. The empty band takes it out again. With a reason and the band that it
// is in, it says why it stands there.
type Placement struct {
	Code   string
	Was    bursary.Band // where whoever places it saw it
	Band   bursary.Band
	Reason string // wanted when a band is crossed or the reading is thin
}

// Place puts applications into bands, all of them or none. A reason is wanted for each that leaves a band it was
// in, for each that fewer people have read than planned or no peer, and for one of every two that come to stand against
// their means: the better one in the lower band. It
// returns Invalid with a sentence for each field "reason-CODE", Conflict with one for each "band-CODE" that cannot be
// placed or that somebody else has moved since, ErrNotBanding or bursary.ErrUnknown. Whoever had agreed to the bands
// agrees no longer.
func Place(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, round string, placements []Placement) error {
	ranking, err := lockRanking(ctx, tx, round)
	if err != nil {
		return err
	}
	if ranking.Round.Status != bursary.RoundClosed {
		return ErrNotBanding
	}
	moves, err := ranking.changes(placements)
	if err != nil || len(moves) == 0 {
		return err
	}
	if crossings := ranking.crossings(moves); len(crossings) > 0 {
		return unexplained(crossings)
	}
	for _, s := range ranking.Standings {
		if m, ok := moves[s.Code]; ok {
			if err := place(ctx, tx, box, by, s, m); err != nil {
				return err
			}
		}
	}
	return ranking.endAgreements(ctx, tx, "")
}

// lockRanking holds the round, so that bands, agreements and the drawing happen one after the other.
func lockRanking(ctx context.Context, tx *db.Tx, round string) (*Ranking, error) {
	if _, err := bursary.LockRound(ctx, tx, round); err != nil {
		return nil, err
	}
	return Rank(ctx, tx, round)
}

// changes are the placements that change something, by code.
func (r *Ranking) changes(placements []Placement) (map[string]Placement, error) {
	moves, invalid, moved := map[string]Placement{}, map[string]string{}, map[string]string{}
	for _, p := range placements {
		p.Reason = strings.TrimSpace(p.Reason)
		if p.Band == p.Was && (p.Band == "" || p.Reason == "") {
			continue
		}
		s := r.Of(id.NormaliseCode(p.Code))
		if s == nil {
			return nil, bursary.ErrUnknown
		}
		if field, sentence := mistake(p, s); sentence != "" {
			invalid[field] = sentence
		} else if sentence := hindrance(p, s); sentence != "" {
			moved["band-"+s.Code] = sentence
		}
		moves[s.Code] = p
	}
	if len(invalid) > 0 {
		return nil, &failure.Error{Kind: failure.Invalid, Code: "placing_invalid", Message: "Some placings need another look.", Fields: invalid}
	}
	if len(moved) > 0 {
		return nil, &failure.Error{Kind: failure.Conflict, Code: "placing_moved", Message: "Some applications cannot be placed so.", Fields: moved}
	}
	return moves, nil
}

// mistake is what is wrong with a placement in itself, and beside which field it is said.
func mistake(p Placement, s *Standing) (field, sentence string) {
	switch {
	case p.Band != "" && p.Band != bursary.BandA && p.Band != bursary.BandB && p.Band != bursary.BandC:
		return "band-" + s.Code, "Choose a band for " + s.Code + ", or none."
	case len([]rune(p.Reason)) > LongestReason:
		return "reason-" + s.Code, fmt.Sprintf("Use %d characters or fewer to say why %s stands there.", LongestReason, s.Code)
	}
	return "", ""
}

// hindrance is why an application cannot be placed now.
func hindrance(p Placement, s *Standing) string {
	if s.Band != p.Was && s.Band == "" {
		return "Somebody has taken " + s.Code + " out of its band since you opened this page."
	}
	if s.Band != p.Was {
		return fmt.Sprintf("Somebody has put %s in band %s since you opened this page.", s.Code, s.Band)
	}
	if err := s.Waiting(); err != nil && p.Band != "" {
		return s.Code + ": " + failure.Of(err).Message
	}
	return ""
}

const bandingsTable = "sensitive.bandings"

// place writes one placing.
func place(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, s Standing, p Placement) error {
	a, err := bursary.Lock(ctx, tx, s.ID)
	if err != nil {
		return err
	}
	if err := a.PutInBand(p.Band); err != nil {
		return err
	}
	if err := bursary.SaveBand(ctx, tx, a); err != nil {
		return err
	}
	n, err := tx.NextID(ctx, bandingsTable)
	if err != nil {
		return err
	}
	var reason []byte
	if p.Reason != "" {
		if reason, err = box.Seal([]byte(p.Reason), bandingsTable, "reason", n); err != nil {
			return err
		}
	}
	_, err = tx.NewRaw(`
		INSERT INTO sensitive.bandings (id, application_id, band, was, reason, by, at)
		VALUES (?, ?, nullif(?, ''), nullif(?, ''), ?, ?, ?)`, n, a.ID, string(p.Band), string(s.Band), reason, by, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting a placing: %w", err)
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "application placed", Subject: "application",
		SubjectID: int64(a.ID), Detail: map[string]any{"band": p.Band, "was": s.Band}})
}

// Placing is a placement that was made, with its reason if there was one.
type Placing struct {
	Code   string
	Band   bursary.Band
	Was    bursary.Band
	Reason string
	Name   string // of who placed it
}

// Placings lists every placing of a round in the order in which they were made. A round has a few hundred.
func Placings(ctx context.Context, d bun.IDB, box *secret.Box, round id.Round) ([]Placing, error) {
	var rows []struct {
		ID      int64
		Placing `bun:",extend"`
		Sealed  []byte
	}
	err := d.NewRaw(`
		SELECT b.id, a.code, coalesce(b.band, '') AS band, coalesce(b.was, '') AS was, b.reason AS sealed, p.name
		FROM   sensitive.bandings b
		JOIN   sensitive.applications a ON a.id = b.application_id
		JOIN   people p ON p.id = b.by
		WHERE  a.round_id = ? ORDER BY b.id`, round).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("listing placings: %w", err)
	}
	all := make([]Placing, len(rows))
	for i, row := range rows {
		all[i] = row.Placing
		if row.Sealed == nil {
			continue
		}
		reason, err := box.Open(row.Sealed, bandingsTable, "reason", row.ID)
		if err != nil {
			return nil, err
		}
		all[i].Reason = string(reason)
	}
	return all, nil
}
