package page

import (
	"html/template"

	"bursar/internal/chart"
)

// Figure is a chart with what its colours mean, and the table that says the same in numbers (layout/figure.html).
type Figure struct {
	Title string
	Said  string // what is counted, in a sentence
	None  string // what is said when there is nothing to show
	Keys  []Key
	Table Table

	bars []chart.Bar
}

// Key is what a colour stands for.
type Key struct {
	Tone int
	Name string
}

// Add adds a line: what it is about with its row of the table, and its pieces in the order of the keys.
func (f *Figure) Add(label, note string, row []Cell, sizes ...int64) {
	b := chart.Bar{Label: label, Note: note}
	for i, size := range sizes {
		b.Pieces = append(b.Pieces, chart.Piece{Name: f.Keys[i].Name, Size: max(0, size), Tone: f.Keys[i].Tone})
	}
	f.bars, f.Table.Rows = append(f.bars, b), append(f.Table.Rows, row)
}

// Picture is the chart; empty without a line.
func (f *Figure) Picture() template.HTML {
	if len(f.bars) == 0 {
		return ""
	}
	return chart.Bars(f.Title+". The table below says the same in numbers.", f.bars)
}
