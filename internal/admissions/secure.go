package admissions

import (
	"context"
	"slices"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/organisation"
)

// secure notes which shares of places are certain to be paid by organisations now, and confirms the places that miss
// nothing any more. An organisation's share is certain when the organisation is known to us and has said that it pays,
// whoever was asked there to agree to the cost has agreed, and there is a purchase order where it works with them. The
// places must be locked.
func secure(ctx context.Context, tx *db.Tx, by audit.Actor, seats []*enrolment.Enrolment) error {
	shares, err := billing.SharesOfAll(ctx, tx, idsOf(seats))
	if err != nil {
		return err
	}
	r, err := readRules(ctx, tx, seats, shares)
	if err != nil {
		return err
	}
	var certain []*billing.Share
	for _, s := range shares {
		if s.Payer == billing.Organisation && !s.Secured() && r.certain(s) {
			certain = append(certain, s)
		}
	}
	if err := billing.SecureAll(ctx, tx, certain); err != nil {
		return err
	}
	return confirmSeats(ctx, tx, by, seats, shares)
}

// rules are what decides whether the shares of some places are certain.
type rules struct {
	organisations map[id.Organisation]*organisation.Organisation
	teams         map[id.TeamBooking]*enrolment.TeamBooking
	teamOf        map[id.Enrolment]id.TeamBooking
}

func readRules(ctx context.Context, tx *db.Tx, seats []*enrolment.Enrolment, shares []*billing.Share) (r rules, err error) {
	r.teamOf = map[id.Enrolment]id.TeamBooking{}
	var teams []id.TeamBooking
	for _, e := range seats {
		if e.TeamID != 0 {
			r.teamOf[e.ID] = e.TeamID
			teams = append(teams, e.TeamID)
		}
	}
	var payers []id.Organisation
	for _, s := range shares {
		if s.OrganisationID != 0 {
			payers = append(payers, s.OrganisationID)
		}
	}
	if r.organisations, err = organisation.ByIDs(ctx, tx, payers); err != nil {
		return r, err
	}
	r.teams, err = enrolment.TeamsByID(ctx, tx, teams)
	return r, err
}

func (r rules) certain(s *billing.Share) bool {
	if s.Owed() == 0 {
		return true // somebody else has taken it over
	}
	of := r.organisations[s.OrganisationID]
	if of == nil || of.Status != organisation.Approved || s.AgreedAt.IsZero() {
		return false
	}
	if t := r.teams[r.teamOf[s.EnrolmentID]]; t != nil && t.OrganisationID == of.ID && (t.Approval == enrolment.ApprovalAsked || t.Approval == enrolment.ApprovalRefused) {
		return false
	}
	return of.PORule != organisation.PORequired || s.PurchaseOrderID != 0
}

// confirmSeats confirms held places all of whose shares are certain, and tells whoever sits there and the organisations.
func confirmSeats(ctx context.Context, tx *db.Tx, by audit.Actor, seats []*enrolment.Enrolment, shares []*billing.Share) error {
	open := map[id.Enrolment]bool{}
	for _, s := range shares {
		open[s.EnrolmentID] = open[s.EnrolmentID] || !s.Secured()
	}
	var confirmed []*enrolment.Enrolment
	for _, e := range seats {
		if e.Status != enrolment.Held || open[e.ID] || included(e) {
			continue
		}
		if err := confirmSeat(ctx, tx, by, e); err != nil {
			return err
		}
		confirmed = append(confirmed, e)
	}
	more, err := confirmIncluded(ctx, tx, by, teamsOf(confirmed)...)
	if err != nil {
		return err
	}
	return tellSeatsConfirmed(ctx, tx, append(confirmed, more...))
}

func confirmSeat(ctx context.Context, tx *db.Tx, by audit.Actor, e *enrolment.Enrolment) error {
	if err := enrolment.Confirm(ctx, tx, e); err != nil {
		return err
	}
	return record(ctx, tx, by, e, "place confirmed", nil)
}

// included reports whether a place costs nothing because it is included in the price of a group.
func included(e *enrolment.Enrolment) bool { return e.TeamID != 0 && e.Price == 0 }

func teamsOf(seats []*enrolment.Enrolment) []id.TeamBooking {
	var teams []id.TeamBooking
	for _, e := range seats {
		if e.TeamID != 0 && !slices.Contains(teams, e.TeamID) {
			teams = append(teams, e.TeamID)
		}
	}
	return teams
}

// confirmIncluded confirms the places that are included in the price of groups once the others are certain or have ended,
// and at least one of them is certain.
func confirmIncluded(ctx context.Context, tx *db.Tx, by audit.Actor, teams ...id.TeamBooking) (confirmed []*enrolment.Enrolment, err error) {
	for _, team := range teams {
		seats, err := enrolment.TeamEnrolments(ctx, tx, team)
		if err != nil {
			return nil, err
		}
		sure := slices.ContainsFunc(seats, func(e *enrolment.Enrolment) bool { return !included(e) && e.Status == enrolment.Confirmed })
		waits := slices.ContainsFunc(seats, func(e *enrolment.Enrolment) bool { return !included(e) && e.Status == enrolment.Held })
		for _, e := range seats {
			if !included(e) || e.Status != enrolment.Held || !sure || waits {
				continue
			}
			if err := confirmSeat(ctx, tx, by, e); err != nil {
				return nil, err
			}
			confirmed = append(confirmed, e)
		}
	}
	return confirmed, nil
}

func idsOf(seats []*enrolment.Enrolment) []id.Enrolment {
	ids := make([]id.Enrolment, len(seats))
	for i, e := range seats {
		ids[i] = e.ID
	}
	return ids
}
