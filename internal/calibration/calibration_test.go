package calibration_test

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"bursar/internal/calibration"
)

// Two readers, four applications in common, in which Mild is a point above Harsh, and a fifth that only Mild
// has read. By hand: M = (5 −2; −2 5), v = (−2, 2), so the leanings are ∓2/7. The residuals are 8 × (3/14)², the
// freedom is 4 − 1 + 3/7, σ² is 3/28; the covariance of the leanings is ±σ²/14.
func TestTheExampleWorkedOutByHand(t *testing.T) {
	t.Parallel()
	result := calibration.Calibrate([]score{
		{"Mild", 1, 2}, {"Mild", 2, 3}, {"Mild", 3, 4}, {"Mild", 4, 5}, {"Mild", 5, 4},
		{"Harsh", 1, 1}, {"Harsh", 2, 2}, {"Harsh", 3, 3}, {"Harsh", 4, 4},
	}, 3)
	want := calibration.Result[string, int]{
		Applications: []calibration.Application[int]{
			{ID: 1, Readings: 2, Raw: 1.5, Calibrated: 1.5, StandardError: 0.231455}, // √(3/56)
			{ID: 2, Readings: 2, Raw: 2.5, Calibrated: 2.5, StandardError: 0.231455},
			{ID: 3, Readings: 2, Raw: 3.5, Calibrated: 3.5, StandardError: 0.231455},
			{ID: 4, Readings: 2, Raw: 4.5, Calibrated: 4.5, StandardError: 0.231455},
			{ID: 5, Readings: 1, Raw: 4, Calibrated: 3.714286, StandardError: 0.338815}, // 4 − 2/7 and √(45/392)
		},
		Readers: []calibration.Reader[string]{
			{ID: "Harsh", Readings: 4, Leaning: -0.285714, StandardError: 0.087482}, // √(3/392)
			{ID: "Mild", Readings: 5, Leaning: 0.285714, StandardError: 0.087482},
		},
		Noise: 0.327327, // √(3/28)
	}
	if !reflect.DeepEqual(result, want) {
		t.Errorf("got  %+v\nwant %+v", result, want)
	}
}

// The panels have the sizes of real rounds and no reader has more than eight applications.
func TestCalibratedOrdersAreAtLeastAsTrueAsRawMeansInNineteenPanelsOfTwenty(t *testing.T) {
	t.Parallel()
	const seeds = 400
	for _, size := range []struct{ applications, readers int }{{45, 17}, {60, 24}, {80, 30}, {120, 45}} {
		t.Run(fmt.Sprintf("%d applications, %d readers", size.applications, size.readers), func(t *testing.T) {
			t.Parallel()
			good, gain := 0, 0.0
			for seed := range uint64(seeds) {
				p := simulate(seed+1, size.applications, size.readers)
				raw, calibrated := means(calibration.Calibrate(p.scores, calibration.Shrinkage))
				difference := agreement(calibrated, p.worth) - agreement(raw, p.worth)
				gain += difference / seeds
				if difference >= 0 {
					good++
				}
			}
			t.Logf("at least as true in %d of %d, τ %+.3f on average", good, seeds, gain)
			if good < seeds*95/100 || gain < 0.05 {
				t.Errorf("at least as true in %d of %d, τ %+.3f on average", good, seeds, gain)
			}
		})
	}
}

func means(result calibration.Result[int, int]) (raw, calibrated []float64) {
	for _, a := range result.Applications {
		raw, calibrated = append(raw, a.Raw), append(calibrated, a.Calibrated)
	}
	return raw, calibrated
}

// Over many panels the squared error of an estimate is on average its standard error squared. λ is the true one.
func TestStandardErrorsAreTheSizeOfTheErrors(t *testing.T) {
	t.Parallel()
	var ofApplications, ofReaders, noise, n, m float64
	for seed := range uint64(300) {
		p := simulate(seed+1, 60, 24)
		result := calibration.Calibrate(p.scores, 1)
		centre := mean(p.leanings)
		for i, a := range result.Applications {
			z := (a.Calibrated - p.worth[i] - centre) / a.StandardError
			ofApplications, n = ofApplications+z*z, n+1
		}
		for i, r := range result.Readers {
			z := (r.Leaning - p.leanings[i] + centre) / r.StandardError
			ofReaders, m = ofReaders+z*z, m+1
		}
		noise += result.Noise * result.Noise / 300
	}
	for name, ratio := range map[string]float64{"applications": ofApplications / n, "readers": ofReaders / m, "noise": noise} {
		if math.Abs(ratio-1) > 0.05 {
			t.Errorf("%s: the squared errors are %.3f of what is said", name, ratio)
		}
	}
}

func mean(all []float64) float64 {
	sum := 0.0
	for _, x := range all {
		sum += x
	}
	return sum / float64(len(all))
}

// panels are small rounds that can be calibrated: everybody reads the first applications, and chance decides
// the others; scores are tenths from 0 to 4.
func panels(t *rapid.T) []score {
	value := rapid.Map(rapid.IntRange(0, 40), func(n int) float64 { return float64(n) / 10 })
	readers := rapid.IntRange(2, 5).Draw(t, "readers")
	applications := rapid.IntRange(4, 12).Draw(t, "applications")
	var scores []score
	for a := range applications {
		for r := range readers {
			if a < calibration.FewestReadings || rapid.Bool().Draw(t, "reads") {
				scores = append(scores, score{Reader: string(rune('A' + r)), Application: a, Value: value.Draw(t, "value")})
			}
		}
	}
	return scores
}

func TestTheEquationsGiveTheFixedPointThatGoingRoundFinds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scores, shrinkage := panels(t), rapid.Float64Range(0.5, 10).Draw(t, "λ")
		result := calibration.Calibrate(scores, shrinkage)
		worth, leanings := iterated(scores, shrinkage)
		sum := 0.0
		for _, a := range result.Applications {
			if !near(a.Calibrated, worth[a.ID]) {
				t.Errorf("application %d: %v, and going round %v", a.ID, a.Calibrated, worth[a.ID])
			}
		}
		for _, r := range result.Readers {
			sum += r.Leaning
			if !near(r.Leaning, leanings[r.ID]) {
				t.Errorf("reader %s: %v, and going round %v", r.ID, r.Leaning, leanings[r.ID])
			}
		}
		if !near(sum, 0) {
			t.Errorf("the leanings sum to %v", sum)
		}
	})
}

func near(x, y float64) bool { return math.Abs(x-y) < 1e-5 }

func TestTheOrderOfTheScoresDoesNotMatterToTheLastBit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scores := panels(t)
		shuffled := rapid.Permutation(scores).Draw(t, "shuffled")
		if a, b := calibration.Calibrate(scores, 3), calibration.Calibrate(shuffled, 3); !reflect.DeepEqual(a, b) {
			t.Errorf("%+v\nshuffled %+v", a, b)
		}
	})
}

// With hardly any shrinking all of the point is taken off again; with λ = 3 more than half of it, as every
// reader here has four applications in common with all others.
func TestAPointThatOneReaderAddsToEverythingIsTakenOffAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scores := panels(t)
		for shrinkage, most := range map[float64]float64{1e-9: 1e-5, 3: 0.5} {
			before := calibration.Calibrate(scores, shrinkage).Applications
			after := calibration.Calibrate(shifted(scores, "A", 1), shrinkage).Applications
			for i := range before {
				moved := after[i].Calibrated - before[i].Calibrated - (after[0].Calibrated - before[0].Calibrated)
				if math.Abs(moved) > most {
					t.Errorf("λ %v: application %d moved %v against application 0", shrinkage, before[i].ID, moved)
				}
			}
		}
	})
}

// shifted is the scores with points added to those of one reader, or of all when reader is "".
func shifted(scores []score, reader string, points float64) []score {
	var all []score
	for _, s := range scores {
		if reader == "" || s.Reader == reader {
			s.Value += points
		}
		all = append(all, s)
	}
	return all
}
