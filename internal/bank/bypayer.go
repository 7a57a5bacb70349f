package bank

import (
	"fmt"
	"slices"
	"strings"

	"bursar/internal/id"
	"bursar/internal/money"
)

// little is how much may be missing of an amount that is still taken for it: what a bank keeps as its charge.
const little money.Amount = 100

// mostCandidates is how many invoices there are to choose from at once.
const mostCandidates = 8

// payout recognises the card processor's payments to us, which pay no invoice.
func payout(l *Line) *Proposal {
	if !strings.Contains(fold(l.Payer+" "+l.Text+" "+l.Reference), "stripe") {
		return nil
	}
	return &Proposal{Surety: Perhaps, Aside: CardPayout, Why: "It looks like a payout of the card processor, which pays no invoice."}
}

// byPayer proposes invoices of the organisation that pays under the name of a line.
func (b *books) byPayer(l *Line) *Proposal {
	whose, how, best := b.payers(l)
	if len(whose) == 0 {
		return nil
	}
	open := b.open(whose...)
	same := exactly(open, l.Amount)
	switch {
	case len(same) == 1:
		return &Proposal{Parts: whole(same), Surety: best, Why: how + ", and only " + same[0].Number + " has exactly this open."}
	case len(same) > 1:
		return choose(same, how+". Several invoices have exactly this open: choose which.")
	}
	if p := b.severalOf(l, whose, how); p != nil {
		return p
	}
	short := slices.DeleteFunc(slices.Clone(open), func(c Candidate) bool { return c.Open < l.Amount || c.Open > l.Amount+little })
	if len(short) == 1 {
		return partly(short[0], l.Amount, how, Likely)
	}
	return b.leftTo(l, whose, open, how)
}

// payers are the organisations that may pay under the name of a line, how that is known, and how sure it can be at best.
func (b *books) payers(l *Line) (whose []id.Organisation, how string, best Surety) {
	name := l.payerName()
	if name == "" {
		return nil, "", NoIdea
	}
	if whose = b.learned[name]; len(whose) > 0 {
		return whose, b.theNames(whose) + " has paid under this name before", Sure
	}
	for o, called := range b.names {
		if alike(name, fold(called)) {
			whose = append(whose, o)
		}
	}
	slices.Sort(whose)
	return whose, "The name of the payer is like " + b.theNames(whose), Likely
}

func (b *books) theNames(whose []id.Organisation) string {
	var all []string
	for _, o := range whose {
		all = append(all, b.names[o])
	}
	return strings.Join(all, " or ")
}

// severalOf proposes invoices of one organisation that a line pays together.
func (b *books) severalOf(l *Line, whose []id.Organisation, how string) *Proposal {
	var chosen []Candidate
	ways := 0
	for _, o := range whose {
		list, n := together(b.open(o), l.Amount)
		if ways += n; n == 1 {
			chosen = list
		}
	}
	switch {
	case ways == 1:
		return &Proposal{Parts: whole(chosen), Surety: Likely, Why: how + ", and " + numbers(chosen) + " come to exactly this together."}
	case ways > 1:
		return choose(b.open(whose...), how+". Several of its invoices come to exactly this together, in more than one way: choose which.")
	}
	return nil
}

// leftTo is about a line whose payer is known and whose amount fits nothing.
func (b *books) leftTo(l *Line, whose []id.Organisation, open []Candidate, how string) *Proposal {
	switch {
	case len(open) == 0 && len(whose) == 1:
		return &Proposal{Rest: Rest{whose[0], l.Amount}, Surety: Perhaps, Why: how + ", and no invoice of it is open. All of it would go to its credit."}
	case len(open) == 0:
		return &Proposal{Surety: Perhaps, Why: how + ", and no invoice is open."}
	case len(open) == 1 && open[0].Open > l.Amount:
		return partly(open[0], l.Amount, how, Perhaps)
	case sum(open) < l.Amount && len(owners(open)) == 1:
		over := l.Amount - sum(open)
		return &Proposal{Parts: whole(open), Rest: Rest{open[0].Organisation, over}, Surety: Perhaps,
			Why: fmt.Sprintf("%s, and %s is more by %s than all that is open of it, which would go to its credit.", how, l.Amount, pence(over))}
	}
	return choose(open, how+". No invoice has exactly this open: choose which it pays.")
}

// byAmount proposes an invoice for its amount alone.
func (b *books) byAmount(l *Line) *Proposal {
	same := exactly(b.open(), l.Amount)
	switch len(same) {
	case 0:
		return nil
	case 1:
		return &Proposal{Parts: whole(same), Surety: Perhaps,
			Why: fmt.Sprintf("We do not know this payer. Only %s, of %s, has exactly this open.", same[0].Number, same[0].Name)}
	}
	return choose(same, "We do not know this payer. Several invoices have exactly this open: choose which.")
}

// partly pays a part of an invoice.
func partly(c Candidate, amount money.Amount, how string, s Surety) *Proposal {
	return &Proposal{Parts: []Part{{c.Number, amount}}, Surety: s,
		Why: fmt.Sprintf("%s. For %s it is %s of %s, and %s is missing.", how, c.Number, amount, c.Open, pence(c.Open-amount))}
}

// choose leaves it to a person.
func choose(among []Candidate, why string) *Proposal {
	return &Proposal{Surety: Perhaps, Candidates: among[:min(len(among), mostCandidates)], Why: why}
}
