package funds

import (
	"context"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

type booksPage struct {
	page.Base
	Fund  *fund.Fund
	Table page.Table
	Links page.Pagination
}

// posting is a line on an account of a fund.
type posting struct {
	ID       id.Entry
	PostedAt time.Time
	Account  string // "income"
	Amount   money.Amount
}

// bookmark is where a list of lines goes on: entries, and in them accounts, are in order.
type bookmark struct {
	Entry   id.Entry
	Account string
}

// books are the lines on the accounts of a fund, newest first. An entry's own name can tell of whom it is, and is not
// shown.
func (d desk) books(c *gin.Context) error {
	f, err := d.fund(c)
	if err != nil {
		return err
	}
	var from bookmark
	more, err := page.After(c, &from)
	if err != nil {
		return err
	}
	lines, err := d.postings(c.Request.Context(), f.ID, from, more)
	if err != nil {
		return err
	}
	p := &booksPage{Base: d.within(f), Fund: f}
	lines, p.Links, err = page.Portion(c, lines, portion, func(last posting) bookmark { return bookmark{last.ID, last.Account} })
	if err != nil {
		return err
	}
	p.Table = page.Table{Caption: "Lines, newest first", Columns: []page.Column{
		{Title: "Entry"}, {Title: "Posted"}, {Title: "Account"}, {Title: "Debit", Numeric: true}, {Title: "Credit", Numeric: true},
	}}
	for _, l := range lines {
		row := []page.Cell{{Text: fmt.Sprint(l.ID)}, {Text: london.Stamp(l.PostedAt)}, {Text: accountWords[l.Account]}, {}, {}}
		if l.Amount > 0 {
			row[3].Text = l.Amount.String()
		} else {
			row[4].Text = (-l.Amount).String()
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	return page.Render(c, "funds/books", p)
}

// postings reads one line more than is shown.
func (d desk) postings(ctx context.Context, f id.Fund, from bookmark, more bool) ([]posting, error) {
	var lines []posting
	err := d.DB.NewRaw(`
		SELECT e.id, e.posted_at, substr(l.account, length(?0) + 1) AS account, l.amount
		FROM   entry_lines l JOIN entries e ON e.id = l.entry_id
		WHERE  l.account IN (SELECT name FROM accounts WHERE name ^@ ?0)
		       AND (NOT ?1 OR (e.id, substr(l.account, length(?0) + 1)) < (?2, ?3))
		ORDER  BY e.id DESC, account DESC LIMIT ?4`, account(f, ""), more, from.Entry, from.Account, portion+1).Scan(ctx, &lines)
	if err != nil {
		return nil, fmt.Errorf("reading the books of a fund: %w", err)
	}
	return lines, nil
}

// accountWords say what stands on each account of a fund.
var accountWords = map[string]string{
	"available": "Left to promise",
	"committed": "Promised to people",
	"budget":    "What may be spent",
	"income":    "Given to the fund",
	"spent":     "Spent",
	"returned":  "Back to the donor",
	"transfers": "Between funds",
	"pledged":   "Pledged, not here yet",
}
