package bankfile_test

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"bursar/internal/bankfile"
	"bursar/internal/failure"
)

func TestAMappingSaysEverythingThatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	changed := func(change func(*bankfile.Mapping)) bankfile.Mapping {
		m := plain
		change(&m)
		return m
	}
	for fields, m := range map[string]bankfile.Mapping{
		"amount date date_format text": {},
		"above":                        changed(func(m *bankfile.Mapping) { m.Above = 101 }),
		"date_format":                  changed(func(m *bankfile.Mapping) { m.DateFormat = "01/02/2006" }),
		"amount":                       changed(func(m *bankfile.Mapping) { m.In, m.Out = "In", "Out" }),
		"paid_out":                     changed(func(m *bankfile.Mapping) { m.Amount, m.In = "", "In" }),
		"paid_in":                      changed(func(m *bankfile.Mapping) { m.Amount, m.Out = "", "Out" }),
		"text":                         changed(func(m *bankfile.Mapping) { m.Text = []bankfile.Column{"A", ""} }),
		"amount date text":             changed(func(m *bankfile.Mapping) { m.Header = false }),
		"payer": changed(func(m *bankfile.Mapping) {
			m.Header, m.Date, m.Amount, m.Text, m.Payer = false, "#1", "#2", nil, []bankfile.Column{"#0"}
		}),
	} {
		err := m.Check()
		f := failure.Of(err)
		if f == nil || !errors.Is(err, bankfile.ErrMapping) {
			t.Errorf("%s: %v", fields, err)
			continue
		}
		if got := strings.Join(slices.Sorted(maps.Keys(f.Fields)), " "); got != fields {
			t.Errorf("%+v: %s, want %s", m, got, fields)
		}
		if _, read := all(plainFile, m); !errors.Is(read, bankfile.ErrMapping) {
			t.Errorf("%s: reading gives %v", fields, read)
		}
	}
}

func TestAMappingIsKeptAsJSON(t *testing.T) {
	t.Parallel()
	m := bankfile.Mapping{
		Above: 3, Header: true, Date: "Date", DateFormat: "02 Jan 2006", In: "Paid in", Out: "Paid out", Reversed: true,
		Payer: []bankfile.Column{"From"}, Text: []bankfile.Column{"#4", "Details"}, Reference: "Ref", BankID: "ID", Balance: "Balance", Currency: "Ccy",
	}
	kept, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"above":3,"header":true,"date":"Date","date_format":"02 Jan 2006","paid_in":"Paid in","paid_out":"Paid out","reversed":true,` +
		`"payer":["From"],"text":["#4","Details"],"reference":"Ref","bank_id":"ID","balance":"Balance","currency":"Ccy"}`
	if string(kept) != want {
		t.Errorf("kept as %s", kept)
	}
	var back bankfile.Mapping
	if err := json.Unmarshal(kept, &back); err != nil || !reflect.DeepEqual(back, m) {
		t.Errorf("%+v, %v", back, err)
	}
}

func TestWhatCannotBeGuessedIsAsked(t *testing.T) {
	t.Parallel()
	m, err := bankfile.Guess([]byte("When,Who,How much\n5 March,A TRUST,a lot\n"))
	if !errors.Is(err, bankfile.ErrUnsure) || m.Date != "" {
		t.Errorf("%+v, %v", m, err)
	}
	m, err = bankfile.Guess([]byte("Date,Amount,Whose\n05/03/2027,1.00,A\n"))
	if !errors.Is(err, bankfile.ErrUnsure) || m.Date != "Date" || m.Amount != "Amount" || m.DateFormat != "02/01/2006" {
		t.Errorf("%+v, %v", m, err)
	}
	for file, kind := range map[string]error{
		"%PDF-1.4": bankfile.ErrFormat, "": bankfile.ErrEmpty, header: bankfile.ErrEmpty, "\"": bankfile.ErrEmpty,
	} {
		if _, err := bankfile.Guess([]byte(file)); !errors.Is(err, kind) {
			t.Errorf("%q: %v, want %v", file, err, kind)
		}
	}
}

func TestOnlyTheTopOfALargeFileIsLookedAt(t *testing.T) {
	t.Parallel()
	file := header + strings.Repeat("05/03/2027,"+strings.Repeat("e", 6_000)+",1.00\n", 30)
	s, err := bankfile.Look([]byte(file))
	if err != nil || len(s.Rows) != 10 || len(s.Rows[9]) != 3 || strings.Join(s.Header, ",") != "Date,Description,Amount" {
		t.Errorf("%d rows of %v, %v", len(s.Rows), s.Header, err)
	}
}

func TestColumnsThatShareANameAreCalledByNumber(t *testing.T) {
	t.Parallel()
	s, err := bankfile.Look([]byte("Date,Details,details,,Amount\n05/03/2027,A,B,C,1.00\n"))
	if err != nil {
		t.Fatal(err)
	}
	var names []bankfile.Column
	for i := range s.Header {
		names = append(names, s.Column(i))
	}
	if !slices.Equal(names, []bankfile.Column{"Date", "#2", "#3", "#4", "Amount"}) {
		t.Errorf("%q", names)
	}
	m := plain
	m.Text = []bankfile.Column{"#3", "#2"}
	if lines := read(t, "Date,Details,details,,Amount\n05/03/2027,A,B,C,1.00\n", m); lines[0].Text != "B A" {
		t.Errorf("%+v", lines[0])
	}
	m.Text = []bankfile.Column{"#6"}
	if _, err := all(plainFile, m); !errors.Is(err, bankfile.ErrHeader) {
		t.Errorf("a sixth column of three: %v", err)
	}
}

func TestEveryWayOfDatesReadsItsExample(t *testing.T) {
	t.Parallel()
	for _, f := range bankfile.DateFormats {
		m := plain
		m.DateFormat = f
		for _, date := range []string{f.Example(), f.Example() + " 23:59", f.Example() + "T00:15:00+01:00"} {
			if lines := read(t, header+date+",A,1.00\n", m); lines[0].On.String() != "2027-03-08" {
				t.Errorf("%s: %s is %s", f, date, lines[0].On)
			}
		}
		if guess, err := bankfile.Guess([]byte(header + f.Example() + ",A,1.00\n")); err != nil || guess.DateFormat != f {
			t.Errorf("%s is guessed to be %s, %v", f.Example(), guess.DateFormat, err)
		}
	}
	if lines := read(t, header+"5/3/2027,A,1.00\n", plain); lines[0].On.String() != "2027-03-05" {
		t.Errorf("without zeros: %s", lines[0].On)
	}
}
