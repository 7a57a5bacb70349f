package funds

import (
	"bytes"
	"encoding/csv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/money"
)

// cell is one cell of a spreadsheet, as it may be opened.
type cell string

// text is a cell of words. What a spreadsheet would take for a formula gets a quote in front, so that it stays what
// somebody typed (https://owasp.org/www-community/attacks/CSV_Injection).
func text(s string) cell {
	if strings.ContainsRune("=+-@\t\r", firstOf(s)) {
		return cell("'" + s)
	}
	return cell(s)
}

func firstOf(s string) rune {
	for _, r := range s {
		return r
	}
	return ' '
}

// pounds is a cell that can be summed: 1234.50.
func pounds(a money.Amount) cell {
	return cell(strings.NewReplacer("£", "", ",", "").Replace(a.String()))
}

// mark tells spreadsheets that the file is in UTF-8.
const mark = "\ufeff"

// spreadsheet answers with rows as a file (RFC 4180).
func spreadsheet(c *gin.Context, name string, rows [][]cell) error {
	var out bytes.Buffer
	out.WriteString(mark)
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
	attach(c, name, "text/csv; charset=utf-8", out.Bytes())
	return nil
}
