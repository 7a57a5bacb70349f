// Package id has one named type for each identifier, so that an enrolment can never be passed where a run is
// meant, and the short public codes that people read out on the telephone.
package id

import (
	"crypto/rand"
	"regexp"
	"slices"
	"strings"
)

// The identifiers. Each is the identity column of the table it is named after; the numbers never leave the
// system: people and addresses use codes.
type (
	Person            int64
	Round             int64
	Application       int64
	Answer            int64
	Recording         int64
	Statement         int64
	Message           int64
	Read              int64
	Member            int64
	Assignment        int64
	SignIn            int64
	Mail              int64
	Course            int64
	Run               int64
	Block             int64
	Booking           int64
	Enrolment         int64
	Share             int64
	Payment           int64
	Refund            int64
	Quarantine        int64
	Entry             int64
	Audit             int64
	Fund              int64
	FundTerms         int64
	FundMove          int64
	Document          int64
	Gift              int64
	Proposal          int64
	Departure         int64
	Award             int64
	AwardLine         int64
	AwardPart         int64
	Letter            int64
	Review            int64
	Claim             int64
	Receipt           int64
	Organisation      int64
	AddressChange     int64
	TeamBooking       int64
	PurchaseOrder     int64
	PayRequest        int64
	Invoice           int64
	InvoiceLine       int64
	InvoicePart       int64
	CreditNote        int64
	Settlement        int64
	BankAccount       int64
	BankFile          int64
	BankLine          int64
	Plan              int64
	Instalment        int64
	QuestionThread    int64
	QuestionMessage   int64
	CardPage          int64
	Register          int64
	MakeUp            int64
	AttendanceRequest int64
	DayNote           int64
	Bounce            int64
	Wording           int64
	Certificate       int64
	CourseApplication int64
	CourseDraft       int64
	Filter            int64
)

// alphabet is Crockford's Base32 (https://www.crockford.com/base32.html): no I, L, O or U, which are misread
// or make words.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Code makes a new short public code such as "K7Q2-9M": six characters, 30 random bits. It names a thing and
// is no secret: whoever may see the thing is checked elsewhere. Uniqueness is the column's constraint.
func Code() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand.Read aborts the program instead
	for i, v := range b {
		b[i] = alphabet[v&31]
	}
	return string(b[:4]) + "-" + string(b[4:])
}

var codes = regexp.MustCompile(`\b[` + alphabet + `]{4}-[` + alphabet + `]{2}\b`)

// Codes lists the short codes that stand in a text, each once, in order.
func Codes(text string) []string {
	found := codes.FindAllString(text, -1)
	slices.Sort(found)
	return append([]string{}, slices.Compact(found)...)
}

// NormaliseCode turns a code as somebody typed or read it ("k7q2 9m", with O for 0 or I for 1) into the form
// that Code makes. What cannot be a code is returned as "".
func NormaliseCode(s string) string {
	s = strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	if len(s) != 6 || strings.Trim(s, alphabet) != "" {
		return ""
	}
	return s[:4] + "-" + s[4:]
}
