package bank

import "bursar/internal/money"

// Bounds on the search for invoices that come to an amount together: beyond them a person has to look.
const (
	mostTogether = 24
	mostSteps    = 200_000
)

// subsets finds the choices of two or more amounts that come to a sum exactly, as indexes, and stops at the second: more than
// one is no answer. Amounts are above 0. It finds nothing when there are too many to be sure.
func subsets(amounts []money.Amount, sum money.Amount) [][]int {
	if len(amounts) > mostTogether {
		return nil
	}
	after := make([]money.Amount, len(amounts)+1) // what the amounts from here on come to
	for i := len(amounts) - 1; i >= 0; i-- {
		after[i] = after[i+1] + amounts[i]
	}
	var found [][]int
	var chosen []int
	steps := 0
	var search func(at int, left money.Amount)
	search = func(at int, left money.Amount) {
		if steps++; steps > mostSteps || len(found) > 1 || left < 0 || left > after[at] {
			return
		}
		if left == 0 {
			if len(chosen) > 1 {
				found = append(found, append([]int(nil), chosen...))
			}
			return
		}
		chosen = append(chosen, at)
		search(at+1, left-amounts[at])
		chosen = chosen[:len(chosen)-1]
		search(at+1, left)
	}
	search(0, sum)
	if steps > mostSteps {
		return nil
	}
	return found
}
