package panel

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bursar/internal/assignment"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

var (
	// ErrNotReading means that the round is still open, or that its bands are frozen.
	ErrNotReading = failure.New(failure.Conflict, "round_not_being_read",
		"Readers are assigned from the day after the closing day until the bands are frozen.")
	// ErrComparing means that answers about whom applicants know have not been held against the panel yet.
	ErrComparing = failure.New(failure.Conflict, "panel_comparing",
		"We are still comparing the panel with what applicants said about whom they know. It takes a minute or two. Then load this page again.")
	// ErrPlanChanged means that what would be done is not what the page had shown.
	ErrPlanChanged = failure.New(failure.Conflict, "plan_changed",
		"Something has changed since you looked. Nothing has been assigned. Look at the new proposal below.")
)

// Proposal is who would read what, before it is applied.
type Proposal struct {
	Round     *bursary.Round
	Lines     []Line // by code of the application
	Loads     []Load // by name of the reader
	Parts     int    // 1 when all readers can be compared with each other
	Undecided int    // sent, and nobody has decided yet whether they are eligible: not in the plan
	Comparing int    // not yet held against the panel: nothing can be applied until they are
	table     *table
}

// Line is one application with its readers.
type Line struct {
	ID      id.Application
	Code    string
	Readers []Reader
	Leaving []string // names of those who would not read it any more
	Short   *assignment.Short

	leaving []id.Assignment
}

// Reader is somebody who reads an application, or would.
type Reader struct {
	Member *Member
	Status AssignmentStatus // empty for a new one
}

// Load is how much one reader has, and would have.
type Load struct {
	Member *Member
	Now    int
	Then   int
	Opened int // read or being read: these never move
}

// Fresh counts the readings that are new.
func (p *Proposal) Fresh() int {
	n := 0
	for _, l := range p.Lines {
		for _, r := range l.Readers {
			if r.Status == "" {
				n++
			}
		}
	}
	return n
}

// Moved counts the readings that would be taken away.
func (p *Proposal) Moved() int {
	n := 0
	for _, l := range p.Lines {
		n += len(l.Leaving)
	}
	return n
}

// Short lists the applications that would lack something.
func (p *Proposal) Short() []Line {
	return slices.DeleteFunc(slices.Clone(p.Lines), func(l Line) bool { return l.Short == nil })
}

// Seen is the fingerprint of the plan: what is applied is what was seen.
func (p *Proposal) Seen() string {
	var lines []string
	for _, l := range p.Lines {
		for _, r := range l.Readers {
			lines = append(lines, l.Code+" "+readerID(r.Member.ID)+" "+string(r.Status))
		}
		lines = append(lines, l.Code+" without "+strings.Join(l.Leaving, ", "))
	}
	return fingerprint(lines...)
}

// Propose makes a plan of who reads what. What has been opened stays with its reader, what is only assigned moves
// where that does real good, and nobody is given what they handed back, an application of somebody they know, or one
// that they have read with its names. It writes nothing. It is for the office, and returns ErrNotReading.
func Propose(ctx context.Context, tx *db.Tx, round string) (*Proposal, error) {
	r, err := bursary.FindRound(ctx, tx, round)
	if err != nil {
		return nil, err
	}
	return propose(ctx, tx, r, assigning{take: candidate.eligible}, false)
}

func (c candidate) eligible() bool { return c.Eligible }

func propose(ctx context.Context, tx *db.Tx, r *bursary.Round, how assigning, lock bool) (*Proposal, error) {
	if r.Status != bursary.RoundClosed {
		return nil, ErrNotReading
	}
	t, err := loadTable(ctx, tx, r, lock)
	if err != nil {
		return nil, err
	}
	plan, err := assignment.Propose(t.problem(how))
	if err != nil {
		return nil, fmt.Errorf("planning who reads what in round %s: %w", r.Code, err)
	}
	p := &Proposal{Round: r, Parts: plan.Parts, table: t}
	p.Undecided = t.count(func(c candidate) bool { return !c.Decided })
	p.Comparing = t.count(func(c candidate) bool { return how.take(c) && !c.Compared })
	p.fill(how, plan)
	return p, nil
}

// fill puts the plan beside what is.
func (p *Proposal) fill(how assigning, plan assignment.Plan) {
	live, loads := p.table.live(), map[id.Member]*Load{}
	p.Loads = make([]Load, 0, len(p.table.members))
	for _, m := range p.table.members {
		if m.Status == MemberActive {
			p.Loads = append(p.Loads, Load{Member: m})
			loads[m.ID] = &p.Loads[len(p.Loads)-1]
		}
	}
	for _, r := range live {
		if l := loads[r.MemberID]; l != nil {
			l.Now++
			if r.Status != Assigned {
				l.Opened++
			}
		}
	}
	for _, c := range p.table.candidates {
		if !how.take(c) {
			continue
		}
		line := Line{ID: c.ID, Code: c.Code}
		for _, m := range p.table.members {
			at := pair{c.ID, m.ID}
			_, planned := slices.BinarySearchFunc(plan.Pairs, assignment.Pair{Application: c.Code, Reader: readerID(m.ID)}, comparePairs)
			switch {
			case planned:
				line.Readers = append(line.Readers, Reader{m, live[at].Status})
				if l := loads[m.ID]; l != nil {
					l.Then++
				}
			case live[at].Status != "":
				line.Leaving, line.leaving = append(line.Leaving, m.Name), append(line.leaving, live[at].ID)
			}
		}
		if i := slices.IndexFunc(plan.Short, func(s assignment.Short) bool { return s.Application == c.Code }); i >= 0 {
			line.Short = &plan.Short[i]
		}
		p.Lines = append(p.Lines, line)
	}
}

// comparePairs is the order of assignment.Plan.Pairs.
func comparePairs(a, b assignment.Pair) int {
	if d := strings.Compare(a.Application, b.Application); d != 0 {
		return d
	}
	return strings.Compare(a.Reader, b.Reader)
}
