package bankfile_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"bursar/internal/bankfile"
)

// encoded writes a text in another encoding.
func encoded(t *testing.T, e encoding.Encoding, text string) string {
	t.Helper()
	out, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryEncodingReadsAlike(t *testing.T) {
	t.Parallel()
	text := header + strings.Repeat("05/03/2027,PLAIN,1.00\n", 5_000) + "06/03/2027,Zoë’s Café — Σ,£1.00\n"
	legacy := strings.ReplaceAll(text, "Σ", "S")
	want := read(t, text, plain)
	if last := want[len(want)-1]; last.Text != "Zoë’s Café — Σ" || last.Amount != 100 {
		t.Fatalf("last line: %+v", last)
	}
	for name, file := range map[string]string{
		"UTF-8 with a mark":                    "\ufeff" + text,
		"UTF-16 as Windows has it":             encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text),
		"UTF-16 the other way":                 encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text),
		"UTF-16 as Windows, without a mark":    encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), text),
		"UTF-16 the other way, without a mark": encoded(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), text),
		"lines end as on Windows":              strings.ReplaceAll(text, "\n", "\r\n"),
		"the last line does not end":           strings.TrimSuffix(text, "\n"),
	} {
		if got := read(t, file, plain); len(got) != len(want) || got[len(got)-1] != want[len(want)-1] {
			t.Errorf("%s: %d lines, the last %+v", name, len(got), got[len(got)-1])
		}
	}
	got := read(t, encoded(t, charmap.Windows1252, legacy), plain)
	if last := got[len(got)-1]; last != read(t, legacy, plain)[len(got)-1] {
		t.Errorf("Windows-1252: %+v", last)
	}
}

// TestSignsAcrossBuffersAreWhole moves a sign of three bytes over every place where a buffer may end.
func TestSignsAcrossBuffersAreWhole(t *testing.T) {
	t.Parallel()
	for shift := range 5 {
		file := header + "05/03/2027," + strings.Repeat("A", shift) + ",1.00\n"
		file += strings.Repeat("05/03/2027,€€€€€€€€,1.00\n", 8_000)
		for _, line := range read(t, file, plain)[1:] {
			if line.Text != "€€€€€€€€" {
				t.Fatalf("row %d: %q", line.Row, line.Text)
			}
		}
	}
}

func TestSeparatorsAreFoundByThemselves(t *testing.T) {
	t.Parallel()
	want := read(t, plainFile, plain)
	for _, separator := range []string{";", "\t"} {
		got := read(t, strings.ReplaceAll(plainFile, ",", separator), plain)
		if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%q: %+v", separator, got)
		}
	}
	numbered := bankfile.Mapping{Date: "#1", DateFormat: "02/01/2006", Amount: "#3", Text: []bankfile.Column{"#2"}}
	got := read(t, "05/03/2027;HALL, THE, OLD, ONE;1.00\n", numbered)
	if got[0].Text != "HALL, THE, OLD, ONE" {
		t.Errorf("commas in a text: %+v", got[0])
	}
}
