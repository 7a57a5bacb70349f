package funds

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

type moveForm struct {
	To       string `form:"to"` // code of a fund, or toDonor
	Amount   string `form:"amount"`
	Reason   string `form:"reason"`
	Document string `form:"document"` // number of the donor's consent
}

// toDonor is where money goes that goes back.
const toDonor = "donor"

type movePage struct {
	page.Base
	Fund      *fund.Fund
	Left      money.Amount
	To        []page.Choice
	Documents []page.Choice
	Table     page.Table
	Form      moveForm
	Upload    string // where a consent is added
}

// Restricted reports whether the donor has to agree before money goes to another fund.
func (p *movePage) Restricted() bool { return p.Fund.Kind == fund.Restricted }

// moving asks where money of a fund shall go.
func (d desk) moving(c *gin.Context) error {
	p, err := d.movePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "funds/move", p)
}

func (d desk) movePage(c *gin.Context) (*movePage, error) {
	ctx := c.Request.Context()
	f, err := d.fund(c)
	if err != nil {
		return nil, err
	}
	all, err := fund.All(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	docs, err := fund.DocumentsOf(ctx, d.DB, f.ID)
	if err != nil {
		return nil, err
	}
	p := &movePage{Base: d.within(f), Fund: f, Upload: d.href(f) + "/documents"}
	p.To = []page.Choice{{Label: "Choose"}, {Value: toDonor, Label: "Back to the donor"}}
	called := map[id.Fund]string{}
	for _, h := range all {
		called[h.ID] = h.Name
		switch {
		case h.ID == f.ID:
			p.Left = h.Available
		case !h.Closed():
			p.To = append(p.To, page.Choice{Value: h.Code, Label: "To " + h.Code + ", " + h.Name})
		}
	}
	p.Documents = []page.Choice{{Label: "None"}}
	for _, doc := range docs {
		p.Documents = append(p.Documents, page.Choice{Value: strconv.FormatInt(int64(doc.ID), 10), Label: doc.Name + ", " + day(doc.At)})
	}
	p.Table, err = d.moveTable(ctx, f, called)
	return p, err
}

// moveTable is what was moved before.
func (d desk) moveTable(ctx context.Context, f *fund.Fund, called map[id.Fund]string) (page.Table, error) {
	t := page.Table{Caption: "Moved before", Columns: []page.Column{{Title: "When"}, {Title: "What"}, {Title: "Amount", Numeric: true}, {Title: "Why"}}}
	moves, err := fund.MovesOf(ctx, d.DB, f.ID)
	for _, m := range moves {
		what := "To " + called[m.ToID]
		switch {
		case m.Kind == fund.MoveReturn:
			what = "Back to the donor"
		case m.ToID == f.ID:
			what = "From " + called[m.FundID]
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: london.Stamp(m.At)}, {Text: what}, {Text: m.Amount.String()}, {Text: m.Reason}})
	}
	return t, err
}

// move takes money out of a fund.
func (d desk) move(c *gin.Context) error {
	p, err := d.movePage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = d.moveAs(c, p)
	}
	if err != nil {
		return page.Again(c, err, "funds/move", p)
	}
	page.Flash(c, page.MoneyMoved)
	return page.Redirect(c, d.href(p.Fund))
}

func (d desk) moveAs(c *gin.Context, p *movePage) error {
	typed, wrong := p.Form, page.Mistakes{}
	m := fund.Move{FundID: p.Fund.ID, Amount: wrong.Amount("amount", typed.Amount), Reason: typed.Reason, ByID: page.ViewerOf(c).Person}
	if typed.Reason == "" {
		wrong["reason"] = "Say why."
	}
	if typed.To == "" {
		wrong["to"] = "Choose where the money goes."
	}
	if consent, err := strconv.ParseInt(typed.Document, 10, 64); err == nil {
		m.DocumentID = id.Document(consent)
	}
	if p.Restricted() && m.DocumentID == 0 && typed.To != toDonor {
		wrong["document"] = failure.Of(fund.ErrConsent).Message
	}
	if err := wrong.Refusal(nil); err != nil {
		return err
	}
	return d.work(c, func(ctx context.Context, tx *db.Tx) error {
		moved := m // the work may be tried again
		if typed.To == toDonor {
			return fund.Return(ctx, tx, &moved)
		}
		to, err := fund.Find(ctx, tx, typed.To)
		if err != nil {
			return err
		}
		moved.ToID = to.ID
		return fund.Transfer(ctx, tx, &moved)
	})
}
