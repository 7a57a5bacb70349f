package bankfile

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"regexp"
	"strconv"
	"strings"
)

// fingerprint is what Line.Fingerprint says.
func (s *statement) fingerprint(line Line, cells []string) (sum [32]byte) {
	h := sha256.New()
	put(h, line.On.String())
	put(h, strconv.FormatInt(int64(line.Amount), 10))
	if line.BankID != "" {
		put(h, line.BankID)
	} else {
		s.layout.identify(h, cells)
	}
	h.Sum(sum[:0])
	earlier := s.seen[sum]
	s.seen[sum]++
	return sha256.Sum256(binary.BigEndian.AppendUint64(sum[:], uint64(earlier)))
}

// put adds a text with its end, which no text can contain.
func put(h hash.Hash, text string) {
	_, _ = h.Write(append([]byte(text), 0))
}

// identify adds the words of a row that stay when it is exported again: not its date and amount, which are there
// already, nor other dates, times, sums and balances, which banks reckon anew, nor what the header says may change.
func (l layout) identify(h hash.Hash, cells []string) {
	for i, cell := range cells {
		if i == l.date || i == l.amount || i == l.in || i == l.out || l.passing[i] {
			continue
		}
		if word := strings.ToUpper(tidy(cell)); word != "" && !isSum(word) && !isTime(word) && !isDate(word) {
			put(h, word)
		}
	}
}

// clock is a time of day alone.
var clock = regexp.MustCompile(`^\d{1,2}:\d{2}(:\d{2})?$`)

func isTime(cell string) bool { return strings.Contains(cell, ":") && clock.MatchString(cell) }

// isSum tells amounts from other numbers by their pence.
func isSum(cell string) bool {
	_, ok := pence(cell)
	return ok && strings.Contains(cell, ".")
}
