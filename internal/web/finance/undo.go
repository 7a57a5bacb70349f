package finance

import (
	"context"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type undoForm struct {
	Reason string `form:"reason"`
}

type undoPage struct {
	base
	Invoice    *invoice.Invoice
	Settlement invoice.Settlement
	How, When  string
	Form       undoForm
}

// undoable reports whether a settlement is undone on the invoice's page: what came by bank is undone where its line is
// matched, and what came by card is refunded.
func undoable(all []invoice.Settlement, s invoice.Settlement) bool {
	return s.Amount > 0 && (s.Kind == invoice.ByCredit || s.Kind == invoice.ByWriteOff) &&
		!slices.ContainsFunc(all, func(other invoice.Settlement) bool { return other.Reverses == s.ID })
}

// undoing asks why a write-off or the use of credit is undone.
func (f finance) undoing(c *gin.Context) error {
	p, err := f.undoPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/undo", p)
}

// undoPage is about the settlement that the address names by its place among those of the invoice.
func (f finance) undoPage(c *gin.Context) (*undoPage, error) {
	i, err := invoice.ByNumber(c.Request.Context(), f.DB, c.Param("number"))
	if err != nil {
		return nil, err
	}
	all, err := invoice.SettlementsOf(c.Request.Context(), f.DB, i.ID)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || n < 1 || n > len(all) || !undoable(all, all[n-1]) {
		return nil, page.ErrNotFound
	}
	s := all[n-1]
	return &undoPage{base: below(invoicesLink, page.Link{Text: i.Number, Href: invoiceHref(i.Number)}), Invoice: i, Settlement: s,
		How: settledBy[s.Kind], When: london.Stamp(s.At)}, nil
}

// undo reverses a write-off or the use of credit.
func (f finance) undo(c *gin.Context) error {
	p, err := f.undoPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return invoice.Undo(ctx, tx, by, p.Settlement.ID, p.Form.Reason)
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/undo", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, invoiceHref(p.Invoice.Number))
}
