package demo

import (
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type clockForm struct {
	By    string `form:"by"` // "hour", "day" or "date"
	Day   string `form:"date-day"`
	Month string `form:"date-month"`
	Year  string `form:"date-year"`
}

// moveClock moves the clock of the whole demonstration on.
func (s stage) moveClock(c *gin.Context) error {
	var form clockForm
	err := page.Bind(c, &form)
	now := s.Clock.Now()
	to := now
	if err == nil {
		to, err = form.target(now)
	}
	if err != nil {
		return page.Again(c, err, "demo/show", newPage(form))
	}
	s.Clock.Set(to)
	page.Flash(c, page.ClockMoved)
	return page.Redirect(c, "/demo")
}

// target is the time that the clock is to show: an hour or a day later, or nine in the morning of a day to come.
func (f clockForm) target(now time.Time) (time.Time, error) {
	switch f.By {
	case "hour":
		return now.Add(time.Hour), nil
	case "day":
		return now.AddDate(0, 0, 1), nil
	case "date":
		return f.morning(now)
	}
	return now, errStep
}

// errStep refuses a way to move the clock that no button of the page asks for.
var errStep = failure.New(failure.Invalid, "clock_step", "Choose how far to move the clock.")

// morning is nine in the morning of the day that was typed.
func (f clockForm) morning(now time.Time) (time.Time, error) {
	day, err := f.date()
	if err != nil {
		return now, failure.Field("date", "Enter a real date, like 27 3 2027")
	}
	if !day.After(london.DateOf(now)) {
		return now, failure.Field("date", "The date must be after today: the clock only goes forwards")
	}
	return day.At(9, 0), nil
}

func (f clockForm) date() (london.Date, error) {
	var n [3]int
	for i, text := range []string{f.Year, f.Month, f.Day} {
		var err error
		if n[i], err = strconv.Atoi(text); err != nil {
			return london.Date{}, london.ErrMalformed.Because(err)
		}
	}
	return london.Parse(london.Date{Year: n[0], Month: time.Month(n[1]), Day: n[2]}.String())
}
