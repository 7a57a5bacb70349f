package panel

import (
	"context"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"

	"bursar/internal/assignment"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// AssignmentStatus says how far one reading has come.
type AssignmentStatus string

// The statuses of a reading. PostgreSQL lets it only ever go on.
const (
	Assigned   AssignmentStatus = "assigned"
	Opened     AssignmentStatus = "reading"
	Done       AssignmentStatus = "done"
	HandedBack AssignmentStatus = "handed_back" // by the reader, without a reason
	Recused    AssignmentStatus = "recused"     // they know the person
	TakenAway  AssignmentStatus = "taken_away"  // given to somebody else, or the reader left
)

// Live reports whether the reader has it or has read it.
func (s AssignmentStatus) Live() bool { return s == Assigned || s == Opened || s == Done }

// reading is one assignment as stored.
type reading struct {
	ID            id.Assignment
	ApplicationID id.Application
	MemberID      id.Member
	Status        AssignmentStatus
}

// candidate is an application that can be read.
type candidate struct {
	ID       id.Application
	Code     string
	Status   bursary.Status
	Eligible bool // as somebody decided
	Decided  bool
	Compared bool
}

// table is all that an assignment of readers depends on.
type table struct {
	round      *bursary.Round
	today      london.Date
	members    []*Member
	candidates []candidate
	readings   []reading
	apart      []pair // who may not read what
}

// loadTable reads a round's panel, applications, readings and conflicts; with lock, the readings stand still.
func loadTable(ctx context.Context, tx *db.Tx, r *bursary.Round, lock bool) (*table, error) {
	t := &table{round: r, today: london.DateOf(tx.Now)}
	var err error
	if t.members, err = Members(ctx, tx, r.ID); err != nil {
		return nil, err
	}
	err = tx.NewRaw(`
		SELECT a.id, a.code, a.status, coalesce(a.eligible, false) AS eligible, a.eligible IS NOT NULL AS decided, c.at IS NOT NULL AS compared
		FROM   sensitive.applications a LEFT JOIN sensitive.compared c ON c.application_id = a.id
		WHERE  a.round_id = ? AND a.status IN (?) ORDER BY a.code`, r.ID, bun.List(readable)).Scan(ctx, &t.candidates)
	if err != nil {
		return nil, fmt.Errorf("listing what is to be read: %w", err)
	}
	q := tx.NewSelect().ColumnExpr("s.id, s.application_id, s.member_id, s.status").
		TableExpr("sensitive.assignments AS s").Join("JOIN sensitive.panel_members AS m ON m.id = s.member_id").
		Where("m.round_id = ?", r.ID).Order("s.id")
	if lock {
		q = q.For("NO KEY UPDATE OF s")
	}
	if err := q.Scan(ctx, &t.readings); err != nil {
		return nil, fmt.Errorf("listing readings: %w", err)
	}
	err = tx.NewRaw(`
		SELECT k.application_id, k.member_id FROM sensitive.conflicts k JOIN sensitive.panel_members m ON m.id = k.member_id WHERE m.round_id = ?0
		UNION SELECT o.application_id, o.member_id FROM (`+readInOffice+`) o WHERE o.round_id = ?0`, r.ID).Scan(ctx, &t.apart)
	if err != nil {
		return nil, fmt.Errorf("listing conflicts: %w", err)
	}
	return t, nil
}

// assigning says which applications are to have readers, and whether what is assigned and not opened may move.
type assigning struct {
	take  func(candidate) bool
	still bool
}

// problem puts the table as package assignment wants it. Whoever handed an application back, or is recused, does not
// get it again; whoever left, pauses or has no time any more gets nothing new.
func (t *table) problem(how assigning) assignment.Problem {
	var p assignment.Problem
	codes := map[id.Application]string{}
	for _, c := range t.candidates {
		if how.take(c) {
			codes[c.ID] = c.Code
			p.Applications = append(p.Applications, assignment.Application{ID: c.Code, Wanted: t.round.Readers})
		}
	}
	apart := map[pair]bool{}
	for _, k := range t.apart {
		apart[k] = true
	}
	for _, r := range t.readings {
		if r.Status == HandedBack || r.Status == Recused {
			apart[pair{r.ApplicationID, r.MemberID}] = true
		}
	}
	holds := map[id.Member]int{}
	for _, r := range t.readings {
		code, listed := codes[r.ApplicationID]
		if !listed || !r.Status.Live() || apart[pair{r.ApplicationID, r.MemberID}] {
			continue
		}
		holds[r.MemberID]++
		as := assignment.Pair{Application: code, Reader: readerID(r.MemberID)}
		if r.Status == Assigned && !how.still {
			p.Kept = append(p.Kept, as)
		} else {
			p.Fixed = append(p.Fixed, as)
		}
	}
	for _, m := range t.members {
		p.Readers = append(p.Readers, assignment.Reader{ID: readerID(m.ID), Peer: m.Peer, Cap: m.room(t.today, holds[m.ID])})
	}
	for _, m := range t.members {
		for _, c := range t.candidates {
			if codes[c.ID] != "" && apart[pair{c.ID, m.ID}] {
				p.Conflicts = append(p.Conflicts, assignment.Pair{Application: c.Code, Reader: readerID(m.ID)})
			}
		}
	}
	return p
}

// room is the most that a member reads, given what they hold.
func (m *Member) room(today london.Date, holds int) int {
	over := !m.AvailableUntil.IsZero() && m.AvailableUntil.Before(today)
	if m.Status == MemberLeft || m.Paused(today) || over {
		return min(m.Cap, holds)
	}
	return m.Cap
}

func readerID(m id.Member) string { return strconv.FormatInt(int64(m), 10) }

// count counts candidates.
func (t *table) count(which func(candidate) bool) int {
	n := 0
	for _, c := range t.candidates {
		if which(c) {
			n++
		}
	}
	return n
}

// live is how far every reading has come that somebody has to do or has done.
func (t *table) live() map[pair]reading {
	all := map[pair]reading{}
	for _, r := range t.readings {
		if r.Status.Live() {
			all[pair{r.ApplicationID, r.MemberID}] = r
		}
	}
	return all
}
