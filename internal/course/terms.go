package course

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
)

// ErrScaleAgreed means that a withdrawal scale was to keep more than those agreed to who have a place.
var ErrScaleAgreed = failure.New(failure.Invalid, "scale_agreed",
	"People have a place on these dates and agreed to what is kept when they withdraw. It can become less for them, not more.")

// Terms are what a run costs, and what is kept of that when somebody withdraws.
type Terms struct {
	Prices    []Price
	Scale     []Step
	Discounts Discounts
	Plans     Plans
}

// Terms are the run's as they stand.
func (o *Offering) Terms() Terms {
	return Terms{Prices: o.Prices, Scale: o.Scale, Discounts: o.Discounts, Plans: o.Plans}
}

// Any reports whether there is a discount at all.
func (d Discounts) Any() bool { return d.TeamFrom > 0 || d.EarlyDays > 0 }

// wrong says what has to be corrected in terms, by field.
func (t Terms) wrong(listed bool) map[string]string {
	wrong := map[string]string{}
	for _, b := range []Band{Organisation, Self, Peer} {
		at := slices.IndexFunc(t.Prices, func(p Price) bool { return p.Band == b })
		switch {
		case at < 0 && (listed || b == Organisation):
			wrong[string(b)] = "Enter a price in pounds, like 3,250"
		case at >= 0 && (t.Prices[at].Amount < 1 || t.Prices[at].Amount > money.Max):
			wrong[string(b)] = "Enter a price from £0.01 to £1,000,000"
		}
	}
	if sentence := t.scaleWrong(); sentence != "" {
		wrong["scale"] = sentence
	}
	t.Discounts.wrong(wrong)
	t.plansWrong(wrong)
	return wrong
}

func (t Terms) scaleWrong() string {
	for i, s := range t.Scale {
		switch {
		case s.DaysBefore < 0 || s.DaysBefore > 366:
			return "Enter from how many days before the first day it holds, from 0 to 366"
		case s.ChargeBP < 0 || s.ChargeBP > 10_000 || s.Fee < 0 || s.Fee > money.Max:
			return "What is kept is a per cent from 0 to 100, and a fee in pounds"
		case i > 0 && s.DaysBefore == t.Scale[i-1].DaysBefore:
			return "Each line needs another number of days"
		case i > 0 && s.ChargeBP < t.Scale[i-1].ChargeBP:
			return "Whoever withdraws later cannot keep more: the per cent cannot fall as the first day comes nearer"
		}
	}
	return ""
}

func (d Discounts) wrong(wrong map[string]string) {
	if !d.Any() {
		return
	}
	if d.TeamFrom < 2 || d.TeamFrom > 100 || d.TeamBP < 0 || d.TeamBP > 10_000 {
		wrong["team"] = "Enter from how many places on it is a team, from 2 to 100, and a per cent from 0 to 100"
	}
	if d.EarlyDays < 1 || d.EarlyDays > 366 || d.EarlyBP < 0 || d.EarlyBP > 10_000 {
		wrong["early"] = "Enter how many days before is early, from 1 to 366, and a per cent from 0 to 100"
	}
}

func (t Terms) plansWrong(wrong map[string]string) {
	if !t.Plans.Any() {
		return
	}
	if t.Plans.Months != 0 && (t.Plans.Months < 2 || t.Plans.Months > 24) {
		wrong["months"] = "Enter how many months, from 2 to 24, or leave it empty"
	}
	if t.Plans.Deposit < money.Pounds(1) {
		wrong["deposit"] = "Enter the deposit in pounds, like 325"
	}
	for _, p := range t.Prices {
		if p.Band != Organisation && p.Amount <= t.Plans.Deposit {
			wrong["deposit"] = "The deposit must be less than what learners and peers pay"
		}
	}
}

// SetTerms changes what a run costs from now on; what was agreed for a place stays. Without a step the whole price is kept. It
// returns an Invalid failure by field, or ErrScaleAgreed when somebody has a place and more would be kept of their price.
func SetTerms(ctx context.Context, tx *db.Tx, by audit.Actor, run id.Run, t Terms) error {
	o, err := LockOffering(ctx, tx, run)
	if err != nil {
		return err
	}
	t.Scale = slices.SortedFunc(slices.Values(t.Scale), func(a, b Step) int { return cmp.Compare(b.DaysBefore, a.DaysBefore) })
	if err := refused(t.wrong(o.Listed)); err != nil {
		return err
	}
	if o.Places.Taken() > 0 && keepsMore(t.Scale, o.Scale) {
		return failure.Field("scale", ErrScaleAgreed.Message).Because(ErrScaleAgreed)
	}
	if err := clearTerms(ctx, tx, run); err != nil {
		return err
	}
	if err := setTerms(ctx, tx, run, t); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "run terms changed", Subject: "run", SubjectID: int64(run), Detail: detailOf(t)})
}

// detailOf is terms as the trail keeps them.
func detailOf(t Terms) map[string]any {
	detail := map[string]any{"steps": len(t.Scale), "deposit": t.Plans.Deposit}
	for _, p := range t.Prices {
		detail[string(p.Band)] = p.Amount
	}
	return detail
}

// keepsMore reports whether a scale keeps more than another on some day, of the price or as a fee.
func keepsMore(now, before []Step) bool {
	days := []int{-1}
	for _, s := range slices.Concat(now, before) {
		days = append(days, s.DaysBefore, s.DaysBefore-1)
	}
	return slices.ContainsFunc(days, func(left int) bool {
		a, b := stepAt(now, left), stepAt(before, left)
		return !b.KeepsAll() && (a.ChargeBP > b.ChargeBP || a.Fee > b.Fee)
	})
}

// stepAt is the step of a scale that decides when so many days are left.
func stepAt(scale []Step, left int) Step {
	for _, s := range scale {
		if left >= s.DaysBefore {
			return s
		}
	}
	return everything
}

func clearTerms(ctx context.Context, tx *db.Tx, run id.Run) error {
	for _, table := range []any{(*Price)(nil), (*Step)(nil), (*Discounts)(nil), (*Plans)(nil)} {
		if _, err := tx.NewDelete().Model(table).Where("run_id = ?", run).Exec(ctx); err != nil {
			return fmt.Errorf("clearing the terms of run %d: %w", run, err)
		}
	}
	return nil
}

// setTerms stores the terms of a run that has none.
func setTerms(ctx context.Context, tx *db.Tx, run id.Run, t Terms) error {
	var rows []any
	if len(t.Prices) > 0 {
		for i := range t.Prices {
			t.Prices[i].RunID = run
		}
		rows = append(rows, &t.Prices)
	}
	if len(t.Scale) > 0 {
		for i := range t.Scale {
			t.Scale[i].RunID = run
		}
		rows = append(rows, &t.Scale)
	}
	if t.Discounts.Any() {
		t.Discounts.RunID = run
		rows = append(rows, &t.Discounts)
	}
	if t.Plans.Any() {
		t.Plans.RunID = run
		rows = append(rows, &t.Plans)
	}
	for _, r := range rows {
		if _, err := tx.NewInsert().Model(r).Returning("NULL").Exec(ctx); err != nil {
			return fmt.Errorf("giving run %d its terms: %w", run, err)
		}
	}
	return nil
}
