package finance

import (
	"cmp"
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// groupForm is a group that one organisation buys as a whole. Stages come in rows.
type groupForm struct {
	Organisation string   `form:"organisation"`
	Run          string   `form:"run"`
	Places       string   `form:"places"`
	PeerPlaces   string   `form:"peer_places"`
	Flat         string   `form:"flat"`
	HoldDay      string   `form:"hold_until-day"`
	HoldMonth    string   `form:"hold_until-month"`
	HoldYear     string   `form:"hold_until-year"`
	Reference    string   `form:"reference"`
	OrderNumber  string   `form:"number"`
	OrderAmount  string   `form:"amount"`
	OrderName    string   `form:"name"`
	OrderLine    string   `form:"line"`
	OrderDay     string   `form:"valid_until-day"`
	OrderMonth   string   `form:"valid_until-month"`
	OrderYear    string   `form:"valid_until-year"`
	Labels       []string `form:"label"`
	Parts        []string `form:"part"`
	Days         []string `form:"on-day"`
	Months       []string `form:"on-month"`
	Years        []string `form:"on-year"`
}

// stageRows is how many stages the form has room for.
const stageRows = 6

type groupPage struct {
	base
	Organisations []page.Choice
	Runs          []page.Choice
	Form          groupForm
}

// newGroup asks who buys a group.
func (f finance) newGroup(c *gin.Context) error {
	p, err := f.groupPage(c)
	if err != nil {
		return err
	}
	p.Form.Organisation = c.Query("organisation")
	hold := f.today().AddDays(admissions.UsuallyHeldDays)
	p.Form.HoldDay, p.Form.HoldMonth, p.Form.HoldYear = number(hold.Day), number(int(hold.Month)), number(hold.Year)
	return page.Render(c, "finance/group", p)
}

// mostChoices is how many organisations the form can choose from.
const mostChoices = 500

func (f finance) groupPage(c *gin.Context) (*groupPage, error) {
	ctx := c.Request.Context()
	p := &groupPage{base: below(), Organisations: []page.Choice{{Label: "Choose"}}, Runs: []page.Choice{{Label: "Choose"}}}
	approved, err := organisation.List(ctx, f.DB, organisation.Filter{Status: organisation.Approved}, "", mostChoices)
	if err != nil {
		return nil, err
	}
	for i, label := range organisation.Labels(approved) {
		p.Organisations = append(p.Organisations, page.Choice{Value: approved[i].Code, Label: label})
	}
	runs, err := course.All(ctx, f.DB)
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		if r.StartsOn().After(f.today()) {
			p.Runs = append(p.Runs, page.Choice{Value: r.Code, Label: r.Code + ", " + r.Course.Title + ", " + london.Days(r.StartsOn(), r.EndsOn())})
		}
	}
	return p, nil
}

// bookGroup books the group.
func (f finance) bookGroup(c *gin.Context) error {
	p, err := f.groupPage(c)
	if err != nil {
		return err
	}
	var made *enrolment.TeamBooking
	if err = page.Bind(c, &p.Form); err == nil {
		wrong := page.Mistakes{}
		group := p.Form.group(wrong)
		if err = wrong.Refusal(nil); err == nil {
			err = f.wider(c, func(ctx context.Context, tx *db.Tx, by id.Person) (err error) {
				made, err = admissions.BookInHouse(ctx, tx, by, group)
				return err
			})
		}
	}
	if err != nil {
		return page.Again(c, err, "finance/group", p)
	}
	page.Flash(c, page.GroupBooked)
	return page.Redirect(c, bookingHref(made))
}

// group reads the form.
func (typed groupForm) group(wrong page.Mistakes) admissions.InHouse {
	g := admissions.InHouse{
		Organisation: wrong.Needed("organisation", typed.Organisation, "Choose an organisation"),
		Run:          wrong.Needed("run", typed.Run, "Choose the dates"),
		Places:       wrong.Count("places", wrong.Needed("places", typed.Places, "Enter how many places the group has")),
		PeerPlaces:   wrong.Count("peer_places", typed.PeerPlaces),
		Flat:         wrong.Amount("flat", typed.Flat),
		HoldUntil:    wrong.Day("hold_until", typed.HoldDay, typed.HoldMonth, typed.HoldYear),
		Reference:    typed.Reference, Stages: typed.stages(wrong), Order: typed.order(wrong),
	}
	if g.HoldUntil.IsZero() && wrong["hold_until"] == "" {
		wrong["hold_until"] = "Enter the day until which the places are kept"
	}
	return g
}

// order reads the purchase order; none was given when every box is empty.
func (typed groupForm) order(wrong page.Mistakes) billing.NewOrder {
	if cmp.Or(typed.OrderNumber, typed.OrderAmount, typed.OrderName, typed.OrderLine, typed.OrderDay, typed.OrderMonth, typed.OrderYear) == "" {
		return billing.NewOrder{}
	}
	return billing.NewOrder{
		Number: wrong.Needed("number", typed.OrderNumber, "Enter the number of the purchase order"),
		Amount: wrong.Amount("amount", typed.OrderAmount), Name: typed.OrderName, Line: typed.OrderLine,
		ValidUntil: wrong.Day("valid_until", typed.OrderDay, typed.OrderMonth, typed.OrderYear),
	}
}

// stages reads the rows in which something is typed.
func (typed groupForm) stages(wrong page.Mistakes) []admissions.Stage {
	var stages []admissions.Stage
	for _, r := range typed.Rows() {
		if !r.Typed() {
			continue
		}
		s := admissions.Stage{Label: wrong.Needed(r.LabelID, r.Label, "Name this part, like “Deposit”"), BP: wrong.Percent(r.PartID, r.Part)}
		if s.On = wrong.Day(r.DayID, r.Day, r.Month, r.Year); s.On.IsZero() && wrong[r.DayID] == "" {
			wrong[r.DayID] = "Enter the day from which this part is invoiced"
		}
		stages = append(stages, s)
	}
	return stages
}

// stageRow is a part of the price that is invoiced from a day on.
type stageRow struct {
	N                      int
	LabelID, PartID, DayID string
	Label, Part            string
	Day, Month, Year       string
}

// Typed reports whether something is typed in the row.
func (r stageRow) Typed() bool { return r.Label+r.Part+r.Day+r.Month+r.Year != "" }

// Rows are the rows for stages.
func (typed groupForm) Rows() []stageRow {
	at := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	rows := make([]stageRow, stageRows)
	for i := range rows {
		rows[i] = stageRow{
			N: i + 1, LabelID: itemID("label", i), PartID: itemID("part", i), DayID: itemID("on", i), Label: at(typed.Labels, i), Part: at(typed.Parts, i),
			Day: at(typed.Days, i), Month: at(typed.Months, i), Year: at(typed.Years, i),
		}
	}
	return rows
}
