package ranking

import (
	"fmt"
	"math"
	"strings"

	"bursar/internal/bursary"
	"bursar/internal/calibration"
	"bursar/internal/panel"
)

var bandWords = map[bursary.Band]string{
	bursary.BandA: "A: fund if there is money",
	bursary.BandB: "B: fundable, the draw orders them",
	bursary.BandC: "C: not this time",
	"":            "Not placed",
}

// score is a mean as it is shown.
func score(x float64) string { return fmt.Sprintf("%.2f", x) }

// mean is an application's mean with its standard error, if it has one.
func mean(r *panel.Ranking, s panel.Standing) string {
	if len(s.Given) == 0 {
		return "–"
	}
	if !r.Calibrated() {
		return score(s.Raw)
	}
	return score(s.Calibrated) + "\u00a0±\u00a0" + score(s.StandardError)
}

// leaning says how somebody reads beside the others, with the standard error of that.
func leaning(l panel.Leaning) string {
	how := "as the others do"
	if points := fmt.Sprintf("%.1f", math.Abs(l.Leaning)); points != "0.0" {
		how = points + " points milder than the others"
		if l.Leaning < 0 {
			how = points + " points harsher than the others"
		}
	}
	return fmt.Sprintf("reads %s, ±\u00a0%.1f", how, l.StandardError)
}

// readings says how many applications somebody has read.
func readings(n int) string {
	if n == 1 {
		return "1 application"
	}
	return fmt.Sprintf("%d applications", n)
}

// refusals says in plain words why nothing was calibrated, and names who has read too few.
func refusals(r *panel.Ranking) []string {
	var all []string
	for _, refused := range r.Refused {
		said := refused.Sentence
		if refused.Reason == calibration.TooFew {
			var few []string
			for _, l := range r.Leanings {
				if l.Readings < calibration.FewestReadings {
					few = append(few, fmt.Sprintf("%s (%d)", l.Name, l.Readings))
				}
			}
			said += " Too few so far: " + strings.Join(few, ", ") + "."
		}
		all = append(all, said)
	}
	return all
}

// applications says how many there are.
func applications(n int) string {
	if n == 0 {
		return "None"
	}
	return readings(n)
}

// none stands in for a text that nobody wrote.
func none(text string) string {
	if text == "" {
		return "Nothing was written."
	}
	return text
}
