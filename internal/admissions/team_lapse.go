package admissions

import (
	"context"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/organisation"
)

// ApproveOrganisation lets an organisation order, by a member of staff, and confirms the places that waited only for that.
// It returns what organisation.Approve returns, and runs as db.Worker.
func ApproveOrganisation(ctx context.Context, tx *db.Tx, by id.Person, code string, trustDomain bool) error {
	known, err := organisation.ByCode(ctx, tx, code)
	if err != nil {
		return err
	}
	waiting, err := enrolment.HeldFor(ctx, tx, known.ID)
	if err != nil {
		return err
	}
	seats, err := enrolment.LockAll(ctx, tx, waiting)
	if err != nil {
		return err
	}
	if _, err := organisation.Approve(ctx, tx, by, code, trustDomain); err != nil {
		return err
	}
	return secure(ctx, tx, audit.Person(by), seats)
}

// LapseSeat ends a place that was held for an organisation when the last day for what is missing has passed. What its
// holder has paid of it goes back. A place that is confirmed never ends by the passing of time. It runs as db.Worker.
func LapseSeat(ctx context.Context, tx *db.Tx, which id.Enrolment) error {
	e, err := enrolment.Lock(ctx, tx, which)
	if err != nil || e.Status != enrolment.Held || e.HeldUntil.After(tx.Now) {
		return err
	}
	if a, err := awardOf(ctx, tx, e); err != nil || a != nil {
		return err // see LapseUnpaid
	}
	if included(e) {
		confirmed, err := confirmIncluded(ctx, tx, audit.System, e.TeamID)
		if err != nil || len(confirmed) > 0 {
			return err
		}
	}
	if err := enrolment.Lapse(ctx, tx, e); err != nil {
		return err
	}
	if err := endAllUnconfirmed(ctx, tx, e); err != nil {
		return err
	}
	if err := billing.ClosePages(ctx, tx, e.ID); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.System, e, "place lapsed", nil); err != nil {
		return err
	}
	if err := tellLapsed(ctx, tx, e); err != nil {
		return err
	}
	return passOnPlace(ctx, tx, e.RunID)
}

// tellLapsed tells whoever held the place.
func tellLapsed(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	if !e.OfferedAt.IsZero() && e.TeamID == 0 {
		o, err := course.OfferingOf(ctx, tx, e.RunID)
		if err != nil {
			return err
		}
		return tell(ctx, tx, e, map[course.Entry]string{course.Book: "waiting-lapsed", course.Apply: "course-lapsed"}[o.Entry], letter{})
	}
	if told, err := tellOfferLapsed(ctx, tx, e); err != nil || told {
		return err
	}
	return tellSeatLapsed(ctx, tx, e)
}

// endAllUnconfirmed ends the shares of a place that was only held.
func endAllUnconfirmed(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	shares, err := billing.SharesOf(ctx, tx, e.ID)
	if err != nil {
		return err
	}
	for i := range shares {
		if err := endUnconfirmed(ctx, tx, &shares[i], e); err != nil {
			return err
		}
	}
	return nil
}

// endUnconfirmed ends a share of a place that never became certain: nothing is owed, and what was paid goes back.
func endUnconfirmed(ctx context.Context, tx *db.Tx, s *billing.Share, e *enrolment.Enrolment) error {
	if s.Payer == billing.Organisation {
		return endOrganisationShare(ctx, tx, s, e, 0)
	}
	if err := billing.EndPlan(ctx, tx, s.ID); err != nil {
		return err
	}
	paid, err := billing.Paid(ctx, tx, *s)
	if err != nil {
		return err
	}
	if paid == 0 {
		return billing.Release(ctx, tx, *s, e.RunID)
	}
	_, err = billing.GiveBack(ctx, tx, *s, e.RunID, 0)
	return err
}

// The days before the end of a hold on which an organisation is reminded of what is missing.
var reminderDays = [...]int{7, 2}

// TeamsToRemind lists the bookings whose organisations are to be reminded now of what is missing, by their codes.
func TeamsToRemind(ctx context.Context, d *db.DB, limit int) ([]string, error) {
	now := d.Now()
	var all []string
	for i, days := range reminderDays {
		codes, err := enrolment.WaitingTeams(ctx, d, now, days, i+1, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, codes...)
	}
	return all, nil
}

// RemindTeam reminds an organisation of what is missing for places that are held, at most once for each day of the
// reminders. Called again it does nothing.
func RemindTeam(ctx context.Context, tx *db.Tx, team string) error {
	seats, t, err := lockTeam(ctx, tx, team)
	if err != nil {
		return err
	}
	due := 0
	for i, days := range reminderDays {
		if !t.HoldUntil.After(tx.Now.AddDate(0, 0, days)) {
			due = i + 1
		}
	}
	held := 0
	for _, e := range seats {
		if e.Status == enrolment.Held {
			held++
		}
	}
	if t.Reminded >= due || held == 0 || t.HoldUntil.Before(tx.Now) {
		return nil
	}
	t.Reminded = due
	if err := enrolment.SaveTeam(ctx, tx, t); err != nil {
		return err
	}
	return tellWaits(ctx, tx, t)
}
