package fund

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/london"
)

// Before the last day on which a fund may be spent, staff are told twice of what is left.
const (
	AlarmDays     = 90
	LastAlarmDays = 30
)

// Alarm is a fund that must be spent soon and has money that is promised to nobody.
type Alarm struct {
	Holding
	Days int // from today until the last day; negative when it is over
}

// Last reports whether it is time for the second alarm.
func (a Alarm) Last() bool { return a.Days <= LastAlarmDays }

// Alarms lists the open funds that must be spent within AlarmDays of today, or should have been by now, and have money
// available: those with the least time first.
func Alarms(ctx context.Context, d bun.IDB, today london.Date) ([]Alarm, error) {
	open, err := Holdings(ctx, d)
	if err != nil {
		return nil, err
	}
	var alarms []Alarm
	for _, h := range open {
		if days := today.DaysUntil(h.SpendBy); !h.SpendBy.IsZero() && days <= AlarmDays && h.Available > 0 {
			alarms = append(alarms, Alarm{h, days})
		}
	}
	slices.SortStableFunc(alarms, func(a, b Alarm) int { return a.Days - b.Days })
	return alarms, nil
}
