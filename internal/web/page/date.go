package page

import (
	"errors"
	"fmt"
	"strconv"

	"bursar/internal/london"
)

// ReadDate reads the three boxes of a DateInput. Empty boxes are the zero date; it returns london.ErrMalformed for what is
// no day.
func ReadDate(day, month, year string) (london.Date, error) {
	if day+month+year == "" {
		return london.Date{}, nil
	}
	d, errDay := strconv.Atoi(day)
	m, errMonth := strconv.Atoi(month)
	y, errYear := strconv.Atoi(year)
	date, err := london.Parse(fmt.Sprintf("%04d-%02d-%02d", y, m, d))
	if err := errors.Join(errDay, errMonth, errYear, err); err != nil {
		return london.Date{}, london.ErrMalformed.Because(err)
	}
	return date, nil
}
