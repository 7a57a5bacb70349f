package ubl

import (
	"regexp"
	"strings"
)

var (
	glnForm  = regexp.MustCompile(`^[0-9]{13}$`)
	ibanForm = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$`)
)

// ValidGLN reports whether s is a GS1 Global Location Number: thirteen digits of which the last is the check digit
// of the others (GS1 General Specifications, section 7.9: weights 3 and 1, modulo 10).
func ValidGLN(s string) bool {
	if !glnForm.MatchString(s) {
		return false
	}
	sum := 0
	for i, digit := range s {
		weight := 1 + 2*(i%2) // counted from the check digit, which weighs 1
		sum += weight * int(digit-'0')
	}
	return sum%10 == 0
}

// validIBAN reports whether s is an IBAN whose check digits fit (ISO 13616, ISO 7064 mod 97-10).
func validIBAN(s string) bool {
	if !ibanForm.MatchString(s) {
		return false
	}
	rest := 0
	for _, r := range s[4:] + s[:4] {
		if digit := strings.IndexRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", r); digit < 10 {
			rest = (rest*10 + digit) % 97
		} else {
			rest = (rest*100 + digit) % 97
		}
	}
	return rest == 1
}
