package bursary

import (
	"bursar/internal/form"
	"bursar/internal/money"
)

// Line is something that help can pay for, under the value that the form's answer "help" has.
type Line string

// The lines.
const (
	Fee       Line = "fee"
	Travel    Line = "travel"
	Lodging   Line = "lodging"
	Care      Line = "care"
	AccessAid Line = "access"
	Equipment Line = "equipment"
)

// Lines lists every line in the order in which pages show them.
func Lines() []Line { return []Line{Fee, Travel, Lodging, Care, AccessAid, Equipment} }

// Tariff is what a round pays, published before anybody applies, so that nobody has to bargain. It never
// changes once the round is published.
type Tariff struct {
	Lines         []TariffLine   `json:"lines"`
	Circumstances []Circumstance `json:"circumstances"`
}

// TariffLine is what a round pays for one line.
type TariffLine struct {
	Line  Line         `json:"line"`
	Title string       `json:"title"` // "Travel to the course"
	Cap   money.Amount `json:"cap"`   // pence a person; 0 for the fee: its published share of the whole fee
	Note  string       `json:"note"`  // a sentence for the applicant
}

// Circumstance is a published band of the fee that is paid.
type Circumstance struct {
	Key     string `json:"key"`
	Label   string `json:"label"`   // "I receive Universal Credit or another income-based benefit"
	Percent int    `json:"percent"` // of the fee: 100, 75, 50
}

// Line finds what is paid for a line.
func (t Tariff) Line(l Line) (TariffLine, bool) {
	for _, line := range t.Lines {
		if line.Line == l {
			return line, true
		}
	}
	return TariffLine{}, false
}

// lineOptions are what the applicant can ask for.
func (t Tariff) lineOptions() []form.Option {
	options := make([]form.Option, len(t.Lines))
	for i, l := range t.Lines {
		options[i] = form.Option{Value: string(l.Line), Label: l.Title, Hint: l.Note}
	}
	return options
}

func (t Tariff) circumstanceOptions() []form.Option {
	options := make([]form.Option, len(t.Circumstances))
	for i, c := range t.Circumstances {
		options[i] = form.Option{Value: c.Key, Label: c.Label}
	}
	return options
}
