package organisation

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// oneLine trims text, puts it in Unicode NFC and says what is wrong with it, if anything.
func oneLine(typed string, most int) (text, complaint string) {
	text = strings.Join(strings.Fields(withoutMarks.Replace(norm.NFC.String(typed))), " ")
	switch {
	case len([]rune(text)) > most:
		return text, "This is too long. Please make it shorter"
	case strings.ContainsFunc(text, hidden):
		return text, "This has letters in it that cannot be shown. Please type it again"
	}
	return text, ""
}

// withoutMarks takes away what word processors and telephones put around pasted text and nobody can find.
var withoutMarks = strings.NewReplacer("\u200b", "", "\u200e", "", "\u200f", "", "\u2060", "", "\ufeff", "", "\u00ad", "")

// hidden finds what cannot be seen and may turn the order of what can.
func hidden(r rune) bool {
	return r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// squeeze takes the spaces and dashes out of a number that people write in groups.
func squeeze(typed string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, withoutMarks.Replace(typed)))
}

// postcodeShape is that of BS 7666-0:2006, and the one code that breaks the rule.
var postcodeShape = regexp.MustCompile(`^([A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}|GIR0AA)$`)

// postcode writes a postcode with its space.
func postcode(typed string) (string, bool) {
	s := squeeze(typed)
	if !postcodeShape.MatchString(s) {
		return "", false
	}
	return s[:len(s)-3] + " " + s[len(s)-3:], true
}

var (
	// Companies House writes eight digits, or a prefix for another register than that of England and Wales
	// (https://www.gov.uk/government/publications/companies-house-uniform-resource-identifiers-uri-customer-guide).
	companyShape = regexp.MustCompile(`^([0-9]{8}|[A-Z]{2}[0-9]{6}|[A-Z]{2}[0-9]{5}[A-Z]|R[0-9]{7})$`)
	// The registers are that of England and Wales, of Scotland (SC) and of Northern Ireland (NIC).
	charityShape  = regexp.MustCompile(`^([0-9]{6,8}|SC[0-9]{6}|NIC?[0-9]{6})$`)
	orgShape      = regexp.MustCompile(`^[A-Z0-9]{3,6}$`)
	payablesShape = regexp.MustCompile(`^[A-Z0-9]{4}$`)
	shortNumber   = regexp.MustCompile(`^[0-9]{5,7}$`)
	glnShape      = regexp.MustCompile(`^[0-9]{13}$`)
)

// companyNumber puts back the leading zeros that people leave out.
func companyNumber(typed string) string {
	s := squeeze(typed)
	if shortNumber.MatchString(s) {
		s = strings.Repeat("0", 8-len(s)) + s
	}
	return s
}

func isCompanyNumber(s string) bool { return companyShape.MatchString(s) }
func isCharityNumber(s string) bool { return charityShape.MatchString(s) }
func isOrgCode(s string) bool       { return orgShape.MatchString(s) }
func isPayablesCode(s string) bool  { return payablesShape.MatchString(s) }

// isGLN checks the last of 13 digits: weighted 1 and 3 by turns, all of them sum to a multiple of ten (GS1 General
// Specifications §7.9.1).
func isGLN(s string) bool {
	if !glnShape.MatchString(s) {
		return false
	}
	sum := 0
	for i := range len(s) {
		sum += int(s[i]-'0') * (1 + 2*(i%2))
	}
	return sum%10 == 0
}
