package lottery_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bursar/internal/lottery"
)

// counting is the seed 00 01 02 … 1f, known to everybody.
func counting() lottery.Seed {
	var s lottery.Seed
	for i := range s {
		s[i] = byte(i)
	}
	return s
}

func TestTheCommitmentIsTheHashOfTheSeed(t *testing.T) {
	t.Parallel()
	const want = "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd" // sha256sum of 00…1f
	if got := lottery.Commit(counting()); got != want {
		t.Errorf("commitment = %s, want %s", got, want)
	}
	if err := lottery.Verify(want, counting()); err != nil {
		t.Errorf("the right seed is refused: %v", err)
	}
	other := counting()
	other[31] ^= 1
	if err := lottery.Verify(want, other); !errors.Is(err, lottery.ErrSeed) {
		t.Errorf("a seed with one bit changed gives %v", err)
	}
}

func TestSeedsAreFreshAndHiddenUntilAskedFor(t *testing.T) {
	t.Parallel()
	a, b := lottery.NewSeed(), lottery.NewSeed()
	if a == b || a == (lottery.Seed{}) {
		t.Fatalf("two new seeds: %s and %s", a.Hex(), b.Hex())
	}
	if logged := fmt.Sprintf("%v %s %+v", a, a, struct{ Seed lottery.Seed }{a}); logged != "(seed) (seed) {Seed:(seed)}" {
		t.Errorf("a log would say %s", logged)
	}
	back, err := lottery.ParseSeed(strings.ToUpper(a.Hex()))
	if err != nil || back != a {
		t.Errorf("%s read back as %s, %v", a.Hex(), back.Hex(), err)
	}
	for _, wrong := range []string{"", "00", a.Hex() + "00", "g" + a.Hex()[1:], " " + a.Hex()} {
		if _, err := lottery.ParseSeed(wrong); !errors.Is(err, lottery.ErrSeedMalformed) {
			t.Errorf("ParseSeed(%q) gives %v", wrong, err)
		}
	}
}

func TestThePublicTextHasOneSpelling(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"4 11 23 bonus 7":                "4 11 23 bonus 7",
		"  4 11\t23\r\nbonus\u00a0 7 \n": "4 11 23 bonus 7",
		"Cafe\u0301 draw":                "Café draw",
		"BONUS 7":                        "BONUS 7",
	} {
		if got, err := lottery.Normalise(typed); err != nil || got != want {
			t.Errorf("Normalise(%q) = %q, %v; want %q", typed, got, err, want)
		}
	}
	for _, wrong := range []string{"", " \n ", "7\x00", "7\u200b8", "\ufeff7", "\xff", strings.Repeat("é", lottery.MaxPublic+1)} {
		if got, err := lottery.Normalise(wrong); !errors.Is(err, lottery.ErrPublic) {
			t.Errorf("Normalise(%q) = %q, %v", wrong, got, err)
		}
	}
	if _, err := lottery.Normalise(strings.Repeat("é", lottery.MaxPublic)); err != nil {
		t.Errorf("the longest text is refused: %v", err)
	}
	rapid.Check(t, func(t *rapid.T) {
		once, err := lottery.Normalise(rapid.String().Draw(t, "typed"))
		if err != nil {
			return
		}
		if twice, err := lottery.Normalise(once); err != nil || twice != once {
			t.Errorf("%q became %q, %v", once, twice, err)
		}
	})
}

func TestOrderRefusesWhatCannotBePublished(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tickets []string
		want    error
	}{
		{nil, lottery.ErrNoTickets},
		{[]string{"A", ""}, lottery.ErrTicket},
		{[]string{"A B"}, lottery.ErrTicket},
		{[]string{"A\nticket: B"}, lottery.ErrTicket},
		{[]string{"Ä"}, lottery.ErrTicket},
		{[]string{"A", "B", "A"}, lottery.ErrDuplicate},
	} {
		if order, err := lottery.Order([32]byte{}, c.tickets); !errors.Is(err, c.want) || order != nil {
			t.Errorf("%q: %v, %v; want %v", c.tickets, order, err, c.want)
		}
		if _, err := lottery.Reveal(lottery.Commit(counting()), counting(), "7", c.tickets); !errors.Is(err, c.want) {
			t.Errorf("%q can be published: %v", c.tickets, err)
		}
	}
}

// draws are keys and tickets as they may come.
func draws(t *rapid.T) ([32]byte, []string) {
	key := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key"))
	tickets := rapid.SliceOfNDistinct(rapid.StringMatching(`[!-~]{1,12}`), 1, 40, rapid.ID).Draw(t, "tickets")
	return key, tickets
}

func TestTheOrderDoesNotDependOnHowTheTicketsCome(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key, tickets := draws(t)
		came := slices.Clone(tickets)
		order, err := lottery.Order(key, tickets)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(tickets, came) {
			t.Error("the caller's tickets were moved")
		}
		shuffled, err := lottery.Order(key, rapid.Permutation(tickets).Draw(t, "shuffled"))
		if err != nil || !slices.Equal(order, shuffled) {
			t.Errorf("%v, and shuffled %v, %v", order, shuffled, err)
		}
		slices.Sort(came)
		if got := slices.Sorted(slices.Values(order)); !slices.Equal(got, came) {
			t.Errorf("%v went in and %v came out", came, got)
		}
	})
}

func TestATicketThatLeavesMovesNobodyElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key, tickets := draws(t)
		order, err := lottery.Order(key, append(tickets, "last-ticket-in"))
		if err != nil {
			t.Fatal(err)
		}
		without, err := lottery.Order(key, tickets)
		rest := slices.DeleteFunc(order, func(ticket string) bool { return ticket == "last-ticket-in" })
		if err != nil || !slices.Equal(rest, without) {
			t.Errorf("%v, and without the last %v, %v", rest, without, err)
		}
	})
}

func TestEveryTicketComesFirstEquallyOften(t *testing.T) {
	t.Parallel()
	const rounds, places = 20_000, 10
	tickets := make([]string, places)
	for i := range tickets {
		tickets[i] = fmt.Sprintf("T%d", i)
	}
	first, placesOfT0 := map[string]int{}, map[string]int{}
	for round := range rounds {
		key, err := lottery.Key(counting(), fmt.Sprint(round))
		if err != nil {
			t.Fatal(err)
		}
		order, err := lottery.Order(key, tickets)
		if err != nil {
			t.Fatal(err)
		}
		first[order[0]]++
		placesOfT0[fmt.Sprint(slices.Index(order, "T0"))]++
	}
	const critical = 27.88 // chi-square, 9 degrees of freedom, one in a thousand
	for name, counts := range map[string]map[string]int{"first places": first, "places of T0": placesOfT0} {
		chi := 0.0
		for _, n := range counts {
			chi += float64((n-rounds/places)*(n-rounds/places)) / (rounds / places)
		}
		if len(counts) != places || chi > critical {
			t.Errorf("%s: %v, chi-square %.1f", name, counts, chi)
		}
	}
}
