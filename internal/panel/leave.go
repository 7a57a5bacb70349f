package panel

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/people"
)

// Leave ends somebody's part in a panel. What they have finished counts; what they have not goes to others. When
// they are on no other panel they are no assessor any more.
func Leave(ctx context.Context, tx *db.Tx, by id.Person, round string, which id.Member) error {
	r, err := lockPanel(ctx, tx, round)
	if err != nil {
		return err
	}
	m, err := MemberOf(ctx, tx, r.ID, which)
	if err != nil || m.Status == MemberLeft {
		return err
	}
	m.Status = MemberLeft
	if err := saveMember(ctx, tx, m); err != nil {
		return err
	}
	_, err = tx.NewRaw("UPDATE sensitive.assignments SET status = 'taken_away' WHERE member_id = ? AND status IN ('assigned', 'reading')", m.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("freeing what somebody had to read: %w", err)
	}
	var elsewhere bool
	err = tx.NewRaw("SELECT EXISTS (SELECT FROM sensitive.panel_members WHERE person_id = ? AND status = 'active')", m.PersonID).Scan(ctx, &elsewhere)
	if err != nil {
		return fmt.Errorf("looking for other panels: %w", err)
	}
	if !elsewhere {
		if err := people.Revoke(ctx, tx, audit.Person(by), m.PersonID, people.Assessor); err != nil {
			return err
		}
	}
	if err := recordMember(ctx, tx, by, "panel member left", m); err != nil {
		return err
	}
	return tx.Enqueue(ctx, Refill{Round: r.ID})
}
