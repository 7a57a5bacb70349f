package finance_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestEveryListOfTheBooksIsSavedInBothFormatsAsItIsFiltered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	o := h.approved("=cmd|' /C calc'!A0")
	in := h.invoiced(o, 2)
	for list, rows := range map[string]int{"organisations": 1, "organisations?status=closed": 0, "orders": 1, "invoices": 1, "invoices?organisation=" + o.Code: 1, "invoices?status=settled": 0,
		"credit-notes": 0, "bank-lines": 0, "aged-debt": 2} {
		name, query, _ := strings.Cut(list, "?")
		plain := h.get(h.sheila, listsAt+name+".csv?"+query)
		got, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(plain.Body.Bytes(), []byte("\ufeff")))).ReadAll()
		if err != nil || plain.Code != http.StatusOK {
			t.Fatalf("%s: %d %v", list, plain.Code, err)
		}
		book, err := excelize.OpenReader(h.get(h.sheila, listsAt+name+".xlsx?"+query).Body)
		if err != nil {
			t.Fatalf("%s: %v", list, err)
		}
		shown, err := book.GetRows("Sheet1")
		if err != nil || len(got) != rows+1 || len(shown) != rows+1 || !slices.Equal(got[0], shown[0]) {
			t.Errorf("%s has %d rows in CSV and %d in XLSX, %v", list, len(got), len(shown), err)
		}
		for i := range shown {
			for j, cell := range shown[i] {
				if strings.HasPrefix(got[i][j], "=") || cell != got[i][j] && "'"+cell != got[i][j] && !amountOrDay(cell) {
					t.Errorf("%s: %q in XLSX is %q in CSV", list, cell, got[i][j])
				}
			}
		}
	}
	list := h.open(h.sheila, "/finance/invoices?organisation="+o.Code)
	if href := list.Find(".app-saving a").First().AttrOr("href", ""); href != listsAt+"invoices.xlsx?organisation="+o.Code {
		t.Errorf("the list is saved at %s", href)
	}
	if text := h.get(h.sheila, listsAt+"invoices.csv").Body.String(); !strings.Contains(text, in.Number+",'=cmd|") {
		t.Errorf("the invoices: %s", text)
	}
	for _, address := range []string{"secrets.csv", "invoices.pdf", "invoices", "invoices.csv?organisation=0000-00"} {
		if w := h.get(h.sheila, listsAt+address); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
	h.says(h.open(h.sheila, "/finance/orders").Find("tbody"), o.Name)
	var noted int
	err := h.app.NewRaw("SELECT count(*) FROM audit WHERE action = 'list saved' AND detail->>'file' LIKE 'invoices.%'").Scan(t.Context(), &noted)
	if err != nil || noted != 7 {
		t.Errorf("%d are in the trail, %v", noted, err)
	}
}

const listsAt = "/finance/lists/"

// amountOrDay reports whether a cell is shown in another way than CSV has it.
func amountOrDay(cell string) bool { return strings.ContainsAny(cell, ".,/") }
