package admin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/state"
	"bursar/internal/web/page"
)

type planForm struct {
	Act    string `form:"act" binding:"required,oneof=pause resume replan" error:"Choose what is to happen"`
	Reason string `form:"reason" binding:"required,max=1000" error:"Say why, so that a colleague can understand it later" error-max:"Use 1,000 characters or fewer"`
	Day    string `form:"until-day"` // the last of the pause; all three empty if it has none
	Month  string `form:"until-month"`
	Year   string `form:"until-year"`
	Parts  string `form:"parts" binding:"max=4000" error:"Use 4,000 characters or fewer"`
	Seen   string `form:"seen"` // how the plan stood on the page
}

type planPage struct {
	page.Base
	Place   *enrolment.Enrolment
	Plan    *billing.Plan // nil: the place is not paid by instalments
	Summary page.Summary
	Parts   page.Table
	Items   []page.Choice // what may be done now
	Form    planForm
}

// plan is how a place is paid by instalments.
func (f office) plan(c *gin.Context) error {
	p, err := f.planPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "admin/plan", p)
}

func (f office) planPage(c *gin.Context) (*planPage, error) {
	ctx := c.Request.Context()
	e, err := enrolment.ByCode(ctx, f.DB, c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &planPage{Place: e}
	p.Crumbs = []page.Link{home, {Text: "Place " + e.Code, Href: "/admin/places/" + e.Code}}
	if p.Plan, err = admissions.PlanFor(ctx, f.DB, e); err != nil || p.Plan == nil {
		return p, err
	}
	p.Summary, p.Parts, p.Form.Parts, p.Form.Seen = planSummary(p.Plan), partTable(p.Plan), partLines(p.Plan), planStood(p.Plan)
	if p.Plan.Stands() && p.Plan.Begun() && page.ViewerOf(c).Has(string(people.Admin)) {
		p.Items = planActs(p.Plan)
	}
	return p, nil
}

// changePlan pauses a plan, lets it go on or agrees it anew.
func (f office) changePlan(c *gin.Context) error {
	ctx := c.Request.Context()
	var form planForm
	err := page.Bind(c, &form)
	if err == nil {
		err = f.DB.Write(ctx, func(tx *db.Tx) error { return f.act(ctx, tx, c, form) })
	}
	if err != nil {
		p, unread := f.planPage(c)
		if unread != nil {
			return unread
		}
		if p.Plan == nil {
			return err
		}
		form.Seen = p.Form.Seen
		p.Form = form
		return page.Again(c, err, "admin/plan", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, "/admin/places/"+c.Param("code")+"/plan")
}

func (f office) act(ctx context.Context, tx *db.Tx, c *gin.Context, form planForm) error {
	by, place := page.ViewerOf(c).Person, c.Param("code")
	if err := asSeen(ctx, tx, place, form.Seen); err != nil {
		return err
	}
	switch form.Act {
	case "resume":
		return admissions.ResumePlan(ctx, tx, by, place, form.Reason)
	case "replan":
		parts, err := readParts(form.Parts)
		if err != nil {
			return err
		}
		return admissions.ReplanPlace(ctx, tx, by, place, parts, form.Reason)
	}
	var until london.Date
	if form.Day+form.Month+form.Year != "" {
		var err error
		if until, err = page.ReadDate(form.Day, form.Month, form.Year); err != nil {
			return failure.Field("until", "Enter the last day of the pause, like 31 3 2027, or leave it empty")
		}
	}
	return admissions.PausePlan(ctx, tx, by, place, until, form.Reason)
}

// asSeen locks the place of a plan, and returns state.ErrMovedOn when the plan stands otherwise than the page said: a colleague
// may have agreed something else with the person meanwhile.
func asSeen(ctx context.Context, tx *db.Tx, place, seen string) error {
	known, err := enrolment.ByCode(ctx, tx, place)
	if err != nil {
		return err
	}
	e, err := enrolment.Lock(ctx, tx, known.ID)
	if err != nil {
		return err
	}
	if plan, err := admissions.PlanFor(ctx, tx, e); err != nil || plan == nil || planStood(plan) == seen {
		return err
	}
	return state.ErrMovedOn
}

// planStood says how a plan stands in one line, for the form.
func planStood(p *billing.Plan) string {
	return fmt.Sprint(p.Status, " ", p.PausedUntil, "; ", strings.ReplaceAll(partLines(p), "\n", "; "))
}

func planActs(p *billing.Plan) []page.Choice {
	var items []page.Choice
	if p.Status != billing.PlanPaused || p.PausedBy == 0 {
		items = append(items, page.Choice{Value: "pause", Label: "Pause it", Hint: "Nothing is taken until the pause ends. The place stays."})
	}
	if p.Status != billing.PlanActive {
		items = append(items, page.Choice{Value: "resume", Label: "Let it go on", Hint: "What should have been paid meanwhile is due in 7 days."})
	}
	return append(items, page.Choice{Value: "replan", Label: "Agree other days and amounts", Hint: "As you agreed with the person. It goes on at once."})
}

var planWords = map[billing.PlanStatus]string{
	billing.PlanActive:    "Payments are taken on their days",
	billing.PlanCompleted: "Everything is paid",
	billing.PlanPaused:    "Paused: nothing is taken",
	billing.PlanFailed:    "Stopped: the card was refused on four days. Somebody must talk with the person",
	billing.PlanCancelled: "Ended with the place",
}

func planSummary(p *billing.Plan) page.Summary {
	standing := planWords[p.Status]
	switch {
	case p.Status == billing.PlanPaused && p.PausedBy == 0:
		standing = "Stopped: trying again would not help. Somebody must talk with the person"
	case p.Status == billing.PlanPaused && !p.PausedUntil.IsZero():
		standing += " until the end of " + p.PausedUntil.Medium()
	}
	rows := []page.Row{{Key: "How it stands", Value: standing}, {Key: "Still to be paid", Value: p.Rest().String()}}
	if p.MethodEnds != "" {
		kind := map[billing.MethodKind]string{billing.Card: "Card", billing.BacsDirect: "Bacs Direct Debit"}[p.MethodKind]
		rows = append(rows, page.Row{Key: "Charged", Value: kind + " ending in " + p.MethodEnds})
	}
	rows = append(rows, page.Row{Key: "Agreed by the learner", Value: london.Stamp(p.ConsentedAt)})
	if p.Reason != "" {
		rows = append(rows, page.Row{Key: "Reason for the last change", Value: p.Reason})
	}
	return page.Summary{Rows: rows}
}

var instalmentWords = map[billing.InstalmentStatus]string{
	billing.InstalmentDue:       "To come",
	billing.InstalmentCharging:  "A payment is under way",
	billing.InstalmentPaid:      "Paid",
	billing.InstalmentFailed:    "Refused",
	billing.InstalmentCancelled: "Replaced",
}

func partTable(p *billing.Plan) page.Table {
	t := page.Table{Caption: "Instalments", Stacked: true, Columns: []page.Column{{Title: "Number"}, {Title: "Due"}, {Title: "How it stands"}, {Title: "Amount", Numeric: true}}}
	for _, i := range p.Parts {
		number, standing := fmt.Sprint(i.Number), instalmentWords[i.Status]
		if i.Number == 0 {
			number = "Deposit"
		}
		if i.Status == billing.InstalmentFailed {
			standing += fmt.Sprintf(", tried %d times", i.Tries)
		}
		if !i.RetryOn.IsZero() {
			standing += ", again on " + i.RetryOn.Medium()
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: number}, {Text: i.DueOn.Medium()}, {Text: standing}, {Text: i.Amount.String()}})
	}
	return t
}

// partLines are the open parts as staff edit them, one in a line: "31 March 2027 £250.00".
func partLines(p *billing.Plan) string {
	var lines []string
	for _, i := range p.Open() {
		lines = append(lines, i.DueOn.Medium()+" "+i.Amount.String())
	}
	return strings.Join(lines, "\n")
}

var errLine = errors.New("not a day and an amount")

func readParts(typed string) ([]billing.Part, error) {
	var parts []billing.Part
	for line := range strings.Lines(typed) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		part, err := readPart(line)
		if err != nil {
			return nil, failure.Field("parts", "Write each instalment in a line of its own, like “31 March 2027 £250.00”, not “"+line+"”")
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// readPart reads “31 March 2027 £250.00”, its month also as a number.
func readPart(line string) (billing.Part, error) {
	said := strings.Fields(line)
	if len(said) != 4 {
		return billing.Part{}, errLine
	}
	on, err := page.ReadDate(said[0], said[1], said[2])
	if named, wrong := time.Parse("2 January 2006", strings.Join(said[:3], " ")); wrong == nil {
		on, err = london.On(named.Year(), named.Month(), named.Day()), nil
	}
	if err != nil {
		return billing.Part{}, err
	}
	amount, err := money.Parse(said[3])
	return billing.Part{DueOn: on, Amount: amount}, err
}
