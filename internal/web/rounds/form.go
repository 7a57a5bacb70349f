package rounds

import (
	"slices"
	"strconv"
	"strings"

	"bursar/internal/bursary"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// roundForm is all that staff type about a round. The tariff comes in rows: of its lines in the order of
// bursary.Lines, and of its circumstances with some empty ones to add to.
type roundForm struct {
	Fixed        string   `form:"fixed"` // "yes" from the shorter form of a published round
	Code         string   `form:"code"`
	Name         string   `form:"name"`
	OpensDay     string   `form:"opens_on-day"`
	OpensMonth   string   `form:"opens_on-month"`
	OpensYear    string   `form:"opens_on-year"`
	ClosesDay    string   `form:"closes_on-day"`
	ClosesMonth  string   `form:"closes_on-month"`
	ClosesYear   string   `form:"closes_on-year"`
	PanelDay     string   `form:"panel_on-day"`
	PanelMonth   string   `form:"panel_on-month"`
	PanelYear    string   `form:"panel_on-year"`
	DecidesDay   string   `form:"decides_on-day"`
	DecidesMonth string   `form:"decides_on-month"`
	DecidesYear  string   `form:"decides_on-year"`
	Runs         []string `form:"runs"`
	Places       string   `form:"places"`
	Money        string   `form:"money"`
	Readers      string   `form:"readers"`
	Lines        []string `form:"tariff-line"` // which are paid
	Titles       []string `form:"tariff-title"`
	Caps         []string `form:"tariff-cap"`
	Notes        []string `form:"tariff-note"`
	Keys         []string `form:"tariff-key"`
	Labels       []string `form:"tariff-label"`
	Percents     []string `form:"tariff-percent"`
	Summary      string   `form:"summary"`
	Who          string   `form:"who"`
	ContactName  string   `form:"contact_name"`
	ContactPhone string   `form:"contact_phone"`
	ContactEmail string   `form:"contact_email"`
	Beacon       string   `form:"beacon"`
	BeaconDay    string   `form:"beacon_on-day"`
	BeaconMonth  string   `form:"beacon_on-month"`
	BeaconYear   string   `form:"beacon_on-year"`
}

// formOf is a plan as the form has it.
func formOf(p bursary.Plan) roundForm {
	f := roundForm{
		Code: p.Code, Name: p.Name, Runs: p.Runs, Places: strconv.Itoa(p.Places), Money: plain(p.Money), Readers: strconv.Itoa(p.Readers),
		Summary: p.Summary, Who: p.Who, Beacon: p.Beacon,
		ContactName: p.Contact.Name, ContactPhone: p.Contact.Phone, ContactEmail: p.Contact.Email,
	}
	f.OpensDay, f.OpensMonth, f.OpensYear = page.Boxes(p.OpensOn)
	f.ClosesDay, f.ClosesMonth, f.ClosesYear = page.Boxes(p.ClosesOn)
	f.PanelDay, f.PanelMonth, f.PanelYear = page.Boxes(p.PanelOn)
	f.DecidesDay, f.DecidesMonth, f.DecidesYear = page.Boxes(p.DecidesOn)
	f.BeaconDay, f.BeaconMonth, f.BeaconYear = page.Boxes(p.BeaconOn)
	for _, line := range bursary.Lines() {
		l, paid := p.Tariff.Line(line)
		upTo := ""
		if paid {
			f.Lines = append(f.Lines, string(line))
			if l.Cap > 0 {
				upTo = plain(l.Cap)
			}
		} else {
			l.Title = lineTitles[line]
		}
		f.Titles, f.Caps, f.Notes = append(f.Titles, l.Title), append(f.Caps, upTo), append(f.Notes, l.Note)
	}
	for _, c := range p.Tariff.Circumstances {
		f.Keys, f.Labels, f.Percents = append(f.Keys, c.Key), append(f.Labels, c.Label), append(f.Percents, strconv.Itoa(c.Percent))
	}
	return f
}

// lineTitles name what a round can pay for, where it has no words of its own yet.
var lineTitles = map[bursary.Line]string{
	bursary.Fee: "The fee of the course", bursary.Travel: "Travel to the course", bursary.Lodging: "Somewhere to stay",
	bursary.Care: "Care for somebody", bursary.AccessAid: "Support to take part", bursary.Equipment: "Equipment or data",
}

// plain is an amount as people type it, without the £ that stands before the box.
func plain(a money.Amount) string { return strings.TrimPrefix(a.Short(), "£") }

// dayOf reads the three boxes of a date, or says what is wrong with them. Empty boxes are the zero day.
func dayOf(day, month, year string) (london.Date, string) {
	d, err := page.ReadDate(day, month, year)
	if err != nil {
		return d, london.ErrMalformed.Message
	}
	return d, ""
}

// plan reads what was typed over what the round was before, and has a sentence for each field that cannot be
// read. What the shorter form does not have stays as it was.
func (f *roundForm) plan(before bursary.Plan) (bursary.Plan, map[string]string) {
	p, wrong := before, map[string]string{}
	day := func(field string, to *london.Date, day, month, year string) {
		d, sentence := dayOf(day, month, year)
		if sentence != "" {
			wrong[field] = sentence
		}
		*to = d
	}
	if f.Fixed == "" {
		p.Code, p.Name, p.Runs = f.Code, f.Name, f.Runs
		p.Readers, _ = strconv.Atoi(f.Readers) // what is no number is 0, which is refused
		day("closes_on", &p.ClosesOn, f.ClosesDay, f.ClosesMonth, f.ClosesYear)
		var sentence string
		if p.Tariff, sentence = f.tariff(); sentence != "" {
			wrong["tariff"] = sentence
		}
	}
	if f.Fixed == "" || f.OpensDay+f.OpensMonth+f.OpensYear != "" {
		day("opens_on", &p.OpensOn, f.OpensDay, f.OpensMonth, f.OpensYear)
	}
	p.Beacon = f.Beacon
	day("beacon_on", &p.BeaconOn, f.BeaconDay, f.BeaconMonth, f.BeaconYear)
	day("panel_on", &p.PanelOn, f.PanelDay, f.PanelMonth, f.PanelYear)
	day("decides_on", &p.DecidesOn, f.DecidesDay, f.DecidesMonth, f.DecidesYear)
	p.Places, _ = strconv.Atoi(f.Places)
	var err error
	if p.Money, err = money.Parse(f.Money); err != nil {
		wrong["money"] = failure.Of(err).Message
	}
	p.Summary, p.Who = f.Summary, f.Who
	p.Contact = bursary.Contact{Name: f.ContactName, Email: f.ContactEmail, Phone: f.ContactPhone}
	return p, wrong
}

// tariff reads the rows, or says what cannot be read in them. A circumstance whose row was emptied is left out.
func (f *roundForm) tariff() (bursary.Tariff, string) {
	var t bursary.Tariff
	wrong := ""
	for i, line := range bursary.Lines() {
		if !slices.Contains(f.Lines, string(line)) {
			continue
		}
		l := bursary.TariffLine{Line: line, Title: page.At(f.Titles, i), Note: page.At(f.Notes, i)}
		if upTo := page.At(f.Caps, i); upTo != "" {
			var err error
			if l.Cap, err = money.Parse(upTo); err != nil {
				wrong = "For “" + l.Title + "”, enter the most that is paid in pounds, like 250, or nothing."
			}
		}
		t.Lines = append(t.Lines, l)
	}
	for i, label := range f.Labels {
		percent := strings.TrimSuffix(page.At(f.Percents, i), "%")
		if label == "" && percent == "" {
			continue
		}
		c := bursary.Circumstance{Key: page.At(f.Keys, i), Label: label}
		c.Percent, _ = strconv.Atoi(percent)
		if c.Key == "" {
			c.Key = f.freshKey(t.Circumstances)
		}
		t.Circumstances = append(t.Circumstances, c)
	}
	return t, wrong
}

// freshKey names a circumstance that was added. Answers hold the key, so that its words may be corrected.
func (f *roundForm) freshKey(taken []bursary.Circumstance) string {
	for n := 1; ; n++ {
		key := "c" + strconv.Itoa(n)
		if !slices.Contains(f.Keys, key) && !slices.ContainsFunc(taken, func(c bursary.Circumstance) bool { return c.Key == key }) {
			return key
		}
	}
}

// lineRow is what may be paid for one line, as the form shows it.
type lineRow struct {
	Key, Words       string
	Paid             bool
	Title, Cap, Note string
}

// circumstanceRow is one row of what is paid of the fee.
type circumstanceRow struct {
	Number              int
	Key, Label, Percent string
}

// spare is how many empty rows there are to add circumstances.
const spare = 3

// LineRows are the rows of the tariff's lines.
func (p *formPage) LineRows() []lineRow {
	var rows []lineRow
	for i, line := range bursary.Lines() {
		rows = append(rows, lineRow{
			Key: string(line), Words: lineTitles[line], Paid: slices.Contains(p.Form.Lines, string(line)),
			Title: page.At(p.Form.Titles, i), Cap: page.At(p.Form.Caps, i), Note: page.At(p.Form.Notes, i),
		})
	}
	return rows
}

// CircumstanceRows are the rows of the circumstances that were filled in, and some more.
func (p *formPage) CircumstanceRows() []circumstanceRow {
	var rows []circumstanceRow
	for i, label := range p.Form.Labels {
		if percent := page.At(p.Form.Percents, i); label+percent != "" {
			rows = append(rows, circumstanceRow{len(rows) + 1, page.At(p.Form.Keys, i), label, percent})
		}
	}
	for range spare {
		rows = append(rows, circumstanceRow{Number: len(rows) + 1})
	}
	return rows
}
