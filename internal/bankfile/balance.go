package bankfile

import "bursar/internal/money"

// chain follows the running balance. In a file with the oldest row first every balance is the one before plus its own
// amount; with the newest first it is the one before less the amount before. If neither holds throughout, but one of
// them does with the sign of all amounts turned round, then in and out were taken for each other.
type chain struct {
	steps           int // pairs of neighbours that both have a balance
	known           bool
	balance, amount money.Amount
	broken          [4]bool // oldest first, newest first, and both with the sign turned
}

// add takes the next row. Some banks give a balance in some rows only.
func (c *chain) add(amount, balance money.Amount, known bool) {
	if c.known && known {
		c.steps++
		for i, want := range [...]money.Amount{amount, -c.amount, -amount, c.amount} {
			c.broken[i] = c.broken[i] || balance-c.balance != want
		}
	}
	c.known, c.balance, c.amount = known, balance, amount
}

// reversed needs two steps, for one may fit by chance.
func (c *chain) reversed() bool {
	return c.steps > 1 && c.broken[0] && c.broken[1] && !(c.broken[2] && c.broken[3])
}
