package fund

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// ErrUntied means that the books of a fund do not explain what is in it: something was posted past this package.
var ErrUntied = failure.New(failure.Internal, "fund_untied", "")

// Statement is what happened to a fund in a year, in pence, from the ledger alone.
type Statement struct {
	From, Until london.Date // first and last day

	OpeningAvailable money.Amount // on fund/<id>/available before the first day
	OpeningCommitted money.Amount // on fund/<id>/committed before the first day
	Income           money.Amount // gifts, and pledges when the fund counts them; less pledges that were cancelled
	Transfers        money.Amount // from other funds, less to other funds
	Committed        money.Amount // promised to people; a promise taken over from another fund too
	Released         money.Amount // of promises: given up, or taken over by another fund
	Spent            money.Amount // of promises: paid
	Recovered        money.Amount // paid before and come back
	Returned         money.Amount // given back to the donor
	ClosingAvailable money.Amount // on fund/<id>/available after the last day
	ClosingCommitted money.Amount // on fund/<id>/committed after the last day
}

// Opening is what was in the fund before the first day, promised or not.
func (s Statement) Opening() money.Amount { return s.OpeningAvailable + s.OpeningCommitted }

// Closing is what is in the fund after the last day, promised or not.
func (s Statement) Closing() money.Amount { return s.ClosingAvailable + s.ClosingCommitted }

// ties reports whether the statement explains itself:
//
//	closing available = opening available + income + transfers + recovered + released − committed − returned
//	closing committed = opening committed + committed − released − spent
//
// and so, of the whole fund, closing = opening + income + transfers + recovered − spent − returned.
func (s Statement) ties() bool {
	return s.ClosingAvailable == s.OpeningAvailable+s.Income+s.Transfers+s.Recovered+s.Released-s.Committed-s.Returned &&
		s.ClosingCommitted == s.OpeningCommitted+s.Committed-s.Released-s.Spent
}

// YearOf is the first day of the fund's year in which a day lies.
func (f *Fund) YearOf(day london.Date) london.Date {
	first := london.On(day.Year, time.Month(f.YearStarts), 1)
	if day.Before(first) {
		first.Year--
	}
	return first
}

// Years lists the first days of the fund's years from the one in which it was made to the one of a day, newest first.
func (f *Fund) Years(today london.Date) []london.Date {
	var years []london.Date
	for y := f.YearOf(today); !y.Before(f.YearOf(london.DateOf(f.CreatedAt))); y.Year-- {
		years = append(years, y)
	}
	return years
}

// statementSQL adds up what entries did to a fund from ?0 until ?1, and before.
const statementSQL = `
	WITH moved AS ( -- what each entry did to the fund
		SELECT e.posted_at >= ?0 AS this_year,
		       coalesce(sum(l.amount) FILTER (WHERE l.account = ?2), 0) AS available,
		       coalesce(sum(l.amount) FILTER (WHERE l.account = ?3), 0) AS committed,
		       coalesce(sum(l.amount) FILTER (WHERE l.account = ?4), 0) AS income,
		       coalesce(sum(l.amount) FILTER (WHERE l.account = ?5), 0) AS transfers,
		       coalesce(sum(l.amount) FILTER (WHERE l.account = ?6), 0) AS spent,
		       coalesce(sum(l.amount) FILTER (WHERE l.account = ?7), 0) AS returned
		FROM   entry_lines l JOIN entries e ON e.id = l.entry_id
		WHERE  l.account IN (?2, ?3, ?4, ?5, ?6, ?7) AND e.posted_at < ?1
		GROUP  BY e.id
	), promised AS ( -- of what left committed, what was not spent was released
		SELECT *, committed + greatest(spent, 0) AS promised FROM moved
	)
	SELECT coalesce(sum(available) FILTER (WHERE NOT this_year), 0) AS opening_available,
	       coalesce(sum(committed) FILTER (WHERE NOT this_year), 0) AS opening_committed,
	       coalesce(sum(-income) FILTER (WHERE this_year), 0) AS income,
	       coalesce(sum(-transfers) FILTER (WHERE this_year), 0) AS transfers,
	       coalesce(sum(greatest(promised, 0)) FILTER (WHERE this_year), 0) AS committed,
	       coalesce(sum(greatest(-promised, 0)) FILTER (WHERE this_year), 0) AS released,
	       coalesce(sum(greatest(spent, 0)) FILTER (WHERE this_year), 0) AS spent,
	       coalesce(sum(greatest(-spent, 0)) FILTER (WHERE this_year), 0) AS recovered,
	       coalesce(sum(returned) FILTER (WHERE this_year), 0) AS returned,
	       coalesce(sum(available), 0) AS closing_available,
	       coalesce(sum(committed), 0) AS closing_committed
	FROM promised`

// StatementOf reads what happened to a fund in the year that begins on a day, which YearOf gives. Money counts on the
// day in London on which it was posted. It returns ErrUntied when the statement does not explain itself to the penny.
func StatementOf(ctx context.Context, d bun.IDB, fund id.Fund, year london.Date) (Statement, error) {
	next := london.On(year.Year+1, year.Month, year.Day)
	s := Statement{From: year, Until: next.AddDays(-1)}
	err := d.NewRaw(statementSQL,
		year.At(0, 0), next.At(0, 0), account(fund, available), account(fund, committed), account(fund, income),
		account(fund, transfers), account(fund, spent), account(fund, returned)).
		Scan(ctx, &s.OpeningAvailable, &s.OpeningCommitted, &s.Income, &s.Transfers, &s.Committed, &s.Released, &s.Spent,
			&s.Recovered, &s.Returned, &s.ClosingAvailable, &s.ClosingCommitted)
	if err != nil {
		return Statement{}, fmt.Errorf("reading the statement of a fund: %w", err)
	}
	if !s.ties() {
		return Statement{}, ErrUntied.Because(fmt.Errorf("fund %d, year from %s: %+v", fund, year, s))
	}
	return s, nil
}
