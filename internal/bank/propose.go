package bank

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Surety is how sure a proposal is.
type Surety int

// From no idea to what can be accepted without looking at it one by one.
const (
	NoIdea Surety = iota
	Perhaps
	Likely
	Sure
)

// Proposal is what an open line seems to pay. Without parts and rest a person has to choose, if there is something to
// choose from: among the candidates.
type Proposal struct {
	Line       Line
	Parts      []Part
	Rest       Rest
	Surety     Surety
	Why        string // a sentence or two
	Aside      Reason // what it seems to be instead; empty: nothing is said
	Candidates []Candidate
}

// Acceptable reports whether the proposal says what the whole line pays.
func (p *Proposal) Acceptable() bool { return len(p.Parts) > 0 || p.Rest.Amount > 0 }

// Candidate is an invoice that a line may pay.
type Candidate struct {
	ID           id.Invoice
	Seq          int64
	Number       string
	Organisation id.Organisation
	Name         string       // of the organisation
	Open         money.Amount // pence
	DueOn        london.Date
}

// books are what proposals are made from: read once for many lines.
type books struct {
	invoices []Candidate
	names    map[id.Organisation]string
	learned  map[string][]id.Organisation // by the folded name of the payer
	claimed  map[id.Invoice]bool          // by a line before that is sure of it
}

// Propose says of open lines what they seem to pay, in their order: an invoice that one line is sure to pay is not proposed
// to those after it.
func Propose(ctx context.Context, d bun.IDB, lines []Line) ([]Proposal, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	b, err := readBooks(ctx, d, lines)
	if err != nil {
		return nil, err
	}
	list := make([]Proposal, len(lines))
	for i, l := range lines {
		list[i] = b.propose(l)
		if list[i].Surety != Sure {
			continue
		}
		for _, p := range list[i].Parts {
			at := slices.IndexFunc(b.invoices, func(c Candidate) bool { return c.Number == p.Invoice })
			b.claimed[b.invoices[at].ID] = true
		}
	}
	return list, nil
}

func (b *books) propose(l Line) Proposal {
	for _, try := range []func(*Line) *Proposal{b.byMention, payout, b.byPayer, b.byAmount} {
		if p := try(&l); p != nil {
			p.Line = l
			return *p
		}
	}
	return Proposal{Line: l, Why: "Nothing that is open fits. Search for the invoice, or set the payment aside."}
}

func readBooks(ctx context.Context, d bun.IDB, lines []Line) (*books, error) {
	b := &books{names: map[id.Organisation]string{}, learned: map[string][]id.Organisation{}, claimed: map[id.Invoice]bool{}}
	seqs, amounts, payers := []int64{0}, []money.Amount{0}, []string{""}
	for _, l := range lines {
		sure, perhaps := mentioned(l.Reference, l.Text, l.Payer)
		seqs, amounts, payers = append(append(seqs, sure...), perhaps...), append(amounts, l.Amount), append(payers, l.payerName())
	}
	whose, err := b.readPayers(ctx, d, payers)
	if err != nil {
		return nil, err
	}
	err = d.NewRaw(`
		SELECT i.id, i.seq, i.number, i.organisation_id AS organisation, o.name, i.total - i.paid - i.credited - i.written_off AS open, i.due_on
		FROM invoices i JOIN organisations o ON o.id = i.organisation_id
		WHERE i.seq IN (?0) OR i.status IN ('issued', 'part_paid') AND (i.total - i.paid - i.credited - i.written_off IN (?1)
			OR i.organisation_id IN (?2) OR i.organisation_id IN (SELECT organisation_id FROM invoices WHERE seq IN (?0)))
		ORDER BY i.id LIMIT 10000`, bun.List(seqs), bun.List(amounts), bun.List(whose)).Scan(ctx, &b.invoices)
	if err != nil {
		return nil, fmt.Errorf("reading invoices for the bank: %w", err)
	}
	for _, c := range b.invoices {
		b.names[c.Organisation] = c.Name
	}
	return b, nil
}

// readPayers finds which organisations pay under some folded names: those that did before, else those of such a name.
func (b *books) readPayers(ctx context.Context, d bun.IDB, payers []string) ([]id.Organisation, error) {
	whose := []id.Organisation{0}
	var rows []struct {
		Payer        string
		Organisation id.Organisation
	}
	err := d.NewRaw("SELECT payer, organisation_id AS organisation FROM bank_payers WHERE payer IN (?) AND seen > 0 ORDER BY organisation_id", bun.List(payers)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading payers: %w", err)
	}
	for _, r := range rows {
		b.learned[r.Payer], whose = append(b.learned[r.Payer], r.Organisation), append(whose, r.Organisation)
	}
	var known []struct {
		ID   id.Organisation
		Name string
	}
	err = d.NewRaw(`SELECT id, name FROM organisations o WHERE id IN (?) OR EXISTS (SELECT FROM invoices i WHERE i.organisation_id = o.id AND i.status IN ('issued', 'part_paid'))
		ORDER BY id`, bun.List(whose)).Scan(ctx, &known)
	if err != nil {
		return nil, fmt.Errorf("reading organisations for the bank: %w", err)
	}
	for _, o := range known {
		b.names[o.ID] = o.Name
		name := fold(o.Name)
		if slices.ContainsFunc(payers, func(p string) bool { return alike(p, name) }) {
			whose = append(whose, o.ID)
		}
	}
	return whose, nil
}

// open are the invoices with something open that no line before is sure of, if they are of these organisations; of none: of any.
func (b *books) open(whose ...id.Organisation) (list []Candidate) {
	for _, c := range b.invoices {
		if c.Open > 0 && !b.claimed[c.ID] && (len(whose) == 0 || slices.Contains(whose, c.Organisation)) {
			list = append(list, c)
		}
	}
	return list
}

// exactly are those with exactly an amount open.
func exactly(list []Candidate, amount money.Amount) []Candidate {
	return slices.DeleteFunc(slices.Clone(list), func(c Candidate) bool { return c.Open != amount })
}

// whole pays all that is open of invoices.
func whole(list []Candidate) (parts []Part) {
	for _, c := range list {
		parts = append(parts, Part{c.Number, c.Open})
	}
	return parts
}

func sum(list []Candidate) (total money.Amount) {
	for _, c := range list {
		total += c.Open
	}
	return total
}

// together are the invoices that come to an amount in the only way there is.
func together(list []Candidate, amount money.Amount) (chosen []Candidate, ways int) {
	amounts := make([]money.Amount, len(list))
	for i, c := range list {
		amounts[i] = c.Open
	}
	found := subsets(amounts, amount)
	if len(found) == 1 {
		for _, i := range found[0] {
			chosen = append(chosen, list[i])
		}
	}
	return chosen, len(found)
}
