// Package organisation knows the employers and others that pay for people: what they are called, where their invoices
// go, by which rules they order, and who acts for them.
//
// What always holds: an organisation pays for places only once it is approved, by staff or because its coordinator writes
// from a domain that staff trust; it never loses its last coordinator by their own hand; an invitation works once, for the
// person with the address that it was sent to, and only its hash is kept; where the invoices of an approved organisation go
// changes only when one member of staff has checked it and another agrees; and it takes no name that looks like another's
// before staff have agreed. A person acts for an organisation by Acting,
// to which every other organisation is as unknown as one that does not exist.
package organisation

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/state"
)

var (
	// ErrUnknown means that there is no such organisation, or that the person does not act for it.
	ErrUnknown = failure.New(failure.NotFound, "organisation_unknown", "We cannot find that organisation.")
	// ErrYours means that a person signs up an organisation for which they act already.
	ErrYours = failure.New(failure.Conflict, "organisation_yours", "You act for an organisation with this name already.")
	// ErrNotReviewable means that staff decide over an organisation that has not said who it is.
	ErrNotReviewable = failure.New(failure.Conflict, "organisation_not_reviewable",
		"This organisation has not given its details yet. It can be approved once it has.")
)

// Status says how far an organisation is known to us.
type Status string

// The statuses of an organisation.
const (
	Invited  Status = "invited"  // somebody asked it to pay; nobody of it has said yet who it is
	Pending  Status = "pending"  // signed up; staff have not decided
	Approved Status = "approved" // may pay on invoice
	Refused  Status = "refused"  // by staff, who may still think again
	Closed   Status = "closed"   // nobody acts for it any more
)

var moves = state.Moves[Status]{
	Invited:  {Pending, Closed},
	Pending:  {Approved, Refused, Closed},
	Approved: {Closed},
	Refused:  {Approved},
	Closed:   nil,
}

// Statuses lists every status in alphabetical order.
func Statuses() []Status { return moves.Statuses() }

// Kind is what sort of body an organisation is.
type Kind string

// The kinds of organisation.
const (
	NHSTrust Kind = "nhs_trust"
	ICB      Kind = "icb"
	Council  Kind = "council"
	Charity  Kind = "charity"
	Company  Kind = "company"
	Other    Kind = "other"
)

// Kinds lists every kind, in the order in which a form offers them.
func Kinds() []Kind { return []Kind{NHSTrust, ICB, Council, Charity, Company, Other} }

// Title is the kind as a form offers it.
func (k Kind) Title() string {
	return map[Kind]string{
		NHSTrust: "NHS trust", ICB: "Integrated care board (ICB)", Council: "Council", Charity: "Charity", Company: "Company or CIC", Other: "Something else",
	}[k]
}

// PORule says when an organisation brings the number of a purchase order.
type PORule string

// The rules about purchase orders.
const (
	PORequired  PORule = "required"   // before a place is confirmed
	POMayFollow PORule = "may_follow" // before the invoice is paid
	PONotUsed   PORule = "not_used"
)

// PORules lists every rule, the strictest first.
func PORules() []PORule { return []PORule{PORequired, POMayFollow, PONotUsed} }

// Title is the rule in words.
func (r PORule) Title() string {
	return map[PORule]string{
		PORequired:  "We need a purchase order before a place is confirmed",
		POMayFollow: "A purchase order may follow later",
		PONotUsed:   "We do not use purchase orders",
	}[r]
}

// Organisation is a body that pays for people, or is asked to.
type Organisation struct {
	bun.BaseModel `bun:"table:organisations,alias:o"`

	ID            id.Organisation `bun:"id,pk,autoincrement"`
	Code          string          `bun:"code"`
	Status        Status          `bun:"status"`
	Name          string          `bun:"name"`       // as invoices are addressed
	AskedName     string          `bun:"asked_name"` // that it would like instead, and staff have still to look at; empty: none
	Kind          Kind            `bun:"kind"`
	CompanyNumber string          `bun:"company_number"` // with its leading zeros; these five may be empty
	CharityNumber string          `bun:"charity_number"`
	OrgCode       string          `bun:"org_code"`      // of the NHS's Organisation Data Service: "QX1"
	PayablesCode  string          `bun:"payables_code"` // by which a shared finance service knows who pays: "X101"
	GLN           string          `bun:"gln"`           // GS1 global location number, 13 digits
	Address       string          `bun:"address"`       // lines without city and postcode
	City          string          `bun:"city"`
	Postcode      string          `bun:"postcode"`
	Department    string          `bun:"department"` // may be empty, like the next
	Contact       string          `bun:"contact"`
	InvoiceEmail  string          `bun:"invoice_email"`
	PORule        PORule          `bun:"po_rule"`
	TermsDays     int             `bun:"terms_days"`       // days to pay in, from the date of the invoice
	LikeID        id.Organisation `bun:"like_id,nullzero"` // one that looks the same; only Lock, ByCode and List read it: it is for staff
	RefusedFor    string          `bun:"refused_for"`      // why, in the words that it was told
	CreatedAt     time.Time       `bun:"created_at"`
	DecidedAt     time.Time       `bun:"decided_at,nullzero"` // approved or refused
	DecidedBy     id.Person       `bun:"decided_by,nullzero"` // read as LikeID is; zero: approved by its e-mail domain
}

// own are the columns that an organisation's own people may see.
var own = []string{
	"id", "code", "status", "name", "asked_name", "kind", "company_number", "charity_number", "org_code", "payables_code", "gln", "address", "city", "postcode",
	"department", "contact", "invoice_email", "po_rule", "terms_days", "refused_for", "created_at", "decided_at",
}

// alive are the statuses in which somebody can act for an organisation.
func (s Status) alive() bool { return slices.Contains([]Status{Invited, Pending, Approved}, s) }

func (o *Organisation) move(to Status) error {
	if err := moves.Allow(o.Status, to); err != nil {
		return err
	}
	o.Status = to
	return nil
}

// complete notes that the organisation has said who it is.
func (o *Organisation) complete() error { return o.move(Pending) }

// approve notes that it may pay on invoice. by is nobody when its e-mail domain has decided.
func (o *Organisation) approve(by id.Person, at time.Time) error {
	if o.Status == Invited {
		return ErrNotReviewable
	}
	if err := o.move(Approved); err != nil {
		return err
	}
	o.DecidedAt, o.DecidedBy, o.RefusedFor = at, by, ""
	return nil
}

// refuse notes that it may not, and why.
func (o *Organisation) refuse(by id.Person, reason string, at time.Time) error {
	if o.Status == Invited {
		return ErrNotReviewable
	}
	if err := o.move(Refused); err != nil {
		return err
	}
	o.DecidedAt, o.DecidedBy, o.RefusedFor = at, by, reason
	return nil
}

// close notes that nobody acts for it any more.
func (o *Organisation) close() error { return o.move(Closed) }
