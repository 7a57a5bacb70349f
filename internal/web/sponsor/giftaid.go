package sponsor

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// scheduleRows is how many donations one schedule takes
// (https://www.gov.uk/guidance/schedule-spreadsheet-to-claim-back-tax-on-gift-aid-donations).
const scheduleRows = 1000

type monthsPage struct {
	page.Base
	Table page.Table
}

// months lists what was received with Gift Aid, month by month, with the files for claiming it.
func (d *desk) months(c *gin.Context) error {
	months, err := fund.AidMonths(c.Request.Context(), d.DB, d.DB.Now())
	if err != nil {
		return err
	}
	p := &monthsPage{Table: page.Table{Caption: "Gifts with Gift Aid", Columns: []page.Column{
		{Title: "Month"}, {Title: "Gifts", Numeric: true}, {Title: "Given", Numeric: true}, {Title: "File"},
	}}}
	for _, m := range months {
		parts := (m.Gifts + scheduleRows - 1) / scheduleRows
		for part := 1; part <= parts; part++ {
			name := fileName(m.From, part)
			p.Table.Rows = append(p.Table.Rows, []page.Cell{
				{Text: m.From.At(12, 0).Format("January 2006")}, {Text: strconv.Itoa(m.Gifts)}, {Text: m.Total.String()},
				{Text: name, Href: "/finance/gift-aid/" + name},
			})
		}
	}
	return page.Render(c, "sponsor/gift-aid", p)
}

// fileName is "2026-11-1.csv": the first thousand gifts of November 2026.
func fileName(month london.Date, part int) string {
	return fmt.Sprintf("%04d-%02d-%d.csv", month.Year, int(month.Month), part)
}

var fileShape = regexp.MustCompile(`^([0-9]{4}-[0-9]{2})-([1-9][0-9]{0,3})\.csv$`)

// schedule is a file in the columns of HM Revenue and Customs' schedule.
func (d *desk) schedule(c *gin.Context) error {
	m := fileShape.FindStringSubmatch(c.Param("file"))
	if m == nil {
		return page.ErrNotFound
	}
	month, err := london.Parse(m[1] + "-01")
	if err != nil {
		return page.ErrNotFound
	}
	part, err := strconv.Atoi(m[2])
	if err != nil {
		return page.ErrNotFound
	}
	claims, err := fund.AidClaims(c.Request.Context(), d.DB, month, (part-1)*scheduleRows, scheduleRows)
	if err != nil {
		return err
	}
	if len(claims) == 0 {
		return page.ErrNotFound
	}
	file, err := scheduleOf(claims)
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "no-store")
	c.Header("Content-Disposition", `attachment; filename="`+c.Param("file")+`"`)
	c.Data(http.StatusOK, "text/csv; charset=utf-8", file)
	return nil
}

var scheduleColumns = []string{
	"Title", "First name", "Last name", "House name or number", "Postcode", "Aggregated donations", "Sponsored event",
	"Donation date (DD/MM/YY)", "Amount",
}

// scheduleOf writes claims as a file. No title was asked for, and no gift is aggregated or sponsors an event.
func scheduleOf(claims []fund.AidClaim) ([]byte, error) {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	rows := [][]string{scheduleColumns}
	for _, k := range claims {
		rows = append(rows, []string{
			"", cell(k.FirstName), cell(strings.ReplaceAll(k.LastName, "-", " ")), cell(k.House), cell(k.Postcode), "", "",
			dayMonthYear(k.ReceivedAt), fmt.Sprintf("%d.%02d", k.Amount/100, k.Amount%100),
		})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("writing a schedule: %w", err)
	}
	return file.Bytes(), nil
}

func dayMonthYear(t time.Time) string { return t.In(london.Zone).Format("02/01/06") }

// cell is what somebody typed, in one line.
func cell(text string) string { return string(page.SheetText(strings.Join(strings.Fields(text), " "))) }
