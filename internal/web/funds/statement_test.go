package funds_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/ledger"
)

func TestAStatementTiesToTheLedger(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.north()
	h.promise(f, 200_000)
	h.write(func(tx *db.Tx) error {
		return fund.Spend(t.Context(), tx, "test/spend", fund.Bank, []fund.Part{{Fund: f.ID, Amount: 120_000}})
	})
	h.write(func(tx *db.Tx) error {
		return fund.Release(t.Context(), tx, "test/release", []fund.Part{{Fund: f.ID, Amount: 30_000}})
	})
	doc := h.open(h.sheila, "/finance/funds/NORTH-26/statement")
	h.says(doc.Find("main"), "1 October 2026 to 30 September 2027. The year is not over",
		"£0.00 + £18,000.00 + £0.00 + £0.00 − £1,200.00 + £0.00 = £16,800.00")
	left, err := ledger.Balance(t.Context(), h.app, fmt.Sprintf("fund/%d/available", f.ID))
	if err != nil {
		t.Fatal(err)
	}
	promised, err := ledger.Balance(t.Context(), h.app, fmt.Sprintf("fund/%d/committed", f.ID))
	if err != nil {
		t.Fatal(err)
	}
	h.says(doc.Find("main"), "Left to promise at the end "+left.String(), "Promised at the end "+promised.String(), "In the fund at the end "+(left+promised).String())

	w := h.get(h.sheila, "/finance/funds/NORTH-26/statement.csv?year=2026-10-01")
	rows := rowsOf(t, w.Body.Bytes())
	sum := map[string]string{}
	for _, row := range rows {
		if len(row) == 3 {
			sum[row[0]+"/"+row[1]] = row[2]
		}
	}
	if sum["The whole fund/Spent"] != "-1200.00" || sum["The whole fund/In the fund at the end"] != "16800.00" || sum["Of that, promised to people/Promised at the end"] != "500.00" {
		t.Errorf("the spreadsheet: %v", rows)
	}
	if got := w.Header().Get("Content-Disposition"); got != "attachment; filename=statement-NORTH-26-2026-10-01.csv" {
		t.Errorf("the file is called %s", got)
	}
	file := h.get(h.sheila, "/finance/funds/NORTH-26/statement.pdf")
	if !bytes.HasPrefix(file.Body.Bytes(), []byte("%PDF-")) || file.Header().Get("Content-Type") != "application/pdf" {
		t.Errorf("no PDF: %v", file.Header())
	}
	h.says(h.open(h.sheila, "/finance/funds/NORTH-26/statement?year=2025-10-01").Find("main"), "In the fund at the end £0.00")
	if w := h.get(h.sheila, "/finance/funds/NORTH-26/statement?year=soon"); w.Code != http.StatusNotFound {
		t.Errorf("no year: %d", w.Code)
	}
	books := h.open(h.sheila, "/finance/funds/NORTH-26/books")
	h.says(books.Find("table"), "Given to the fund", "£18,000.00", "Promised to people", "£300.00")
	if strings.Contains(words(books.Find("table")), "test/") {
		t.Error("the books say of whom an entry is")
	}
}

// rowsOf reads a spreadsheet whose rows have different lengths, and expects its mark.
func rowsOf(t *testing.T, file []byte) [][]string {
	t.Helper()
	rest, marked := bytes.CutPrefix(file, []byte("\ufeff"))
	if !marked {
		t.Error("the file does not say that it is UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(rest))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestNoCellOfASpreadsheetIsAFormula(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := &fund.Fund{Code: "TRICK", Name: `=HYPERLINK("https://evil.example")`, Donor: "@SUM(A1)", Purpose: "A trick.", Kind: fund.Unrestricted, YearStarts: 1}
	h.write(func(tx *db.Tx) error {
		return fund.Create(t.Context(), tx, h.grace.ID, f, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}})
	})
	rows := rowsOf(t, h.get(h.grace, "/admin/funds/TRICK/statement.csv").Body.Bytes())
	if rows[1][1] != `'=HYPERLINK("https://evil.example")` || rows[2][1] != "'@SUM(A1)" {
		t.Errorf("%q", rows[:3])
	}
}
