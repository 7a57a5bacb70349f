package invoice

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/london"
	"bursar/internal/money"
)

// Late is what the law lets us ask for a late payment. It is shown, and charged by hand only.
type Late struct {
	Days         int
	RateBP       int // a year, in basis points: 1175 is 11.75 %
	Interest     money.Amount
	Compensation money.Amount
}

// statutory is added to the base rate: 8 % (Late Payment of Commercial Debts (Rate of Interest) (No. 3) Order 2002).
const statutory = 800

// Interest is statutory interest and compensation on what is open of an invoice, from the day after it was due until a day
// (Late Payment of Commercial Debts (Interest) Act 1998, sections 4 to 6 and 5A). base is the base rate that BaseRate
// gives, in basis points. It is simple interest on 365 days a year, rounded half up to the penny.
func Interest(in *Invoice, today london.Date, base int) Late {
	days := in.Overdue(today)
	if days == 0 {
		return Late{}
	}
	l, debt := Late{Days: days, RateBP: statutory + base}, in.Outstanding()
	const year = 365 * 10_000
	l.Interest = (debt*money.Amount(days)*money.Amount(l.RateBP) + year/2) / year
	switch {
	case debt < money.Pounds(1_000):
		l.Compensation = money.Pounds(40)
	case debt < money.Pounds(10_000):
		l.Compensation = money.Pounds(70)
	default:
		l.Compensation = money.Pounds(100)
	}
	return l
}

// BaseRate is the base rate of the Bank of England for interest on an invoice, in basis points: the one that stood on the
// 30 June or 31 December before interest began to run.
func BaseRate(ctx context.Context, d bun.IDB, in *Invoice) (int, error) {
	return baseRateOn(ctx, d, fixedOn(in.DueOn.AddDays(1)))
}

// fixedOn is the day whose base rate counts for interest that runs from a day.
func fixedOn(from london.Date) london.Date {
	if from.Month >= time.July {
		return london.On(from.Year, time.June, 30)
	}
	return london.On(from.Year-1, time.December, 31)
}
