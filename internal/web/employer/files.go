package employer

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// mostInAFile is how many places a file lists.
const mostInAFile = 5_000

// everySeat reads all places that the organisation pays for.
func (e *employer) everySeat(c *gin.Context) (seats []seat, err error) {
	_, err = e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) error {
		list, err := enrolment.ListSeats(ctx, tx, of.ID, enrolment.SeatFilter{}, enrolment.SeatKey{}, mostInAFile)
		if err != nil {
			return err
		}
		seats, err = seatsOf(ctx, tx, of, list)
		return err
	})
	return seats, err
}

// placesCSV is every place as a spreadsheet.
func (e *employer) placesCSV(c *gin.Context) error {
	seats, err := e.everySeat(c)
	if err != nil {
		return err
	}
	rows := [][]page.SheetCell{{"Reference", "Course", "Dates", "First day", "Last day", "Where", "Name", "Email", "Status", "Held until", "You pay in pounds",
		"Purchase orders", "Cost codes"}}
	for _, s := range seats {
		until := ""
		if s.Status == enrolment.Held {
			until = london.DateOf(s.HeldUntil).String()
		}
		rows = append(rows, []page.SheetCell{
			page.SheetText(s.Code), page.SheetText(s.Run.Course.Title), page.SheetText(s.Run.Code), page.SheetText(s.Run.StartsOn().String()),
			page.SheetText(s.Run.EndsOn().String()), page.SheetText(s.Run.Where()), page.SheetText(s.Name), page.SheetText(s.Email),
			page.SheetText(s.Tag().Text), page.SheetText(until), page.SheetMoney(s.Own), page.SheetText(strings.Join(s.Orders, ", ")), page.SheetText(s.costCodes()),
		})
	}
	return page.Spreadsheet(c, "places.csv", rows)
}

// dates is a calendar of every run on which the organisation has a place. It says nothing about anybody.
func (e *employer) dates(c *gin.Context) error {
	seats, err := e.everySeat(c)
	if err != nil {
		return err
	}
	var runs []*course.Offering
	for _, s := range seats {
		taken := s.Status == enrolment.Held || s.Status == enrolment.Confirmed || s.Status == enrolment.Completed
		if taken && (len(runs) == 0 || runs[len(runs)-1] != s.Run) { // places are in order of their runs
			runs = append(runs, s.Run)
		}
	}
	c.Header("Cache-Control", "private, no-cache")
	page.Attach(c, "dates.ics", "text/calendar; charset=utf-8; method=PUBLISH", course.Calendar(e.Own.Now(), runs...))
	return nil
}
