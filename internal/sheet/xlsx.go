package sheet

import (
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// workbook is an XLSX file with one sheet. Its rows go through a file of excelize's own, which ends with Close, when they are
// too many for memory.
type workbook struct {
	out    io.Writer
	file   *excelize.File
	rows   *excelize.StreamWriter
	styles map[kind]int
	width  int
	at     int // row to be written, from 1
}

// The number formats of cells (ISO/IEC 29500-1, 18.8.30).
var formats = map[kind]string{pounds: "#,##0.00", number: "0", day: "dd/mm/yyyy", moment: "dd/mm/yyyy hh:mm"}

const tab = "Sheet1" // as excelize names the sheet of a new file

// wide is how wide every column is, in characters.
const wide = 20

func newWorkbook(out io.Writer, columns []string) (_ *workbook, err error) {
	w := &workbook{out: out, file: excelize.NewFile(), styles: map[kind]int{}, width: len(columns), at: 1}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("beginning a workbook: %w", err), w.file.Close())
		}
	}()
	for k, format := range formats {
		if w.styles[k], err = w.file.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return nil, err
		}
	}
	head, err := w.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	if w.rows, err = w.file.NewStreamWriter(tab); err != nil {
		return nil, err
	}
	if err = w.rows.SetColWidth(1, len(columns), wide); err != nil {
		return nil, err
	}
	if err = w.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	titles := make([]any, len(columns))
	for i, c := range columns {
		titles[i] = excelize.Cell{StyleID: head, Value: c}
	}
	return w, w.put(titles)
}

// put writes the next row. A cell holds text unless it is given as a number or a time: nothing here is ever a formula.
func (w *workbook) put(cells []any) error {
	first, err := excelize.CoordinatesToCellName(1, w.at)
	if err != nil {
		return err
	}
	w.at++
	return w.rows.SetRow(first, cells)
}

func (w *workbook) Write(row []Cell) error {
	if len(row) != w.width {
		return errWide
	}
	cells := make([]any, len(row))
	for i, c := range row {
		cells[i] = w.cell(c)
	}
	return w.put(cells)
}

func (w *workbook) cell(c Cell) any {
	filled := excelize.Cell{StyleID: w.styles[c.kind]}
	switch c.kind {
	case words:
		if c.text == "" {
			return nil
		}
		filled.Value = c.text
	case pounds:
		// A workbook has no other numbers. The nearest one to an amount is written as exactly its digits.
		filled.Value = float64(c.number) / 100
	case number:
		filled.Value = c.number
	default:
		filled.Value = c.at
	}
	return filled
}

func (w *workbook) Close() error {
	err := w.rows.Flush()
	if err == nil {
		_, err = w.file.WriteTo(w.out)
	}
	return errors.Join(err, w.file.Close())
}
