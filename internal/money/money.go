// Package money counts pence. An Amount is a whole number of pence sterling; nothing here or above it uses
// floating point, and splitting an amount never makes or loses a penny.
package money

import (
	"fmt"
	"strconv"
	"strings"

	"bursar/internal/failure"
)

// Amount is a sum of money in pence (GBP). It may be negative: a ledger line or a difference.
type Amount int64

// Max is the largest amount a person may type: £1,000,000.00.
const Max Amount = 100_000_000

// ErrMalformed is returned by Parse. It is Invalid and fit to be shown beside the field.
var ErrMalformed = failure.New(failure.Invalid, "money_malformed", "Enter an amount in pounds, like 250 or 1,250.50.")

// ErrTooLarge is returned by Parse for amounts over Max.
var ErrTooLarge = failure.New(failure.Invalid, "money_too_large", "Enter an amount of £1,000,000.00 or less.")

// Pounds is a whole number of pounds.
func Pounds(n int64) Amount { return Amount(n * 100) }

// Parse reads an amount as people write it: "3250", "£3,250", "3,250.50". It takes ASCII digits, an optional
// leading £, commas only between groups of three, and no or exactly two decimals. Signs, exponents and
// anything else give ErrMalformed; more than Max gives ErrTooLarge.
func Parse(s string) (Amount, error) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "£")
	whole, pence, decimals := strings.Cut(s, ".")
	if decimals && len(pence) != 2 || !grouped(whole) || !digits(pence) {
		return 0, ErrMalformed
	}
	whole = strings.ReplaceAll(whole, ",", "")
	if len(strings.TrimLeft(whole, "0")) > 7 {
		return 0, ErrTooLarge
	}
	if !decimals {
		pence = "00"
	}
	n, err := strconv.ParseInt(whole+pence, 10, 64)
	if err != nil {
		return 0, ErrMalformed.Because(err)
	}
	if Amount(n) > Max {
		return 0, ErrTooLarge
	}
	return Amount(n), nil
}

// grouped reports whether s is a number as people write one: digits, or digits with commas between groups of
// three.
func grouped(s string) bool {
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if g == "" || !digits(g) {
			return false
		}
		if len(groups) > 1 && (i > 0 && len(g) != 3 || i == 0 && len(g) > 3) {
			return false
		}
	}
	return true
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// String writes the amount in full with pence and thousands separators: "£3,250.00", "-£12.50". Parse reads
// what it writes, for amounts from 0 to Max.
func (a Amount) String() string {
	sign, u := "", uint64(a)
	if a < 0 {
		sign, u = "-", -u
	}
	whole := strconv.FormatUint(u/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("%s£%s.%02d", sign, whole, u%100)
}

// Short writes whole pounds without pence ("£3,250") and everything else as String does, for prices in
// running text.
func (a Amount) Short() string {
	return strings.TrimSuffix(a.String(), ".00")
}

// Percent is a per cent of the amount in basis points (250 = 2.5 %), rounded half up to the penny. The
// amount must not be negative.
func (a Amount) Percent(basisPoints int64) Amount {
	return (a*Amount(basisPoints) + 5_000) / 10_000
}

// Split divides the amount in proportion to the weights by the method of largest remainders: the parts add up
// to the amount exactly, each is within a penny of its exact proportion, and of equal remainders the earlier
// part gets the penny (£1,000.00 in three is 333.34 + 333.33 + 333.33). Weights are at least 0 with a
// positive sum; the amount is at least 0 and, like each weight and their sum, at most 3 × 10⁹, so that
// products stay within 64 bits. Anything else is a programmer's error and panics.
func (a Amount) Split(weights ...int64) []Amount {
	const limit = 3_000_000_000
	total := int64(0)
	for _, w := range weights {
		if w < 0 || w > limit {
			panic("money: weight out of range")
		}
		total += w
	}
	if total <= 0 || total > limit || a < 0 || a > limit {
		panic("money: split out of range")
	}
	parts := make([]Amount, len(weights))
	remainders := make([]int64, len(weights))
	left := a
	for i, w := range weights {
		product := int64(a) * w
		parts[i], remainders[i] = Amount(product/total), product%total
		left -= parts[i]
	}
	for ; left > 0; left-- {
		best := 0
		for i := range remainders {
			if remainders[i] > remainders[best] {
				best = i
			}
		}
		parts[best]++
		remainders[best] = -1
	}
	return parts
}
