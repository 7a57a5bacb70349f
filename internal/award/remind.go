package award

import (
	"context"
	"fmt"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

const (
	remindAt     = 9   // the hour of the day, in London, from which people are reminded
	remindAtOnce = 100 // people of each reminder, in one unit of work
	firstAfter   = 3   // working days after the offer
	lastBefore   = 3   // working days before a deadline: of ten to answer, the seventh
)

// RemindOffers writes to holders who have not answered: on the third working day, and three working days before the
// last, which of ten is the seventh; and three working days before the last day to whoever has not paid their own part.
// Each is told once of a deadline, from 9 in the morning, and never on the day on which it was set. It writes to a
// limited number at once, and is for the worker's role.
func RemindOffers(ctx context.Context, tx *db.Tx) error {
	today := london.DateOf(tx.Now)
	if tx.Now.Before(today.At(remindAt, 0)) {
		return nil
	}
	for _, r := range reminders {
		holders, err := r.holders(ctx, tx, today)
		if err != nil {
			return err
		}
		for _, which := range holders {
			a, err := ByID(ctx, tx, which)
			if err != nil {
				return err
			}
			o, err := course.OfferingOf(ctx, tx, a.RunID)
			if err != nil {
				return err
			}
			if err := Tell(ctx, tx, a, r.template, Notice{Until: a.UntilOn, Own: a.Own, PayBy: a.PayBy, Offering: o}); err != nil {
				return err
			}
		}
	}
	return nil
}

// reminder is one reason to write to holders of awards.
type reminder struct {
	about    string // as award_notices has it
	template string
	deadline string // the column with the last day
	due      string // ?0 is today, ?1 the last day of which people are reminded today, ?2 the latest day whose third working day has come
}

// reminders are all of them. The first is not made up for once the second is due.
var reminders = []reminder{
	{"third_day", "offer-waits", "until_on",
		`a.status = 'offered' AND NOT a.extended AND a.until_on > ?1 AND (a.offered_at AT TIME ZONE 'Europe/London')::date <= ?2`},
	{"seventh_day", "offer-waits", "until_on",
		`a.status = 'offered' AND a.until_on BETWEEN ?0 AND ?1 AND (a.offered_at AT TIME ZONE 'Europe/London')::date < ?0`},
	{"pay_own", "own-part-due", "pay_by",
		`a.status = 'accepted' AND a.pay_by BETWEEN ?0 AND ?1 AND (a.answered_at AT TIME ZONE 'Europe/London')::date < ?0
		 AND EXISTS (SELECT FROM enrolments e WHERE e.id = a.enrolment_id AND e.status = 'held')
		 AND NOT EXISTS (SELECT FROM shares s JOIN payments p ON p.share_id = s.id WHERE s.enrolment_id = a.enrolment_id AND p.status = 'pending')`},
}

// holders notes which awards somebody is reminded of, and lists them.
func (r reminder) holders(ctx context.Context, tx *db.Tx, today london.Date) ([]id.Award, error) {
	third := today
	for third.AddWorking(firstAfter).After(today) {
		third = third.AddDays(-1)
	}
	var which []id.Award
	err := tx.NewRaw(`
		INSERT INTO sensitive.award_notices (award_id, about, until_on, at)
		SELECT a.id, ?3, a.`+r.deadline+`, ?4
		FROM   sensitive.awards a
		WHERE  `+r.due+`
		       AND NOT EXISTS (SELECT FROM sensitive.award_notices n WHERE n.award_id = a.id AND n.about = ?3 AND n.until_on = a.`+r.deadline+`)
		ORDER  BY a.id LIMIT ?5
		ON CONFLICT DO NOTHING RETURNING award_id`,
		today, today.AddWorking(lastBefore), third, r.about, tx.Now, remindAtOnce).Scan(ctx, &which)
	if err != nil {
		return nil, fmt.Errorf("finding whom to remind of an offer: %w", err)
	}
	return which, nil
}
