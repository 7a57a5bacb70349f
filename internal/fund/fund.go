// Package fund is money that somebody gave for a purpose: what it may pay for and for whom, what came in, what is
// promised to people and what was paid. The rules of a fund are data (Terms): they are shown in words, refused when
// they would favour people by who they are, and changed in use only by two people.
//
// What a fund holds is in the ledger and nowhere else. fund/<id>/available and fund/<id>/committed have a floor of
// zero that PostgreSQL keeps: nothing is promised twice, whoever comes at the same time. The two are notes of what
// may still be done with the money; fund/<id>/budget is their counterpart. What happened stands on fund/<id>/income,
// /spent, /returned, /transfers and /pledged, and on whatever account the money came from or went to.
package fund

import (
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

var (
	// ErrUnknown means that there is no such fund.
	ErrUnknown = failure.New(failure.NotFound, "fund_unknown", "We cannot find that fund.")
	// ErrClosed means that the fund takes no money and promises none.
	ErrClosed = failure.New(failure.Conflict, "fund_closed", "This fund is closed.")
	// ErrHolds means that a fund cannot be closed because there is money in it, or promised from it or to it.
	ErrHolds = failure.New(failure.Conflict, "fund_holds",
		"There is still money in this fund, or promised from it or to it. Spend it, move it to another fund or give it back first.")
	// ErrNotEnough means that a fund has less than is asked of it. As it is returned it names the fund and what is left.
	ErrNotEnough = failure.New(failure.Conflict, "fund_not_enough", "There is not enough money left in this fund.")
	// ErrNotPromised means that less is promised from a fund than is to be paid or given up. The unit of work cannot go on.
	ErrNotPromised = failure.New(failure.Conflict, "fund_not_promised", "This has been paid or given up already.")
)

// Kind is how free we are with a fund's money, as charities account for it (Charities SORP (FRS 102), module 2).
type Kind string

// The kinds of fund.
const (
	Restricted   Kind = "restricted"   // its donor said what for
	Designated   Kind = "designated"   // ours, set aside by us
	Unrestricted Kind = "unrestricted" // ours
)

// Kinds lists every kind, the least free first.
func Kinds() []Kind { return []Kind{Restricted, Designated, Unrestricted} }

// Title is the kind for staff and donors.
func (k Kind) Title() string {
	return map[Kind]string{Restricted: "Restricted", Designated: "Designated", Unrestricted: "Unrestricted"}[k]
}

// Fund is money that was given for a purpose.
type Fund struct {
	bun.BaseModel `bun:"table:funds"`

	ID            id.Fund     `bun:"id,pk,autoincrement"`
	Code          string      `bun:"code"` // capital letters and digits in groups: "NORTH-26"
	Name          string      `bun:"name"`
	Donor         string      `bun:"donor"` // may be empty: many people, or the provider
	Purpose       string      `bun:"purpose"`
	Kind          Kind        `bun:"kind"`
	SpendBy       london.Date `bun:"spend_by"`       // last day; zero: no end
	YearStarts    int         `bun:"year_starts"`    // month in which its year begins, 1 to 12
	CountsPledges bool        `bun:"counts_pledges"` // a pledge can be promised on before it is received
	Sponsored     bool        `bun:"sponsored"`      // anybody can give to it on the sponsor page
	ClosedAt      time.Time   `bun:"closed_at,nullzero"`
	CreatedAt     time.Time   `bun:"created_at"`
}

// Closed reports whether the fund takes no money and promises none any more.
func (f *Fund) Closed() bool { return !f.ClosedAt.IsZero() }

// Bank is the ledger account of what is in the bank.
const Bank = "bank"

// The accounts of a fund, by the last part of their names.
const (
	available = "available"
	committed = "committed"
	budget    = "budget"
	income    = "income"
	spent     = "spent"
	returned  = "returned"
	transfers = "transfers"
	pledged   = "pledged"
)

func account(f id.Fund, which string) string { return fmt.Sprintf("fund/%d/%s", f, which) }

// Holding is a fund with its current terms and where its money stands, in pence.
type Holding struct {
	*Fund
	Terms     Terms
	Available money.Amount // may be promised now; with pledges when the fund counts them
	Committed money.Amount // promised to people and not paid yet
	Pledged   money.Amount // of Available and Committed: not received yet
}
