package bankfile

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"bursar/internal/london"
	"bursar/internal/money"
)

// DateFormat is how dates are written, after Go's example day (2 January 2006). There is none with the month first:
// no bank here writes so, and nothing could tell 03/04 from 04/03.
type DateFormat string

// DateFormats are the formats there are, in the order in which Guess tries them. Day and month may lack their leading
// zero, the year may not; a time of day after the date is passed over.
var DateFormats = []DateFormat{
	"02/01/2006", "2006-01-02", "02 Jan 2006", "02-Jan-2006", "02/01/06", "02-01-2006", "02-01-06", "02 Jan 06",
	"02-Jan-06", "02 January 2006", "2006/01/02", "02.01.2006", compact,
}

// compact has nothing between its parts, so that none may lack its zero.
const compact DateFormat = "20060102"

// lenient lets day and month lack their zero.
var lenient = strings.NewReplacer("2006", "2006", "02", "2", "01", "1")

// timeOfDay is what may follow a date: " 14:05", "T14:05:09.000Z".
var timeOfDay = regexp.MustCompile(`[ T]\d{1,2}:\d{2}(:\d{2}.*)?$`)

// Example is a day in this format: 8 March 2027.
func (f DateFormat) Example() string {
	return time.Date(2027, time.March, 8, 0, 0, 0, 0, time.UTC).Format(string(f))
}

// parse reads a day from 2000 to 2099.
func (f DateFormat) parse(cell string) (london.Date, bool) {
	cell = strings.TrimSpace(cell)
	if strings.Contains(cell, ":") {
		cell = timeOfDay.ReplaceAllString(cell, "")
	}
	layout := string(f)
	if f != compact {
		layout = lenient.Replace(layout)
	}
	t, err := time.Parse(layout, cell)
	if err != nil || t.Year() < 2000 || t.Year() > 2099 {
		return london.Date{}, false
	}
	return london.On(t.Year(), t.Month(), t.Day()), true
}

// isDate reports whether a cell is a date in any format.
func isDate(cell string) bool {
	if cell = strings.TrimSpace(cell); cell == "" || cell[0] < '0' || cell[0] > '9' {
		return false
	}
	for _, f := range DateFormats {
		if _, ok := f.parse(cell); ok {
			return true
		}
	}
	return false
}

// amountForm has the sign before £, the sign after it, pounds and decimals.
var amountForm = regexp.MustCompile(`^([-−+]?)£?([-−+]?)(\d+|\d{1,3}(?:,\d{3})+|)(?:\.(\d{1,2}))?$`)

// mostDigits keeps amounts below a thousand million pounds.
const mostDigits = 9

// pence reads an amount as banks write it: an optional sign before or after an optional £, digits with or without
// commas between groups of three, and no, one or two decimals (spreadsheets drop a last zero). What might mean
// something else is not read: 1.234,50, (12.00), 12.00-, $12.
func pence(cell string) (money.Amount, bool) {
	parts := amountForm.FindStringSubmatch(strings.TrimSpace(cell))
	if parts == nil || parts[1] != "" && parts[2] != "" {
		return 0, false
	}
	whole, decimals := strings.ReplaceAll(parts[3], ",", ""), parts[4]
	if whole+decimals == "" || len(strings.TrimLeft(whole, "0")) > mostDigits {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+(decimals + "00")[:2], 10, 64)
	if err != nil {
		return 0, false
	}
	if sign := parts[1] + parts[2]; sign != "" && sign != "+" {
		n = -n
	}
	return money.Amount(n), true
}
