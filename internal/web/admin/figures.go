package admin

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

const (
	// drawnRuns is how many runs a chart shows.
	drawnRuns = 24
	// drawnMonths is how many months a chart shows.
	drawnMonths = 12
)

type figuresPage struct {
	page.Base
	Figures []*page.Figure
}

// figures shows how full runs are, who is charged, what funds have left, and who was there. It shows sums, and nobody.
func (f office) figures(c *gin.Context) error {
	p := &figuresPage{Base: page.Base{Crumbs: []page.Link{home}}}
	err := f.inOffice(c, func(ctx context.Context, tx *db.Tx) error {
		today := london.DateOf(tx.Now)
		for _, draw := range []func(context.Context, *db.Tx, london.Date) (*page.Figure, error){drawFill, drawPayers, drawFunds, drawPresence} {
			figure, err := draw(ctx, tx, today)
			if err != nil {
				return err
			}
			p.Figures = append(p.Figures, figure)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return page.Render(c, "admin/figures", p)
}

func drawFill(ctx context.Context, tx *db.Tx, today london.Date) (*page.Figure, error) {
	f := &page.Figure{Title: "How full each cohort is", Said: "The cohorts that begin latest come first. Drafts and cancelled dates are left out.", None: "There are no cohorts yet.",
		Keys: []page.Key{{Tone: 1, Name: "Confirmed"}, {Tone: 2, Name: "Held"}, {Tone: 5, Name: "Free"}}}
	f.Table = page.Table{Caption: "Places of each cohort", Stacked: true, Columns: []page.Column{{Title: "Cohort"}, {Title: "First day"}, {Title: "Confirmed", Numeric: true}, {Title: "Held", Numeric: true},
		{Title: "Free", Numeric: true}, {Title: "Places", Numeric: true}}}
	runs, err := report.Cohorts(ctx, tx, report.CohortsAll, today, report.CohortKey{}, 4*drawnRuns)
	for _, r := range runs {
		if r.Status == course.Draft || r.Status == course.Cancelled || len(f.Table.Rows) == drawnRuns {
			continue
		}
		f.Add(r.Code, fmt.Sprintf("%d of %d", r.Taken(), r.Capacity), []page.Cell{{Text: r.Code, Href: "/admin/runs/" + r.Code}, {Text: r.StartsOn.Medium()}, {Text: fmt.Sprint(r.Confirmed)},
			{Text: fmt.Sprint(r.Held)}, {Text: fmt.Sprint(r.Free())}, {Text: fmt.Sprint(r.Capacity)}}, int64(r.Confirmed), int64(r.Held), int64(r.Free()))
	}
	return f, err
}

func drawPayers(ctx context.Context, tx *db.Tx, today london.Date) (*page.Figure, error) {
	f := &page.Figure{Title: "Who was charged, month by month", Said: "What was charged for places in the last twelve months, from the ledger. What was given back later is not taken off. A part that another payer took over later stands under “Taken over since”.",
		Keys: []page.Key{{Tone: 1, Name: "Learners"}, {Tone: 2, Name: "Organisations"}, {Tone: 3, Name: "Funds"}, {Tone: 4, Name: "Taken over since"}}}
	f.Table = page.Table{Caption: "Charged in each month", Stacked: true, Columns: []page.Column{{Title: "Month"}, {Title: "Learners", Numeric: true}, {Title: "Organisations", Numeric: true},
		{Title: "Funds", Numeric: true}, {Title: "Taken over since", Numeric: true}, {Title: "Together", Numeric: true}}}
	months, err := report.ChargedBy(ctx, tx, report.MonthOf(today), drawnMonths)
	for _, m := range months {
		f.Add(m.Month.Title(), m.Sum().Short(), []page.Cell{{Text: m.Month.Title(), Href: "/finance/month/" + m.Month.String()}, {Text: m.Learner.String()}, {Text: m.Organisation.String()},
			{Text: m.Award.String()}, {Text: m.Exchanged.String()}, {Text: m.Sum().String()}}, int64(m.Learner), int64(m.Organisation), int64(m.Award), int64(m.Exchanged))
	}
	return f, err
}

func drawFunds(ctx context.Context, tx *db.Tx, today london.Date) (*page.Figure, error) {
	f := &page.Figure{Title: "What each fund has left", Said: "Of each fund’s own year. How it came to that month by month stands on the fund’s page.", None: "There are no funds yet.",
		Keys: []page.Key{{Tone: 1, Name: "Spent this year"}, {Tone: 2, Name: "Promised"}, {Tone: 5, Name: "Left to promise"}}}
	f.Table = page.Table{Caption: "Funds now", Stacked: true, Columns: []page.Column{{Title: "Fund"}, {Title: "Spent this year", Numeric: true}, {Title: "Promised", Numeric: true}, {Title: "Left to promise", Numeric: true}}}
	open, err := fund.Holdings(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := make([]*fund.Fund, len(open))
	for i, h := range open {
		all[i] = h.Fund
	}
	months, err := fund.BurnDown(ctx, tx, today, all...)
	for _, h := range all {
		if of := months[h.ID]; len(of) > 0 {
			now := of[len(of)-1]
			f.Add(h.Code, now.Available.Short()+" left", []page.Cell{{Text: h.Name, Href: "/admin/funds/" + h.Code}, {Text: now.Spent.String()}, {Text: now.Committed.String()}, {Text: now.Available.String()}},
				int64(now.Spent), int64(now.Committed), int64(now.Available))
		}
	}
	return f, err
}

func drawPresence(ctx context.Context, tx *db.Tx, _ london.Date) (*page.Figure, error) {
	f := &page.Figure{Title: "Who was there", Said: "Half days of everybody with a place, as the registers have them.", None: "There are no registers yet.",
		Keys: []page.Key{{Tone: 1, Name: "There"}, {Tone: 2, Name: "Made up elsewhere"}, {Tone: 4, Name: "Not there"}}}
	f.Table = page.Table{Caption: "Half days of each cohort", Stacked: true, Columns: []page.Column{{Title: "Cohort"}, {Title: "There", Numeric: true}, {Title: "Made up elsewhere", Numeric: true},
		{Title: "Not there", Numeric: true}, {Title: "There or made up", Numeric: true}}}
	runs, err := report.PresenceOfRuns(ctx, tx, drawnRuns)
	for _, r := range runs {
		tenths := (r.Present + r.MadeUp) * 1000 / r.Marked()
		share := fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
		f.Add(r.Run, share, []page.Cell{{Text: r.Run, Href: "/admin/runs/" + r.Run + "/attendance"}, {Text: fmt.Sprint(r.Present)}, {Text: fmt.Sprint(r.MadeUp)}, {Text: fmt.Sprint(r.Absent)},
			{Text: share}}, int64(r.Present), int64(r.MadeUp), int64(r.Absent))
	}
	return f, err
}
