package lottery_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bursar/internal/lottery"
)

// recompute does what a sceptic would: from the text alone, HMAC written out by its definition, the values
// compared as numbers, and a place found by counting who stands before. It uses nothing of the package.
func recompute(text string) (order []string, fits bool) {
	var commitment, public string
	var seed []byte
	var tickets []string
	for line := range strings.Lines(text) {
		var name, value string
		name, value, _ = strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch name {
		case "commitment":
			commitment = value
		case "seed":
			_, _ = fmt.Sscanf(value, "%x", &seed)
		case "public":
			public = value
		case "ticket":
			tickets = append(tickets, value)
		}
	}
	key := sha256.Sum256([]byte(string(seed) + public))
	inner, outer := make([]byte, 64), make([]byte, 64) // the key fills half of SHA-256's block of 64 bytes
	copy(inner, key[:])
	copy(outer, key[:])
	for i := range 64 {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	value := func(ticket string) *big.Int {
		inside := sha256.Sum256([]byte(string(inner) + ticket))
		mac := sha256.Sum256([]byte(string(outer) + string(inside[:])))
		return new(big.Int).SetBytes(mac[:])
	}
	order = make([]string, len(tickets))
	for _, ticket := range tickets {
		before := 0
		for _, other := range tickets {
			if value(other).Cmp(value(ticket)) < 0 {
				before++
			}
		}
		order[before] = ticket
	}
	return order, fmt.Sprintf("%x", sha256.Sum256(seed)) == commitment
}

// runProgram runs the published program on the text with the machine's Python.
func runProgram(t *testing.T, python, text string) (output string, ok bool) {
	t.Helper()
	dir := t.TempDir()
	program, facts := filepath.Join(dir, "verify.py"), filepath.Join(dir, "draw.txt")
	for name, content := range map[string]string{program: lottery.Program, facts: text} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), python, program, facts).CombinedOutput()
	return string(out), err == nil
}

// printed is what the program says about an order that fits.
func printed(order []string) string {
	var b strings.Builder
	for i, ticket := range order {
		fmt.Fprintln(&b, i+1, ticket)
	}
	return b.String() + "The seed fits the commitment.\n"
}

const goldenText = `commitment: 630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd
seed: 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
public: Café draw: 4 11 23 31 40 52 bonus 7
ticket: A-100
ticket: A-101
ticket: A-102
ticket: A-103
ticket: A-104
`

func golden(t *testing.T) lottery.Published {
	t.Helper()
	published, err := lottery.Reveal(lottery.Commit(counting()), counting(), " Cafe\u0301 draw: 4 11 23 31 40 52\nbonus 7",
		[]string{"A-103", "A-100", "A-104", "A-102", "A-101"})
	if err != nil {
		t.Fatal(err)
	}
	return published
}

func TestTheGoldenDraw(t *testing.T) {
	t.Parallel()
	published := golden(t)
	if got := published.Text(); got != goldenText {
		t.Errorf("text:\n%s", got)
	}
	want := []string{"A-103", "A-101", "A-100", "A-102", "A-104"} // worked out with openssl dgst -mac HMAC
	if got, err := published.Order(); err != nil || !slices.Equal(got, want) {
		t.Errorf("order = %v, %v; want %v", got, err, want)
	}
	if got, fits := recompute(goldenText); !fits || !slices.Equal(got, want) {
		t.Errorf("recomputed = %v, fits %v", got, fits)
	}
}

func TestAnybodyCanRecomputeTheOrderFromThePublishedText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw, tickets := draws(t)
		public := rapid.StringMatching(`[A-Za-zé£0-9:,]{1,9}( [A-Za-zé£0-9:,]{1,9}){0,6}`).Draw(t, "public")
		seed := lottery.Seed(raw)
		published, err := lottery.Reveal(lottery.Commit(seed), seed, public, tickets)
		if err != nil {
			t.Fatal(err)
		}
		order, err := published.Order()
		if err != nil {
			t.Fatal(err)
		}
		if got, fits := recompute(published.Text()); !fits || !slices.Equal(got, order) {
			t.Errorf("ours %v, recomputed %v, fits %v", order, got, fits)
		}
	})
}

// The program is run where there is a Python; the Go re-implementation above is the check that always counts.
func TestThePublishedProgramPrintsTheSameOrder(t *testing.T) {
	t.Parallel()
	if lines := strings.Count(lottery.Program, "\n"); lines > 20 {
		t.Errorf("the program has %d lines; it is promised to have twenty", lines)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		return
	}
	order, _ := recompute(goldenText)
	for name, text := range map[string]string{
		"as published":     goldenText,
		"saved by Notepad": "\ufeff" + strings.ReplaceAll(goldenText, "\n", "\r\n"),
	} {
		if out, ok := runProgram(t, python, text); !ok || out != printed(order) {
			t.Errorf("%s: ok %v, printed\n%s", name, ok, out)
		}
	}
	forged := strings.Replace(goldenText, "seed: 00", "seed: 01", 1)
	if out, ok := runProgram(t, python, forged); ok || !strings.Contains(out, "DOES NOT fit") {
		t.Errorf("a forged seed passes: ok %v, printed\n%s", ok, out)
	}
}

func TestRevealRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	if _, err := lottery.Reveal(lottery.Commit(counting()), lottery.NewSeed(), "7", []string{"A"}); !errors.Is(err, lottery.ErrSeed) {
		t.Errorf("another seed: %v", err)
	}
	if _, err := lottery.Reveal(lottery.Commit(counting()), counting(), " ", []string{"A"}); !errors.Is(err, lottery.ErrPublic) {
		t.Errorf("no public text: %v", err)
	}
	for want, change := range map[error]func(*lottery.Published){
		lottery.ErrSeedMalformed: func(p *lottery.Published) { p.Seed = "x" },
		lottery.ErrSeed:          func(p *lottery.Published) { p.Seed = lottery.NewSeed().Hex() },
		lottery.ErrPublic:        func(p *lottery.Published) { p.Public = "" },
		lottery.ErrNoTickets:     func(p *lottery.Published) { p.Tickets = nil },
	} {
		published := golden(t)
		change(&published)
		if _, err := published.Order(); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}
