package admissions

import (
	"context"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

// retimedLetter is what the mails about a run's new dates say, and those that it goes ahead.
type retimedLetter struct {
	Name         string
	Code         string // of the place; of the booking, where an organisation is told
	Organisation string // that booked places, whom it is to
	Org          string // its code
	Employed     bool   // an employer booked the place
	Confirmed    bool   // the place is
	Before       *course.Offering
	Offering     *course.Offering
	Why          string
}

// tellRetimed tells whoever has a place, the organisations that booked some, and those who teach, with files that change
// their calendars.
func tellRetimed(ctx context.Context, tx *db.Tx, before, after *course.Offering, why string, teachers []id.Person) error {
	holders, err := enrolment.Holders(ctx, tx, after.ID)
	if err != nil {
		return err
	}
	files := invitations(after, tx.Now)
	if gone := after.Gone(tx.Now, before); gone != nil {
		files = append(files, mail.Attachment{Name: after.Code + "-cancelled.ics", ContentType: "text/calendar; charset=utf-8; method=CANCEL", Body: gone})
	}
	l := retimedLetter{Before: before, Offering: after, Why: why}
	if err := tellHolders(ctx, tx, holders, "run-retimed", l, files); err != nil {
		return err
	}
	for _, t := range teamsAmong(holders) {
		if err := tellTeamRetimed(ctx, tx, t, l); err != nil {
			return err
		}
	}
	l.Code = ""
	for _, who := range teachers {
		p, err := people.ByID(ctx, tx, who)
		if err != nil {
			return err
		}
		l.Name = p.Name
		if err := mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: "teaching-retimed", Data: l, Attachments: files}); err != nil {
			return err
		}
	}
	return nil
}

// tellHolders sends one mail to each who sits in a place and knows of it, with files for the calendar of those who come.
func tellHolders(ctx context.Context, tx *db.Tx, holders []enrolment.Holder, template string, l retimedLetter, files []mail.Attachment) error {
	for _, h := range holders {
		if !h.Told() {
			continue
		}
		l.Name, l.Code, l.Employed, l.Confirmed = h.Name, h.Code, h.TeamID != 0, h.Status == enrolment.Confirmed
		m := mail.Message{To: h.Email, Person: h.PersonID, Template: template, Data: l}
		if l.Confirmed {
			m.Attachments = files
		}
		if err := mail.Send(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

func tellTeamRetimed(ctx context.Context, tx *db.Tx, team id.TeamBooking, l retimedLetter) error {
	t, err := enrolment.TeamOf(ctx, tx, team)
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
	l.Code, l.Organisation, l.Org = t.Code, of.Name, of.Code
	for _, m := range members {
		l.Name = m.Name
		if err := mail.Send(ctx, tx, mail.Message{To: m.Email, Person: m.Person, Template: "seats-retimed", Data: l}); err != nil {
			return err
		}
	}
	return nil
}

// GoAhead says that a run is held, and tells whoever has a confirmed place, so that they can book their journey. Doing it again
// changes nothing. It returns what course.GoAhead returns.
func GoAhead(ctx context.Context, tx *db.Tx, by id.Person, run id.Run) error {
	said, err := course.GoAhead(ctx, tx, audit.Person(by), run)
	if err != nil || !said {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, run)
	if err != nil {
		return err
	}
	holders, err := enrolment.Holders(ctx, tx, run)
	if err != nil {
		return err
	}
	var confirmed []enrolment.Holder
	for _, h := range holders {
		if h.Status == enrolment.Confirmed {
			confirmed = append(confirmed, h)
		}
	}
	return tellHolders(ctx, tx, confirmed, "run-goes-ahead", retimedLetter{Before: o, Offering: o}, nil)
}
