// Package chart draws bars as SVG on the server: no script, no style of its own beyond class names, words that a screen reader
// reads. It is pure: the same numbers are the same bytes. A page that shows a chart shows the table behind it too, so that
// nothing can be learned from the picture alone.
package chart

import (
	"encoding/xml"
	"fmt"
	"html/template"
	"strings"
)

// Bar is one line of a chart: what it is about, and its pieces from left to right.
type Bar struct {
	Label  string
	Pieces []Piece
	Note   string // stands after the bar: the sum in words
}

// Piece is one part of a bar.
type Piece struct {
	Name string // what it is, as the legend says it
	Size int64  // in any unit that all pieces share; not below zero
	Tone int    // which of the colours, from 1
}

// The sizes of a drawing in pixels, from top to bottom: it is as wide as the page lets it be, and its words keep their size.
const (
	words  = 22 // a line of them
	height = 18 // a bar
	gap    = 16 // to the next
)

// whole is the width of the longest bar, in hundredths of a per cent.
const whole = 10_000

// Bars draws lines of stacked pieces, all to one scale, each below what it is about. title says in a sentence what is to be seen.
func Bars(title string, bars []Bar) template.HTML {
	most := int64(1)
	for _, b := range bars {
		most = max(most, b.sum())
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg class="app-chart" width="100%%" height="%d" role="img" aria-label="%s"><title>%s</title>`, len(bars)*(words+height+gap), escape(title), escape(title))
	for i, b := range bars {
		b.draw(&s, i*(words+height+gap), most)
	}
	s.WriteString("</svg>")
	return template.HTML(s.String()) //nolint:gosec // every word in it is escaped
}

func (b Bar) sum() (sum int64) {
	for _, p := range b.Pieces {
		sum += p.Size
	}
	return sum
}

func (b Bar) draw(s *strings.Builder, top int, most int64) {
	fmt.Fprintf(s, `<text class="app-chart__label" x="0" y="%d">%s</text>`, top+words*2/3, escape(b.Label))
	fmt.Fprintf(s, `<text class="app-chart__note" x="100%%" y="%d" text-anchor="end">%s</text>`, top+words*2/3, escape(b.Note))
	left, sum := int64(0), int64(0)
	for _, p := range b.Pieces {
		sum += p.Size
		right := sum * whole / most // from the sum, so that rounding never adds up
		if right > left {
			fmt.Fprintf(s, `<rect class="app-chart__piece app-chart__piece--%d" x="%s" y="%d" width="%s" height="%d"><title>%s</title></rect>`,
				p.Tone, percent(left), top+words, percent(right-left), height, escape(p.Name))
		}
		left = right
	}
}

// percent is hundredths of a per cent as SVG has them: "33.33%".
func percent(hundredths int64) string {
	return fmt.Sprintf("%d.%02d%%", hundredths/100, hundredths%100)
}

func escape(text string) string {
	var s strings.Builder
	_ = xml.EscapeText(&s, []byte(text)) // a strings.Builder never fails
	return s.String()
}
