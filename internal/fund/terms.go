package fund

import (
	"slices"

	"bursar/internal/london"
	"bursar/internal/money"
)

// Purpose is something that a fund can pay for, under the value that the form's answer "help" has.
type Purpose string

// The purposes.
const (
	Fee       Purpose = "fee"
	Travel    Purpose = "travel"
	Lodging   Purpose = "lodging"
	Care      Purpose = "care"
	Access    Purpose = "access"
	Equipment Purpose = "equipment"
)

// Purposes lists every purpose in the order in which pages show them.
func Purposes() []Purpose { return []Purpose{Fee, Travel, Lodging, Care, Access, Equipment} }

// Title is the purpose in running text: "the course fee", "travel".
func (p Purpose) Title() string {
	return map[Purpose]string{
		Fee: "the course fee", Travel: "travel", Lodging: "a place to stay", Care: "care", Access: "access help", Equipment: "equipment",
	}[p]
}

// Terms are the rules of a fund. The zero value of a limit is no limit.
type Terms struct {
	Pays        []Pay        `json:"pays"`
	Cap         money.Amount `json:"cap,omitempty"`          // pence a head, everything together
	FeePercent  int          `json:"fee_percent,omitempty"`  // the most of a course fee that it pays, 1 to 100
	Places      int          `json:"places,omitempty"`       // heads
	CoPayment   int          `json:"co_payment,omitempty"`   // per cent of what it helps a person pay for that comes from elsewhere, 1 to 99
	PerEmployer int          `json:"per_employer,omitempty"` // heads of one employer
	Years       int          `json:"years,omitempty"`        // not again for a course that begins within so many years of an earlier award
	Who         Rule         `json:"who,omitzero"`
}

// Pay is a purpose that a fund pays for.
type Pay struct {
	Purpose Purpose      `json:"purpose"`
	Cap     money.Amount `json:"cap,omitempty"` // pence a head for this purpose; zero: no limit of its own
}

// Facts are what the rules go by: a person's answers, as staff confirmed them, and the course that they would take.
// The values are those of the form.
type Facts struct {
	Region       string      `json:"region,omitempty"`
	WorkRegion   string      `json:"work_region,omitempty"`
	Cumbria      bool        `json:"cumbria,omitempty"`
	Role         string      `json:"role,omitempty"`
	Experience   string      `json:"experience,omitempty"`
	Employer     string      `json:"employer,omitempty"`     // kind
	Organisation string      `json:"organisation,omitempty"` // normalised: which heads are of one employer
	Run          string      `json:"run,omitempty"`          // code
	Course       string      `json:"course,omitempty"`       // slug
	LastAward    london.Date `json:"last_award,omitzero"`    // zero: never had one
}

// Closed is one reason why a fund may not pay. Key is the rule: "purpose", "years", "spend_by", "closed", or the
// name of a criterion, or "who" for several of which one would do. Sentence is a whole one, fit for the person whom
// it concerns.
type Closed struct{ Key, Sentence string }

// Pay is what the terms say of a purpose, if they pay for it.
func (t Terms) Pay(p Purpose) (Pay, bool) {
	i := slices.IndexFunc(t.Pays, func(pay Pay) bool { return pay.Purpose == p })
	if i < 0 {
		return Pay{}, false
	}
	return t.Pays[i], true
}

// CapOf is the most, in pence, that the terms pay a head for one purpose, of which a course fee at a price that is not
// negative is one: the smaller of the purpose's own limit and the per cent of the fee, rounded down. 0 is no limit. Of
// a fee so small that its per cent is less than a penny they pay a penny.
func (t Terms) CapOf(p Purpose, price money.Amount) money.Amount {
	pay, _ := t.Pay(p)
	if p != Fee || t.FeePercent == 0 || price == 0 {
		return pay.Cap
	}
	most := max(1, percent(price, t.FeePercent))
	if pay.Cap > 0 {
		most = min(most, pay.Cap)
	}
	return most
}

// CapOfAll is the most, in pence, that the terms pay a head of lines that cost so much together: what is left when the
// part that comes from elsewhere is taken off, rounded down, and no more than the limit a head. It is lines itself when
// there is no limit.
func (t Terms) CapOfAll(lines money.Amount) money.Amount {
	most := percent(lines, 100-t.CoPayment)
	if t.Cap > 0 {
		most = min(most, t.Cap)
	}
	return most
}

// percent rounds down. An amount that is not negative and at most a thousand times money.Max cannot overflow.
func percent(a money.Amount, n int) money.Amount { return a * money.Amount(n) / 100 }

// Open says whether the terms let the fund pay for a purpose of somebody's course that begins on a day: nil when they
// do, and else every reason why not.
func (t Terms) Open(f Facts, p Purpose, starts london.Date) []Closed {
	var reasons []Closed
	if _, pays := t.Pay(p); !pays {
		reasons = append(reasons, Closed{"purpose", "It does not pay for " + p.Title() + "."})
	}
	reasons = append(reasons, t.Who.closed(f)...)
	if again := yearsAfter(f.LastAward, t.Years); t.Years > 0 && !f.LastAward.IsZero() && starts.Before(again) {
		reasons = append(reasons, Closed{"years", "It does not pay again for a course that begins within " + count(t.Years, "year", "years") +
			" of an earlier award. The last one was on " + f.LastAward.Medium() + "."})
	}
	return reasons
}

// yearsAfter is the same day n years later; of 29 February, 1 March where there is none.
func yearsAfter(d london.Date, n int) london.Date { return london.On(d.Year+n, d.Month, d.Day) }

// Open is Terms.Open with what is true of the fund whatever its terms: it is not closed, and it must be spent by a day.
func (h Holding) Open(f Facts, p Purpose, starts london.Date) []Closed {
	reasons := h.Terms.Open(f, p, starts)
	if !h.SpendBy.IsZero() && starts.After(h.SpendBy) {
		reasons = append(reasons, Closed{"spend_by", "It must be spent by " + h.SpendBy.Medium() + ", and this course begins later."})
	}
	if h.Closed() {
		reasons = append(reasons, Closed{"closed", "It is closed."})
	}
	return reasons
}
