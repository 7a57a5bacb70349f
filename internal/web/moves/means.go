package moves

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

var (
	// errLooked takes a move back that was only looked at.
	errLooked    = errors.New("only looked at")
	errMeansElse = failure.New(failure.Conflict, "means_else", "The move means something else than when you looked. Nothing has been done. Please look again.")
)

// part is what somebody pays of a place, as far as it has been paid and invoiced.
type part struct {
	billing.Share
	name string
	paid money.Amount
}

func partsOf(ctx context.Context, d bun.IDB, place id.Enrolment) ([]part, error) {
	shares, err := billing.SharesOf(ctx, d, place)
	parts := make([]part, len(shares))
	for i, s := range shares {
		parts[i].Share = s
		if parts[i].name, err = payer(ctx, d, s); err != nil {
			return nil, err
		}
		if parts[i].paid, err = billing.Paid(ctx, d, s); err != nil {
			return nil, err
		}
	}
	return parts, err
}

func payer(ctx context.Context, d bun.IDB, s billing.Share) (string, error) {
	switch s.Payer {
	case billing.Award:
		return "A fund", nil
	case billing.Organisation:
		of, err := organisation.ByID(ctx, d, s.OrganisationID)
		if err != nil {
			return "", err
		}
		return of.Name, nil
	}
	return "The learner", nil
}

// try moves a place, and takes it back again with errLooked unless what it means has been seen: what is shown is what would be
// done, by the same verb. It returns errMeansElse when that has changed since.
func (d desk) try(c *gin.Context, p *placePage, order admissions.MoveOrder) error {
	return d.act(c.Request.Context(), func(tx *db.Tx) error {
		ctx := c.Request.Context()
		before, err := partsOf(ctx, tx, p.Place.ID)
		if err != nil {
			return err
		}
		if err := admissions.MoveFor(ctx, tx, page.ViewerOf(c).Person, p.Place.Code, order); err != nil {
			return err
		}
		after, err := partsOf(ctx, tx, p.Place.ID)
		if err != nil {
			return err
		}
		if p.To, err = course.FindOffering(ctx, tx, order.To); err != nil {
			return err
		}
		seen := p.Form.Seen
		p.means(before, after)
		switch seen {
		case p.Form.Seen:
			return nil
		case "":
			return errLooked
		}
		return errMeansElse
	})
}

// means says what a move changes for everybody who pays, for people and, in few letters, for the form.
func (p *placePage) means(before, after []part) {
	p.Means = page.Table{Caption: "Who pays", Stacked: true, Columns: []page.Column{
		{Title: "Payer"}, {Title: "Until now", Numeric: true}, {Title: "From now on", Numeric: true}, {Title: "What is done"},
	}}
	seen := []string{p.Form.To}
	for _, now := range after {
		var was part // of one that is new nothing: its number is another one each time that it is tried
		if at := slices.IndexFunc(before, func(b part) bool { return b.ID == now.ID }); at >= 0 {
			was = before[at]
		}
		p.Means.Rows = append(p.Means.Rows, []page.Cell{{Text: now.name}, {Text: was.Amount.String()}, {Text: now.Amount.String()}, {Text: done(was, now)}})
		seen = append(seen, fmt.Sprintf("%d:%d:%d:%d", was.ID, now.Amount, was.paid-now.paid, was.Invoiced-now.Invoiced))
	}
	p.Form.Seen = strings.Join(seen, " ")
}

// done says what a move does at once about one part.
func done(was, now part) string {
	back, credited := was.paid-now.paid, was.Invoiced-now.Invoiced
	switch {
	case now.Amount == was.Amount:
		return "Nothing changes"
	case was.Amount == 0 && now.Payer == billing.Learner:
		return now.Amount.String() + " is to be paid"
	case was.Amount == 0:
		return now.Amount.String() + " is to be invoiced"
	case credited > 0:
		return credited.String() + " is credited"
	case back > 0:
		return back.String() + " goes back to where it came from"
	}
	return (was.Amount - now.Amount).String() + " less is asked for"
}
