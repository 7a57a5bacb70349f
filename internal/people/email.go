package people

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"bursar/internal/failure"
)

// maxEmail is the longest address that SMTP can carry (RFC 5321 §4.5.3.1.3, erratum 1690).
const maxEmail = 254

var (
	errNoEmail = failure.Field("email", "Enter your email address")
	errEmail   = failure.Field("email", "Enter an email address in the correct format, like name@example.org")
)

// NormaliseEmail turns an address as somebody typed it into the one form that is stored, compared and written
// to: trimmed, lower case, Unicode NFC, the domain in its ASCII form. What cannot be an address is an Invalid
// failure about the field "email".
func NormaliseEmail(typed string) (string, error) {
	s := strings.ToLower(norm.NFC.String(strings.TrimSpace(typed)))
	if s == "" {
		return "", errNoEmail
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > maxEmail || strings.ContainsFunc(s, neverInAnEmail) {
		return "", errEmail
	}
	domain, err := idna.Lookup.ToASCII(s[at+1:])
	if err != nil || !strings.Contains(domain, ".") || strings.HasSuffix(domain, ".") {
		return "", errEmail
	}
	s = s[:at] + "@" + domain
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Address != s || len(s) > maxEmail {
		return "", errEmail
	}
	return s, nil
}

// neverInAnEmail refuses what net/mail would allow in quotes or cannot be seen: nobody's address needs it, and
// a line break in one would be a line in a mail's header.
func neverInAnEmail(r rune) bool {
	return r == utf8Replacement || unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) ||
		strings.ContainsRune(`"<>(),:;[\]`, r)
}

// utf8Replacement stands for bytes that are not text.
const utf8Replacement = '\uFFFD'
