package finance

import (
	"context"
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/fund"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

func (f finance) mountDesk(g routes) {
	g.get("", f.desk)
	g.get("/doubts", f.doubts)
	g.get("/doubts/:doubt", f.doubt)
	g.post("/doubts/:doubt", f.resolve)
}

type deskPage struct {
	base
	Matters []matter
	Totals  page.Summary
	Funds   string // where the viewer finds the funds; empty: nowhere
}

// matter is something that needs somebody, with how much of it there is.
type matter struct{ Title, Text, Href, Action string }

// desk is what needs somebody today.
func (f finance) desk(c *gin.Context) error {
	ctx := c.Request.Context()
	w, err := waitingAt(ctx, f.DB, f.DB.Now())
	if err != nil {
		return err
	}
	p := &deskPage{Matters: w.matters(f.today()), Funds: fundsOf(page.ViewerOf(c))}
	ready, err := f.readyMatter(ctx)
	if err != nil {
		return err
	}
	funds, err := f.fundMatter(ctx, w, p.Funds)
	if err != nil {
		return err
	}
	p.Matters = append(append(p.Matters, ready...), funds...)
	p.Totals = page.Summary{Rows: []page.Row{
		{Key: "Invoiced and not paid", Value: w.OpenSum.String(), Href: "/finance/invoices?status=open", Action: "See"},
		{Key: "Of that, past its day", Value: w.OverdueSum.String(), Href: "/finance/aged", Action: "See"},
	}}
	return page.Render(c, "finance/desk", p)
}

func (f finance) today() london.Date { return london.DateOf(f.DB.Now()) }

// readyMatter says how many invoices can be issued now.
func (f finance) readyMatter(ctx context.Context) ([]matter, error) {
	all, err := f.listReady(ctx)
	if err != nil {
		return nil, err
	}
	var n int
	var sum money.Amount
	for _, r := range all {
		if r.Waits == "" {
			n++
			sum += r.Total
		}
	}
	if n == 0 {
		return nil, nil
	}
	return []matter{{
		count(n, "invoice to issue", "invoices to issue"),
		"Nothing is missing. Together they come to " + sum.String() + ".", readyAt, "Check and issue",
	}}, nil
}

// fundsOf is where a viewer finds the funds: each sort of staff has its own desk for them.
func fundsOf(v page.Viewer) string {
	switch {
	case v.Has(string(people.Finance)):
		return "/finance/funds"
	case v.Has(string(people.Admin)):
		return "/admin/funds"
	}
	return ""
}

// fundMatter says whether a fund needs somebody.
func (f finance) fundMatter(ctx context.Context, w waiting, at string) ([]matter, error) {
	alarms, err := fund.Alarms(ctx, f.DB, f.today())
	n := len(alarms) + w.Rules + w.Pledges
	if err != nil || n == 0 || at == "" {
		return nil, err
	}
	return []matter{{count(n, "matter about a fund", "matters about funds"),
		"Time or money runs out, new rules wait for a second person, or a pledge is late.", at, "See the funds"}}, nil
}

// matters are what waits, in words, the most pressing first.
func (w waiting) matters(today london.Date) []matter {
	var list []matter
	add := func(n int, one, many, text, href, action string) {
		if n > 0 {
			list = append(list, matter{count(n, one, many), text, href, action})
		}
	}
	add(w.Doubts, "doubt about a card payment", "doubts about card payments",
		"What the card processor said does not agree with our books.", doubtsAt, "See what it says")
	add(w.Pending, "organisation to look at", "organisations to look at", w.alike(), organisationsAt+"?status=pending", "Look at them")
	add(w.AddressesAsked, "change of address to check", "changes of address to check",
		"Ask the organisation by a telephone number that you know already.", addressesAt, "Check")
	add(w.AddressesChecked, "change of address to agree", "changes of address to agree",
		"Somebody has checked. A second person agrees.", addressesAt, "Agree or refuse")
	add(w.Orders, "place without a purchase order", "places without a purchase order", w.ordersBy(today), "/finance/chase", "Remind")
	add(w.BankLines, "line of the bank to match", "lines of the bank to match", "Together "+w.BankSum.String()+".", "/finance/bank", "Match")
	add(w.Overdue30, "invoice overdue by 30 days or more", "invoices overdue by 30 days or more", "Together "+w.Overdue30Sum.String()+".", "/finance/chase", "Chase")
	add(w.Overdue14, "invoice overdue by 14 to 29 days", "invoices overdue by 14 to 29 days", "Together "+w.Overdue14Sum.String()+".", "/finance/chase", "Chase")
	add(w.Overdue7, "invoice overdue by 7 to 13 days", "invoices overdue by 7 to 13 days", "Together "+w.Overdue7Sum.String()+".", "/finance/chase", "Chase")
	add(w.WriteOffs, "write-off to agree", "write-offs to agree", "A second person agrees.", agreementsAt, "Agree or refuse")
	add(w.Refunds, "refund to agree", "refunds to agree", "A second person agrees.", agreementsAt, "Agree or refuse")
	add(w.Credits, "organisation has credit with us", "organisations have credit with us",
		"Together "+w.CreditSum.String()+". Ask them: set it against an invoice, or pay it back.", agedAt, "See whose")
	add(w.Departures, "person who left their employer", "people who left their employers", w.departed(), departuresAt, "See who")
	return list
}

// alike warns of names that look like others.
func (w waiting) alike() string {
	if w.Alike == 0 {
		return "Each has a new e-mail domain."
	}
	if w.Alike == 1 {
		return "One has a name that looks like another’s."
	}
	return fmt.Sprintf("%d have names that look like others’.", w.Alike)
}

// ordersBy says how long the first place waits.
func (w waiting) ordersBy(today london.Date) string {
	days := today.DaysUntil(london.DateOf(w.OrdersFirst))
	switch {
	case days < 0:
		return "The time of the first is up."
	case days == 0:
		return "The first is held until today."
	}
	return fmt.Sprintf("The first is held for %s more, until %s.", count(days, "day", "days"), london.DateOf(w.OrdersFirst).Medium())
}

// departed says how many have not answered in time.
func (w waiting) departed() string {
	if w.DeparturesLate == 0 {
		return "We asked what becomes of their places, and wait for their answers."
	}
	return fmt.Sprintf("%s not answered in time. We decide together with them.", upper(has(w.DeparturesLate)))
}

func has(n int) string {
	if n == 1 {
		return "one has"
	}
	return strconv.Itoa(n) + " have"
}

func (f finance) listReady(ctx context.Context) ([]invoice.Ready, error) {
	return invoice.ListReady(ctx, f.DB, f.today(), invoice.ReadyFilter{})
}
