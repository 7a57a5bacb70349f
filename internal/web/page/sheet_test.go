package page_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"

	"github.com/gin-gonic/gin"
)

func TestWhatASpreadsheetTakesForAFormulaIsText(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]page.SheetCell{
		"=1+1": "'=1+1", "+44 20": "'+44 20", "-2": "'-2", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1",
		"＝1+1": "'＝1+1", "Fee": "Fee", "": "", "1=1": "1=1",
	} {
		if got := page.SheetText(typed); got != want {
			t.Errorf("%q became %q", typed, got)
		}
	}
	if got := page.SheetMoney(-123_456); got != "-1234.56" {
		t.Errorf("an amount became %q", got)
	}
}

func TestASpreadsheetIsAFileToKeep(t *testing.T) {
	t.Parallel()
	e := pagetest.Engine(t, page.Viewer{})
	e.GET("/sheet", page.Handle(func(c *gin.Context) error {
		return page.Spreadsheet(c, "places.csv", [][]page.SheetCell{{"Name", "Pays"}, {page.SheetText("A \"b\", c"), page.SheetMoney(120_050)}})
	}))
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/sheet", nil))
	if got, want := w.Body.String(), "\ufeffName,Pays\r\n\"A \"\"b\"\", c\",1200.50\r\n"; got != want {
		t.Errorf("the file is %q, want %q", got, want)
	}
	if w.Header().Get("Content-Disposition") != "attachment; filename=places.csv" || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("headers: %v", w.Header())
	}
}
