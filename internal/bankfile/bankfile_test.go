package bankfile_test

import (
	"errors"
	"strings"
	"testing"

	"bursar/internal/bankfile"
	"bursar/internal/london"
	"bursar/internal/money"
)

// read is a whole file; the error that ends it fails the test.
func read(t testing.TB, file string, m bankfile.Mapping) []bankfile.Line {
	t.Helper()
	lines, err := all(file, m)
	if err != nil {
		t.Fatalf("reading %.200q by %+v: %v", file, m, err)
	}
	return lines
}

func all(file string, m bankfile.Mapping) (lines []bankfile.Line, err error) {
	for line, err := range bankfile.Read(strings.NewReader(file), m) {
		if err != nil {
			return lines, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// guessed reads a file by what Guess proposes.
func guessed(t testing.TB, file string) []bankfile.Line {
	t.Helper()
	m, err := bankfile.Guess([]byte(file))
	if err != nil {
		t.Fatalf("guessing %.200q: %v with %+v", file, err, m)
	}
	return read(t, file, m)
}

// said is a line without what only programs need.
type said struct {
	on                             string
	amount                         money.Amount
	payer, reference, text, bankID string
}

func sayings(lines []bankfile.Line) []said {
	var out []said
	for _, l := range lines {
		out = append(out, said{l.On.String(), l.Amount, l.Payer, l.Reference, l.Text, l.BankID})
	}
	return out
}

// plainFile has the simplest columns there are.
const plainFile = "Date,Description,Amount\n05/03/2027,ST MARTIN'S NHS TRUST INV-00012,4200.00\n06/03/2027,ROOM HIRE,-250.00\n"

var plain = bankfile.Mapping{
	Header: true, Date: "Date", DateFormat: "02/01/2006", Amount: "Amount", Text: []bankfile.Column{"Description"},
}

func TestALineKnowsItsRowDayAndPence(t *testing.T) {
	t.Parallel()
	lines := read(t, plainFile, plain)
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	first, second := lines[0], lines[1]
	if first.Row != 2 || first.On != london.On(2027, 3, 5) || first.Amount != 420_000 || first.Text != "ST MARTIN'S NHS TRUST INV-00012" {
		t.Errorf("first line: %+v", first)
	}
	if second.Row != 3 || second.Amount != -25_000 || second.Fingerprint == first.Fingerprint {
		t.Errorf("second line: %+v", second)
	}
}

func TestRowsAreCountedAsAnEditorCountsLines(t *testing.T) {
	t.Parallel()
	m := plain
	m.Above = 2
	lines := read(t, "Account:,12345678\r\n\r\nDate,Description,Amount\r\n\r\n05/03/2027,\"TWO\r\nLINES\",1.00\r\n,,\r\n06/03/2027,X,2.00\r\n", m)
	if len(lines) != 2 || lines[0].Row != 5 || lines[1].Row != 8 || lines[0].Text != "TWO LINES" {
		t.Errorf("lines: %+v", lines)
	}
}

func TestLinesOfAnyLengthMayComeBeforeTheTable(t *testing.T) {
	t.Parallel()
	m := plain
	m.Above = 2
	if lines := read(t, strings.Repeat("x", 200_000)+"\n\n"+plainFile, m); len(lines) != 2 || lines[1].Row != 5 {
		t.Errorf("lines: %+v", lines)
	}
	_, err := all("a\nb\n\"Date,Description\n"+strings.Repeat("x,y,z\n", 50_000), m)
	if refused, ok := errors.AsType[*bankfile.Refused](err); !ok || refused.Problems[0].Row != 3 {
		t.Errorf("an endless header: %v", err)
	}
}

func TestColumnsAreFoundByNameWhereverTheyStand(t *testing.T) {
	t.Parallel()
	lines := read(t, "amount, DESCRIPTION ,Extra,date\n1.00,A,x,05/03/2027\n", plain)
	if lines[0].Amount != 100 || lines[0].Text != "A" {
		t.Errorf("line: %+v", lines[0])
	}
}

func TestWhatASpreadsheetWouldReckonStaysText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"=1+1", "+44 20 7946 0000", "-INV-7", "@SUM(A1)", "=HYPERLINK(\"http://a.example\",\"x\")"} {
		quoted := `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		lines := read(t, "Date,Description,Amount\n05/03/2027,"+quoted+",1.00\n", plain)
		if lines[0].Text != text {
			t.Errorf("%q became %q", text, lines[0].Text)
		}
	}
	if lines := read(t, "Date,Description,Amount\n05/03/2027,\"\t=1+1\",1.00\n", plain); lines[0].Text != "=1+1" {
		t.Errorf("a tab at the start: %q", lines[0].Text)
	}
}

func TestRowsWithoutMoneyArePassedOver(t *testing.T) {
	t.Parallel()
	lines := read(t, "Date,Description,Amount\n05/03/2027,CARD CHECK,0.00\n,,\n05/03/2027,A,0.01\n", plain)
	if len(lines) != 1 || lines[0].Amount != 1 || lines[0].Row != 4 {
		t.Errorf("lines: %+v", lines)
	}
}

func TestAReaderMayStopEarly(t *testing.T) {
	t.Parallel()
	for line, err := range bankfile.Read(strings.NewReader(plainFile), plain) {
		if err != nil || line.Row != 2 {
			t.Fatal(line, err)
		}
		break
	}
}

// broken gives some bytes and then fails.
type broken struct {
	text string
	err  error
}

func (b *broken) Read(p []byte) (int, error) {
	if b.text == "" {
		return 0, b.err
	}
	n := copy(p, b.text)
	b.text = b.text[n:]
	return n, nil
}

func TestAFileThatCannotBeGotIsNobodysMistake(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	for _, start := range []string{"", "Date,", plainFile, plainFile + strings.Repeat("05/03/2027,A,1.00\n", 20_000), plainFile + "bad\n"} {
		var last error
		for _, err := range bankfile.Read(&broken{start, lost}, plain) {
			last = err
		}
		if !errors.Is(last, lost) {
			t.Errorf("after %d bytes: %v", len(start), last)
		}
	}
}
