package fund

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Burnt is where a fund's money stood at the end of a month, or stands now, in pence.
type Burnt struct {
	Month     london.Date  // its first day
	Spent     money.Amount // since the fund's year began, less what came back
	Committed money.Amount // promised and not paid
	Available money.Amount // left to promise
}

// BurnDown follows funds through their years, month by month, until today: each from the first month of the year in which today lies.
func BurnDown(ctx context.Context, d bun.IDB, today london.Date, funds ...*Fund) (map[id.Fund][]Burnt, error) {
	names := []string{""}
	for _, f := range funds {
		names = append(names, account(f.ID, available), account(f.ID, committed), account(f.ID, spent))
	}
	var rows []struct {
		Account string
		Month   london.Date
		Amount  money.Amount
	}
	err := d.NewRaw(`
		SELECT l.account, date_trunc('month', e.posted_at AT TIME ZONE 'Europe/London')::date AS month, sum(l.amount) AS amount
		FROM   entry_lines l JOIN entries e ON e.id = l.entry_id
		WHERE  l.account IN (?) AND e.posted_at < ? GROUP BY 1, 2`, bun.List(names), today.AddDays(1).At(0, 0)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("following funds through their years: %w", err)
	}
	byFund := make(map[id.Fund][]Burnt, len(funds))
	for _, f := range funds {
		year := f.YearOf(today)
		for month := year; !month.After(today); month = london.On(month.Year, month.Month+1, 1) {
			b := Burnt{Month: month}
			for _, r := range rows {
				switch {
				case r.Month.After(month):
				case r.Account == account(f.ID, available):
					b.Available += r.Amount
				case r.Account == account(f.ID, committed):
					b.Committed += r.Amount
				case r.Account == account(f.ID, spent) && !r.Month.Before(year):
					b.Spent += r.Amount
				}
			}
			byFund[f.ID] = append(byFund[f.ID], b)
		}
	}
	return byFund, nil
}
