package admin

import (
	"context"
	"fmt"
	"slices"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type placePage struct {
	page.Base
	Place    *enrolment.Enrolment
	Summary  page.Summary
	Shares   page.Table
	Payments page.Table
	Refunds  page.Table
	Ledger   page.Table
	Trail    page.Table
	Mails    page.Table
	acts     bool   // whoever looks may change things
	pending  bool   // a bank is confirming a payment
	plan     bool   // it is paid by instalments
	charge   bool   // it was given up, and a part of what we keep is not paid
	run      string // its code
}

// place is everything that happened to one enrolment.
func (f office) place(c *gin.Context) error {
	e, err := enrolment.ByCode(c.Request.Context(), f.DB, c.Param("code"))
	if err != nil {
		return err
	}
	p := &placePage{Place: e, acts: acts(c)}
	for _, read := range []func(context.Context, bun.IDB) error{p.readSummary, p.readTrail, p.readMails} {
		if err := read(c.Request.Context(), f.DB); err != nil {
			return err
		}
	}
	if err := p.readMoney(c.Request.Context(), f.money(c)); err != nil {
		return err
	}
	return page.Render(c, "admin/place", p)
}

// money is where who pays for a place is read: that a fund does is for administrators, and not for auditors.
func (f office) money(c *gin.Context) *db.DB {
	if acts(c) {
		return f.Office
	}
	return f.DB
}

func (p *placePage) readSummary(ctx context.Context, d bun.IDB) error {
	o, err := course.OfferingOf(ctx, d, p.Place.RunID)
	if err != nil {
		return err
	}
	learner, err := p.learner(ctx, d)
	if err != nil {
		return err
	}
	e, run := p.Place, page.Link{Text: o.Code, Href: "/admin/runs/" + o.Code}
	p.Crumbs, p.run = []page.Link{home, run}, o.Code
	rows := []page.Row{
		learner,
		{Key: "Cohort", Lines: lines(o.Course.Title, o.Code+", "+o.Where(), "From "+o.StartsOn().Medium()), Href: run.Href, Action: "Show"},
		{Key: "Price", Value: e.Price.String() + " (" + bandWords[e.Band] + ")"},
		{Key: "Booked", Value: london.Stamp(e.CreatedAt)},
	}
	team, err := p.team(ctx, d)
	if err != nil {
		return err
	}
	rows = append(rows, team...)
	if !e.ConfirmedAt.IsZero() {
		rows = append(rows, page.Row{Key: "Confirmed", Value: london.Stamp(e.ConfirmedAt)},
			page.Row{Key: "14-day right", Value: "To the end of " + enrolment.StatutoryEnd(e.ConfirmedAt).Medium()})
	}
	if e.ExpressStart {
		rows = append(rows, page.Row{Key: "Early start", Value: "Asked for the course to begin within the 14 days"})
	}
	if !e.EndedAt.IsZero() {
		rows = append(rows, page.Row{Key: "Ended", Value: london.Stamp(e.EndedAt)})
	}
	p.Summary = page.Summary{Rows: rows}
	return nil
}

// learner is who has the place, with the way to their page.
func (p *placePage) learner(ctx context.Context, d bun.IDB) (page.Row, error) {
	row := page.Row{Key: "Learner", Lines: []string{"No name yet"}}
	if p.Place.PersonID == 0 {
		return row, nil
	}
	who, err := people.ByID(ctx, d, p.Place.PersonID)
	row.Lines = lines(who.Name, who.Email, who.Phone)
	if p.acts {
		row.Href, row.Action = "/admin/people/"+who.Code, "Show"
	}
	return row, err
}

// team is the booking that the place is part of.
func (p *placePage) team(ctx context.Context, d bun.IDB) ([]page.Row, error) {
	if p.Place.TeamID == 0 {
		return nil, nil
	}
	var by struct{ Name, Code string }
	err := d.NewRaw("SELECT o.name, b.code FROM team_bookings b JOIN organisations o ON o.id = b.organisation_id WHERE b.id = ?", p.Place.TeamID).Scan(ctx, &by)
	if err != nil {
		return nil, fmt.Errorf("reading who booked a place: %w", err)
	}
	return []page.Row{{Key: "Booked by", Lines: []string{by.Name, "Booking " + by.Code}, Href: "/finance/bookings/" + by.Code, Action: "Show"}}, nil
}

// lines leaves out what is empty.
func lines(all ...string) []string {
	var some []string
	for _, l := range all {
		if l != "" {
			some = append(some, l)
		}
	}
	return some
}

// readMoney reads shares, payments, refunds and what the ledger has of them.
func (p *placePage) readMoney(ctx context.Context, d bun.IDB) error {
	shares, err := billing.SharesOf(ctx, d, p.Place.ID)
	if err != nil {
		return err
	}
	payments, err := billing.PaymentsOf(ctx, d, shares...)
	if err != nil {
		return err
	}
	refunds, err := billing.RefundsOf(ctx, d, payments...)
	if err != nil {
		return err
	}
	moves, err := movesOf(ctx, d, shares, payments)
	if err != nil {
		return err
	}
	if p.plan, err = d.NewSelect().Table("plans").Where("share_id IN (SELECT id FROM shares WHERE enrolment_id = ?)", p.Place.ID).Exists(ctx); err != nil {
		return fmt.Errorf("reading whether a place is paid by instalments: %w", err)
	}
	p.charge = slices.ContainsFunc(shares, func(s billing.Share) bool { return s.Outstanding > 0 })
	p.pending = slices.ContainsFunc(payments, func(p billing.Payment) bool { return p.Status == billing.Pending })
	p.Shares, p.Payments, p.Refunds, p.Ledger = shareTable(shares, moves), paymentTable(payments), refundTable(refunds), moveTable(moves)
	return nil
}

// Does are the pages on which something is done about it, or more of it is seen.
func (p *placePage) Does() []page.Link {
	at, has := placesAt+"/"+p.Place.Code, p.Place.Status == enrolment.Confirmed || p.Place.Status == enrolment.Completed
	var list []page.Link
	add := func(when bool, text, href string) {
		if when {
			list = append(list, page.Link{Text: text, Href: href})
		}
	}
	add(p.acts && p.Place.Status == enrolment.Confirmed, "Move it to other dates", at+"/move")
	add(p.acts && (has && p.Place.Status != enrolment.Completed || p.Place.Status == enrolment.Held || p.Place.Status == enrolment.Waiting), "Give it up for them", at+"/give-up")
	add(p.plan, "Instalments", at+"/plan")
	add(p.charge, "Charge not paid", chargeAt(p.Place.Code))
	add(p.acts && p.Place.Status == enrolment.Waiting, "Waiting list", "/admin/runs/"+p.run+"/waiting")
	add(p.acts && has, "Attendance", "/admin/runs/"+p.run+"/attendance/places/"+p.Place.Code)
	add(p.acts && has, "Certificate", at+"/certificate")
	add(p.acts && p.Place.PersonID != 0, "Write to them", placesAt+"/write?whom=chosen&place="+p.Place.Code)
	add(p.acts, "All emails about this place", at+"/mails")
	return list
}

// acts reports whether whoever looks is more than an auditor.
func acts(c *gin.Context) bool { return page.ViewerOf(c).Has(string(people.Admin)) }

// Standing is how the place stands, in a sentence.
func (p *placePage) Standing() string { return standing(p.Place.Status, p.Place.HeldUntil, p.pending) }
