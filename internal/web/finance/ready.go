package finance

import (
	"context"
	"log/slog"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

const readyAt = "/finance/ready"

func (f finance) mountReady(g routes) {
	g.get("/ready", f.ready)
	g.post("/ready", f.issue)
}

// readyForm is what was ticked. Shown are all that stood on the page, for the button that issues them all.
type readyForm struct {
	Do    string   `form:"do"` // ticked or all
	Keys  []string `form:"key"`
	Shown []string `form:"shown"`
}

type readyPage struct {
	base
	Ready, Waits []readyRow
	Total        money.Amount // of what is ready
	More         int          // ready and not shown, because there are too many
	Only         string       // the name of the organisation that is shown alone
	Form         readyForm
}

// readyRow is an invoice that does not exist yet.
type readyRow struct {
	invoice.Ready
	ID string // of its box
}

// ready is what can be invoiced, and what waits for what.
func (f finance) ready(c *gin.Context) error {
	p, err := f.readyPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/ready", p)
}

// mostAtOnce is how many invoices are issued at once: as many as a request may take its time for.
const mostAtOnce = 100

func (f finance) readyPage(c *gin.Context) (*readyPage, error) {
	p := &readyPage{base: below()}
	filter := invoice.ReadyFilter{}
	if code := c.Query("organisation"); code != "" {
		o, err := f.organisationBy(c, code)
		if err != nil {
			return nil, err
		}
		filter.Organisation, p.Only = o.ID, o.Name
	}
	all, err := invoice.ListReady(c.Request.Context(), f.DB, f.today(), filter)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		switch {
		case r.Waits != "":
			p.Waits = append(p.Waits, readyRow{Ready: r})
		case len(p.Ready) == mostAtOnce:
			p.More++
		default:
			p.Ready = append(p.Ready, readyRow{Ready: r, ID: itemID("key", len(p.Ready))})
			p.Total += r.Total
		}
	}
	return p, nil
}

// What is what the invoice would ask for.
func (r readyRow) What() string {
	what := r.Course + ", " + r.RunCode
	if r.StageLabel != "" {
		what += ", " + r.StageLabel
	}
	return what
}

// How is for how many places.
func (r readyRow) How() string {
	how := count(r.Places, "place", "places")
	if r.Gift != 0 {
		how += " and a gift of " + r.Gift.String()
	}
	return how
}

type issuedPage struct {
	base
	Issued []issuedRow
	Failed []issuedRow
	Total  money.Amount
}

// issuedRow is what became of one that was to be issued.
type issuedRow struct {
	Organisation, What string
	Number, Why        string
	Total              money.Amount
}

// issue issues what was ticked, each in a unit of work of its own: one that cannot be issued keeps none of the others.
func (f finance) issue(c *gin.Context) error {
	p, err := f.readyPage(c)
	if err != nil {
		return err
	}
	if err := page.Bind(c, &p.Form); err != nil {
		return page.Again(c, err, "finance/ready", p)
	}
	keys := p.Form.Keys
	if p.Form.Do == "all" {
		keys = p.Form.Shown
	}
	if len(keys) == 0 || len(keys) > mostAtOnce {
		err := failure.Field("key", "Tick what you want to invoice")
		return page.Again(c, err, "finance/ready", p)
	}
	done := &issuedPage{base: below(page.Link{Text: "Ready to invoice", Href: readyAt})}
	for _, key := range keys {
		done.add(f.issueOne(c, key, p.Ready))
	}
	return page.Render(c, "finance/issued", done)
}

func (p *issuedPage) add(r issuedRow) {
	if r.Why != "" {
		p.Failed = append(p.Failed, r)
		return
	}
	p.Issued = append(p.Issued, r)
	p.Total += r.Total
}

func (f finance) issueOne(c *gin.Context, key string, known []readyRow) issuedRow {
	row := issuedRow{Organisation: "An invoice", What: "that is not in the list any more"}
	if i := slices.IndexFunc(known, func(r readyRow) bool { return r.Key == key }); i >= 0 {
		row.Organisation, row.What = known[i].OrganisationName, known[i].What()
	}
	var made *invoice.Invoice
	err := f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) (err error) {
		made, err = invoice.Issue(ctx, tx, audit.Person(by), key)
		return err
	})
	if err != nil {
		row.Why = because(c, err)
		return row
	}
	row.Number, row.Total = made.Number, made.Total
	return row
}

// because is why one of many was not done. What is our own fault is logged, and does not stop the others.
func because(c *gin.Context, err error) string {
	if f := failure.Of(err); f != nil && f.Kind != failure.Internal {
		return f.Message
	}
	slog.ErrorContext(c.Request.Context(), "one of many was not done", "request", page.RequestID(c), "route", c.FullPath(), "error", err)
	return "This is our fault, and we have been told. Please try this one again."
}

// FailedWords heads what was not issued.
func (p *issuedPage) FailedWords() string {
	return count(len(p.Failed), "was not issued", "were not issued")
}

// IssuedWords heads what was issued.
func (p *issuedPage) IssuedWords() string {
	return count(len(p.Issued), "invoice is issued", "invoices are issued")
}
