package award

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/money"
)

const (
	// UnspentNotice is how many days before the last day to ask somebody is told that money is left.
	UnspentNotice = 14
	// noticesAtOnce bounds one unit of work.
	noticesAtOnce = 200
)

// ReturnUnspent gives back to its funds what nobody asked for of an accepted award, ReturnDays after its course, and ends
// the award. It does nothing, and says so, while that day has not passed or a claim waits for a decision or to be paid:
// those stand on the office's list. It is for the worker's role.
func ReturnUnspent(ctx context.Context, tx *db.Tx, which id.Award) (bool, error) {
	a, err := ByID(ctx, tx, which)
	if err != nil {
		return false, err
	}
	if _, err := bursary.Lock(ctx, tx, a.ApplicationID); err != nil {
		return false, err
	}
	if a, err = Lock(ctx, tx, which); err != nil || a.Status != Accepted {
		return false, err
	}
	if late, err := a.late(ctx, tx); err != nil || !late {
		return false, err
	}
	claims, err := ClaimsOf(ctx, tx, a)
	if err != nil {
		return false, err
	}
	for _, c := range claims {
		if c.Status == ClaimAsked || c.Status == ClaimApproved {
			return false, nil
		}
	}
	if fee := a.Fee(); fee != nil && fee.committed() > 0 {
		return false, fmt.Errorf("award %s: %s of the fee was never paid to the course", a.Code, fee.committed())
	}
	return true, a.end(ctx, tx)
}

// late reports whether the last day to ask has passed, as Returnable finds it.
func (a *Award) late(ctx context.Context, tx *db.Tx) (bool, error) {
	var ends london.Date
	if err := tx.NewRaw("SELECT max(ends_on) FROM blocks WHERE run_id = ?", a.RunID).Scan(ctx, &ends); err != nil {
		return false, fmt.Errorf("reading when a course ends: %w", err)
	}
	return ends.AddDays(ReturnDays).Before(london.DateOf(tx.Now)), nil
}

// end gives back all that is left and ends the award.
func (a *Award) end(ctx context.Context, tx *db.Tx) error {
	left := money.Amount(0)
	for _, p := range a.Parts() {
		left += p.Committed()
	}
	if err := Release(ctx, tx, fmt.Sprintf("award/%d/unspent", a.ID), a.Parts()); err != nil {
		return err
	}
	if err := a.Move(Spent, tx.Now); err != nil {
		return err
	}
	if err := Save(ctx, tx, a); err != nil {
		return err
	}
	return Record(ctx, tx, audit.System, "unspent money returned", a, map[string]any{"amount": left})
}

// ReleaseUnclaimed gives back to its funds all that is still promised of an award, but for what approved claims wait to be
// paid, under a reference that says what happened. It is for an award that is given up.
func ReleaseUnclaimed(ctx context.Context, tx *db.Tx, reference string, a *Award) error {
	claims, err := ClaimsOf(ctx, tx, a)
	if err != nil {
		return err
	}
	var free []*Part // of each what is given back, in Amount
	var touched []*Part
	for _, l := range a.Lines {
		keep := l.room(claims).Approved // claims are paid from the first part on, so the first keep it
		for _, p := range l.Parts {
			kept := min(keep, p.Committed())
			keep -= kept
			if n := p.Committed() - kept; n > 0 {
				free, touched = append(free, &Part{FundID: p.FundID, Amount: n}), append(touched, p)
				p.Released += n
			}
		}
	}
	if len(touched) == 0 {
		return nil
	}
	if err := fund.Release(ctx, tx, reference, Sum(free, func(p *Part) money.Amount { return p.Amount })); err != nil {
		return err
	}
	return SaveParts(ctx, tx, touched)
}

// unspentSoon is what the mail about money that is left is given.
type unspentSoon struct {
	Code   string // of the application
	Until  london.Date
	Person id.Person
	Email  string
}

// NoticeUnspent tells people UnspentNotice days before their last day to ask, from 9 in the morning, that money of their
// award is left: each once for that day. It writes to a limited number at once and returns to how many. It is for
// the worker's role.
func NoticeUnspent(ctx context.Context, tx *db.Tx) (int, error) {
	today := london.DateOf(tx.Now)
	if tx.Now.Before(today.At(remindAt, 0)) {
		return 0, nil
	}
	var told []unspentSoon
	err := tx.NewRaw(`
		WITH told AS (
			INSERT INTO sensitive.award_notices (award_id, about, until_on, at)
			SELECT a.id, 'unspent', own.until_on, ?0
			FROM   sensitive.awards a
			JOIN   enrolments e ON e.id = a.enrolment_id AND e.status IN ('confirmed', 'completed')
			CROSS  JOIN LATERAL (SELECT max(b.ends_on) + ?1 AS until_on FROM blocks b WHERE b.run_id = a.run_id) own
			WHERE  a.status = 'accepted' AND own.until_on BETWEEN ?2 AND ?3
			  AND  EXISTS (SELECT FROM sensitive.award_lines l WHERE l.award_id = a.id AND l.purpose <> 'fee'
			               AND (SELECT sum(p.amount - p.spent - p.released) FROM sensitive.award_parts p WHERE p.line_id = l.id)
			                   > (SELECT coalesce(sum(coalesce(c.approved, c.asked)), 0) FROM sensitive.claims c
			                      WHERE c.line_id = l.id AND c.status IN ('asked', 'approved')))
			  AND  NOT EXISTS (SELECT FROM sensitive.award_notices n WHERE n.award_id = a.id AND n.about = 'unspent' AND n.until_on = own.until_on)
			ORDER  BY a.id LIMIT ?4
			ON CONFLICT DO NOTHING RETURNING award_id, until_on)
		SELECT app.code, told.until_on AS until, p.id AS person, p.email
		FROM   told
		JOIN   sensitive.awards a ON a.id = told.award_id
		JOIN   sensitive.applications app ON app.id = a.application_id
		JOIN   people p ON p.id = a.person_id
		ORDER  BY a.id`, tx.Now, ReturnDays, today, today.AddDays(UnspentNotice), noticesAtOnce).Scan(ctx, &told)
	if err != nil {
		return 0, fmt.Errorf("finding who has money left: %w", err)
	}
	for _, t := range told {
		m := mail.Message{To: t.Email, Person: t.Person, Template: "unspent-soon", Data: t, Private: true}
		if err := mail.Send(ctx, tx, m); err != nil {
			return 0, err
		}
	}
	return len(told), nil
}
