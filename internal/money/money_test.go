package money_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"bursar/internal/money"
)

func TestParseTakesWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]money.Amount{
		"3250": 325_000, "£3,250": 325_000, "3,250.50": 325_050, " £0.05 ": 5, "0": 0,
		"1,000,000.00": money.Max, "0001.00": 100, "12345.67": 1_234_567,
	} {
		if got, err := money.Parse(in); err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
}

func TestParseRefusesEverythingElse(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", "£", ".", ".50", "1.", "1.5", "1.505", "-1", "+1", "1e3", "1 000", "1,00", "1,0000", ",100", "1234,567",
		"٣٢٥٠", "３２５０", "£-1", "$1", "1.00.00", "NaN", "0x10", "1_000", "1,,000", "1.-1",
	} {
		if got, err := money.Parse(in); !errors.Is(err, money.ErrMalformed) {
			t.Errorf("Parse(%q) = %d, %v; want ErrMalformed", in, got, err)
		}
	}
	for _, in := range []string{"1000000.01", "1,000,001", "99999999999999999999", "92233720368547758.08"} {
		if _, err := money.Parse(in); !errors.Is(err, money.ErrTooLarge) {
			t.Errorf("Parse(%q) gave %v; want ErrTooLarge", in, err)
		}
	}
}

func TestStringIsReadableMoney(t *testing.T) {
	t.Parallel()
	for a, want := range map[money.Amount]string{
		0: "£0.00", 5: "£0.05", 325_000: "£3,250.00", -1_250: "-£12.50", 123_456_789: "£1,234,567.89",
		-9223372036854775808: "-£92,233,720,368,547,758.08",
	} {
		if got := a.String(); got != want {
			t.Errorf("%d.String() = %q, want %q", int64(a), got, want)
		}
	}
	if got := money.Pounds(3250).Short(); got != "£3,250" {
		t.Errorf("Short = %q", got)
	}
	if got := money.Amount(325_050).Short(); got != "£3,250.50" {
		t.Errorf("Short = %q", got)
	}
}

func TestParseReadsWhatStringWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount(rapid.Int64Range(0, int64(money.Max)).Draw(t, "pence"))
		got, err := money.Parse(a.String())
		if err != nil || got != a {
			t.Fatalf("Parse(%q) = %d, %v", a.String(), got, err)
		}
	})
}

func TestSplitAddsUpAndIsFair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount(rapid.Int64Range(0, 1_000_000_000).Draw(t, "amount"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 10_000), 1, 50).Draw(t, "weights")
		weights[rapid.IntRange(0, len(weights)-1).Draw(t, "positive")]++
		total := int64(0)
		for _, w := range weights {
			total += w
		}
		sum := money.Amount(0)
		for i, part := range a.Split(weights...) {
			sum += part
			if low := int64(a) * weights[i] / total; int64(part) != low && int64(part) != low+1 {
				t.Fatalf("part %d = %d, not within a penny of %d", i, part, low)
			}
			if weights[i] == 0 && part != 0 {
				t.Fatalf("a part without weight got %d", part)
			}
		}
		if sum != a {
			t.Fatalf("parts of %d add up to %d", a, sum)
		}
	})
}

func TestSplitGivesTheFirstTheOddPenny(t *testing.T) {
	t.Parallel()
	got := money.Pounds(1000).Split(1, 1, 1)
	if got[0] != 33_334 || got[1] != 33_333 || got[2] != 33_333 {
		t.Errorf("got %v", got)
	}
	team := money.Pounds(18_900).Split(60, 40)
	if team[0] != money.Pounds(11_340) || team[1] != money.Pounds(7_560) {
		t.Errorf("got %v", team)
	}
}

func TestPercentRoundsHalfUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a    money.Amount
		bp   int64
		want money.Amount
	}{{10_000, 250, 250}, {1, 5_000, 1}, {99, 5_000, 50}, {325_000, 500, 16_250}, {0, 10_000, 0}} {
		if got := c.a.Percent(c.bp); got != c.want {
			t.Errorf("%d × %d bp = %d, want %d", c.a, c.bp, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"3250", "£3,250.00", "1e9", "-1", "", "1,000,000.00", "0.0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := money.Parse(s)
		if err != nil {
			return
		}
		if a < 0 || a > money.Max {
			t.Fatalf("Parse(%q) = %d", s, a)
		}
		if again, err := money.Parse(a.String()); err != nil || again != a {
			t.Fatalf("Parse(%q) = %d, which does not survive String: %d, %v", s, a, again, err)
		}
	})
}
