// Package lottery draws an order that nobody can steer and anybody can recompute. It goes in three steps:
//
//  1. When a round opens, a secret seed is made and its hash, the commitment, is published, together with the
//     name of a public draw that is still to come ("the Lotto numbers of 4 June 2027, ascending, then the
//     bonus ball, with spaces between").
//  2. The tickets are fixed before that public draw takes place.
//  3. After it, the seed and the public text are published. The key is made from both, and the tickets are
//     put in the order of their HMAC under the key.
//
// The provider, who knows the seed, cannot choose the public draw; whoever could foresee the public draw does
// not know the seed; and the commitment forbids another seed afterwards. A ticket's value depends on nothing
// but the key and the ticket: leaving one out moves no other two past each other.
//
// Sources: SHA-256 is FIPS 180-4, HMAC is FIPS 198-1 and RFC 2104, and publishing the source of randomness
// beforehand follows RFC 3797.
package lottery

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"bursar/internal/failure"
)

// The refusals of this package.
var (
	// ErrSeed: the seed is not the one whose hash was published.
	ErrSeed = failure.New(failure.Conflict, "lottery_seed", "The seed does not fit the commitment that was published when the round opened.")
	// ErrSeedMalformed: the text is not 64 hexadecimal digits.
	ErrSeedMalformed = failure.New(failure.Invalid, "lottery_seed_malformed", "Enter the seed as 64 digits from 0 to 9 and letters from a to f.")
	// ErrPublic: the text of the public draw is empty, longer than MaxPublic, or not plain text.
	ErrPublic = failure.New(failure.Invalid, "lottery_public", "Enter the result of the public draw as plain text of up to 500 characters.")
	// ErrNoTickets: there is nothing to put in order.
	ErrNoTickets = failure.New(failure.Invalid, "lottery_no_tickets", "There are no tickets to draw.")
	// ErrTicket: a ticket is empty or has a space or anything but ASCII in it.
	ErrTicket = failure.New(failure.Invalid, "lottery_ticket", "Every ticket needs a reference made of letters, digits and signs, without spaces.")
	// ErrDuplicate: the same ticket is there twice.
	ErrDuplicate = failure.New(failure.Invalid, "lottery_duplicate", "The same ticket is in the draw twice.")
)

// MaxPublic is how many characters the text of the public draw may have.
const MaxPublic = 500

// Seed is the provider's secret half of the randomness, until it is revealed.
type Seed [32]byte

// NewSeed makes a seed from the operating system's randomness.
func NewSeed() Seed {
	var s Seed
	_, _ = rand.Read(s[:]) // never fails: the program ends instead
	return s
}

// ParseSeed reads what Hex writes, in either case; anything else gives ErrSeedMalformed.
func ParseSeed(text string) (Seed, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(Seed{}) {
		return Seed{}, ErrSeedMalformed
	}
	return Seed(raw), nil
}

// Hex writes the seed as 64 hexadecimal digits, to be published after the draw.
func (s Seed) Hex() string { return hex.EncodeToString(s[:]) }

// String hides the seed from logs and messages; Hex reveals it.
func (s Seed) String() string { return "(seed)" }

// Commit is the commitment to a seed: its SHA-256 as 64 lower-case hexadecimal digits.
func Commit(seed Seed) string {
	sum := sha256.Sum256(seed[:])
	return hex.EncodeToString(sum[:])
}

// Verify gives ErrSeed when the seed is not the one committed to.
func Verify(commitment string, seed Seed) error {
	if commitment != Commit(seed) {
		return ErrSeed
	}
	return nil
}

// Normalise gives the one spelling of the public text that enters the key: Unicode form NFC, every run of white
// space (line breaks too) as one space, none at the ends; capitals stay. What Normalise gives, it leaves as it is.
// An empty text, control or invisible characters, invalid UTF-8 or more than MaxPublic characters give ErrPublic.
func Normalise(public string) (string, error) {
	if !utf8.ValidString(public) {
		return "", ErrPublic
	}
	line := strings.Join(strings.Fields(norm.NFC.String(public)), " ")
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	if line == "" || utf8.RuneCountInString(line) > MaxPublic || strings.ContainsFunc(line, unprintable) {
		return "", ErrPublic
	}
	return line, nil
}

// Key makes the key of the draw: the SHA-256 of the seed's 32 bytes followed by the UTF-8 of the public text as
// Normalise gives it. The error is Normalise's.
func Key(seed Seed, public string) ([32]byte, error) {
	line, err := Normalise(public)
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(append(seed[:], line...)), nil
}

// Order puts tickets in the order of HMAC-SHA256(key, ticket), compared as bytes from the smallest, and should
// two ever be equal, of the tickets themselves. The order they come in does not matter and is left alone. The
// errors are ErrNoTickets, ErrTicket and ErrDuplicate.
func Order(key [32]byte, tickets []string) ([]string, error) {
	if err := check(tickets); err != nil {
		return nil, err
	}
	type drawn struct {
		ticket string
		value  []byte
	}
	all := make([]drawn, len(tickets))
	for i, ticket := range tickets {
		mac := hmac.New(sha256.New, key[:])
		mac.Write([]byte(ticket))
		all[i] = drawn{ticket, mac.Sum(nil)}
	}
	slices.SortFunc(all, func(a, b drawn) int {
		return cmp.Or(bytes.Compare(a.value, b.value), strings.Compare(a.ticket, b.ticket))
	})
	order := make([]string, len(all))
	for i, d := range all {
		order[i] = d.ticket
	}
	return order, nil
}

// check refuses tickets that could not stand on a line of their own in the published facts.
func check(tickets []string) error {
	if len(tickets) == 0 {
		return ErrNoTickets
	}
	seen := make(map[string]bool, len(tickets))
	for _, ticket := range tickets {
		outside := func(r rune) bool { return r <= ' ' || r > '~' }
		if ticket == "" || strings.ContainsFunc(ticket, outside) {
			return ErrTicket
		}
		if seen[ticket] {
			return ErrDuplicate
		}
		seen[ticket] = true
	}
	return nil
}
