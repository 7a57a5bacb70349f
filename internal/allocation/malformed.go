package allocation

import "fmt"

// Malformed says where a problem is wrong, as in "applicants[3].choices[0].lines[1].amount", and how.
type Malformed struct {
	Place string // empty when it is no place inside the problem
	Wrong string
}

// Error is one line.
func (m *Malformed) Error() string {
	if m.Place == "" {
		return m.Wrong
	}
	return m.Place + ": " + m.Wrong
}

func wrong(place, format string, values ...any) *Malformed {
	return &Malformed{Place: place, Wrong: fmt.Sprintf(format, values...)}
}

// in says of which part of the problem the place is.
func (m *Malformed) in(format string, values ...any) *Malformed {
	outer := fmt.Sprintf(format, values...)
	if m.Place != "" && m.Place[0] != '[' {
		outer += "."
	}
	m.Place = outer + m.Place
	return m
}

// MaxPence is the largest amount, ten thousand million pounds: sums of a million of them are still exact.
const MaxPence = 1_000_000_000_000

// checkPence refuses what is no amount.
func checkPence(place string, pence int64) *Malformed {
	switch {
	case pence < 0:
		return wrong(place, "%d is below 0", pence)
	case pence > MaxPence:
		return wrong(place, "%d is above %d", pence, MaxPence)
	}
	return nil
}

// checkID refuses an id that is empty or already among those that have a number.
func checkID(id string, taken map[string]int32) *Malformed {
	if id == "" {
		return wrong("id", "is missing")
	}
	if _, double := taken[id]; double {
		return wrong("id", "%q is there twice", id)
	}
	return nil
}
