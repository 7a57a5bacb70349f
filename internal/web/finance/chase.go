package finance

import (
	"context"
	"fmt"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

const chaseAt = "/finance/chase"

var chaseLink = page.Link{Text: "Chasing", Href: chaseAt}

// chaseForm is what was ticked.
type chaseForm struct {
	Do     string   `form:"do"`           // show, send
	Ticked []string `form:"organisation"` // their codes
	Again  string   `form:"again"`        // yes: also of what they were reminded of already
}

type chaseQuery struct {
	Show string `form:"show"` // order, due, 7, 14, 30; empty: everything
}

type chasePage struct {
	base
	Query   chaseQuery
	Shows   []page.Choice
	Debtors []debtorRow
	More    int // not shown, because there are too many
	Form    chaseForm
}

// debtorRow is an organisation in the list.
type debtorRow struct {
	report.Debtor
	ID     string // of its box
	Ticked bool
}

// shows are the ways to look at the list.
func shows() []page.Choice {
	return []page.Choice{{Label: "Everything"}, {Value: string(report.OrderMissing), Label: "Purchase orders that are missing"},
		{Value: string(report.Due), Label: "Invoices that are due"}, {Value: "7", Label: "Overdue by 7 to 13 days"},
		{Value: "14", Label: "Overdue by 14 to 29 days"}, {Value: "30", Label: "Overdue by 30 days or more"}}
}

// shown reports whether an item is looked for.
func (q chaseQuery) shown(i report.Item) bool {
	return q.Show == "" || q.Show == string(i.What) || i.What == report.Overdue && q.Show == number(i.Step)
}

// chasing lists who may be reminded of something.
func (f finance) chasing(c *gin.Context) error {
	p, err := f.chasePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/chase", p)
}

// mostDebtors is how many organisations are shown and reminded at once.
const mostDebtors = 100

func (f finance) chasePage(c *gin.Context) (*chasePage, error) {
	p := &chasePage{base: below(), Shows: shows()}
	if err := page.Query(c, &p.Query); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(p.Shows, func(s page.Choice) bool { return s.Value == p.Query.Show }) {
		return nil, page.ErrNotFound
	}
	list, err := report.ToChase(c.Request.Context(), f.DB, f.DB.Now())
	for _, d := range list {
		switch {
		case !slices.ContainsFunc(d.Items, p.Query.shown):
		case len(p.Debtors) == mostDebtors:
			p.More++
		default:
			p.Debtors = append(p.Debtors, debtorRow{Debtor: d, ID: itemID("organisation", len(p.Debtors))})
		}
	}
	return p, err
}

// Words says what is missing or late.
func (debtorRow) Words(i report.Item) string {
	switch {
	case i.What == report.OrderMissing && i.On.IsZero():
		return fmt.Sprintf("Place %s, %s, %s: its purchase order may follow", i.Code, i.Run, i.Amount)
	case i.What == report.OrderMissing && i.Days < 0:
		return fmt.Sprintf("Place %s, %s, %s: its time was up on %s", i.Code, i.Run, i.Amount, i.On.Medium())
	case i.What == report.OrderMissing:
		return fmt.Sprintf("Place %s, %s, %s: held for %s more, until %s", i.Code, i.Run, i.Amount, count(i.Days, "day", "days"), i.On.Medium())
	case i.Late() == 0:
		return fmt.Sprintf("%s, %s: due on %s", i.Code, i.Amount, i.On.Medium())
	}
	return fmt.Sprintf("%s, %s: overdue by %s, since %s", i.Code, i.Amount, count(i.Late(), "day", "days"), i.On.Medium())
}

// letterPage is what is about to be sent.
type letterPage struct {
	base
	Letters []letter
	Form    chaseForm
	Sent    bool
}

// letter is one reminder as it is mailed.
type letter struct {
	report.Debtor
	Subject, Text string
}

// Title heads the page.
func (p *letterPage) Title() string {
	if p.Sent {
		return count(len(p.Letters), "reminder is sent", "reminders are sent")
	}
	return count(len(p.Letters), "reminder to send", "reminders to send")
}

// chase shows what would be sent, and then sends it.
func (f finance) chase(c *gin.Context) error {
	p, err := f.chasePage(c)
	if err != nil {
		return err
	}
	l := &letterPage{base: below(chaseLink)}
	if err = page.Bind(c, &p.Form); err == nil {
		l.Form = p.Form
		l.Letters, err = f.letters(c, p)
	}
	if err != nil {
		for i, d := range p.Debtors {
			p.Debtors[i].Ticked = slices.Contains(p.Form.Ticked, d.Code)
		}
		return page.Again(c, err, "finance/chase", p)
	}
	l.Sent = p.Form.Do == "send"
	return page.Render(c, "finance/chase-letters", l)
}

// letters are the reminders of what was ticked, sent if that was the button.
func (f finance) letters(c *gin.Context, p *chasePage) ([]letter, error) {
	if len(p.Form.Ticked) == 0 {
		return nil, failure.Field("organisation", "Tick whom you want to remind")
	}
	var list []report.Debtor
	again := p.Form.Again == "yes"
	if p.Form.Do == "send" {
		err := f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) (err error) {
			list, err = report.Chase(ctx, tx, by, p.Form.Ticked, again)
			return err
		})
		if err != nil {
			return nil, err
		}
	} else {
		for _, d := range p.Debtors {
			if slices.Contains(p.Form.Ticked, d.Code) {
				list = append(list, d.Debtor)
			}
		}
		if list = report.Letters(list, again); len(list) == 0 {
			return nil, report.ErrNothingToChase
		}
	}
	return f.drafted(c.Request.Context(), list)
}

func (f finance) drafted(ctx context.Context, list []report.Debtor) ([]letter, error) {
	letters := make([]letter, len(list))
	for i, d := range list {
		subject, text, err := mail.Site{URL: f.Site.URL}.Preview(ctx, f.DB, d.Message())
		if err != nil {
			return nil, err
		}
		letters[i] = letter{d, subject, text}
	}
	return letters, nil
}
