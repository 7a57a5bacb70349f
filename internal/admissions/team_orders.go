package admissions

import (
	"context"
	"slices"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/organisation"
)

var (
	// ErrOrderInUse means that places are invoiced by a purchase order, so that they cannot be taken off it.
	ErrOrderInUse = failure.New(failure.Conflict, "order_in_use", "An invoice quotes this purchase order already. Please write to us if it must be another one.")
	// ErrOrderNeeded means that a confirmed place goes by a purchase order and must keep one.
	ErrOrderNeeded = failure.New(failure.Conflict, "order_needed",
		"A place that is confirmed needs its purchase order. Please write to us if it must be another one.")
	// ErrNotOnOrder means that a purchase order does not pay for a place.
	ErrNotOnOrder = failure.New(failure.Conflict, "not_on_order", "One of these places does not go by this purchase order any more. Please look at them again.")
	// ErrNothingToOrder means that a place needs no purchase order of this organisation, or that it has not agreed to pay yet.
	ErrNothingToOrder = failure.New(failure.Conflict, "nothing_to_order", "One of these places has a purchase order already, or is not held any more. Please look at them again.")
)

// AddOrder writes down a purchase order that a person gives for their organisation, and charges places to it, by their
// codes. Places for which nothing else is missing are confirmed. It returns billing.ErrOrderExceeded, ErrNothingToOrder,
// enrolment.ErrUnknown or an Invalid failure about the fields of the order.
func AddOrder(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, n billing.NewOrder, seats []string) (*billing.PurchaseOrder, error) {
	o, err := billing.RecordOrder(ctx, tx, by, of.ID, n)
	if err != nil || len(seats) == 0 {
		return o, err
	}
	return o, BindOrder(ctx, tx, by, of, o.Code, seats)
}

// BindOrder charges places to a purchase order of the organisation. The errors are those of AddOrder and
// billing.ErrOrderUnknown.
func BindOrder(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, order string, seats []string) error {
	o, err := billing.OrderByCode(ctx, tx, of.ID, order)
	if err != nil {
		return err
	}
	places, shares, err := ownShares(ctx, tx, of, seats)
	if err != nil {
		return err
	}
	var free []*billing.Share
	covered := map[id.Enrolment]bool{}
	for _, s := range shares {
		if s.PurchaseOrderID == 0 && s.Owed() > 0 && !s.AgreedAt.IsZero() {
			free = append(free, s)
			covered[s.EnrolmentID] = true
		}
	}
	for _, e := range places {
		if !covered[e.ID] {
			return ErrNothingToOrder
		}
	}
	if err := billing.Bind(ctx, tx, by, o.ID, fitting(free, o)...); err != nil {
		return err
	}
	return secure(ctx, tx, audit.Person(by), places)
}

// fitting are the shares that a purchase order is to pay: of a place with several that wait for one, as many as it is
// worth, so that two orders can pay for one place in turn.
func fitting(free []*billing.Share, o *billing.PurchaseOrder) []*billing.Share {
	left := o.Left()
	var some []*billing.Share
	bound := map[id.Enrolment]bool{}
	for _, s := range free {
		if s.Owed() <= left {
			some, left = append(some, s), left-s.Owed()
			bound[s.EnrolmentID] = true
		}
	}
	for _, s := range free {
		if !bound[s.EnrolmentID] {
			return free // PostgreSQL refuses, and says why
		}
	}
	return some
}

// UnbindOrder takes places off a purchase order that pays for them, or for a part of them. A confirmed place stays
// confirmed, and is listed as waiting for one; a held one waits for another order where its organisation needs one. It
// returns billing.ErrOrderUnknown, ErrNotOnOrder, ErrOrderInUse once they are invoiced, and ErrOrderNeeded once they are
// confirmed because of the order.
func UnbindOrder(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, order string, seats []string) error {
	o, err := billing.OrderByCode(ctx, tx, of.ID, order)
	if err != nil {
		return err
	}
	places, shares, err := ownShares(ctx, tx, of, seats)
	if err != nil {
		return err
	}
	shares = slices.DeleteFunc(shares, func(s *billing.Share) bool { return s.PurchaseOrderID != o.ID })
	for _, e := range places {
		if !slices.ContainsFunc(shares, func(s *billing.Share) bool { return s.EnrolmentID == e.ID }) {
			return ErrNotOnOrder
		}
	}
	for _, s := range shares {
		if s.Invoiced > 0 {
			return ErrOrderInUse
		}
	}
	if err := mayUnbind(ctx, tx, of, places, shares); err != nil {
		return err
	}
	if err := billing.Unbind(ctx, tx, shares...); err != nil {
		return err
	}
	if err := doubt(ctx, tx, by, places, shares); err != nil {
		return err
	}
	return recordOrganisation(ctx, tx, audit.Person(by), of, "purchase order taken off places", map[string]any{"order": o.Code, "places": seats})
}

// doubt looks anew at which shares of held places are certain once their purchase orders are gone.
func doubt(ctx context.Context, tx *db.Tx, by id.Person, places []*enrolment.Enrolment, shares []*billing.Share) error {
	held := map[id.Enrolment]bool{}
	places = slices.DeleteFunc(slices.Clone(places), func(e *enrolment.Enrolment) bool {
		held[e.ID] = e.Status == enrolment.Held
		return !held[e.ID]
	})
	shares = slices.DeleteFunc(slices.Clone(shares), func(s *billing.Share) bool { return !held[s.EnrolmentID] })
	if err := billing.Unsecure(ctx, tx, shares); err != nil {
		return err
	}
	return secure(ctx, tx, audit.Person(by), places)
}

// mayUnbind returns ErrOrderNeeded for a confirmed place whose organisation needs a purchase order: else one order would
// confirm place after place. Once its invoice was credited the place may go by another order.
func mayUnbind(ctx context.Context, tx *db.Tx, of *organisation.Organisation, places []*enrolment.Enrolment, shares []*billing.Share) error {
	sure := slices.ContainsFunc(places, func(e *enrolment.Enrolment) bool { return e.Status != enrolment.Held })
	if !sure || of.PORule != organisation.PORequired {
		return nil
	}
	credited, err := billing.WereInvoiced(ctx, tx, shares)
	if err != nil || credited {
		return err
	}
	return ErrOrderNeeded
}

// ownShares locks places by their codes and reads the shares of them that an organisation pays. It returns
// enrolment.ErrUnknown when it pays nothing of one.
func ownShares(ctx context.Context, tx *db.Tx, of *organisation.Organisation, seats []string) ([]*enrolment.Enrolment, []*billing.Share, error) {
	ids, err := enrolment.Places(ctx, tx, seats)
	if err != nil {
		return nil, nil, err
	}
	places, err := enrolment.LockAll(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	all, err := billing.SharesOfAll(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	var own []*billing.Share
	pays := map[id.Enrolment]bool{}
	for _, s := range all {
		if s.OrganisationID == of.ID {
			own, pays[s.EnrolmentID] = append(own, s), true
		}
	}
	if len(pays) != len(ids) {
		return nil, nil, enrolment.ErrUnknown
	}
	return places, own, nil
}

func recordOrganisation(ctx context.Context, tx *db.Tx, by audit.Actor, of *organisation.Organisation, action string, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: action, Subject: "organisation", SubjectID: int64(of.ID), Detail: detail})
}
