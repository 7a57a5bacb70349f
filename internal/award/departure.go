package award

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// DepartureKind says how people depart from the order for somebody.
type DepartureKind string

// The kinds of departure.
const (
	First   DepartureKind = "first"    // served before everybody else
	LeftOut DepartureKind = "left_out" // not funded in this round
)

// longestReason is how many characters a reason may have.
const longestReason = 1000

// Departure is that people depart from the order for somebody, with the reason. Whoever it is about can read it.
type Departure struct {
	bun.BaseModel `bun:"table:sensitive.departures"`

	ID            id.Departure   `bun:"id,pk"`
	ProposalID    id.Proposal    `bun:"proposal_id"`
	ApplicationID id.Application `bun:"application_id"`
	Kind          DepartureKind  `bun:"kind"`
	Sealed        []byte         `bun:"reason"`
	ByID          id.Person      `bun:"by_id"`
	At            time.Time      `bun:"at"`

	Reason string `bun:"-"`
	Code   string `bun:"-"` // of the application
}

// check refuses departures that cannot be, with a sentence for each field, and fills in whom they are about.
func (in *Inputs) check(wanted []Departure, by id.Person, now time.Time) ([]Departure, error) {
	seen := map[string]bool{}
	all := make([]Departure, len(wanted))
	for i, d := range wanted {
		p := in.Applicant(id.NormaliseCode(d.Code))
		d.Reason = strings.TrimSpace(d.Reason)
		if bad := d.wrong(p, seen); len(bad) > 0 {
			refusal := failure.New(failure.Invalid, "departure_invalid", "Some of this needs correcting.")
			refusal.Fields = bad
			return nil, refusal
		}
		seen[p.Application.Code] = true
		d.ApplicationID, d.Code = p.Application.ID, p.Application.Code
		if d.ByID == 0 {
			d.ByID, d.At = by, now
		}
		all[i] = d
	}
	return all, nil
}

// wrong says for each field what cannot stand in a departure about somebody, who is nil when nobody has its code.
func (d Departure) wrong(p *Applicant, seen map[string]bool) map[string]string {
	bad := map[string]string{}
	switch {
	case p == nil:
		bad["code"] = "Enter the reference of an application that is in this order."
	case seen[p.Application.Code]:
		bad["code"] = "There is a departure for this application already. Take that back first."
	}
	if d.Kind != First && d.Kind != LeftOut {
		bad["kind"] = "Choose what shall be different for this person."
	}
	switch {
	case d.Reason == "":
		bad["reason"] = "Write the reason. The person it is about can read it."
	case len([]rune(d.Reason)) > longestReason:
		bad["reason"] = "Use 1,000 characters or fewer."
	}
	return bad
}

// LeftOut reports whether people left somebody out by hand.
func (in *Inputs) LeftOut(p Applicant) bool {
	d := in.departure(p)
	return d != nil && d.Kind == LeftOut
}

const departuresTable = "sensitive.departures"

func (p *Proposal) insertDepartures(ctx context.Context, tx *db.Tx, box *secret.Box) error {
	for i := range p.Departures {
		d := &p.Departures[i]
		n, err := tx.NextID(ctx, departuresTable)
		if err != nil {
			return err
		}
		d.ID, d.ProposalID = id.Departure(n), p.ID
		if d.Sealed, err = box.Seal([]byte(d.Reason), departuresTable, "reason", n); err != nil {
			return err
		}
	}
	if len(p.Departures) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&p.Departures).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("keeping departures: %w", err)
	}
	return nil
}

func (p *Proposal) readDepartures(ctx context.Context, tx *db.Tx, box *secret.Box) error {
	if err := tx.NewSelect().Model(&p.Departures).Where("proposal_id = ?", p.ID).Order("id").Scan(ctx); err != nil {
		return fmt.Errorf("reading departures: %w", err)
	}
	which := make([]id.Application, len(p.Departures))
	for i, d := range p.Departures {
		which[i] = d.ApplicationID
	}
	codes, err := Codes(ctx, tx, which)
	if err != nil {
		return err
	}
	for i := range p.Departures {
		d := &p.Departures[i]
		reason, err := box.Open(d.Sealed, departuresTable, "reason", int64(d.ID))
		if err != nil {
			return err
		}
		d.Reason, d.Code = string(reason), codes[d.ApplicationID]
	}
	return nil
}
