package panel

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// Proceedings is everything that the minutes of a round say: what people wrote about the meeting, and what was done.
type Proceedings struct {
	*Ranking
	Seats      []Seat
	Tally      Tally
	Placings   []Placing
	Agreements []Agreement
	Minutes    Minutes
	Draw       *bursary.Draw // nil until drawn
}

// Seat is somebody on the panel who could read or has read.
type Seat struct {
	Name string
	Peer bool
	Read int // how many applications
}

// Tally is how many applications came to a round and what became of them.
type Tally struct {
	Sent       int // also those that went out later
	Ineligible int
	Withdrawn  int // after they were sent

	Entered     int // by staff, for the applicant
	Unconfirmed int // of Entered, not confirmed by the applicant
	ByCall      int // of Entered, confirmed on the telephone
	ByOne       int // of ByCall, entered and noted as confirmed by the same person
}

// Peers counts those who read and are peers, and all who read.
func (p *Proceedings) Peers() (peers, readers int) {
	for _, s := range p.Seats {
		if s.Read == 0 {
			continue
		}
		readers++
		if s.Peer {
			peers++
		}
	}
	return peers, readers
}

// ProceedingsOf reads all that is known of a round's panel. It is for the office and returns
// bursary.ErrUnknownRound.
func ProceedingsOf(ctx context.Context, tx *db.Tx, box *secret.Box, round string) (*Proceedings, error) {
	ranking, err := Rank(ctx, tx, round)
	if err != nil {
		return nil, err
	}
	p := &Proceedings{Ranking: ranking}
	which := ranking.Round.ID
	if p.Seats, err = seatsOf(ctx, tx, which); err != nil {
		return nil, err
	}
	if p.Tally, err = tallyOf(ctx, tx, which); err != nil {
		return nil, err
	}
	if p.Placings, err = Placings(ctx, tx, box, which); err != nil {
		return nil, err
	}
	if p.Agreements, err = Agreements(ctx, tx, which); err != nil {
		return nil, err
	}
	if p.Minutes, err = MinutesOf(ctx, tx, box, which); err != nil {
		return nil, err
	}
	p.Draw, err = bursary.DrawOf(ctx, tx, ranking.Round)
	return p, err
}

func seatsOf(ctx context.Context, d bun.IDB, round id.Round) ([]Seat, error) {
	var seats []Seat
	err := d.NewRaw(`
		SELECT m.name, m.peer, count(s.id) AS read
		FROM   sensitive.panel_members m
		LEFT   JOIN sensitive.assignments s ON s.member_id = m.id AND s.status = 'done'
		WHERE  m.round_id = ?
		GROUP  BY m.id HAVING m.status = 'active' OR count(s.id) > 0
		ORDER  BY m.name, m.id`, round).Scan(ctx, &seats)
	if err != nil {
		return nil, fmt.Errorf("listing who read: %w", err)
	}
	return seats, nil
}

func tallyOf(ctx context.Context, d bun.IDB, round id.Round) (Tally, error) {
	var t Tally
	err := d.NewRaw(`
		SELECT count(*) AS sent, count(*) FILTER (WHERE status = 'ineligible') AS ineligible,
		       count(*) FILTER (WHERE status = 'withdrawn') AS withdrawn,
		       count(entered_by) AS entered, count(entered_by) FILTER (WHERE confirmed_at IS NULL) AS unconfirmed,
		       count(entered_by) FILTER (WHERE confirmed_how = 'call') AS by_call,
		       count(entered_by) FILTER (WHERE confirmed_how = 'call' AND EXISTS (
		             SELECT FROM audit WHERE subject = 'application' AND subject_id = a.id
		                    AND action = 'application confirmed by telephone' AND person_id = a.entered_by)) AS by_one
		FROM   sensitive.applications a WHERE round_id = ? AND submitted_at IS NOT NULL`, round).Scan(ctx, &t)
	if err != nil {
		return Tally{}, fmt.Errorf("counting a round's applications: %w", err)
	}
	return t, nil
}
