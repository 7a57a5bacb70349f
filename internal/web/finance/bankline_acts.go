package finance

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/bank"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/web/page"
)

// undoLine takes back what a payment was matched with.
func (f finance) undoLine(c *gin.Context) error {
	p, err := f.bankLinePage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Undo); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return bank.Undo(ctx, tx, by, p.Line.ID, p.Undo.Reason)
		})
	}
	return f.acted(c, p, err)
}

// setLineAside says that a payment is for no invoice.
func (f finance) setLineAside(c *gin.Context) error {
	p, err := f.bankLinePage(c)
	if err != nil {
		return err
	}
	if p.Line.Status != bank.Open {
		return f.acted(c, p, bank.ErrTaken) // whatever was typed
	}
	if err = page.Bind(c, &p.Aside); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return bank.SetAside(ctx, tx, by, p.Line.ID, bank.Reason(p.Aside.Why), p.Aside.Note)
		})
	}
	return f.acted(c, p, err)
}

// reopenLine takes back that a payment was set aside.
func (f finance) reopenLine(c *gin.Context) error {
	p, err := f.bankLinePage(c)
	if err != nil {
		return err
	}
	err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error { return bank.Reopen(ctx, tx, by, p.Line.ID) })
	return f.acted(c, p, err)
}

// acted shows the payment as it stands now, or what is wrong and what was typed.
func (f finance) acted(c *gin.Context, p *bankLinePage, err error) error {
	if err == nil {
		page.Flash(c, page.Saved)
		return page.Redirect(c, p.Href)
	}
	if unread := f.list(c.Request.Context(), p); unread != nil {
		return unread
	}
	return page.Again(c, err, "finance/bank-line", p)
}
