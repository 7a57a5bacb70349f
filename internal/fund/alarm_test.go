package fund_test

import (
	"strings"
	"testing"

	"bursar/internal/fund"
	"bursar/internal/london"
)

func TestMoneyThatMustBeSpentSoonRaisesAnAlarm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	today := london.On(2026, 11, 23)
	for code, c := range map[string]struct{ days int }{"SOON": {30}, "LATER": {90}, "FAR": {91}, "OVER": {-1}, "PROMISED": {10}, "LAST": {31}} {
		f := sample(code)
		f.SpendBy = today.AddDays(c.days)
		w.create(f, fees)
		w.gift(f, 10*pound)
		if code == "PROMISED" {
			w.mustCommit("award/1/offered", fund.Part{Fund: f.ID, Amount: 10 * pound})
		}
	}
	w.with("FREE", 10*pound)
	alarms, err := fund.Alarms(t.Context(), w, today)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range alarms {
		code := a.Code
		if a.Last() {
			code += "!"
		}
		got = append(got, code)
		if a.Available != 10*pound {
			t.Errorf("%s has %v left", a.Code, a.Available)
		}
	}
	if strings.Join(got, " ") != "OVER! SOON! LAST LATER" {
		t.Errorf("alarms for %v", got)
	}
}
