package finance

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

const doubtsAt = "/finance/doubts"

type doubtsPage struct {
	base
	Table page.Table
}

// doubts lists what the card processor said that does not agree with our books, the longest waiting first.
func (f finance) doubts(c *gin.Context) error {
	all, err := billing.Doubts(c.Request.Context(), f.DB)
	if err != nil {
		return err
	}
	p := &doubtsPage{base: below(), Table: page.Table{Caption: "The oldest first", Stacked: true, Columns: []page.Column{
		{Title: "What"}, {Title: "Since"}, {Title: "What was said"},
	}}}
	for _, d := range all {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: doubtWords[d.Kind], Href: doubtHref(d.ID)}, {Text: london.Stamp(d.CreatedAt)}, {Text: d.Detail}})
	}
	return page.Render(c, "finance/doubts", p)
}

func doubtHref(which id.Quarantine) string {
	return doubtsAt + "/" + strconv.FormatInt(int64(which), 10)
}

type foundForm struct {
	Found string `form:"found"`
}

type doubtPage struct {
	base
	*billing.Doubt
	Facts page.Summary
	Form  foundForm
}

// Title says what does not agree.
func (p *doubtPage) Title() string { return doubtWords[p.Kind] }

// doubt is one of them with what was found, or the question what was.
func (f finance) doubt(c *gin.Context) error {
	p, err := f.doubtPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/doubt", p)
}

func (f finance) doubtPage(c *gin.Context) (*doubtPage, error) {
	ctx := c.Request.Context()
	which, err := strconv.ParseInt(c.Param("doubt"), 10, 64)
	if err != nil {
		return nil, billing.ErrNoDoubt
	}
	d, err := billing.DoubtOf(ctx, f.DB, id.Quarantine(which))
	if err != nil {
		return nil, err
	}
	p := &doubtPage{base: below(page.Link{Text: "Doubts about card payments", Href: doubtsAt}), Doubt: d}
	p.Facts.Rows = []page.Row{
		{Key: "What was said", Value: d.Detail}, {Key: "At the card processor", Value: d.Object}, {Key: "Since", Value: london.Stamp(d.CreatedAt)},
	}
	if d.ResolvedAt.IsZero() {
		return p, nil
	}
	called, err := names(ctx, f.DB, d.ResolvedBy)
	p.Facts.Rows = append(p.Facts.Rows, page.Row{Key: "Dealt with", Value: called[d.ResolvedBy] + ", " + london.Stamp(d.ResolvedAt)}, page.Row{Key: "What was found", Value: d.Found})
	return p, err
}

// resolve keeps what somebody found, and lets a doubt wait no longer.
func (f finance) resolve(c *gin.Context) error {
	p, err := f.doubtPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return billing.Resolve(ctx, tx, by, p.ID, p.Form.Found)
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/doubt", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, doubtsAt)
}

var doubtWords = map[billing.DoubtKind]string{
	billing.WrongAmount:    "A payment does not agree with what was asked for",
	billing.UnknownPayment: "The card processor reports a payment that is not ours",
	billing.WrongVersion:   "The card processor speaks another version than we do",
	billing.WrongMode:      "A test came where real payments come, or the reverse",
	billing.StrangeRefund:  "A refund that we did not ask for",
	billing.RefundCameBack: "The bank sent a refund back",
	billing.Missing:        "The card processor and our books do not have the same payments",
}
