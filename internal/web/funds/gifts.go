package funds

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// portion is how many rows of a long list are shown at a time.
const portion = 50

type giftForm struct {
	How       string `form:"how"` // "bank" or "pledge"
	Amount    string `form:"amount"`
	Donor     string `form:"donor"`
	Reference string `form:"reference"`
	DueDay    string `form:"due_on-day"`
	DueMonth  string `form:"due_on-month"`
	DueYear   string `form:"due_on-year"`
}

type giftsPage struct {
	page.Base
	Fund  *fund.Fund
	Gifts []fund.Gift
	Links page.Pagination
	Form  giftForm
	Href  string

	Pressed   string // code of the pledge of which somebody wrote that it has come
	Reference string // what they typed about it
	today     london.Date
}

// giftRow is a gift as the list shows it.
type giftRow struct {
	fund.Gift
	Typed, Error string // of the reference
	late         bool
}

// Rows are the gifts of this portion.
func (p *giftsPage) Rows() []giftRow {
	var rows []giftRow
	for _, g := range p.Gifts {
		r := giftRow{Gift: g, Error: p.Errors.For(referenceField(g.Code))}
		r.late = g.Status == fund.GiftPledged && !g.DueOn.IsZero() && g.DueOn.Before(p.today)
		if g.Code == p.Pressed {
			r.Typed = p.Reference
		}
		rows = append(rows, r)
	}
	return rows
}

func referenceField(code string) string { return "reference-" + code }

// Tag is how the gift stands.
func (r giftRow) Tag() page.Tag {
	switch {
	case r.late:
		return page.Tag{Text: "Pledged, late", Colour: "red"}
	case r.Status == fund.GiftReceived:
		return page.Tag{Text: giftWords[r.Status], Colour: "green"}
	case r.Status == fund.GiftPledged:
		return page.Tag{Text: giftWords[r.Status], Colour: "yellow"}
	}
	return page.Tag{Text: giftWords[r.Status], Colour: "grey"}
}

// Pledged reports whether the money is still to come.
func (r giftRow) Pledged() bool { return r.Status == fund.GiftPledged }

// Said is what is known of the gift, in a line.
func (r giftRow) Said() string {
	said := howWords[r.How] + ", written down on " + day(r.CreatedAt)
	switch {
	case !r.ReceivedAt.IsZero():
		said += ", received on " + day(r.ReceivedAt)
	case !r.DueOn.IsZero():
		said += ", due on " + r.DueOn.Medium()
	}
	if r.Reference != "" {
		said += ", reference " + r.Reference
	}
	return said + "."
}

// gifts lists what was given to a fund, and takes more.
func (d desk) gifts(c *gin.Context) error {
	p, err := d.giftsPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "funds/gifts", p)
}

func (d desk) giftsPage(c *gin.Context) (*giftsPage, error) {
	f, err := d.fund(c)
	if err != nil {
		return nil, err
	}
	var after id.Gift
	if _, err := page.After(c, &after); err != nil {
		return nil, err
	}
	gifts, err := fund.GiftsOf(c.Request.Context(), d.DB, f.ID, after, portion+1)
	if err != nil {
		return nil, err
	}
	p := &giftsPage{Base: d.within(f), Fund: f, Form: giftForm{How: string(fund.ByBank)}, Href: d.href(f) + "/gifts", today: d.today()}
	p.Gifts, p.Links, err = page.Portion(c, gifts, portion, func(last fund.Gift) id.Gift { return last.ID })
	return p, err
}

// recordGift writes down a gift or a pledge.
func (d desk) recordGift(c *gin.Context) error {
	p, err := d.giftsPage(c)
	if err != nil {
		return err
	}
	var typed giftForm
	if err = page.Bind(c, &typed); err == nil {
		err = d.giftAs(c, p.Fund, typed)
	}
	if p.Form = typed; err != nil {
		return page.Again(c, err, "funds/gifts", p)
	}
	page.Flash(c, page.GiftWritten)
	return page.Redirect(c, p.Href)
}

func (d desk) giftAs(c *gin.Context, f *fund.Fund, typed giftForm) error {
	wrong := page.Mistakes{}
	amount := wrong.Amount("amount", typed.Amount)
	due := wrong.Day("due_on", typed.DueDay, typed.DueMonth, typed.DueYear)
	pledge := typed.How == pledged
	if !pledge && typed.How != string(fund.ByBank) {
		wrong["how"] = "Choose whether it has come."
	}
	if err := wrong.Refusal(nil); err != nil {
		return err
	}
	return d.work(c, func(ctx context.Context, tx *db.Tx) error {
		by := page.ViewerOf(c).Person
		if pledge {
			_, err := fund.Pledge(ctx, tx, by, f.ID, amount, typed.Donor, due)
			return err
		}
		_, err := fund.RecordGift(ctx, tx, by, f.ID, amount, typed.Donor, typed.Reference)
		return err
	})
}

// pledged is the other thing that can be written down, beside what came by bank.
const pledged = "pledge"

type receiveForm struct {
	Reference string `form:"reference"`
}

// receive writes down that a pledge has come.
func (d desk) receive(c *gin.Context) error {
	var typed receiveForm
	if err := page.Bind(c, &typed); err != nil {
		return err
	}
	return d.giftWork(c, typed.Reference, func(ctx context.Context, tx *db.Tx, g *fund.Gift) error {
		_, err := fund.ReceivePledge(ctx, tx, page.ViewerOf(c).Person, g.Code, typed.Reference)
		if f := failure.Of(err); f != nil && f.Fields["reference"] != "" {
			return failure.Field(referenceField(g.Code), f.Fields["reference"]).Because(err) // there is one for each pledge
		}
		return err
	})
}

// cancel writes down that a pledge will not come.
func (d desk) cancel(c *gin.Context) error {
	return d.giftWork(c, "", func(ctx context.Context, tx *db.Tx, g *fund.Gift) error {
		_, err := fund.CancelPledge(ctx, tx, page.ViewerOf(c).Person, g.Code)
		return err
	})
}

// giftWork does something to a gift of the fund that the address names.
func (d desk) giftWork(c *gin.Context, reference string, do func(context.Context, *db.Tx, *fund.Gift) error) error {
	p, err := d.giftsPage(c)
	if err != nil {
		return err
	}
	p.Pressed, p.Reference = c.Param("gift"), reference
	err = d.work(c, func(ctx context.Context, tx *db.Tx) error {
		g, err := fund.FindGift(ctx, tx, p.Pressed)
		if err == nil && g.FundID != p.Fund.ID {
			err = fund.ErrUnknownGift
		}
		if err != nil {
			return err
		}
		return do(ctx, tx, g)
	})
	if err != nil {
		return page.Again(c, err, "funds/gifts", p)
	}
	page.Flash(c, page.GiftWritten)
	return page.Redirect(c, p.Href)
}
