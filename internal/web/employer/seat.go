package employer

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// seatPage is a page about one place.
type seatPage struct {
	page.Base
	seat
	Facts   page.Summary
	Names   page.Table           // who sat there before, and who does
	Leaving *enrolment.Departure // that waits for the person's answer, or nil
	Booked  bool                 // by this organisation, which alone may change it: until whoever left it has kept the place
	Alone   bool                 // it can give the place up by itself
	Ends    london.Date          // of a confirmed place on dates that we cancelled: the last day to choose others; else zero
}

// place shows a place: who sits there, what the organisation pays, where it stands, and what can be changed.
func (e *employer) place(c *gin.Context) error {
	p, err := e.seatPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "employer/place", p)
}

// seatPage reads the place in the address.
func (e *employer) seatPage(c *gin.Context) (*seatPage, error) {
	p := &seatPage{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) error {
		s, err := enrolment.SeatOf(ctx, tx, of.ID, c.Param("code"))
		if err != nil {
			return err
		}
		seats, err := seatsOf(ctx, tx, of, []enrolment.Seat{*s})
		if err != nil {
			return err
		}
		p.seat = seats[0]
		names, err := enrolment.NamesOf(ctx, tx, s.ID)
		if err != nil {
			return err
		}
		p.Names = namesTable(names)
		return p.standing(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	if p.Booked {
		if p.Alone, err = admissions.MayWithdraw(c.Request.Context(), e.Machine, of, p.Code); err != nil {
			return nil, err
		}
	}
	asked, err := enrolment.CancelledPlaceOf(c.Request.Context(), e.DB, &enrolment.Enrolment{ID: p.ID, RunID: p.RunID})
	if err != nil {
		return nil, err
	}
	if asked != nil && p.Status == enrolment.Confirmed {
		p.Ends = asked.AnswerBy
	}
	p.Facts, p.Crumbs = p.facts(), within(of)
	return p, nil
}

// standing reads whose booking the place belongs to, and whether the person was said to have left.
func (p *seatPage) standing(ctx context.Context, tx *db.Tx) error {
	t, err := enrolment.TeamOf(ctx, tx, p.TeamID)
	if err != nil && !errors.Is(err, enrolment.ErrTeamUnknown) {
		return err
	}
	booked := err == nil && t.OrganisationID == p.Of.ID
	kept, err := enrolment.Kept(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	p.Booked = booked && !kept
	p.Leaving, err = enrolment.DepartureOf(ctx, tx, p.ID)
	if errors.Is(err, enrolment.ErrNotLeft) {
		return nil
	}
	return err
}

func namesTable(names []enrolment.SeatName) page.Table {
	t := page.Table{Caption: "Who sat here", Stacked: true, Columns: []page.Column{{Title: "Name"}, {Title: "Email"}, {Title: "From"}, {Title: "Until"}}}
	for _, n := range names {
		until := "Now"
		if !n.Until.IsZero() {
			until = london.DateOf(n.Until).Medium()
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: n.Name}, {Text: n.Email}, {Text: london.DateOf(n.Since).Medium()}, {Text: until}})
	}
	return t
}

func (s seat) facts() page.Summary {
	rows := []page.Row{
		{Key: "Reference", Value: s.Code},
		{Key: "Course", Value: s.Run.Course.Title},
		{Key: "Dates", Lines: days(s.Run)},
		{Key: "Where", Value: s.Run.Where()},
		{Key: "Who", Value: s.Who()},
		{Key: "You pay", Value: s.Own.String()},
		{Key: "Purchase order", Value: s.ordered()},
	}
	if codes := s.costCodes(); codes != "" {
		rows = append(rows, page.Row{Key: "Cost code", Value: codes})
	}
	return page.Summary{Rows: append(rows, page.Row{Key: "Attendance", Value: s.attended()})}
}

// days is each block of a run in a line.
func days(o *course.Offering) []string {
	lines := make([]string, len(o.Blocks))
	for i, b := range o.Blocks {
		lines[i] = london.Days(b.StartsOn, b.EndsOn)
	}
	return lines
}

func (s seat) costCodes() string {
	var codes []string
	for _, share := range s.Shares {
		if share.CostCode != "" {
			codes = append(codes, share.CostCode)
		}
	}
	return strings.Join(codes, ", ")
}

// mayChange reports whether the organisation booked the place and can still change it.
func (p *seatPage) mayChange() bool {
	return p.Booked && !p.Left && (p.Status == enrolment.Held || p.Status == enrolment.Confirmed)
}

// MayName reports whether the organisation says who sits in the place.
func (p *seatPage) MayName() bool { return p.mayChange() }

// MayGiveUp reports whether the organisation may give the place up.
func (p *seatPage) MayGiveUp() bool { return p.mayChange() && p.Alone }

// MayTell reports whether the organisation may say that the person has left.
func (p *seatPage) MayTell() bool { return p.mayChange() && p.Name != "" }

// MayShare reports whether others may come to pay a part: the place is held, and nothing is invoiced yet.
func (p *seatPage) MayShare() bool {
	invoiced := func(s billing.Share) bool { return s.Invoiced > 0 }
	return p.mayChange() && p.Status == enrolment.Held && !slices.ContainsFunc(p.Shares, invoiced)
}
