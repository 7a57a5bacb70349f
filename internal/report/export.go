package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Row is one line of an entry for the bookkeeping program. It names no people.
type Row struct {
	On        london.Date
	Reference string // of the entry, whose rows balance
	Nominal   string
	Account   string // "Income still to be taught, FND-M27"
	Debit     money.Amount
	Credit    money.Amount
	Text      string // what happened
}

// line is a line of an entry as it is read.
type line struct {
	ID        id.Entry
	Reference string
	PostedAt  time.Time
	Kind      string
	Name      string // of the run, organisation or fund, or the sort of payer
	Amount    money.Amount
}

// atOnce is how many entries are read at a time.
const atOnce = 1000

// Export gives every line of the entries of a month in turn, entry by entry, without holding them all. Nominal codes are
// those of the settings, or those of Kinds. It stops at the first error of each.
func Export(ctx context.Context, d bun.IDB, m Month, each func(Row) error) error {
	codes, err := invoice.Nominals(ctx, d)
	if err != nil {
		return err
	}
	for after := id.Entry(0); ; {
		lines, err := linesAfter(ctx, d, m, after)
		if err != nil || len(lines) == 0 {
			return err
		}
		for _, l := range lines {
			if err := each(l.row(codes)); err != nil {
				return err
			}
		}
		after = lines[len(lines)-1].ID
	}
}

func linesAfter(ctx context.Context, d bun.IDB, m Month, after id.Entry) ([]line, error) {
	var lines []line
	err := d.NewRaw(fmt.Sprintf(`
		SELECT e.id, e.reference, e.posted_at, l.amount, `+kindSQL+` AS kind,
			coalesce(r.code, o.name, f.code, s.payer, '') AS name
		FROM (SELECT id, reference, posted_at FROM entries WHERE posted_at >= ?0 AND posted_at < ?1 AND id > ?2 ORDER BY id LIMIT ?3) e
		JOIN entry_lines l ON l.entry_id = e.id
		CROSS JOIN LATERAL (SELECT `+numberSQL+` AS number) n
		LEFT JOIN shares s ON l.account ^@ 'share/' AND s.id = n.number
		LEFT JOIN runs r ON l.account ^@ 'run/' AND r.id = n.number
		LEFT JOIN funds f ON l.account ^@ 'fund/' AND f.id = n.number
		LEFT JOIN organisations o ON o.id = CASE WHEN l.account ^@ 'organisation/' THEN n.number ELSE s.organisation_id END
		ORDER BY e.id, l.account`, "l.account"), m.begins(), m.ends(), after, atOnce).Scan(ctx, &lines)
	if err != nil {
		return nil, fmt.Errorf("reading entries of %s: %w", m, err)
	}
	return lines, nil
}

// payers are the words for who owes, where it is no organisation.
var payers = map[string]string{"learner": "learners", "award": "funds"}

func (l line) row(codes map[string]string) Row {
	k := KindOf(l.Kind)
	r := Row{On: london.DateOf(l.PostedAt), Reference: l.Reference, Nominal: k.Nominal, Account: k.Title, Text: happened(l.Reference)}
	if code := codes[k.Key]; code != "" {
		r.Nominal = code
	}
	if _, which, of := strings.Cut(l.Kind, "/"); of {
		r.Account += ", " + which
	}
	if word := payers[l.Name]; word != "" {
		l.Name = word
	}
	if l.Name != "" {
		r.Account += ", " + l.Name
	}
	if l.Amount > 0 {
		r.Debit = l.Amount
	} else {
		r.Credit = -l.Amount
	}
	return r
}

// happenings are what an entry says, by what its reference begins and ends with; an ending may be missing.
var happenings = map[string]string{
	"share charged": "Charged for a place", "share charged-again": "Charged for a place again", "share released": "A place lapsed",
	"share paid": "A fund paid for a place", "share given-back": "A place was given up", "share reduced": "A place was given up",
	"share passed-on": "A payer took over a part", "share passed-back": "A payer gave a part back", "enrolment shared": "Other payers took over",
	"enrolment moved": "A place went to another run", "enrolment cheaper": "Another price was agreed",
	"team charged": "Charged for places", "team priced": "Another price was agreed", "block earned": "A block was taught",
	"payment captured": "Card payment", "payment applied": "Card payment, used", "payment returned": "Card payment, to be refunded",
	"refund sent": "Refund to a card", "refund came-back": "A refund came back", "invoice vat": "VAT of an invoice", "credit-note vat": "VAT of a credit note",
	"payment vat": "VAT of a card payment", "share vat": "VAT of what was paid for a place, or kept of it", "credit-note let-off": "Let off out of goodwill", "share let-off": "A charge for a place was let off",
	"settlement": "An invoice was met, or that was undone", "credit-refund": "Credit paid back", "award offered": "A fund promised money",
	"award released": "A promise ended", "award unspent": "A promise was not used", "award-part drawn": "A fund paid", "award-part recovered": "Money came back to a fund",
	"award-part rerouted": "Another fund keeps a promise", "claim paid": "A claim was paid", "gift received": "Gift received", "gift pledged": "Gift pledged",
	"gift cancelled": "A pledge was cancelled", "fund-move": "Money moved between funds, or back to a donor", "bank-file read": "Money that came by bank",
	"bank-line matched": "Money of the bank, matched", "bank-line undone": "A match was undone", "bank-line rest": "The rest to an organisation’s credit",
	"bank-line rest-undone": "The rest was taken back", "bank-line aside": "Money of the bank, set aside", "bank-line reopened": "Money of the bank, to be matched again",
}

// happened says what an entry is about.
func happened(reference string) string {
	parts := strings.Split(reference, "/")
	for _, last := range slices.Backward(parts[1:]) {
		if text := happenings[parts[0]+" "+last]; text != "" {
			return text
		}
	}
	return happenings[parts[0]]
}

// Exported is how much of a month there is to export.
type Exported struct {
	Entries       int
	Lines         int
	Debit, Credit money.Amount
}

// ExportedOf counts what Export gives, to compare with what the bookkeeping program has taken.
func ExportedOf(ctx context.Context, d bun.IDB, m Month) (Exported, error) {
	var x Exported
	err := d.NewRaw(`
		SELECT count(DISTINCT e.id) AS entries, count(*) AS lines, coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0) AS debit,
			coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0) AS credit
		FROM entries e JOIN entry_lines l ON l.entry_id = e.id WHERE e.posted_at >= ? AND e.posted_at < ?`, m.begins(), m.ends()).Scan(ctx, &x)
	if err != nil {
		return x, fmt.Errorf("counting the entries of %s: %w", m, err)
	}
	return x, nil
}
