package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"bursar/internal/chart"
)

func TestPiecesStandSideBySideToOneScaleAndWordsAreEscaped(t *testing.T) {
	t.Parallel()
	svg := string(chart.Bars("Who pays <now>", []chart.Bar{
		{Label: "2026", Note: "£30", Pieces: []chart.Piece{{"Learners", 1, 1}, {"Employers", 1, 2}, {"Funds", 1, 3}}},
		{Label: "2025 & before", Note: "£6", Pieces: []chart.Piece{{"Learners", 0, 1}, {"Employers", 1, 2}}},
		{Label: "Nothing", Note: "£0"},
	}))
	d := xml.NewDecoder(strings.NewReader(svg))
	widths, ends := []string{}, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "rect" {
			for _, a := range e.Attr {
				if a.Name.Local == "width" {
					widths = append(widths, a.Value)
				}
			}
			ends++
		}
	}
	if got := strings.Join(widths, " "); got != "33.33% 33.33% 33.34% 33.33%" { // the whole width shared by three, and a third of it
		t.Errorf("the pieces are %s wide", got)
	}
	for _, want := range []string{"Who pays &lt;now&gt;", "2025 &amp; before", `role="img"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(svg, "style=") {
		t.Error("the pages allow no style of their own")
	}
}
