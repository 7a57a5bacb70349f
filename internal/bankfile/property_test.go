package bankfile_test

import (
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bursar/internal/bankfile"
	"bursar/internal/london"
	"bursar/internal/money"
)

// entry is a row to be written.
type entry struct {
	day             int
	amount          money.Amount
	payer, ref, txt string
}

var entries = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) entry {
	text := rapid.StringMatching(`[=+@'"A-Za-zé£,; 0-9-]{0,12}`)
	return entry{
		rapid.IntRange(0, 400).Draw(t, "day"), money.Amount(rapid.IntRange(-10_000_000, 10_000_000).Filter(func(n int) bool { return n != 0 }).Draw(t, "pence")),
		text.Draw(t, "payer"), text.Draw(t, "ref"), text.Draw(t, "text"),
	}
}), 1, 30)

// written is a file of entries in a style: separator, way of dates, one column or two.
func written(t *rapid.T, all []entry) (string, bankfile.Mapping) {
	m := bankfile.Mapping{
		Header: true, Date: "When", DateFormat: rapid.SampledFrom(bankfile.DateFormats).Draw(t, "format"), Amount: "Amount",
		Payer: []bankfile.Column{"Who"}, Reference: "Ref", Text: []bankfile.Column{"What"},
	}
	header := []string{"Ref", "When", "Who", "Amount", "What"}
	two := rapid.Bool().Draw(t, "two columns")
	if two {
		m.Amount, m.In, m.Out, header = "", "In", "Out", append(header, "In", "Out")
	}
	m.Reversed = rapid.Bool().Draw(t, "reversed")
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(t, "separator")
	w.UseCRLF = rapid.Bool().Draw(t, "CRLF")
	_ = w.Write(header)
	for _, e := range all {
		day := london.On(2026, 1, 1).AddDays(e.day).At(12, 0).Format(string(m.DateFormat))
		amount := e.amount
		if m.Reversed && (!two || amount < 0) {
			amount = -amount
		}
		cells := []string{e.ref, day, e.payer, amount.String(), e.txt}
		switch {
		case two && e.amount > 0:
			cells = append(cells, amount.String(), "")
		case two:
			cells = append(cells, "", (-amount).String())
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return out.String(), m
}

func TestWhatWasWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := entries.Draw(t, "entries")
		file, m := written(t, want)
		lines, err := all(file, m)
		if err != nil || len(lines) != len(want) {
			t.Fatalf("%q by %+v: %d lines, %v", file, m, len(lines), err)
		}
		seen := map[[32]byte]bool{}
		for i, line := range lines {
			e := want[i]
			wanted := said{london.On(2026, 1, 1).AddDays(e.day).String(), e.amount, tidy(e.payer), tidy(e.ref), tidy(e.txt), ""}
			if got := sayings(lines[i : i+1])[0]; got != wanted {
				t.Fatalf("read %+v, wrote %+v", got, wanted)
			}
			if seen[line.Fingerprint] {
				t.Fatalf("row %d has the fingerprint of another", line.Row)
			}
			seen[line.Fingerprint] = true
		}
	})
}

func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// many writes rows for as long a year as it takes; every tenth is like the one before.
func many(rows int) string {
	var b strings.Builder
	b.WriteString("Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP),Spending Category,Notes\n")
	balance := money.Amount(0)
	for i := range rows {
		n := i - i%10/9
		amount := money.Amount(n%9_000 - 4_500)
		if amount == 0 {
			amount = 1
		}
		balance += amount
		fmt.Fprintf(&b, "%s,Trust %d,INV-%05d,FASTER PAYMENT,%s,%s,INCOME,\n",
			london.On(2026, 1, 1).AddDays(n/300).At(12, 0).Format("02/01/2006"), n%97, n, figures(amount), figures(balance))
	}
	return b.String()
}

// figures are an amount as banks write it.
func figures(a money.Amount) string {
	return strconv.Quote(strings.ReplaceAll(a.String(), "£", ""))
}

func TestAHundredThousandLinesAreReadToThePenny(t *testing.T) {
	t.Parallel()
	const rows = 100_000
	file := many(rows)
	var in, out, want money.Amount
	for i := range rows {
		if n := money.Amount((i - i%10/9) % 9_000); n != 4_500 {
			want += n - 4_500
		} else {
			want++
		}
	}
	lines := guessed(t, file)
	seen := make(map[string]bool, rows)
	for _, line := range lines {
		in, out = in+max(line.Amount, 0), out+min(line.Amount, 0)
		seen[hex.EncodeToString(line.Fingerprint[:])] = true
	}
	if len(lines) != rows || len(seen) != rows || in+out != want || lines[rows-1].Row != rows+1 {
		t.Errorf("%d lines, %d fingerprints, %s in and %s out, want %s together", len(lines), len(seen), in, out, want)
	}
}

func BenchmarkRead(b *testing.B) {
	file := many(10_000)
	m, err := bankfile.Guess([]byte(file))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		for _, err := range bankfile.Read(strings.NewReader(file), m) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// FuzzRead: nothing panics, what is guessed is a mapping that can be read by, and what is accepted is the same twice.
func FuzzRead(f *testing.F) {
	for _, bank := range banks {
		f.Add([]byte(bank.file))
	}
	for _, fault := range faulty {
		if len(fault.file) < 1_000 {
			f.Add([]byte(fault.file))
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := bankfile.Guess(file)
		if err != nil {
			m = plain
		}
		once, err := all(string(file), m)
		twice, again := all(string(file), m)
		if !slices.Equal(once, twice) || (err == nil) != (again == nil) {
			t.Fatalf("%v, then %v", err, again)
		}
		seen := map[[32]byte]bool{}
		for _, line := range once {
			if line.Amount == 0 || line.On.IsZero() || line.Row < 1 || seen[line.Fingerprint] {
				t.Fatalf("line %+v", line)
			}
			seen[line.Fingerprint] = true
		}
	})
}
