package finance

import (
	"context"
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

func (f finance) mountBookings(g routes) {
	g.fill("/groups/new", f.newGroup, f.bookGroup)
	g.get("/bookings/:code", f.booking)
	g.post("/bookings/:code/price", f.agreePrice)
	g.post("/bookings/:code/keep", f.keepPlaces)
}

func bookingHref(t *enrolment.TeamBooking) string { return "/finance/bookings/" + t.Code }

type priceForm struct {
	Price  string `form:"price"`
	Reason string `form:"reason"`
}

type keepForm struct {
	Day   string `form:"until-day"`
	Month string `form:"until-month"`
	Year  string `form:"until-year"`
	Why   string `form:"why"`
}

type bookingPage struct {
	base
	Booking *enrolment.TeamBooking
	Whose   *organisation.Organisation
	Details page.Summary
	Stages  page.Table
	Places  page.Table
	Held    bool // some places wait for something
	Price   priceForm
	Keep    keepForm
}

// booking is what an organisation has booked for its staff.
func (f finance) booking(c *gin.Context) error {
	p, err := f.bookingPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/booking", p)
}

func (f finance) bookingPage(c *gin.Context) (*bookingPage, error) {
	ctx := c.Request.Context()
	t, err := enrolment.TeamByCode(ctx, f.DB, c.Param("code"))
	if err != nil {
		return nil, err
	}
	if t.Status == enrolment.TeamDraft {
		return nil, enrolment.ErrTeamUnknown // what somebody is still typing is theirs
	}
	o, err := organisation.ByID(ctx, f.DB, t.OrganisationID)
	if err != nil {
		return nil, err
	}
	run, err := course.OfferingOf(ctx, f.DB, t.RunID)
	if err != nil {
		return nil, err
	}
	seats, err := enrolment.SeatsOfTeam(ctx, f.DB, o.ID, t.ID)
	if err != nil {
		return nil, err
	}
	p := &bookingPage{base: within(o), Booking: t, Whose: o, Details: bookingDetails(t, run)}
	for _, s := range seats {
		p.Held = p.Held || s.Status == enrolment.Held
	}
	if p.Stages, err = f.stageTable(ctx, t); err != nil {
		return nil, err
	}
	p.Places, err = seatTable(ctx, f.DB, "Places", seats, actsHere(page.ViewerOf(c)))
	return p, err
}

func bookingDetails(t *enrolment.TeamBooking, run *course.Offering) page.Summary {
	s := page.Summary{}
	for _, r := range []page.Row{
		{Key: "Dates", Value: run.Code + ", " + run.Course.Title + ", " + london.Days(run.StartsOn(), run.EndsOn())},
		{Key: "Places", Value: strconv.Itoa(t.Places)}, {Key: "Price of each", Lines: priceLines(t)}, {Key: "Their reference", Value: t.Reference},
		{Key: "Agreed to the cost", Value: approvalOf(t)}, {Key: "Kept until", Value: keptUntil(t)},
	} {
		if r.Value != "" || len(r.Lines) > 0 {
			s.Rows = append(s.Rows, r)
		}
	}
	return s
}

// priceLines is the price of a place with its working.
func priceLines(t *enrolment.TeamBooking) []string {
	lines := []string{t.Price.String()}
	if t.ListPrice != t.Price {
		lines = append(lines, "Full price "+t.ListPrice.String()+", "+discountWords[t.Discount])
	}
	if t.AgreedFor != "" {
		lines = append(lines, "Agreed because: "+t.AgreedFor)
	}
	return lines
}

func approvalOf(t *enrolment.TeamBooking) string {
	switch t.Approval {
	case enrolment.ApprovalAsked:
		return t.ApproverName + " was asked, and has not answered"
	case enrolment.ApprovalGiven:
		return t.ApproverName + " on " + day(t.ApprovalAt)
	case enrolment.ApprovalRefused:
		return t.ApproverName + " refused on " + day(t.ApprovalAt)
	}
	return ""
}

func keptUntil(t *enrolment.TeamBooking) string {
	if t.HoldUntil.IsZero() {
		return ""
	}
	return london.Stamp(t.HoldUntil)
}

// stageTable is when parts of the price are invoiced.
func (f finance) stageTable(ctx context.Context, t *enrolment.TeamBooking) (page.Table, error) {
	var stages []struct {
		Label string
		BP    int64 `bun:"bp"`
		OnDay london.Date
	}
	table := page.Table{Caption: "When it is invoiced", Stacked: true, Columns: []page.Column{{Title: "Part"}, {Title: "From"}, {Title: "Of the price", Numeric: true}}}
	err := f.DB.NewRaw("SELECT label, bp, on_day FROM team_stages WHERE team_booking_id = ? ORDER BY number LIMIT 20", t.ID).Scan(ctx, &stages)
	if err != nil {
		return table, fmt.Errorf("reading stages: %w", err)
	}
	for _, s := range stages {
		table.Rows = append(table.Rows, []page.Cell{{Text: s.Label}, {Text: s.OnDay.Medium()}, {Text: course.Percent(s.BP)}})
	}
	return table, nil
}

// agreePrice gives a booking another price, with a reason.
func (f finance) agreePrice(c *gin.Context) error {
	return f.change(c, page.PriceAgreed, func(p *bookingPage) any { return &p.Price }, func(ctx context.Context, tx *db.Tx, by id.Person, p *bookingPage) error {
		wrong := page.Mistakes{}
		price := wrong.Amount("price", p.Price.Price)
		wrong.Needed("reason", p.Price.Reason, "Say why, and who agreed to it")
		if err := wrong.Refusal(nil); err != nil {
			return err
		}
		return admissions.AgreePrice(ctx, tx, by, p.Booking.Code, price, p.Price.Reason)
	})
}

// keepPlaces keeps places longer that wait for something.
func (f finance) keepPlaces(c *gin.Context) error {
	return f.change(c, page.PlacesKept, func(p *bookingPage) any { return &p.Keep }, func(ctx context.Context, tx *db.Tx, by id.Person, p *bookingPage) error {
		wrong := page.Mistakes{}
		until := wrong.Day("until", p.Keep.Day, p.Keep.Month, p.Keep.Year)
		if until.IsZero() && wrong["until"] == "" {
			wrong["until"] = "Enter the last day"
		}
		wrong.Needed("why", p.Keep.Why, "Say why")
		if err := wrong.Refusal(nil); err != nil {
			return err
		}
		err := admissions.KeepSeats(ctx, tx, by, p.Booking.Code, until, p.Keep.Why)
		if refused := failure.Of(err); refused != nil && refused.Fields["reason"] != "" {
			return failure.Field("why", refused.Fields["reason"]).Because(err) // the page has two reasons
		}
		return err
	})
}

// change does something to a booking with the form that part picks.
func (f finance) change(c *gin.Context, n page.Notice, part func(*bookingPage) any, do func(context.Context, *db.Tx, id.Person, *bookingPage) error) error {
	p, err := f.bookingPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, part(p)); err == nil {
		err = f.wider(c, func(ctx context.Context, tx *db.Tx, by id.Person) error { return do(ctx, tx, by, p) })
	}
	if err != nil {
		return page.Again(c, err, "finance/booking", p)
	}
	page.Flash(c, n)
	return page.Redirect(c, bookingHref(p.Booking))
}
