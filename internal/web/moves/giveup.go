package moves

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type giveUpForm struct {
	Day    string `form:"on-day"`
	Month  string `form:"on-month"`
	Year   string `form:"on-year"`
	Reason string `form:"reason" binding:"required,max=500" error:"Say how they told us, and who" error-max:"Use 500 characters or fewer"`
	Seen   string `form:"seen"` // what it means, as the page said it; empty: it has not been said yet
}

// word is the form as the verb takes it, or what needs correcting.
func (f giveUpForm) word() (admissions.Word, error) {
	on, err := page.ReadDate(f.Day, f.Month, f.Year)
	if err != nil {
		return admissions.Word{}, failure.Field("on", "Enter the day on which they told us, like 31 3 2027")
	}
	return admissions.Word{On: on, Reason: f.Reason}, nil
}

type giveUpPage struct {
	page.Base
	Place *enrolment.Enrolment
	Run   *course.Offering
	Who   string // sits there or waits; may be empty
	Rule  string // which decides, and why
	Means page.Table
	Form  giveUpForm
}

// givable are the statuses of claims that can be given up.
var givable = []enrolment.Status{enrolment.Waiting, enrolment.Held, enrolment.Confirmed}

func (d desk) giveUpPage(c *gin.Context) (*giveUpPage, error) {
	p, ctx := &giveUpPage{}, c.Request.Context()
	err := d.Office.WriteAs(ctx, db.Who{Person: page.ViewerOf(c).Person}, func(tx *db.Tx) (err error) {
		if p.Place, err = enrolment.ByCode(ctx, tx, c.Param("code")); err != nil {
			return err
		}
		if !slices.Contains(givable, p.Place.Status) {
			return page.ErrNotFound
		}
		if p.Run, err = course.OfferingOf(ctx, tx, p.Place.RunID); err != nil || p.Place.PersonID == 0 {
			return err
		}
		who, err := people.ByID(ctx, tx, p.Place.PersonID)
		p.Who = who.Name
		return err
	})
	if err != nil {
		return nil, err
	}
	place := page.Link{Text: "Place " + p.Place.Code, Href: "/admin/places/" + p.Place.Code}
	p.Crumbs = []page.Link{home, {Text: p.Run.Code, Href: "/admin/runs/" + p.Run.Code}, place}
	return p, nil
}

// askGiveUp asks when and how somebody told us that a place is given up.
func (d desk) askGiveUp(c *gin.Context) error {
	p, err := d.giveUpPage(c)
	if err != nil {
		return err
	}
	today := london.DateOf(d.DB.Now())
	p.Form.Day, p.Form.Month, p.Form.Year = fmt.Sprint(today.Day), fmt.Sprint(int(today.Month)), fmt.Sprint(today.Year)
	return page.Render(c, "moves/give-up", p)
}

// giveUp shows what giving a place up means for everybody who pays, and does it once that has been seen.
func (d desk) giveUp(c *gin.Context) error {
	p, err := d.giveUpPage(c)
	if err != nil {
		return err
	}
	var word admissions.Word
	if err = page.Bind(c, &p.Form); err == nil {
		word, err = p.Form.word()
	}
	if err == nil {
		err = d.tryGivingUp(c, p, word)
	}
	switch {
	case errors.Is(err, errLooked):
		return page.Render(c, "moves/giving-up", p)
	case errors.Is(err, errMeansElse):
		return page.Again(c, err, "moves/giving-up", p)
	case err != nil:
		return page.Again(c, err, "moves/give-up", p)
	}
	page.Flash(c, page.GivenUpForThem)
	return page.Redirect(c, "/admin/places/"+p.Place.Code)
}

// tryGivingUp gives a place up, and takes that back with errLooked or errMeansElse as try does.
func (d desk) tryGivingUp(c *gin.Context, p *giveUpPage, word admissions.Word) error {
	return d.act(c.Request.Context(), func(tx *db.Tx) error {
		ctx := c.Request.Context()
		s, err := admissions.WithdrawFor(ctx, tx, d.Box, page.ViewerOf(c).Person, p.Place.Code, word)
		if err != nil {
			return err
		}
		seen := p.Form.Seen
		if err := p.means(ctx, tx, word, s); err != nil {
			return err
		}
		switch seen {
		case p.Form.Seen:
			return nil
		case "":
			return errLooked
		}
		return errMeansElse
	})
}

// means says what giving the place up means for everybody who pays, for people and, in few letters, for the form.
func (p *giveUpPage) means(ctx context.Context, tx *db.Tx, word admissions.Word, s *admissions.Settled) error {
	p.Rule = ruleOf(s.Reckoning)
	p.Means = page.Table{Caption: "Who pays", Stacked: true, Columns: []page.Column{{Title: "Payer"}, {Title: "Agreed", Numeric: true},
		{Title: "Paid", Numeric: true}, {Title: "We keep of it", Numeric: true}, {Title: "What is done"}}}
	seen := []string{word.On.String()}
	for _, part := range s.Parts {
		name, err := payer(ctx, tx, part.Share)
		if err != nil {
			return err
		}
		p.Means.Rows = append(p.Means.Rows, []page.Cell{{Text: name}, {Text: part.Amount.String()}, {Text: part.Paid.String()}, {Text: part.Charge.String()}, {Text: settled(part)}})
		seen = append(seen, fmt.Sprintf("%d:%d:%d:%d", part.ID, part.Paid, part.Charge, part.Invoiced))
	}
	p.Form.Seen = strings.Join(seen, " ")
	return nil
}

// ruleOf says which rule decides what is kept.
func ruleOf(r enrolment.Reckoning) string {
	switch r.Ground {
	case enrolment.Unpaid:
		return "The place was not confirmed, so nothing is kept."
	case enrolment.Ours:
		return "We have cancelled these dates, so nothing is kept."
	case enrolment.Statutory:
		return "It was within the 14 days of the law, which end on " + r.StatutoryEnd.Medium() + ", so nothing is kept."
	case enrolment.StatutoryBegun:
		return fmt.Sprintf("It was within the 14 days of the law, which end on %s, and %d of %d days had been taught: those are paid for.", r.StatutoryEnd.Medium(), r.DaysTaught, r.Days)
	}
	if r.DaysBefore < 0 {
		return "The course had begun, so our scale keeps " + r.Step.Keeps() + "."
	}
	return fmt.Sprintf("It was %d days before the first day, when our scale keeps %s.", r.DaysBefore, r.Step.Keeps())
}

// settled says what is done about the part of one payer.
func settled(p admissions.SettledPart) string {
	less := p.Amount - p.Charge
	switch p.Payer {
	case billing.Award:
		return said(less, "goes back to the fund")
	case billing.Organisation:
		if over := p.Invoiced - p.Charge; over > 0 {
			return said(over, "is credited")
		}
		return said(less, "is not owed any more")
	}
	if owed := p.Charge - p.Paid; owed > 0 {
		return said(owed, "is still to be paid")
	}
	return said(p.Paid-p.Charge, "goes back to where it came from")
}

func said(amount money.Amount, what string) string {
	if amount == 0 {
		return "Nothing"
	}
	return amount.String() + " " + what
}
