package admissions

import (
	"cmp"
	"context"
	"slices"
	"time"

	"bursar/internal/billing"
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

// teamLetter is what the mails about places of organisations may say (templates/mail/seat-*, team-*, pay-*, cost-*).
type teamLetter struct {
	Name         string // of whom it is to
	Organisation string
	Org          string // the organisation's code
	Code         string // of a place, a booking or a request
	Offering     *course.Offering
	Seats        []enrolment.Seat
	HeldUntil    time.Time
	Until        london.Date // by when an answer is wanted
	Own          money.Amount
	Rest         money.Amount
	Was          money.Amount // Own, before it changed
	Places       int
	Confirmed    bool
	Approval     enrolment.Approval
	Answer       billing.RequestStatus
	Words        string // of whoever answered
	Contact      string // who asks
	Token        string
	Asker        string // name of whoever asks for money
}

// Held are the places that are not certain yet.
func (l teamLetter) Held() []enrolment.Seat { return l.seats(enrolment.Held) }

// Sure are the places that are certain.
func (l teamLetter) Sure() []enrolment.Seat { return l.seats(enrolment.Confirmed) }

func (l teamLetter) seats(status enrolment.Status) []enrolment.Seat {
	return slices.DeleteFunc(slices.Clone(l.Seats), func(s enrolment.Seat) bool { return s.Status != status })
}

// tellSeat writes to whoever sits in a place, at the address that its organisation gave.
func tellSeat(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, template string, l teamLetter) error {
	now, err := enrolment.NameNow(ctx, tx, e.ID)
	if err != nil || now == nil {
		return err
	}
	return tellSitter(ctx, tx, e, now, template, l)
}

func tellSitter(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, sitter *enrolment.SeatName, template string, l teamLetter) error {
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	if l.Organisation == "" {
		if l.Organisation, err = employerOf(ctx, tx, e); err != nil {
			return err
		}
	}
	l.Name, l.Code, l.Offering, l.HeldUntil, l.Confirmed = sitter.Name, e.Code, o, e.HeldUntil, e.Status == enrolment.Confirmed
	m := mail.Message{To: sitter.Email, Person: sitter.PersonID, Template: template, Data: l}
	if l.Confirmed {
		m.Attachments = invitations(o, tx.Now)
	}
	return mail.Send(ctx, tx, m)
}

// employerOf is the name of the organisation that booked a place, or "" for one that its holder booked.
func employerOf(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) (string, error) {
	if e.TeamID == 0 {
		return "", nil
	}
	t, err := enrolment.TeamOf(ctx, tx, e.TeamID)
	if err != nil {
		return "", err
	}
	of, err := organisation.ByID(ctx, tx, t.OrganisationID)
	if err != nil {
		return "", err
	}
	return of.Name, nil
}

// tellNamed tells somebody that a place is theirs, and what they have to pay of it if anything.
func tellNamed(ctx context.Context, tx *db.Tx, of *organisation.Organisation, e *enrolment.Enrolment) error {
	own, err := ownPart(ctx, tx, e)
	if err != nil {
		return err
	}
	return tellSeat(ctx, tx, e, "seat-named", teamLetter{Organisation: of.Name, Own: own})
}

// ownPart is what the holder of a place has still to pay of it, in pence.
func ownPart(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) (own money.Amount, err error) {
	shares, err := billing.SharesOf(ctx, tx, e.ID)
	for _, s := range shares {
		if s.Payer != billing.Learner || s.Secured() {
			continue
		}
		paid, err := billing.Paid(ctx, tx, s)
		if err != nil {
			return 0, err
		}
		own += s.Amount - paid
	}
	return own, err
}

func tellPassedOn(ctx context.Context, tx *db.Tx, of *organisation.Organisation, e *enrolment.Enrolment, before *enrolment.SeatName) error {
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	l := teamLetter{Name: before.Name, Organisation: of.Name, Code: e.Code, Offering: o}
	return mail.Send(ctx, tx, mail.Message{To: before.Email, Person: before.PersonID, Template: "seat-passed-on", Data: l})
}

func tellSeatWithdrawn(ctx context.Context, tx *db.Tx, of *organisation.Organisation, e *enrolment.Enrolment) error {
	return tellSeat(ctx, tx, e, "seat-withdrawn", teamLetter{Organisation: of.Name})
}

// tellSeatLapsed tells whoever sat there, and the organisation that booked the place.
func tellSeatLapsed(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	if err := tellSeat(ctx, tx, e, "seat-lapsed", teamLetter{}); err != nil || e.TeamID == 0 {
		return err
	}
	t, err := enrolment.TeamOf(ctx, tx, e.TeamID)
	if err != nil {
		return err
	}
	return tellTeam(ctx, tx, t, "team-lapsed", teamLetter{Code: e.Code})
}

func tellLeft(ctx context.Context, tx *db.Tx, of *organisation.Organisation, e *enrolment.Enrolment, answerBy london.Date) error {
	return tellSeat(ctx, tx, e, "seat-left", teamLetter{Organisation: of.Name, Until: answerBy})
}

// tellKept tells an organisation that somebody who left it keeps their place on other money.
func tellKept(ctx context.Context, tx *db.Tx, of *organisation.Organisation, e *enrolment.Enrolment, q SeatReckoning) error {
	t, err := enrolment.TeamOf(ctx, tx, e.TeamID)
	if err != nil {
		return err
	}
	return tellTeam(ctx, tx, t, "team-kept", teamLetter{Code: e.Code, Own: q.Kept, Rest: q.Back})
}

// tellSeatsConfirmed tells everybody whose place is certain now, and their organisations once each.
func tellSeatsConfirmed(ctx context.Context, tx *db.Tx, confirmed []*enrolment.Enrolment) error {
	var teams []id.TeamBooking
	for _, e := range confirmed {
		if err := tellConfirmedSeat(ctx, tx, e); err != nil {
			return err
		}
		if e.TeamID != 0 && !slices.Contains(teams, e.TeamID) {
			teams = append(teams, e.TeamID)
		}
	}
	for _, team := range teams {
		t, err := enrolment.TeamOf(ctx, tx, team)
		if err != nil {
			return err
		}
		if t.PlacedAt.Equal(tx.Now) {
			continue // they are told what they have booked
		}
		if err := tellTeam(ctx, tx, t, "team-confirmed", teamLetter{}); err != nil {
			return err
		}
	}
	return nil
}

// tellConfirmedSeat tells whoever sits in a place; one that its holder booked with an employer's help has no other name.
func tellConfirmedSeat(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	return tellSeat(ctx, tx, e, "seat-confirmed", teamLetter{})
}

// tellOwnParts tells those who are named for a place and have a part of its price to pay themselves.
func tellOwnParts(ctx context.Context, tx *db.Tx, of *organisation.Organisation, seats []*enrolment.Enrolment) error {
	for _, e := range seats {
		if e.Status != enrolment.Held || e.PersonID == 0 {
			continue
		}
		own, err := ownPart(ctx, tx, e)
		if err != nil {
			return err
		}
		if own == 0 {
			continue
		}
		if err := tellNamed(ctx, tx, of, e); err != nil {
			return err
		}
	}
	return nil
}

func tellWaits(ctx context.Context, tx *db.Tx, t *enrolment.TeamBooking) error {
	return tellTeam(ctx, tx, t, "team-waits", teamLetter{})
}

func tellApproval(ctx context.Context, tx *db.Tx, t *enrolment.TeamBooking) error {
	return tellTeam(ctx, tx, t, "team-approval", teamLetter{Approval: t.Approval, Words: t.ApprovalWords, Contact: t.ApproverName})
}

// tellTeam writes to whoever booked for an organisation; to all its coordinators when they act for it no more.
func tellTeam(ctx context.Context, tx *db.Tx, t *enrolment.TeamBooking, template string, l teamLetter) error {
	of, err := organisation.ByID(ctx, tx, t.OrganisationID)
	if err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, t.RunID)
	if err != nil {
		return err
	}
	if l.Seats, err = enrolment.SeatsOfTeam(ctx, tx, of.ID, t.ID); err != nil {
		return err
	}
	l.Organisation, l.Org, l.Offering, l.Places, l.HeldUntil = of.Name, of.Code, o, t.Places, t.HoldUntil
	if l.Code == "" {
		l.Code = t.Code
	}
	return tellCoordinators(ctx, tx, of, t.BookedBy, template, l)
}

func tellCoordinators(ctx context.Context, tx *db.Tx, of *organisation.Organisation, first id.Person, template string, l teamLetter) error {
	members, err := organisation.Members(ctx, tx, of.ID)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(members, func(m organisation.Member) bool { return m.Person == first }); i >= 0 {
		members = members[i : i+1]
	}
	for _, m := range members {
		l.Name = m.Name
		if err := mail.Send(ctx, tx, mail.Message{To: m.Email, Person: m.Person, Template: template, Data: l}); err != nil {
			return err
		}
	}
	return nil
}

// tellApprover asks somebody to agree to the cost of a booking, by a link of which only the hash is kept.
func tellApprover(ctx context.Context, tx *db.Tx, of *organisation.Organisation, t *enrolment.TeamBooking, token string) error {
	by, err := people.ByID(ctx, tx, t.BookedBy)
	if err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, t.RunID)
	if err != nil {
		return err
	}
	a := &Approval{Team: t}
	if err := a.count(ctx, tx); err != nil {
		return err
	}
	l := teamLetter{Name: t.ApproverName, Organisation: of.Name, Contact: cmp.Or(by.Name, by.Email), Offering: o, Places: a.Active, HeldUntil: t.HoldUntil, Token: token}
	return mail.Send(ctx, tx, mail.Message{To: t.ApproverEmail, Template: "cost-approval", Data: l, Secret: true})
}

// tellAsked asks somebody at an organisation whether it pays. Somebody whose organisation is not known yet gets the link by
// which they join it.
func tellAsked(ctx context.Context, tx *db.Tx, of *organisation.Organisation, r *billing.PayRequest, token string) error {
	l := teamLetter{Name: r.Contact, Organisation: of.Name, Org: of.Code, Code: r.Code, Words: r.Message, Token: token}
	by, err := people.ByID(ctx, tx, r.AskedBy)
	if err != nil {
		return err
	}
	l.Asker = cmp.Or(by.Name, by.Email)
	if r.AskedFor != 0 {
		asking, err := organisation.ByID(ctx, tx, r.AskedFor)
		if err != nil {
			return err
		}
		l.Asker = asking.Name
	}
	return mail.Send(ctx, tx, mail.Message{To: r.Email, Template: "pay-request", Data: l, Secret: token != ""})
}

// tellAnswered tells whoever asked what the organisation says.
func tellAnswered(ctx context.Context, tx *db.Tx, of *organisation.Organisation, r *billing.PayRequest, seats []*enrolment.Enrolment) error {
	by, err := people.ByID(ctx, tx, r.AskedBy)
	if err != nil {
		return err
	}
	l := teamLetter{Name: by.Name, Organisation: of.Name, Answer: r.Status, Words: r.Answer, Places: len(seats)}
	if r.AskedFor != 0 {
		asking, err := organisation.ByID(ctx, tx, r.AskedFor)
		if err != nil {
			return err
		}
		l.Org = asking.Code
	} else {
		l.Code = seats[0].Code
	}
	return mail.Send(ctx, tx, mail.Message{To: by.Email, Person: by.ID, Template: "pay-answered", Data: l})
}
