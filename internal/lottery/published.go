package lottery

import (
	_ "embed" // the program is handed out as it stands in its file
	"slices"
	"strings"
)

// Program is verify.py, twenty lines of Python 3 that need nothing but its standard library. Anybody can read
// it and run it on the text of Published: it prints the order and whether the seed fits the commitment.
//
//go:embed verify.py
var Program string

// Published is everything about a draw that is made public once it is over, and all that is needed to recompute
// it. Reveal makes it.
type Published struct {
	Commitment string   // as Commit gave it when the round opened
	Seed       string   // 64 hexadecimal digits
	Public     string   // the result of the public draw, as Normalise gives it
	Tickets    []string // in alphabetical order, which says nothing about the draw
}

// Reveal puts together what is published after the public draw. It gives ErrSeed when the seed does not fit the
// commitment, and the errors of Normalise and Order.
func Reveal(commitment string, seed Seed, public string, tickets []string) (Published, error) {
	if err := Verify(commitment, seed); err != nil {
		return Published{}, err
	}
	line, err := Normalise(public)
	if err != nil {
		return Published{}, err
	}
	if err := check(tickets); err != nil {
		return Published{}, err
	}
	return Published{Commitment: commitment, Seed: seed.Hex(), Public: line, Tickets: slices.Sorted(slices.Values(tickets))}, nil
}

// Order recomputes the order from the published facts alone, with the same errors as Reveal and ErrSeedMalformed.
func (p Published) Order() ([]string, error) {
	seed, err := ParseSeed(p.Seed)
	if err != nil {
		return nil, err
	}
	if err := Verify(p.Commitment, seed); err != nil {
		return nil, err
	}
	key, err := Key(seed, p.Public)
	if err != nil {
		return nil, err
	}
	return Order(key, p.Tickets)
}

// Text is the file that the program reads: UTF-8, one fact a line, its name, a colon, a space, its value; each
// line ends with a line feed. First commitment, seed and public, then ticket as often as there are tickets.
//
//	commitment: 9f86d081884c7d65…
//	seed: 2c26b46b68ffc68f…
//	public: 4 11 23 31 40 52 bonus 7
//	ticket: B7K2
//	ticket: M3QX
func (p Published) Text() string {
	var b strings.Builder
	fact := func(name, value string) { b.WriteString(name + ": " + value + "\n") }
	fact("commitment", p.Commitment)
	fact("seed", p.Seed)
	fact("public", p.Public)
	for _, ticket := range p.Tickets {
		fact("ticket", ticket)
	}
	return b.String()
}
