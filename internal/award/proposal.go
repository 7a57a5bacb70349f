package award

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/allocation"
	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
	"bursar/internal/state"
)

var (
	// ErrNoProposal means that there is no such proposal.
	ErrNoProposal = failure.New(failure.NotFound, "proposal_unknown", "We cannot find that proposal.")
	// ErrNotDrawn means that the order of a round does not stand yet.
	ErrNotDrawn = failure.New(failure.Conflict, "round_not_drawn", "The places can be allocated once two people have agreed to the bands and the order is drawn.")
	// ErrRatified means that a round was allocated before.
	ErrRatified = failure.New(failure.Conflict, "allocation_ratified", "This round has been allocated. What comes free now goes to the reserve list by itself.")
	// ErrInputsChanged means that a proposal no longer fits what it was made from.
	ErrInputsChanged = failure.New(failure.Conflict, "allocation_inputs_changed",
		"Something has changed since this proposal was made: money, places, rules or who applies. Nothing was decided. Below is what changed. Make a new proposal, look at it, and agree to that one.")
	// ErrNotWhatYouSaw means that somebody would agree to something else than they looked at.
	ErrNotWhatYouSaw = failure.New(failure.Conflict, "allocation_not_seen",
		"A colleague has made another proposal since you opened this page. Nothing was decided. Look at the new one and agree to that.")
	// ErrNotAgreed means that nobody has agreed to a proposal yet.
	ErrNotAgreed = failure.New(failure.Conflict, "allocation_not_agreed", "A first person has to agree to this proposal before a second ratifies it.")
	// ErrSamePerson means that one person would be both of the two who ratify.
	ErrSamePerson = failure.New(failure.Conflict, "allocation_same_person", "You have agreed to this already. A second person has to look at it and ratify.")
	// ErrFault means that the program no longer answers as it did.
	ErrFault = failure.New(failure.Conflict, "allocation_not_reproduced",
		"This proposal was worked out by an earlier version of the program, which came to another result. Make a new proposal.")
)

// ProposalStatus says how far a proposal has come.
type ProposalStatus string

// The statuses of a proposal.
const (
	Proposed ProposalStatus = "proposed"
	Agreed   ProposalStatus = "agreed" // by the first of two
	Ratified ProposalStatus = "ratified"
	Dropped  ProposalStatus = "dropped"
)

var proposalMoves = state.Moves[ProposalStatus]{
	Proposed: {Agreed, Dropped},
	Agreed:   {Ratified, Dropped},
	Ratified: nil,
	Dropped:  nil,
}

// ProposalStatuses lists every status in alphabetical order, for whoever must have words for all of them.
func ProposalStatuses() []ProposalStatus { return proposalMoves.Statuses() }

// Proposal is what the allocator was asked and what it answered, byte for byte. Nothing in it names anybody.
type Proposal struct {
	bun.BaseModel `bun:"table:sensitive.proposals,alias:proposal"`

	ID         id.Proposal    `bun:"id,pk"`
	Code       string         `bun:"code"`
	RoundID    id.Round       `bun:"round_id"`
	Status     ProposalStatus `bun:"status"`
	Problem    []byte         `bun:"problem"` // JSON
	Result     []byte         `bun:"result"`  // JSON
	Digest     string         `bun:"digest"`  // of the problem, "sha256:…"
	Version    string         `bun:"version"` // of the allocator
	MadeBy     id.Person      `bun:"made_by"`
	MadeAt     time.Time      `bun:"made_at"`
	AgreedBy   id.Person      `bun:"agreed_by,nullzero"`
	AgreedAt   time.Time      `bun:"agreed_at,nullzero"`
	RatifiedBy id.Person      `bun:"ratified_by,nullzero"`
	RatifiedAt time.Time      `bun:"ratified_at,nullzero"`

	Departures []Departure `bun:"-"`
}

// move is the only place where a status changes.
func (p *Proposal) move(to ProposalStatus) error {
	if err := proposalMoves.Allow(p.Status, to); err != nil {
		return fmt.Errorf("proposal %s: %w", p.Code, err)
	}
	p.Status = to
	return nil
}

// Plan is the result as it stands in the proposal.
func (p *Proposal) Plan() (allocation.Result, error) {
	var r allocation.Result
	if err := json.Unmarshal(p.Result, &r); err != nil {
		return r, fmt.Errorf("reading proposal %s: %w", p.Code, err)
	}
	return r, nil
}

// Asked is the problem as it stands in the proposal.
func (p *Proposal) Asked() (allocation.Problem, error) {
	asked, err := allocation.Decode(bytes.NewReader(p.Problem))
	if err != nil {
		return asked, fmt.Errorf("reading what proposal %s was made from: %w", p.Code, err)
	}
	return asked, nil
}

// Reproduced works the stored problem out again and reports whether the very same bytes come of it.
func (p *Proposal) Reproduced() (bool, error) {
	asked, err := p.Asked()
	if err != nil {
		return false, err
	}
	_, again, err := work(asked)
	return bytes.Equal(again, p.Result), err
}

// work asks the allocator and writes both sides down.
func work(p allocation.Problem) (problem, result []byte, err error) {
	plan, err := allocation.Plan(p)
	if err != nil {
		return nil, nil, fmt.Errorf("allocating: %w", err)
	}
	if problem, err = json.Marshal(p); err != nil {
		return nil, nil, err
	}
	result, err = json.Marshal(plan)
	return problem, result, err
}

// Propose asks the allocator about a drawn round as it stands now, with the departures that people want, and keeps what
// it was asked and answered. An earlier proposal that nobody ratified is dropped. It returns ErrNotDrawn, ErrRatified or
// an Invalid failure about a departure.
func Propose(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, round string, departures []Departure) (*Proposal, error) {
	r, err := lockToAllocate(ctx, tx, round)
	if err != nil {
		return nil, err
	}
	in, err := Load(ctx, tx, box, by, r)
	if err != nil {
		return nil, err
	}
	if in.Departures, err = in.check(departures, by, tx.Now); err != nil {
		return nil, err
	}
	if err := dropOpen(ctx, tx, r.ID); err != nil {
		return nil, err
	}
	p := &Proposal{Code: id.Code(), RoundID: r.ID, Status: Proposed, MadeBy: by, MadeAt: tx.Now, Version: allocation.Version, Departures: in.Departures}
	asked := in.Problem()
	p.Digest = asked.Digest()
	if p.Problem, p.Result, err = work(asked); err != nil {
		return nil, err
	}
	if err := insertProposal(ctx, tx, box, p); err != nil {
		return nil, err
	}
	return p, recordProposal(ctx, tx, by, "allocation proposed", p)
}

// Open locks a drawn round that nobody has allocated yet, and reads its proposal. It returns ErrNotDrawn, ErrRatified or
// ErrNoProposal.
func Open(ctx context.Context, tx *db.Tx, box *secret.Box, round string) (*bursary.Round, *Proposal, error) {
	r, err := lockToAllocate(ctx, tx, round)
	if err != nil {
		return nil, nil, err
	}
	p, err := Current(ctx, tx, box, r.ID)
	if err == nil && p == nil {
		err = ErrNoProposal
	}
	return r, p, err
}

// lockToAllocate locks a round whose places can be allocated.
func lockToAllocate(ctx context.Context, tx *db.Tx, code string) (*bursary.Round, error) {
	r, err := bursary.LockRound(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if r.Status != bursary.RoundDrawn {
		return nil, ErrNotDrawn
	}
	switch done, err := RatifiedOf(ctx, tx, r.ID); {
	case err != nil:
		return nil, err
	case done != nil:
		return nil, ErrRatified
	}
	return r, nil
}

// Agree is the first of two people saying that a proposal shall stand. seen is the digest of what they looked at. It
// returns ErrNoProposal, ErrNotWhatYouSaw, ErrInputsChanged, ErrFault or ErrRatified.
func Agree(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, round, seen string) (*Proposal, error) {
	r, p, err := Open(ctx, tx, box, round)
	switch {
	case err != nil:
		return nil, err
	case p.Digest != seen:
		return nil, ErrNotWhatYouSaw
	case p.Status == Agreed && p.AgreedBy == by:
		return p, nil
	}
	if _, err := p.Stands(ctx, tx, box, by, r); err != nil {
		return nil, err
	}
	if err := p.move(Agreed); err != nil {
		return nil, err
	}
	p.AgreedBy, p.AgreedAt = by, tx.Now
	if err := saveProposal(ctx, tx, p); err != nil {
		return nil, err
	}
	return p, recordProposal(ctx, tx, by, "allocation agreed", p)
}

// Stands loads what a proposal was made from as it is now, with the proposal's departures, and refuses if that is no
// longer the same, or if the program would answer otherwise. It returns ErrInputsChanged or ErrFault.
func (p *Proposal) Stands(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, r *bursary.Round) (*Inputs, error) {
	in, err := Load(ctx, tx, box, reader, r)
	if err != nil {
		return nil, err
	}
	in.Departures = p.Departures
	if in.Problem().Digest() != p.Digest {
		return in, ErrInputsChanged
	}
	same, err := p.Reproduced()
	if err == nil && !same {
		err = ErrFault
	}
	return in, err
}

// Ratify is the second of two people saying so. It changes the proposal alone: package admissions makes the awards in
// the same unit of work. seen is the digest of what they looked at. It returns ErrNotWhatYouSaw, ErrNotAgreed or
// ErrSamePerson.
func (p *Proposal) Ratify(ctx context.Context, tx *db.Tx, by id.Person, seen string) error {
	switch {
	case p.Digest != seen:
		return ErrNotWhatYouSaw
	case p.Status != Agreed:
		return ErrNotAgreed
	case p.AgreedBy == by:
		return ErrSamePerson
	}
	if err := p.move(Ratified); err != nil {
		return err
	}
	p.RatifiedBy, p.RatifiedAt = by, tx.Now
	if err := saveProposal(ctx, tx, p); err != nil {
		return err
	}
	return recordProposal(ctx, tx, by, "allocation ratified", p)
}

// recordProposal writes down what was done, with what identifies it and nobody.
func recordProposal(ctx context.Context, tx *db.Tx, by id.Person, action string, p *Proposal) error {
	return audit.Record(ctx, tx, audit.Event{
		Actor: audit.Person(by), Action: action, Subject: "round", SubjectID: int64(p.RoundID),
		Detail: map[string]any{"proposal": p.Code, "digest": p.Digest, "version": p.Version, "departures": len(p.Departures)},
	})
}
