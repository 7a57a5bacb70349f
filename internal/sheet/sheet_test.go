package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/sheet"
)

// formulas are what a spreadsheet would run if it could.
var formulas = []string{`=HYPERLINK("http://evil.example")`, "+44 20 7946 0000", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1",
	" =1", "\u00a0=2", "\u200b+3", "\ufeff@A1", " \t-4"}

// write makes a file of one column.
func write(t *testing.T, f sheet.Format, columns []string, rows ...[]sheet.Cell) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := sheet.New(f, &out, columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t *testing.T, file []byte) *excelize.File {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

func TestWhatSomebodyTypedIsNeverAFormula(t *testing.T) {
	t.Parallel()
	var rows [][]sheet.Cell
	for _, f := range formulas {
		rows = append(rows, []sheet.Cell{sheet.Text(f)})
	}
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(write(t, sheet.CSV, []string{"Name"}, rows...), []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	book := open(t, write(t, sheet.XLSX, []string{"Name"}, rows...))
	for i, f := range formulas {
		if got, lost := lines[i+1][0], strings.ReplaceAll(f, "\r", ""); got != "'"+f && got != "'"+lost { // the reader drops a carriage return
			t.Errorf("%q became %q in CSV", f, got)
		}
		cell, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			t.Fatal(err)
		}
		formula, err := book.GetCellFormula("Sheet1", cell)
		if err != nil || formula != "" {
			t.Errorf("%q is a formula in XLSX: %q, %v", f, formula, err)
		}
		kind, err := book.GetCellType("Sheet1", cell)
		if err != nil || kind != excelize.CellTypeInlineString {
			t.Errorf("%q is of type %d in XLSX, %v", f, kind, err)
		}
		if got, err := book.GetCellValue("Sheet1", cell); err != nil || strings.TrimSpace(got) != strings.TrimSpace(f) {
			t.Errorf("%q became %q in XLSX, %v", f, got, err)
		}
	}
}

func TestAmountsAndDatesAreNumbersAndDates(t *testing.T) {
	t.Parallel()
	row := []sheet.Cell{sheet.Text("Łukasz 江 <&>"), sheet.Money(325_000), sheet.Money(-123_456_789_01), sheet.Money(7), sheet.Number(12),
		sheet.Day(london.On(2027, time.March, 8)), sheet.Moment(time.Date(2027, 7, 1, 22, 30, 0, 0, time.UTC)), sheet.Day(london.Date{}), sheet.Moment(time.Time{})}
	columns := []string{"Name", "Price", "Owed", "Pennies", "Places", "First day", "Booked", "No day", "No time"}
	got := string(write(t, sheet.CSV, columns, row))
	if want := "\ufeff" + strings.Join(columns, ",") + "\r\nŁukasz 江 <&>,3250.00,-123456789.01,0.07,12,2027-03-08,2027-07-01 23:30,,\r\n"; got != want {
		t.Errorf("the CSV file is %q, want %q", got, want)
	}
	book := open(t, write(t, sheet.XLSX, columns, row))
	for cell, want := range map[string][2]string{ // as it is kept, and as it is shown
		"A1": {"Name", "Name"}, "A2": {"Łukasz 江 <&>", "Łukasz 江 <&>"}, "B2": {"3250", "3,250.00"}, "C2": {"-123456789.01", "-123,456,789.01"}, "D2": {"0.07", "0.07"},
		"E2": {"12", "12"}, "F2": {"46454", "08/03/2027"}, "G2": {"46569.979166666664", "01/07/2027 23:30"}, "H2": {"", ""}, "I2": {"", ""},
	} {
		kept, err := book.GetCellValue("Sheet1", cell, excelize.Options{RawCellValue: true})
		if err != nil || kept != want[0] {
			t.Errorf("%s keeps %q, want %q, %v", cell, kept, want[0], err)
		}
		if shown, err := book.GetCellValue("Sheet1", cell); err != nil || shown != want[1] {
			t.Errorf("%s shows %q, want %q, %v", cell, shown, want[1], err)
		}
	}
}

// Every amount that can be is written as its own digits.
func TestAmountsKeepEveryPenny(t *testing.T) {
	t.Parallel()
	var rows [][]sheet.Cell
	var want []string
	for _, pounds := range []int64{0, 1, 999, 1_000_000, 99_999_999_999} {
		for pence := range int64(100) {
			a := money.Amount(pounds*100 + pence)
			rows, want = append(rows, []sheet.Cell{sheet.Money(a)}), append(want, a.String()[len("£"):])
		}
	}
	got, err := open(t, write(t, sheet.XLSX, []string{"Amount"}, rows...)).GetRows("Sheet1")
	if err != nil || len(got) != len(want)+1 {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	for i, w := range want {
		if got[i+1][0] != w {
			t.Errorf("%s became %s", w, got[i+1][0])
		}
	}
}

func TestARowOfAnotherWidthIsRefused(t *testing.T) {
	t.Parallel()
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		w, err := sheet.New(f, io.Discard, []string{"Name", "Price"})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write([]sheet.Cell{sheet.Text("Ana")}); err == nil {
			t.Errorf("%s: half a row was written", f)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
}

// full takes some bytes and no more.
type full struct{ left int }

var errFull = errors.New("no space is left")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestAFileThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		w, err := sheet.New(f, &full{10}, []string{"Name"})
		if err != nil {
			t.Fatal(err)
		}
		err = w.Write([]sheet.Cell{sheet.Text(strings.Repeat("x", 10_000))})
		if closed := w.Close(); !errors.Is(errors.Join(err, closed), errFull) {
			t.Errorf("%s: %v, %v", f, err, closed)
		}
	}
}

// A long workbook leaves nothing behind on the disk.
func TestALongWorkbookLeavesNoFileBehind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	w, err := sheet.New(sheet.XLSX, io.Discard, []string{"Words"})
	if err != nil {
		t.Fatal(err)
	}
	long, most := strings.Repeat("some words ", 1000), 0
	for range 2_000 { // beyond what is kept in memory
		if err := w.Write([]sheet.Cell{sheet.Text(long)}); err != nil {
			t.Fatal(err)
		}
		if files, err := filepath.Glob(filepath.Join(dir, "*")); err == nil {
			most = max(most, len(files))
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 || most == 0 {
		t.Errorf("%d files were used and %d are left, %v", most, len(left), err)
	}
}
