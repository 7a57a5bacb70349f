package page

import (
	"bytes"
	"encoding/csv"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"bursar/internal/money"
)

// SheetCell is one cell of a spreadsheet, as it may be opened.
type SheetCell string

// SheetText is a cell of words. What a spreadsheet would take for a formula gets a quote in front, so that it stays what
// somebody typed (https://owasp.org/www-community/attacks/CSV_Injection).
func SheetText(s string) SheetCell {
	if first, _ := utf8.DecodeRuneInString(s); strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return SheetCell("'" + s)
	}
	return SheetCell(s)
}

// SheetMoney is a cell of pounds that can be summed: 1234.50.
func SheetMoney(a money.Amount) SheetCell {
	return SheetCell(strings.NewReplacer("£", "", ",", "").Replace(a.String()))
}

// sheetMark tells spreadsheets that the file is in UTF-8.
const sheetMark = "\ufeff"

// Spreadsheet answers with rows as a file to keep (RFC 4180).
func Spreadsheet(c *gin.Context, name string, rows [][]SheetCell) error {
	var out bytes.Buffer
	out.WriteString(sheetMark)
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	for _, row := range rows {
		fields := make([]string, len(row))
		for i, f := range row {
			fields[i] = string(f)
		}
		if err := w.Write(fields); err != nil {
			return err
		}
	}
	if w.Flush(); w.Error() != nil {
		return w.Error()
	}
	Attach(c, name, "text/csv; charset=utf-8", out.Bytes())
	return nil
}

// Attach answers with a file to keep.
func Attach(c *gin.Context, name, contentType string, body []byte) {
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.Data(http.StatusOK, contentType, body)
}
