package bank

import (
	"fmt"
	"slices"
	"strings"

	"bursar/internal/id"
	"bursar/internal/money"
)

// byMention proposes the invoices that a line names.
func (b *books) byMention(l *Line) *Proposal {
	sure, perhaps := mentioned(l.Reference, l.Text, l.Payer)
	named := b.named(sure)
	if len(named) == 0 {
		return nil
	}
	if more := b.alsoNamed(named, perhaps); len(more) > len(named) && sum(more) == l.Amount {
		named = more
	}
	open := slices.DeleteFunc(slices.Clone(named), func(c Candidate) bool { return c.Open == 0 || b.claimed[c.ID] })
	whose := owners(named)
	p := &Proposal{Parts: whole(open), Surety: Sure}
	switch over := l.Amount - sum(open); {
	case len(open) == 0:
		p = b.paidAlready(l, named)
	case over == 0:
		p.Why = "It names " + numbers(open) + " and is exactly what is open."
	case over < 0:
		p.Parts, p.Surety = fill(open, l.Amount), Likely
		p.Why = fmt.Sprintf("It names %s: %s of %s, and %s is missing.", numbers(open), l.Amount, sum(open), pence(-over))
	default:
		p = b.more(open, whose, over)
	}
	if len(whose) > 1 {
		p.Surety = min(p.Surety, Likely)
		p.Why += " The invoices are of different organisations."
	}
	if payers := b.learned[l.payerName()]; len(payers) > 0 && !slices.ContainsFunc(whose, func(o id.Organisation) bool { return slices.Contains(payers, o) }) {
		p.Surety = min(p.Surety, Likely)
		p.Why += " The name of the payer is known as " + b.names[payers[0]] + "’s."
	}
	return p
}

// named are the invoices of numbers, in the order of the books.
func (b *books) named(seqs []int64) (list []Candidate) {
	for _, c := range b.invoices {
		if slices.Contains(seqs, c.Seq) {
			list = append(list, c)
		}
	}
	return list
}

// alsoNamed adds invoices of the same organisation that may be named too.
func (b *books) alsoNamed(named []Candidate, perhaps []int64) []Candidate {
	all := slices.Clone(named)
	for _, c := range b.named(perhaps) {
		if c.Open > 0 && c.Organisation == named[0].Organisation {
			all = append(all, c)
		}
	}
	return all
}

// paidAlready is about a line that names only what is settled.
func (b *books) paidAlready(l *Line, named []Candidate) *Proposal {
	p := &Proposal{Surety: Perhaps, Why: "It names " + numbers(named) + ", of which nothing is open any more"}
	if slices.ContainsFunc(named, func(c Candidate) bool { return b.claimed[c.ID] }) {
		p.Why += " after a payment further up"
	}
	p.Why += "."
	if len(owners(named)) == 1 {
		p.Rest = Rest{named[0].Organisation, l.Amount}
		p.Why += " All of it would go to the credit of " + named[0].Name + "."
	}
	return p
}

// more is about a line that names invoices and is more than what is open of them.
func (b *books) more(named []Candidate, whose []id.Organisation, over money.Amount) *Proposal {
	if len(whose) > 1 {
		return &Proposal{Surety: Perhaps, Candidates: named, Why: fmt.Sprintf("It names %s and is %s more than what is open.", numbers(named), pence(over))}
	}
	others := slices.DeleteFunc(b.open(whose...), func(c Candidate) bool {
		return slices.ContainsFunc(named, func(n Candidate) bool { return n.ID == c.ID })
	})
	chosen := exactly(others, over)
	if len(chosen) == 0 {
		chosen, _ = together(others, over)
	}
	if one := len(exactly(others, over)); len(chosen) > 0 && one <= 1 {
		return &Proposal{Parts: append(whole(named), whole(chosen)...), Surety: Likely,
			Why: fmt.Sprintf("It names %s, and together with %s it is exactly what is open.", numbers(named), numbers(chosen))}
	}
	return &Proposal{Parts: whole(named), Rest: Rest{whose[0], over}, Surety: Likely,
		Why: fmt.Sprintf("It names %s. %s more than what is open goes to the credit of %s.", numbers(named), pence(over), b.names[whose[0]])}
}

// fill pays invoices in their order, as far as an amount goes.
func fill(list []Candidate, amount money.Amount) (parts []Part) {
	for _, c := range list {
		if part := min(c.Open, amount); part > 0 {
			parts = append(parts, Part{c.Number, part})
			amount -= part
		}
	}
	return parts
}

func owners(list []Candidate) (whose []id.Organisation) {
	for _, c := range list {
		if !slices.Contains(whose, c.Organisation) {
			whose = append(whose, c.Organisation)
		}
	}
	return whose
}

// numbers are the numbers of invoices as a sentence has them.
func numbers(list []Candidate) string {
	var all []string
	for _, c := range list {
		all = append(all, c.Number)
	}
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " and " + all[last]
}

// pence is an amount as people say it when it is small: "50p".
func pence(a money.Amount) string {
	if a < 100 {
		return fmt.Sprintf("%dp", a)
	}
	return a.String()
}
