package panel

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// The words that stand in a copy for what was covered: all that a reader learns of it.
const (
	someName         = "[name]"
	someOrganisation = "[organisation]"
	somePlace        = "[place]"
	someContact      = "[contact]"
)

// Secrets are what must not be read in a copy.
type Secrets struct {
	Names         []string // of people: every part of one is covered, and the whole
	Organisations []string // each as a whole, by the parts that are its own, and by its initials
	Others        []string // organisations of others: each as a whole, without its last words, and by its initials
	Places        []string // each as a whole
	Contacts      []string // addresses and numbers that are known; unknown ones are found by their shape
}

// span is a part of a text that is to be covered, in bytes.
type span struct {
	start, end int
	kind       string
}

// Mask proposes a copy of a text in which the secrets are covered, however they are written: in capitals or not,
// with accents or not, with a possessive s, hyphenated, or run together; and with them everything that has the
// shape of an e-mail address, a web address, a telephone number, a British postcode, or the name of a hospital, a ward, a
// trust, a university or a street; and British towns and counties. It covers too much rather than too little: somebody
// looks at every proposal, and only what was covered wrongly is easy to see.
func Mask(text string, s Secrets) string {
	letters := fold(text)
	var spans []span
	for _, p := range s.patterns() { // first: what is known says best what it is
		spans = append(spans, p.find(letters)...)
	}
	spans = append(spans, initialsIn(text, slices.Concat(s.Organisations, s.Others))...)
	spans = append(spans, shapes(text)...)
	spans = append(spans, bodiesIn(text)...)
	return cover(text, append(spans, townsIn(text, letters)...))
}

// The shapes of what leads to somebody. A handle is an @ with a name behind it.
var shapeOf = []struct {
	kind  string
	shape *regexp.Regexp
}{
	{someContact, regexp.MustCompile(`[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:"]*[\pL\pN]`)},
	{someContact, regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>"]*[^\s<>".,;:!?)]`)},
	{someContact, regexp.MustCompile(`(?i)\b[\pL\pN-]+(?:\.[\pL\pN-]+)*\.(?:uk|com|org|net|info|io|co|me|eu|scot|wales|cymru|london|example|social)\b(?:/[^\s<>"]*[^\s<>".,;:!?)])?`)},
	{someContact, regexp.MustCompile(`\+?\(?\d(?:[\s().\x{00a0}/-]{0,3}\d){8,14}`)},
	{someContact, regexp.MustCompile(`\B@[\pL\pN_.]*[\pL\pN_]`)},
	{somePlace, regexp.MustCompile(`(?i)\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b`)},
}

func shapes(text string) []span {
	var spans []span
	for _, s := range shapeOf {
		for _, at := range s.shape.FindAllStringIndex(text, -1) {
			spans = append(spans, span{at[0], at[1], s.kind})
		}
	}
	return spans
}

// initialsIn finds the initials of organisations of three words or more, written in capitals.
func initialsIn(text string, organisations []string) []span {
	var spans []span
	for _, o := range organisations {
		initials := ""
		for word := range strings.FieldsSeq(o) {
			if r := []rune(strings.ToUpper(word)); len(fold(word)) > 0 {
				initials += string(r[0])
			}
		}
		if len([]rune(initials)) < 3 {
			continue
		}
		shape := regexp.MustCompile(`(?:^|[^\pL\pN])(` + regexp.QuoteMeta(initials) + `)(?:s?$|s?[^\pL\pN])`)
		for _, at := range shape.FindAllStringSubmatchIndex(text, -1) {
			spans = append(spans, span{at[2], at[3], someOrganisation})
		}
	}
	return spans
}

// cover puts kinds in the place of spans. What overlaps, or stands side by side with nothing but spaces and
// hyphens between and is of one kind, becomes one.
func cover(text string, spans []span) string {
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Or(a.start-b.start, b.end-a.end) })
	var merged []span
	for _, s := range spans {
		if n := len(merged); n > 0 && (s.start < merged[n-1].end || s.kind == merged[n-1].kind && strings.Trim(text[merged[n-1].end:s.start], " -_\u00a0\u00ad") == "") {
			merged[n-1].end = max(merged[n-1].end, s.end)
			continue
		}
		merged = append(merged, s)
	}
	var b strings.Builder
	at := 0
	for _, s := range merged {
		b.WriteString(text[at:s.start])
		b.WriteString(s.kind)
		at = s.end
	}
	b.WriteString(text[at:])
	return b.String()
}
