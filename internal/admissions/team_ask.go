package admissions

import (
	"context"
	"strings"
	"time"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

// plainWords is people.PlainName for words of several lines.
func plainWords(words string) bool {
	for line := range strings.Lines(words) {
		if !people.PlainName(strings.TrimRight(line, "\r\n")) {
			return false
		}
	}
	return true
}

// payer is who owes a part of each place of a team.
type payer struct {
	kind    billing.Payer
	of      id.Organisation
	request id.PayRequest // zero: it books itself, and so agrees
}

// share is a share of this payer's.
func (p payer) share(part PricePart, now time.Time) *billing.Share {
	s := &billing.Share{Payer: p.kind, OrganisationID: p.of, PayRequestID: p.request, CostCode: part.CostCode}
	if p.kind == billing.Organisation && p.request == 0 {
		s.AgreedAt = now
	}
	return s
}

// othersIn is how many other organisations are asked to pay a part.
func othersIn(parts []PricePart) (n int) {
	for _, p := range parts {
		if p.Payer == billing.Organisation && !p.own() {
			n++
		}
	}
	return n
}

// payersOf finds who is to pay each part of a team, and asks the other organisations among them.
func payersOf(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, t *enrolment.TeamBooking, parts []PricePart) ([]payer, error) {
	payers := make([]payer, len(parts))
	for i, p := range parts {
		switch {
		case p.Payer == billing.Learner:
			payers[i] = payer{kind: billing.Learner}
		case p.own():
			payers[i] = payer{kind: billing.Organisation, of: of.ID}
		default:
			asked, request, err := ask(ctx, tx, by, Ask{Name: p.Name, Email: p.Email, Contact: p.Contact}, billing.PayRequest{AskedFor: of.ID, TeamID: t.ID})
			if err != nil {
				return nil, err
			}
			payers[i] = payer{billing.Organisation, asked, request}
		}
	}
	return payers, nil
}

// ask writes to somebody at another organisation, that it may pay what it is asked for. It returns Invalid failures about
// "name", "email", "contact" and "message".
func ask(ctx context.Context, tx *db.Tx, by id.Person, whom Ask, r billing.PayRequest) (id.Organisation, id.PayRequest, error) {
	switch {
	case !people.PlainName(whom.Contact):
		return 0, 0, failure.Field("contact", notPlain)
	case !plainWords(whom.Message):
		return 0, 0, failure.Field("message", "Write without web or email addresses or hidden characters")
	}
	of, token, err := organisation.ToAsk(ctx, tx, by, whom.Name, whom.Email, whom.Contact)
	if err != nil {
		return 0, 0, err
	}
	email, err := people.NormaliseEmail(whom.Email)
	if err != nil {
		return 0, 0, err
	}
	r.OrganisationID, r.Email, r.Contact, r.AskedBy, r.Message = of.ID, email, whom.Contact, by, whom.Message
	made, err := billing.AskForPayment(ctx, tx, r)
	if err != nil {
		return 0, 0, err
	}
	return of.ID, made.ID, tellAsked(ctx, tx, of, made, token)
}
