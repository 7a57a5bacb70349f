package enrolment

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"bursar/internal/course"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
)

// SharedDays is how long a place is kept at most while an employer says whether it pays a part.
const SharedDays = 14

// The longest names that are taken.
const (
	longestEmployer = 200
	longestContact  = 100
)

// Employer is who is asked to pay a part of a price, and how much, as somebody typed it.
type Employer struct {
	Name    string // of the organisation
	Contact string // who is asked there
	Email   string
	Amount  string // in pounds
}

// Check returns what the employer is asked for, in pence, which is at most so much. What needs correcting is one Invalid
// failure about the fields "employer", "employer_contact", "employer_email" and "employer_amount".
func (e Employer) Check(most money.Amount) (money.Amount, error) {
	wrong := map[string]string{}
	note := func(field, sentence string) {
		if sentence != "" {
			wrong[field] = sentence
		}
	}
	note("employer", named(e.Name, "Enter the name of the employer", "The name of the employer", longestEmployer))
	note("employer_contact", named(e.Contact, "Enter the name of the person we should ask", "The name", longestContact))
	if _, err := people.NormaliseEmail(e.Email); strings.TrimSpace(e.Email) == "" {
		note("employer_email", "Enter the email address of the person we should ask")
	} else if err != nil {
		note("employer_email", failure.Of(err).Message)
	}
	amount, sentence := e.amount(most)
	note("employer_amount", sentence)
	if len(wrong) > 0 {
		return 0, &failure.Error{Kind: failure.Invalid, Code: "invalid_employer", Message: "Check what you typed.", Fields: wrong}
	}
	return amount, nil
}

func (e Employer) amount(most money.Amount) (money.Amount, string) {
	amount, err := money.Parse(e.Amount)
	switch {
	case strings.TrimSpace(e.Amount) == "":
		return 0, "Enter how much your employer pays"
	case errors.Is(err, money.ErrTooLarge):
		return 0, tooMuch(most)
	case err != nil:
		return 0, "Enter an amount in pounds, like 750 or 750.50"
	case amount <= 0:
		return 0, "What your employer pays must be more than £0"
	case amount > most:
		return 0, tooMuch(most)
	}
	return amount, ""
}

func tooMuch(most money.Amount) string {
	return fmt.Sprintf("What your employer pays must be %s or less", most)
}

// named is what is wrong with a name that stands in mails to people who do not know us, or "".
func named(typed, missing, what string, longest int) string {
	switch typed = strings.TrimSpace(typed); {
	case typed == "":
		return missing
	case len([]rune(typed)) > longest:
		return fmt.Sprintf("%s must be %d characters or fewer", what, longest)
	case strings.ContainsAny(typed, "<>") || !people.PlainName(typed):
		return "Use a name only, with no web or email address in it"
	}
	return ""
}

// Shared reports whether an employer is asked to pay a part.
func (b *Booking) Shared() bool { return b.Payer == PayerShared }

// Asked is the employer that is asked, as it was typed.
func (b *Booking) Asked() Employer {
	return Employer{b.Employer, b.EmployerContact, b.EmployerEmail, b.EmployerAmount}
}

// Ask keeps which employer is asked, whatever is right or wrong with it.
func (b *Booking) Ask(e Employer) {
	b.Employer, b.EmployerContact = strings.TrimSpace(e.Name), strings.TrimSpace(e.Contact)
	b.EmployerEmail, b.EmployerAmount = strings.TrimSpace(e.Email), strings.TrimSpace(e.Amount)
}

// EmployerPays is the employer's part of the price on a run, in pence: zero where none is asked, or something is still to
// be corrected.
func (b *Booking) EmployerPays(o *course.Offering) money.Amount {
	if !b.Shared() {
		return 0
	}
	amount, _ := b.Asked().Check(b.MostShared(o))
	return amount
}

// MostShared is the most that an employer can be asked for, in pence: a penny is left to pay for who books.
func (b *Booking) MostShared(o *course.Offering) money.Amount { return o.Price(b.Band()) - 1 }

// NeedsExpressStart is the question of that name for this booking: where an employer is asked, the contract may be made
// as late as its last day to answer.
func (b *Booking) NeedsExpressStart(o *course.Offering, now time.Time) bool {
	if b.Shared() {
		now = SharedUntil(o, now).End()
	}
	return NeedsExpressStart(o, now)
}

// MayShare reports whether an employer can still be asked for a part of the price of a place on a run: there must be a day
// before the course begins on which it can answer.
func MayShare(o *course.Offering, now time.Time) bool {
	return !SharedUntil(o, now).Before(london.DateOf(now))
}

// SharedUntil is the last day to which a place that is booked at an instant is kept for an employer's answer: never
// the first day of the course.
func SharedUntil(o *course.Offering, now time.Time) london.Date {
	until := london.DateOf(now).AddDays(SharedDays)
	if last := o.StartsOn().AddDays(-1); until.After(last) {
		return last
	}
	return until
}
