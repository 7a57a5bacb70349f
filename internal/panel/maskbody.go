package panel

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The shapes of names of bodies and of where they are. The first group is the name's own words, which must be there.
var bodyOf = []struct {
	kind  string
	shape *regexp.Regexp
}{
	// Tees, Esk and Wear Valleys NHS Foundation Trust
	{someOrganisation, regexp.MustCompile(`\b(` + capital + `(?:,?\s+(?:and\s+|&\s+|of\s+|the\s+)*` + capital + `)*)\s+(?:NHS\s+)?(?:Foundation\s+)?(?:Trust|trust|NHS)\b`)},
	// University of Leeds, College of St Mark, HMP Full Sutton
	{someOrganisation, regexp.MustCompile(`\b(?:University|College|School|Hospital|Institute|Borough|City|County|Church|Parish)\s+(?:of|for)\s+(?:the\s+)?(` + capitals + `)`)},
	{someOrganisation, regexp.MustCompile(`\b(?:HMP|HMYOI)\s+(` + capitals + `)`)},
	// Kestrel House, Maple ward, St Anne's Hospital
	{someOrganisation, regexp.MustCompile(`\b(` + capitals + `)\s+(?i:ward|unit|house|lodge|hospital|infirmary|hospice|clinic|surgery|university|college|school|academy|council|centre|center|foundation|library|church|chapel|mosque|temple|synagogue|prison|hostel|café|cafe|charity|(?-i:Practice|Club|Project|Mind|Team))\b`)},
	// Ward 7, Ward B2
	{someOrganisation, regexp.MustCompile(`\b[Ww]ard\s+([A-Z]?\d+[A-Z]?|[A-Z])\b`)},
	// Abbey Road, St Peter's Square
	{somePlace, regexp.MustCompile(`\b(?:\d+[a-z]?\s+)?(` + capitals + `)\s+(?:road|street|lane|estate|village|Road|Street|Avenue|Lane|Close|Drive|Crescent|Terrace|Square|Estate|Park|Green|Bridge|Quay|Village|Island|Valley)\b`)},
}

const (
	capital  = `(?:St\.|\p{Lu}[\p{L}’'-]*)`
	capitals = capital + `(?:\s+(?:and\s+|&\s+|of\s+|the\s+|on\s+|upon\s+)?` + capital + `)*`
)

// notTheirOwn are words with a capital that begin a sentence or are said of many bodies: alone before a noun they name
// none.
var notTheirOwn = strings.Fields(`a all an and another any as at both but by every for from he her his how i if in it its local many mental most my new no not of on
	one open our peer psychiatric she so some that the their there these they this those to two us we what when where which while who with you your acute adult
	dialogue nhs royal general community nursing primary secondary high day crisis recovery training foundation first each other safe small big care public private`)

// bodiesIn finds what has the shape of the name of a hospital, ward, house, trust, university, council or street.
func bodiesIn(text string) []span {
	var spans []span
	for _, b := range bodyOf {
		for _, at := range b.shape.FindAllStringSubmatchIndex(text, -1) {
			if start := ownFrom(text, at[2], at[3]); start >= 0 {
				if at[0] < at[2] {
					start = at[0]
				}
				spans = append(spans, span{start, at[1], b.kind})
			}
		}
	}
	return spans
}

// ownFrom is where the words of a name that are its own begin, or -1 when there are none: "At Kestrel House" is
// named by Kestrel, and "The House" by nothing. One word alone that begins a sentence before a noun without a capital
// says what sort it is: "Busy ward".
func ownFrom(text string, start, end int) int {
	for start < end {
		stop := start + strings.IndexFunc(text[start:end]+" ", unicode.IsSpace)
		if !slices.Contains(notTheirOwn, strings.ToLower(text[start:stop])) {
			break
		}
		start = stop + len(text[stop:end]) - len(strings.TrimLeftFunc(text[stop:end], unicode.IsSpace))
	}
	if start >= end {
		return -1
	}
	noun, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text[end:], unicode.IsSpace))
	if !strings.ContainsFunc(text[start:end], unicode.IsSpace) && unicode.IsLower(noun) && beginsSentence(text, start) {
		return -1
	}
	return start
}
