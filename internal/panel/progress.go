package panel

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/id"
)

// MakeUp is who is on a panel. At least half are to be peers.
type MakeUp struct {
	Active, Peers int
	Cap           int // readings that they have agreed to, all together
}

// Short reports whether fewer than half are peers.
func (m MakeUp) Short() bool { return m.Peers*2 < m.Active }

// MakeUpOf counts a panel.
func MakeUpOf(members []*Member) MakeUp {
	var up MakeUp
	for _, m := range members {
		if m.Status != MemberActive {
			continue
		}
		up.Active++
		up.Cap += m.Cap
		if m.Peer {
			up.Peers++
		}
	}
	return up
}

// MemberProgress is how far one member of a panel is.
type MemberProgress struct {
	Assigned   int // given, and not opened yet
	Opened     int
	Done       int
	HandedBack int
	Recused    int
	Conflicts  int // applications that are locked to them
}

// All counts what they have to read and have read.
func (p MemberProgress) All() int { return p.Assigned + p.Opened + p.Done }

// ProgressOfMembers says how far each member of a round's panel is. It is for the office.
func ProgressOfMembers(ctx context.Context, d bun.IDB, round id.Round) (map[id.Member]MemberProgress, error) {
	var rows []struct {
		ID             id.Member
		MemberProgress `bun:",extend"`
	}
	err := d.NewRaw(`
		SELECT m.id, s.*, (SELECT count(*) FROM sensitive.conflicts k WHERE k.member_id = m.id) AS conflicts
		FROM   sensitive.panel_members m
		CROSS  JOIN LATERAL (
		       SELECT count(*) FILTER (WHERE status = 'assigned') AS assigned, count(*) FILTER (WHERE status = 'reading') AS opened,
		              count(*) FILTER (WHERE status = 'done') AS done, count(*) FILTER (WHERE status = 'handed_back') AS handed_back,
		              count(*) FILTER (WHERE status = 'recused') AS recused
		       FROM   sensitive.assignments WHERE member_id = m.id) s
		WHERE  m.round_id = ?`, round).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("counting what a panel has read: %w", err)
	}
	all := make(map[id.Member]MemberProgress, len(rows))
	for _, row := range rows {
		all[row.ID] = row.MemberProgress
	}
	return all, nil
}

// FileProgress is how far the reading of one application is.
type FileProgress struct {
	ID       id.Application
	Code     string
	Status   bursary.Status
	Live     int // readers who have it or have read it
	Done     int
	Peers    int // of Live
	Gone     int // handed back, recused or taken away
	Apart    int // members to whom it is locked
	Eligible *bool
}

// ProgressOfFiles lists how far the reading of a round's applications is, by code, after one of them. It is for the
// office, and opens nothing.
func ProgressOfFiles(ctx context.Context, d bun.IDB, round id.Round, after string, limit int) ([]FileProgress, error) {
	var all []FileProgress
	err := d.NewRaw(`
		SELECT a.id, a.code, a.status, a.eligible, s.*, (SELECT count(*) FROM sensitive.conflicts k WHERE k.application_id = a.id) AS apart
		FROM   sensitive.applications a
		CROSS  JOIN LATERAL (
		       SELECT count(*) FILTER (WHERE r.status IN ('assigned', 'reading', 'done')) AS live, count(*) FILTER (WHERE r.status = 'done') AS done,
		              count(*) FILTER (WHERE r.status IN ('assigned', 'reading', 'done') AND m.peer) AS peers,
		              count(*) FILTER (WHERE r.status IN ('handed_back', 'recused', 'taken_away')) AS gone
		       FROM   sensitive.assignments r JOIN sensitive.panel_members m ON m.id = r.member_id WHERE r.application_id = a.id) s
		WHERE  a.round_id = ? AND a.status NOT IN ('draft', 'withdrawn', 'ineligible') AND a.code > ?
		ORDER  BY a.code LIMIT ?`, round, after, limit).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("listing how far reading is: %w", err)
	}
	return all, nil
}

// GivenUp is a reading that ended before it was done.
type GivenUp struct {
	Code   string
	Name   string // of the reader
	Status AssignmentStatus
	Live   int // readers whom the application has now
}

// GivenUpIn lists readings of a round that were handed back or recused, the latest first, at most 200.
func GivenUpIn(ctx context.Context, d bun.IDB, round id.Round) ([]GivenUp, error) {
	var all []GivenUp
	err := d.NewRaw(`
		SELECT a.code, m.name, s.status,
		       (SELECT count(*) FROM sensitive.assignments o WHERE o.application_id = a.id AND o.status IN ('assigned', 'reading', 'done')) AS live
		FROM   sensitive.assignments s
		JOIN   sensitive.panel_members m ON m.id = s.member_id
		JOIN   sensitive.applications a ON a.id = s.application_id
		WHERE  m.round_id = ? AND s.status IN ('handed_back', 'recused') ORDER BY s.id DESC LIMIT 200`, round).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("listing readings that were given up: %w", err)
	}
	return all, nil
}

// Apart is that a member cannot read an application, and since when.
type Apart struct {
	ApplicationID id.Application
	MemberID      id.Member
	Code          string
	Name          string // of the member
	Source        Source
	At            time.Time
}

// ApartIn lists the conflicts of a round by application and member, after one of them. It is for the office.
func ApartIn(ctx context.Context, d bun.IDB, round id.Round, code string, member id.Member, limit int) ([]Apart, error) {
	var all []Apart
	err := d.NewRaw(`
		SELECT k.application_id, k.member_id, a.code, m.name, k.source, k.at
		FROM   sensitive.conflicts k
		JOIN   sensitive.panel_members m ON m.id = k.member_id
		JOIN   sensitive.applications a ON a.id = k.application_id
		WHERE  m.round_id = ? AND (a.code, k.member_id) > (?, ?) ORDER BY a.code, k.member_id LIMIT ?`, round, code, member, limit).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("listing conflicts: %w", err)
	}
	return all, nil
}
