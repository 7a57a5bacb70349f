package form

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"bursar/internal/failure"
	"bursar/internal/money"
)

// How much may be typed, in characters. The second is about 3,500 words: far over any wish, and only there so
// that a page stays a page.
const (
	longestText  = 300
	longestProse = 20_000
)

// Check reports what needs correcting on the page, as one Invalid failure with a sentence for each question's
// key. It wants all the answers of the application, those of this page among them, because a question may hang
// on an answer of another page. The form must have been filled by With. A count of words is never a reason to refuse.
func (p Page) Check(a Answers) error {
	fields := map[string]string{}
	unfinished := slices.ContainsFunc(p.Questions, func(q Question) bool { return q.Finishes && a[q.Key] == No })
	for _, q := range p.Questions {
		if !q.When.Met(a) {
			continue
		}
		message := q.complaint(a)
		if message != "" && !(unfinished && q.empty(a)) {
			fields[q.Key] = message
		}
	}
	if len(fields) == 0 {
		return nil
	}
	refusal := failure.New(failure.Invalid, "answers_invalid", "Please look again at what is marked. Your words are kept.")
	refusal.Fields = fields
	return refusal
}

// empty reports whether the question has no answer, neither written nor spoken.
func (q Question) empty(a Answers) bool {
	return strings.TrimSpace(a[q.Key]) == "" && !(q.Recording && a.Spoken(q.Key))
}

// complaint is a sentence on what is wrong with the answer, or empty.
func (q Question) complaint(a Answers) string {
	if q.empty(a) {
		if q.Optional {
			return ""
		}
		return q.missing()
	}
	answer := strings.TrimSpace(a[q.Key])
	switch q.Kind {
	case Text:
		return tooLong(answer, longestText)
	case Prose:
		return tooLong(answer, longestProse)
	case Email:
		return badEmail(answer)
	case Phone:
		return badPhone(answer)
	case Money:
		return badMoney(answer)
	case YesNo, Choice, Choices, Runs:
		return q.badChoice(a.List(q.Key))
	case Confirm:
		if answer != Yes {
			return q.missing()
		}
	}
	return ""
}

// missing asks for an answer that is not there.
func (q Question) missing() string {
	switch q.Kind {
	case Text:
		return "Write an answer to this question."
	case Prose:
		if q.Recording {
			return "Write an answer or add a recording."
		}
		return "Write an answer to this question."
	case Email:
		return "Enter an email address, like name@example.org."
	case Phone:
		return "Enter a phone number, like 01632 960 001."
	case Money:
		return "Enter an amount in pounds. You can enter 0."
	case YesNo:
		return "Choose Yes or No."
	case Choices:
		return "Choose one or more answers."
	case Runs:
		return "Choose one or more of the dates."
	case Confirm:
		return "Tick the box if you agree."
	}
	return "Choose an answer."
}

func tooLong(answer string, limit int) string {
	switch {
	case utf8.RuneCountInString(answer) <= limit:
		return ""
	case limit == longestText:
		return fmt.Sprintf("Use %d letters or fewer. A few words are enough.", longestText)
	}
	return "This is more than one page can hold. Please make it shorter."
}

func badEmail(answer string) string {
	address, err := mail.ParseAddress(answer)
	if err != nil || address.Address != answer || !strings.Contains(answer[strings.LastIndexByte(answer, '@'):], ".") {
		return "Enter an email address, like name@example.org."
	}
	return ""
}

// badPhone takes any way of writing a number that has 10 to 15 digits, the most that ITU-T E.164 allows.
func badPhone(answer string) string {
	digits := 0
	for _, r := range answer {
		if r >= '0' && r <= '9' {
			digits++
		} else if !strings.ContainsRune("+-(). \u00a0", r) {
			return "Enter a phone number with digits only, like 01632 960 001."
		}
	}
	if digits < 10 || digits > 15 {
		return "Enter a whole phone number, like 01632 960 001."
	}
	return ""
}

func badMoney(answer string) string {
	_, err := money.Parse(answer)
	if errors.Is(err, money.ErrTooLarge) {
		return money.ErrTooLarge.Message
	}
	if err != nil {
		return money.ErrMalformed.Message
	}
	return ""
}

// badChoice wants each value to be on offer and no value twice; only Choices and Runs take several.
func (q Question) badChoice(values []string) string {
	for i, v := range values {
		if !slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == v }) {
			return "Choose again: one of your answers is not on the list now."
		}
		if slices.Contains(values[:i], v) {
			return "You chose the same answer twice. Choose each one once."
		}
	}
	if len(values) > 1 && q.Kind != Choices && q.Kind != Runs {
		return "Choose one answer only."
	}
	return ""
}
