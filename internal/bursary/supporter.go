package bursary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"bursar/internal/failure"
	"bursar/internal/people"
)

// longestName is how many characters a name may have.
const longestName = 100

// Supporter is somebody whom an applicant asks for a few words.
type Supporter struct {
	Name, Email string
	About       string // the applicant, by the name under which they know them
}

// tidy returns an Invalid failure with a sentence for each field ("name", "email", "about") that needs correcting.
func (s Supporter) tidy() (Supporter, error) {
	wrong := map[string]string{}
	s.Name, s.About = tidyName(s.Name), tidyName(s.About)
	if s.Name == "" {
		wrong["name"] = "Enter the name of the person you want to ask."
	} else if message := badName(s.Name); message != "" {
		wrong["name"] = message
	}
	if s.About == "" {
		wrong["about"] = "Enter the name that they know you by."
	} else if message := badName(s.About); message != "" {
		wrong["about"] = message
	}
	email, err := people.NormaliseEmail(s.Email)
	if err != nil {
		wrong["email"] = "Enter their email address, like name@example.org."
	}
	if len(wrong) > 0 {
		return s, &failure.Error{Kind: failure.Invalid, Code: "supporter_invalid", Message: "Please look again at what is marked. Your words are kept.", Fields: wrong}
	}
	s.Email = email
	return s, nil
}

func tidyName(typed string) string { return strings.Join(strings.Fields(norm.NFC.String(typed)), " ") }

// badName keeps addresses and invisible marks out of a name that stands in somebody's mail.
func badName(name string) string {
	switch {
	case utf8.RuneCountInString(name) > longestName:
		return "Use 100 letters or fewer."
	case strings.ContainsAny(name, "/@<>") || strings.Contains(name, "www."):
		return "Use a name only, with no web or email address in it."
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }):
		return "This name has letters in it that cannot be shown. Please type it again."
	}
	return ""
}
