package learner

import (
	"context"
	"errors"
	"time"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// sharing is how organisations help to pay for a place, as far as whoever sits there may know.
type sharing struct {
	Booked  string               // the organisation that booked the place; empty: the person did
	Kept    bool                 // they kept it when they left that organisation
	Leaving *enrolment.Departure // the question whether they keep it, while it waits for their answer
	Asked   []request            // latest first
	names   map[id.Organisation]string
}

// request is what somebody asked an employer to pay, and the answer.
type request struct {
	billing.PayRequest
	Amount money.Amount // in pence; zero once the employer has declined
}

// Who is whom they asked.
func (r request) Who() string {
	if r.Contact == "" {
		return r.Email
	}
	return r.Contact + " (" + r.Email + ")"
}

// readSharing reads who else pays for a place.
func (p *place) readSharing(ctx context.Context, tx *db.Tx) error {
	requests, err := billing.RequestsFor(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	var payers []id.Organisation
	for _, s := range p.Shares {
		if s.OrganisationID != 0 {
			payers = append(payers, s.OrganisationID)
		}
	}
	if p.TeamID == 0 && len(payers) == 0 && len(requests) == 0 && p.OfferedAt.IsZero() {
		return nil
	}
	p.sharing = &sharing{names: map[id.Organisation]string{}}
	for _, r := range requests {
		if r.AskedBy == p.PersonID && r.AskedFor == 0 {
			p.sharing.Asked = append(p.sharing.Asked, request{r, p.asked(r.ID)})
		}
	}
	if p.sharing.Leaving, err = enrolment.DepartureOf(ctx, tx, p.ID); err != nil && !errors.Is(err, enrolment.ErrNotLeft) {
		return err
	}
	if p.sharing.Leaving != nil {
		payers = append(payers, p.sharing.Leaving.OrganisationID)
	}
	return p.readNames(ctx, tx, payers)
}

// readNames reads what the organisations are called that pay for a place or have booked it.
func (p *place) readNames(ctx context.Context, tx *db.Tx, payers []id.Organisation) error {
	var booked id.Organisation
	if p.TeamID != 0 {
		team, err := enrolment.TeamOf(ctx, tx, p.TeamID)
		if err != nil {
			return err
		}
		if p.sharing.Kept, err = enrolment.Kept(ctx, tx, p.ID); err != nil {
			return err
		}
		booked = team.OrganisationID
		payers = append(payers, booked)
	}
	known, err := organisation.ByIDs(ctx, tx, payers)
	if err != nil {
		return err
	}
	for which, o := range known {
		p.sharing.names[which] = o.Name
	}
	p.sharing.Booked = p.sharing.names[booked]
	return nil
}

// asked is what of the price a request is about, in pence.
func (p *place) asked(which id.PayRequest) (sum money.Amount) {
	for _, s := range p.Shares {
		if s.PayRequestID == which {
			sum += s.Amount
		}
	}
	return sum
}

// request is what the person asked by a code, or nil.
func (s *sharing) request(code string) *request {
	if s == nil {
		return nil
	}
	for i := range s.Asked {
		if s.Asked[i].Code == id.NormaliseCode(code) {
			return &s.Asked[i]
		}
	}
	return nil
}

// Shared reports whether organisations pay for the place, or were asked to.
func (s *sharing) Shared() bool { return s != nil }

// ThroughEmployer reports whether the place is its organisation's to change: it booked it, and the person has not taken
// it with them.
func (s *sharing) ThroughEmployer() bool { return s != nil && s.Booked != "" && !s.Kept }

// Left reports whether the person is asked if they keep the place.
func (s *sharing) Left() bool { return s != nil && s.Leaving != nil }

// LeftFrom is the organisation that says so.
func (s *sharing) LeftFrom() string { return s.names[s.Leaving.OrganisationID] }

// ToPay is the part of the price that the person can pay by card now, in pence.
func (p *place) ToPay() money.Amount {
	switch {
	case p.Status == enrolment.Withdrawn:
		return p.outstanding()
	case !p.HasPlace() || p.Offered() || p.Plan != nil && p.Plan.Begun():
		return 0
	case p.Plan != nil:
		return p.Plan.Parts[0].Amount
	}
	var open []money.Amount
	for _, s := range p.Shares {
		if s.Payer == billing.Learner && !s.Secured() {
			open = append(open, s.Amount)
		}
	}
	switch len(open) {
	case 0:
		return 0
	case 1:
		return max(0, p.due()-p.left()) // part of it may be paid, when an employer's part has become the person's
	}
	return open[0] // one after the other
}

// outstanding is what is not paid yet of the charge for a place that the person gave up, in pence.
func (p *place) outstanding() (sum money.Amount) {
	for _, s := range p.Shares {
		sum += s.Outstanding
	}
	return sum
}

// atBank reports whether a bank is confirming a payment.
func (p *place) atBank() bool { return p.Payment() != nil && p.Payment().Status == billing.Pending }

// Due is what the person pays of the price, in pence.
func (p *place) Due() money.Amount {
	if len(p.Shares) == 0 && p.funding != nil {
		return p.Award.Own
	}
	if len(p.Shares) == 0 {
		return p.Price
	}
	return p.due()
}

// due is the person's own part by the shares of a place.
func (p *place) due() (sum money.Amount) {
	for _, s := range p.Shares {
		if s.Payer == billing.Learner {
			sum += s.Amount
		}
	}
	return sum
}

// Employers is what organisations pay of the price or were asked to, in pence.
func (p *place) Employers() (sum money.Amount) {
	for _, s := range p.Shares {
		if s.Payer == billing.Organisation {
			sum += s.Owed()
		}
	}
	return sum
}

// Awaited is what a held place still wants from organisations, a line for each.
func (p *place) Awaited() []string {
	var lines []string
	for _, s := range p.Shares {
		switch {
		case s.Payer != billing.Organisation || s.Secured():
		case p.ThroughEmployer():
			return []string{p.sentBy(p.Booked)}
		case s.AgreedAt.IsZero():
			lines = append(lines, "the answer of your employer, whether it pays "+s.Amount.String())
		default:
			lines = append(lines, p.sentBy(p.sharing.names[s.OrganisationID]))
		}
	}
	return lines
}

func (*sharing) sentBy(organisation string) string {
	return "what " + organisation + " has still to send us, such as a purchase order number"
}

// Until is how long a held place is kept: to the end of its last day, or a little longer while a page is open on which it is paid.
func (p *place) Until() string {
	last := london.DateOf(p.HeldUntil)
	if p.funding != nil {
		last = p.Award.PayBy
	}
	if p.HeldUntil.After(last.End()) || p.funding == nil && p.HeldUntil.Before(last.End()) {
		return london.Moment(p.HeldUntil)
	}
	return "the end of " + last.Long()
}

// The stages of a place for which organisations pay a part, besides those of every place.
const (
	awaited stage = "awaited" // the person has paid their part or has none, and something is missing from an organisation
	unmet   stage = "unmet"   // something was missing until its last day
)

// sharedStage is where a place stands for which organisations pay.
func (p *place) sharedStage(now time.Time) stage {
	switch p.Status {
	case enrolment.Held:
		return p.ownStage(now)
	case enrolment.Lapsed:
		return unmet
	}
	return stage(p.Status)
}

// ownStage is where the person's own part of a place stands. A card page that was left or refused ends nothing: there is
// time until the last day.
func (p *place) ownStage(now time.Time) stage {
	payment := p.Payment()
	switch {
	case p.Shared() && p.ToPay() == 0:
		return awaited
	case p.atBank():
		return confirming
	case payment == nil || payment.Status != billing.Created:
		return ownPart
	case !payment.ExpiresAt.After(now):
		return overdue
	}
	return toPay
}

// owes is where the payment stands of a part that fell to the person after the place was confirmed, or of the charge for a place
// that they gave up; empty when there is neither.
func (p *place) owes(now time.Time) stage {
	if p.Status != enrolment.Confirmed && p.Status != enrolment.Withdrawn || p.ToPay() == 0 {
		return ""
	}
	return p.ownStage(now)
}

// payers says what organisations pay of the price, as far as the person may know: whoever is sent by an employer learns
// that it pays, and not how much.
func (p *place) payers() []page.Row {
	if p.sharing == nil {
		return nil
	}
	if p.ThroughEmployer() {
		return []page.Row{{Key: "Booked by", Value: p.Booked}}
	}
	var rows []page.Row
	for _, s := range p.Shares {
		switch {
		case s.Payer != billing.Organisation || s.Owed() == 0:
		case s.AgreedAt.IsZero():
			rows = append(rows, page.Row{Key: "Your employer is asked for", Value: s.Amount.String()})
		default:
			rows = append(rows, page.Row{Key: "Your employer pays", Lines: []string{s.Owed().String(), p.sharing.names[s.OrganisationID]}})
		}
	}
	return rows
}
