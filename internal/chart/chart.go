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

// The sizes of a drawing, in its own units.
const (
	width  = 640
	label  = 150
	note   = 110
	room   = width - label - note
	height = 22
	gap    = 14
)

// Bars draws lines of stacked pieces, all to one scale. title says in a sentence what is to be seen.
func Bars(title string, bars []Bar) template.HTML {
	most := int64(1)
	for _, b := range bars {
		most = max(most, b.sum())
	}
	var s strings.Builder
	full := len(bars)*(height+gap) + gap
	fmt.Fprintf(&s, `<svg class="app-chart" viewBox="0 0 %d %d" role="img" aria-label="%s"><title>%s</title>`, width, full, escape(title), escape(title))
	for i, b := range bars {
		b.draw(&s, gap+i*(height+gap), most)
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
	middle := top + height*7/10
	fmt.Fprintf(s, `<text class="app-chart__label" x="0" y="%d">%s</text>`, middle, escape(b.Label))
	left, sum := int64(label), int64(0)
	for _, p := range b.Pieces {
		sum += p.Size
		right := label + sum*room/most // from the sum, so that rounding never adds up
		if right > left {
			fmt.Fprintf(s, `<rect class="app-chart__piece app-chart__piece--%d" x="%d" y="%d" width="%d" height="%d"><title>%s</title></rect>`,
				p.Tone, left, top, right-left, height, escape(p.Name))
		}
		left = right
	}
	fmt.Fprintf(s, `<text class="app-chart__note" x="%d" y="%d">%s</text>`, left+8, middle, escape(b.Note))
}

func escape(text string) string {
	var s strings.Builder
	_ = xml.EscapeText(&s, []byte(text)) // a strings.Builder never fails
	return s.String()
}
