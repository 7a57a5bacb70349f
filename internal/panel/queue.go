package panel

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Pile is what somebody has to read of one round.
type Pile struct {
	Round  *bursary.Round
	Member *Member
	Items  []Item // in the order in which they were assigned
}

// Item is one application in a pile, by the only name an assessor has for it.
type Item struct {
	Code     string
	Status   AssignmentStatus
	OpenedAt time.Time
	DoneAt   time.Time
}

// Read counts what is done.
func (p *Pile) Read() int {
	n := 0
	for _, i := range p.Items {
		if i.Status == Done {
			n++
		}
	}
	return n
}

// Next is the application to go on with: one that was begun, else the first that was not opened, or "".
func (p *Pile) Next() string {
	next := ""
	for _, i := range p.Items {
		if i.Status == Opened {
			return i.Code
		}
		if i.Status == Assigned && next == "" {
			next = i.Code
		}
	}
	return next
}

// Open reports whether scores are given now.
func (p *Pile) Open() bool { return p.Round.Status == bursary.RoundClosed }

// ReadBy is the last day to read: the panel meets the day after.
func (p *Pile) ReadBy() london.Date { return p.Round.PanelOn.AddDays(-1) }

// Piles lists what somebody has to read, in every round on whose panel they are and which is not yet decided, the
// next panel first. What they handed back, and what is locked to them, is not in it. It is for the assessor's role.
func Piles(ctx context.Context, tx *db.Tx, person id.Person) ([]*Pile, error) {
	var members []*Member
	err := tx.NewSelect().Model(&members).Where("person_id = ? AND status = ?", person, MemberActive).Order("id").Limit(100).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing somebody's panels: %w", err)
	}
	if len(members) == 0 {
		return nil, nil
	}
	var rounds []*bursary.Round
	in := make([]id.Round, len(members))
	for i, m := range members {
		in[i] = m.RoundID
	}
	err = tx.NewSelect().Model(&rounds).Where("id IN (?) AND status IN (?)", bun.List(in), bun.List(beforeFrozen)).Order("panel_on", "id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the rounds somebody reads: %w", err)
	}
	items, err := itemsOf(ctx, tx, person)
	if err != nil {
		return nil, err
	}
	piles := make([]*Pile, len(rounds))
	for i, r := range rounds {
		piles[i] = &Pile{Round: r}
		for _, m := range members {
			if m.RoundID == r.ID {
				piles[i].Member, piles[i].Items = m, items[m.ID]
			}
		}
	}
	return piles, nil
}

// beforeFrozen are the statuses of rounds whose applications are or will be read.
var beforeFrozen = []bursary.RoundStatus{bursary.RoundDraft, bursary.RoundPublished, bursary.RoundClosed}

func itemsOf(ctx context.Context, d bun.IDB, person id.Person) (map[id.Member][]Item, error) {
	var rows []struct {
		MemberID id.Member
		Item     `bun:",extend"`
	}
	err := d.NewRaw(`
		SELECT s.member_id, a.code, s.status, s.opened_at, s.done_at
		FROM   sensitive.assignments s
		JOIN   sensitive.panel_members m ON m.id = s.member_id
		JOIN   sensitive.applications a ON a.id = s.application_id
		WHERE  m.person_id = ? AND s.status IN ('assigned', 'reading', 'done') ORDER BY s.id LIMIT 500`, person).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("listing what somebody has to read: %w", err)
	}
	all := map[id.Member][]Item{}
	for _, row := range rows {
		all[row.MemberID] = append(all[row.MemberID], row.Item)
	}
	return all, nil
}
