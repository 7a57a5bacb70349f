package finance

import (
	"strconv"

	"bursar/internal/failure"
	"bursar/internal/money"
)

// errChanged means that what a form acts on is not what its page showed any more: somebody else was quicker, or the same
// form was sent twice.
var errChanged = failure.New(failure.Conflict, "changed_meanwhile",
	"This has changed since you opened the page, or it was sent twice. Nothing has been done now. Please look at it again.")

// pence is an amount as a hidden field carries it.
func pence(a money.Amount) string { return strconv.FormatInt(int64(a), 10) }
