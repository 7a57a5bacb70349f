package ranking

import (
	"fmt"

	"bursar/internal/panel"
)

// picture is an application's scores on a line from 0 to 4: a dot for each reader, the mean, and one standard error
// to each side of it. The same numbers stand beside it as text.
type picture struct {
	Dots      []dot
	Mean      string
	Low, High string // ends of the interval; empty when there is none
	Ticks     []string
}

type dot struct{ X, Y string }

// The measures of the picture, in its own units.
const (
	left, scale = 6.0, 22.0 // where 0 lies, and how wide a point is
	base, step  = 20.0, 7.0 // where a dot lies, and how far above it another of the same score
)

func across(x float64) string { return fmt.Sprintf("%.1f", left+scale*min(4, max(0, x))) }

func draw(s panel.Standing) picture {
	p := picture{Mean: across(s.Calibrated)}
	for tick := range 5 {
		p.Ticks = append(p.Ticks, across(float64(tick)))
	}
	stacked := map[string]int{}
	for _, g := range s.Given {
		x := across(g.Value)
		p.Dots = append(p.Dots, dot{x, fmt.Sprintf("%.1f", base-step*float64(stacked[x]))})
		stacked[x]++
	}
	if s.StandardError > 0 {
		p.Low, p.High = across(s.Calibrated-s.StandardError), across(s.Calibrated+s.StandardError)
	}
	return p
}
