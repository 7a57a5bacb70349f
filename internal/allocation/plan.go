package allocation

import (
	"fmt"
	"strings"
)

// Unkept is the error of a problem whose offers already made cannot all be kept: nobody's offer is dropped.
type Unkept struct {
	Applicant string   // the first in order whose offer does not fit with those before
	Short     int64    // pence, 0 when money is not what lacks
	Binding   []string // the funds that are used up
	Full      []string // the places without room
}

// Error says what lacks, on one line.
func (u *Unkept) Error() string {
	var lacks []string
	if u.Short > 0 {
		lacks = append(lacks, fmt.Sprintf("%d pence are short in %s", u.Short, list(u.Binding)))
	}
	if len(u.Full) > 0 {
		lacks = append(lacks, "no room is left in "+list(u.Full))
	}
	return fmt.Sprintf("the offers already made cannot all be kept: with that of %s, %s", u.Applicant, strings.Join(lacks, ", and "))
}

func list(names []string) string {
	if len(names) == 0 {
		return "its funds"
	}
	return strings.Join(names, ", ")
}

// Plan allocates. Its errors are *Malformed and *Unkept.
func Plan(p Problem) (Result, error) {
	digest := make(chan string, 1)
	go func() { digest <- p.Digest() }() // it takes a while, and shares nothing with the rest
	r, err := settle(p)
	if err != nil {
		return Result{}, err
	}
	result := r.report()
	result.Possible, result.Skipped = r.possible()
	result.Input = <-digest
	return result, nil
}

// settle goes through all applicants in their order, the protected first.
func settle(p Problem) (*run, error) {
	t, err := newTable(p)
	if err != nil {
		return nil, err
	}
	r := newRun(t, true)
	for i, a := range p.Applicants {
		if a.Protected && !r.serve(int32(i)) {
			return nil, r.unkept(int32(i))
		}
	}
	for i, a := range p.Applicants {
		if !a.Protected {
			r.serve(int32(i))
		}
	}
	return r, nil
}

func (r *run) unkept(who int32) *Unkept {
	n := newNames(r)
	reason := n.reason(who, 0)
	return &Unkept{Applicant: r.Applicants[who].ID, Short: reason.Short, Binding: reason.Binding, Full: reason.Full}
}
