package billing

import (
	"fmt"

	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// The accounts of billing. Debits are positive: what is owed to us and what we have stand above zero, what we
// owe and what we earned below.
const (
	// Processor is the money that the card processor holds for us.
	Processor = "processor"
	// Clearing is where money stands between its arrival and what it is for. It is zero after every unit of work.
	Clearing = "clearing"
)

// Due is what the payer of a share still owes.
func Due(share id.Share) string { return fmt.Sprintf("share/%d/due", share) }

// Deferred is what was charged for a run and is not earned yet.
func Deferred(run id.Run) string { return fmt.Sprintf("run/%d/deferred", run) }

// Earned is what was earned of a run, because it was taught.
func Earned(run id.Run) string { return fmt.Sprintf("run/%d/earned", run) }

// Kept is what was kept of the price when people withdrew from a run.
func Kept(run id.Run) string { return fmt.Sprintf("run/%d/kept", run) }

// Owed is what is to be given back of a payment.
func Owed(payment id.Payment) string { return fmt.Sprintf("payment/%d/owed", payment) }

// entry moves an amount from one account to another under a reference that says what happened once.
func entry(reference string, amount money.Amount, from, to string) ledger.Entry {
	return ledger.Entry{Reference: reference, Lines: []ledger.Line{{Account: to, Amount: amount}, {Account: from, Amount: -amount}}}
}
