package organisation

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/state"
)

var (
	// ErrAddressAsked means that another change of where an organisation's invoices go is still open.
	ErrAddressAsked = failure.New(failure.Conflict, "address_asked",
		"Your organisation has asked for a change of address already, and we are checking it. Take it back first if it is wrong.")
	// ErrAddressSame means that nothing would change.
	ErrAddressSame = failure.New(failure.Conflict, "address_same", "These are the details that we have already. Nothing has changed.")
	// ErrAddressUnknown means that there is no such change of address.
	ErrAddressUnknown = failure.New(failure.NotFound, "address_change_unknown", "We cannot find that change of address.")
	// ErrUnchecked means that nobody has written down yet how a change of address was checked.
	ErrUnchecked = failure.New(failure.Conflict, "address_unchecked", "Somebody has to check this change and say how, before another person agrees to it.")
	// ErrSecondPerson means that one person would do what needs two, neither of them from the organisation.
	ErrSecondPerson = failure.New(failure.Forbidden, "address_second_person",
		"This needs two people at our office: one checks it, and another agrees. Neither can act for the organisation.")
)

// Outcome says what became of a change of address.
type Outcome string

// The outcomes of a change of address. An empty one is still open.
const (
	AddressOpen      Outcome = ""
	AddressAgreed    Outcome = "agreed"
	AddressRefused   Outcome = "refused"
	AddressTakenBack Outcome = "taken_back"
)

var addressMoves = state.Moves[Outcome]{
	AddressOpen:      {AddressAgreed, AddressRefused, AddressTakenBack},
	AddressAgreed:    nil,
	AddressRefused:   nil,
	AddressTakenBack: nil,
}

// Outcomes lists every outcome in alphabetical order, the empty one first.
func Outcomes() []Outcome { return addressMoves.Statuses() }

// AddressChange is a change of where an organisation's invoices go. Who asked, who checked it and how, and who decided are
// for staff: AddressChangeOf leaves them empty.
type AddressChange struct {
	bun.BaseModel `bun:"table:address_changes,alias:c"`

	ID             id.AddressChange `bun:"id,pk,autoincrement"`
	OrganisationID id.Organisation  `bun:"organisation_id"`
	Address        string           `bun:"address"`
	City           string           `bun:"city"`
	Postcode       string           `bun:"postcode"`
	Department     string           `bun:"department"`
	Contact        string           `bun:"contact"`
	InvoiceEmail   string           `bun:"invoice_email"`
	OrgCode        string           `bun:"org_code"`
	PayablesCode   string           `bun:"payables_code"`
	GLN            string           `bun:"gln"`
	AskedBy        id.Person        `bun:"asked_by"`
	AskedAt        time.Time        `bun:"asked_at"`
	CheckedBy      id.Person        `bun:"checked_by,nullzero"`
	CheckedAt      time.Time        `bun:"checked_at,nullzero"`
	CheckedHow     string           `bun:"checked_how"`
	DecidedBy      id.Person        `bun:"decided_by,nullzero"`
	DecidedAt      time.Time        `bun:"decided_at,nullzero"`
	Outcome        Outcome          `bun:"outcome,nullzero"`
}

// AddressDetails are where invoices are to go.
func (c *AddressChange) AddressDetails() AddressDetails {
	return AddressDetails{
		Address: c.Address, City: c.City, Postcode: c.Postcode, Department: c.Department, Contact: c.Contact, InvoiceEmail: c.InvoiceEmail,
		OrgCode: c.OrgCode, PayablesCode: c.PayablesCode, GLN: c.GLN,
	}
}

// check notes how somebody at the provider made sure that the change is real.
func (c *AddressChange) check(by id.Person, how string, at time.Time) error {
	switch {
	case c.Outcome != AddressOpen || c.CheckedBy != 0:
		return state.ErrMovedOn.Because(fmt.Errorf("address change %d is decided or checked", c.ID))
	case by == c.AskedBy:
		return ErrSecondPerson
	}
	c.CheckedBy, c.CheckedHow, c.CheckedAt = by, how, at
	return nil
}

// decide ends the change. Only agreeing needs it checked by somebody else.
func (c *AddressChange) decide(outcome Outcome, by id.Person, at time.Time) error {
	if err := addressMoves.Allow(c.Outcome, outcome); err != nil {
		return err
	}
	if outcome == AddressAgreed {
		switch {
		case c.CheckedBy == 0:
			return ErrUnchecked
		case by == c.CheckedBy || by == c.AskedBy:
			return ErrSecondPerson
		}
	}
	c.Outcome, c.DecidedBy, c.DecidedAt = outcome, by, at
	return nil
}

// AskAddress asks, for an approved organisation, that its invoices go elsewhere; staff are told. Until staff have decided
// about the organisation itself SaveDetails does that. It returns ErrUnknown, ErrAddressSame, ErrAddressAsked,
// state.ErrMovedOn for an organisation that is not approved, or the failures of AddressDetails.Check.
func AskAddress(ctx context.Context, tx *db.Tx, by id.Person, o *Organisation, a AddressDetails) error {
	a, err := a.tidy()
	if err != nil {
		return err
	}
	fresh, err := lockOwn(ctx, tx, by, o.ID)
	if err != nil {
		return err
	}
	switch {
	case fresh.Status != Approved:
		return state.ErrMovedOn.Because(fmt.Errorf("organisation %d is %s", fresh.ID, fresh.Status))
	case a == fresh.AddressDetails():
		return ErrAddressSame
	}
	c := &AddressChange{
		OrganisationID: fresh.ID, AskedBy: by, AskedAt: tx.Now,
		Address: a.Address, City: a.City, Postcode: a.Postcode, Department: a.Department, Contact: a.Contact, InvoiceEmail: a.InvoiceEmail,
		OrgCode: a.OrgCode, PayablesCode: a.PayablesCode, GLN: a.GLN,
	}
	_, err = tx.NewInsert().Model(c).ExcludeColumn("id").Returning("id").Exec(ctx)
	if db.Violates(err, "address_changes_one_open") {
		return ErrAddressAsked
	}
	if err != nil {
		return fmt.Errorf("asking for a change of address: %w", err)
	}
	if err := record(ctx, tx, audit.Person(by), "address change asked", fresh.ID, map[string]any{"change": c.ID}); err != nil {
		return err
	}
	return tellStaff(ctx, tx, "organisation-address-asked", fresh)
}

// CheckAddress notes how one of the staff made sure that a change is real: "rang the number we knew". It returns
// ErrAddressUnknown, ErrSecondPerson, state.ErrMovedOn, or a failure about the field "how".
func CheckAddress(ctx context.Context, tx *db.Tx, by id.Person, which id.AddressChange, how string) error {
	how, complaint := oneLine(how, 500)
	if how == "" {
		complaint = "Say how you checked it, like “rang the number that we had before”"
	}
	if complaint != "" {
		return failure.Field("how", complaint)
	}
	return changeAddress(ctx, tx, by, which, "address change checked", func(c *AddressChange, _ *Organisation) error {
		return c.check(by, how, tx.Now)
	})
}

// AgreeAddress makes a change that somebody else has checked, and tells the organisation's coordinators. It returns
// ErrAddressUnknown, ErrUnchecked, ErrSecondPerson or state.ErrMovedOn.
func AgreeAddress(ctx context.Context, tx *db.Tx, by id.Person, which id.AddressChange) error {
	return changeAddress(ctx, tx, by, which, "address changed", func(c *AddressChange, o *Organisation) error {
		if err := c.decide(AddressAgreed, by, tx.Now); err != nil {
			return err
		}
		o.takeAddress(c.AddressDetails())
		if err := o.update(ctx, tx); err != nil {
			return err
		}
		return o.tellCoordinators(ctx, tx, "organisation-address-agreed", 0)
	})
}

// RefuseAddress leaves everything as it is, and tells the organisation's coordinators. It returns ErrAddressUnknown,
// ErrSecondPerson for somebody who acts for the organisation, or state.ErrMovedOn.
func RefuseAddress(ctx context.Context, tx *db.Tx, by id.Person, which id.AddressChange) error {
	return changeAddress(ctx, tx, by, which, "address change refused", func(c *AddressChange, o *Organisation) error {
		if err := c.decide(AddressRefused, by, tx.Now); err != nil {
			return err
		}
		return o.tellCoordinators(ctx, tx, "organisation-address-refused", 0)
	})
}
