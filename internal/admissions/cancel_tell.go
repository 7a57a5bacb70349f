package admissions

import (
	"context"
	"fmt"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

// cancelledLetter is what the mails about a cancelled run say.
type cancelledLetter struct {
	Name         string
	Code         string // of the place; of the booking, where an organisation is told
	Organisation string // that booked the place, whom it is to
	Org          string // its code
	Offering     *course.Offering
	Reason       string
	AnswerBy     london.Date
	Employed     bool // an employer booked the place, and decides
	Back         money.Amount
	Places       int // of the booking, that have ended
}

// tellCancelled tells whoever has a place on a cancelled run, with a calendar file that takes its dates away.
func tellCancelled(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, c *enrolment.Cancellation, template string, back money.Amount) error {
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	l := cancelledLetter{Code: e.Code, Offering: o, Reason: c.Reason, AnswerBy: c.AnswerBy, Employed: e.TeamID != 0, Back: back}
	m := mail.Message{Template: template, Attachments: []mail.Attachment{{
		Name: o.Code + "-cancelled.ics", ContentType: "text/calendar; charset=utf-8; method=CANCEL", Body: o.Cancellation(tx.Now)}}}
	now, err := enrolment.NameNow(ctx, tx, e.ID)
	if err != nil {
		return err
	}
	switch {
	case now != nil:
		l.Name, m.To, m.Person = now.Name, now.Email, now.PersonID
	case e.PersonID != 0:
		who, err := people.ByID(ctx, tx, e.PersonID)
		if err != nil {
			return err
		}
		l.Name, m.To, m.Person = who.Name, who.Email, who.ID
	}
	if m.To == "" {
		return nil
	}
	m.Data = l
	return mail.Send(ctx, tx, m)
}

// tellTeamCancelled tells the organisation that booked a place with the first of its places: it is one mail for a booking.
func tellTeamCancelled(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, c *enrolment.Cancellation) error {
	if e.TeamID == 0 {
		return nil
	}
	seats, err := enrolment.TeamEnrolments(ctx, tx, e.TeamID)
	if err != nil {
		return err
	}
	for _, s := range seats {
		if s.ID < e.ID && (s.HasPlace() || s.Status == enrolment.Cancelled) && s.RunID == e.RunID {
			return nil
		}
	}
	return writeTeamCancelled(ctx, tx, e, "seats-cancelled", cancelledLetter{Reason: c.Reason, AnswerBy: c.AnswerBy})
}

// tellTeamEnded tells the organisation with the last place of a booking that ends because nobody chose other dates for it.
func tellTeamEnded(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	if e.TeamID == 0 {
		return nil
	}
	seats, err := enrolment.TeamEnrolments(ctx, tx, e.TeamID)
	if err != nil {
		return err
	}
	ended := 0
	for _, s := range seats {
		if s.RunID != e.RunID {
			continue
		}
		if s.HasPlace() {
			return nil
		}
		if s.Status == enrolment.Cancelled {
			ended++
		}
	}
	return writeTeamCancelled(ctx, tx, e, "seats-ended", cancelledLetter{Places: ended})
}

// writeTeamCancelled writes to everybody who acts for the organisation that booked a place on a cancelled run.
func writeTeamCancelled(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, template string, l cancelledLetter) error {
	t, err := enrolment.TeamOf(ctx, tx, e.TeamID)
	if err != nil {
		return err
	}
	of, err := organisation.ByID(ctx, tx, t.OrganisationID)
	if err != nil {
		return err
	}
	members, err := organisation.Members(ctx, tx, of.ID)
	if err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	l.Code, l.Organisation, l.Org, l.Offering = t.Code, of.Name, of.Code, o
	for _, m := range members {
		l.Name = m.Name
		if err := mail.Send(ctx, tx, mail.Message{To: m.Email, Person: m.Person, Template: template, Data: l}); err != nil {
			return err
		}
	}
	return nil
}

// tellPayersCancelled tells organisations that pay for a place and have not booked it, each with the first of the places on the run
// for which they pay. Who has it, and what others pay, they do not learn.
func tellPayersCancelled(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, c *enrolment.Cancellation) error {
	var payers []id.Organisation
	err := tx.NewRaw(`
		SELECT DISTINCT s.organisation_id FROM shares s
		WHERE  s.enrolment_id = ?0 AND s.agreed_at IS NOT NULL AND s.organisation_id IS DISTINCT FROM (SELECT organisation_id FROM team_bookings WHERE id = ?1)
		       AND NOT EXISTS (SELECT FROM shares o JOIN enrolments x ON x.id = o.enrolment_id
		           WHERE o.organisation_id = s.organisation_id AND o.agreed_at IS NOT NULL AND x.run_id = ?2 AND x.id < ?0 AND x.status IN ('held', 'confirmed', 'cancelled')
		                 AND x.team_booking_id IS NOT DISTINCT FROM ?1)
		ORDER  BY 1`, e.ID, teamOf(e), e.RunID).Scan(ctx, &payers)
	if err != nil {
		return fmt.Errorf("reading who pays for a place: %w", err)
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	for _, which := range payers {
		of, err := organisation.ByID(ctx, tx, which)
		if err != nil {
			return err
		}
		members, err := organisation.Members(ctx, tx, of.ID)
		if err != nil {
			return err
		}
		l := cancelledLetter{Organisation: of.Name, Org: of.Code, Offering: o, Reason: c.Reason, AnswerBy: c.AnswerBy}
		for _, m := range members {
			l.Name = m.Name
			if err := mail.Send(ctx, tx, mail.Message{To: m.Email, Person: m.Person, Template: "payer-cancelled", Data: l}); err != nil {
				return err
			}
		}
	}
	return nil
}

// teamOf is the booking that a place is part of, or nil.
func teamOf(e *enrolment.Enrolment) *id.TeamBooking {
	if e.TeamID == 0 {
		return nil
	}
	return &e.TeamID
}
