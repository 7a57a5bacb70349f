package calibration_test

import (
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"bursar/internal/calibration"
)

// block is the scores of readers who all read the same applications.
func block(readers string, applications ...int) []score {
	var scores []score
	for i, r := range readers {
		for _, a := range applications {
			scores = append(scores, score{Reader: string(r), Application: a, Value: float64((a*7+i)%5) + 0.5})
		}
	}
	return scores
}

func join(blocks ...[]score) []score {
	var all []score
	for _, b := range blocks {
		all = append(all, b...)
	}
	return all
}

func TestThinDataAreRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	type refusal = calibration.Refusal[string]
	few := func(sentence string, readers ...string) refusal {
		return refusal{Reason: calibration.TooFew, Sentence: sentence, Readers: readers}
	}
	split := func(parts int, sentence string) refusal {
		return refusal{Reason: calibration.Disconnected, Parts: parts, Sentence: sentence}
	}
	nothing := refusal{Reason: calibration.NothingShared,
		Sentence: "No application has been scored by two readers, so their scores cannot be compared."}
	for name, c := range map[string]struct {
		scores []score
		want   []refusal
	}{
		"enough":             {block("AB", 1, 2, 3, 4), nil},
		"joined by one":      {join(block("AB", 1, 2, 3, 4), block("CD", 4, 5, 6, 7)), nil},
		"joined in a chain":  {join(block("AB", 1, 2, 3, 4), block("BC", 5, 6, 7, 8), block("CD", 9, 10, 11, 12)), nil},
		"nobody":             {nil, []refusal{{Reason: calibration.NoScores, Sentence: "Nobody has scored an application yet."}}},
		"one reader":         {block("A", 1, 2, 3, 4), []refusal{nothing}},
		"each their own":     {join(block("A", 1, 2, 3, 4), block("B", 5, 6, 7, 8)), []refusal{nothing}},
		"two parts":          {join(block("AB", 1, 2, 3, 4), block("CD", 5, 6, 7, 8)), []refusal{split(2, "The readers fall into 2 groups that have no application in common, so nobody can tell whether one group is harsher.")}},
		"three, one alone":   {join(block("AB", 1, 2, 3, 4), block("CD", 5, 6, 7, 8), block("E", 9, 10, 11, 12)), []refusal{split(3, "The readers fall into 3 groups that have no application in common, so nobody can tell whether one group is harsher.")}},
		"one has read three": {join(block("AB", 1, 2, 3, 4), block("C", 1, 2, 3)), []refusal{few("1 reader has scored fewer than 4 applications, which is too few to tell how somebody leans.", "C")}},
		"two things at once": {join(block("AB", 1, 2, 3, 4), block("DC", 7, 8)), []refusal{
			split(2, "The readers fall into 2 groups that have no application in common, so nobody can tell whether one group is harsher."),
			few("2 readers have scored fewer than 4 applications, which is too few to tell how somebody leans.", "C", "D")}},
	} {
		result := calibration.Calibrate(c.scores, calibration.Shrinkage)
		if !reflect.DeepEqual(result.Refused, c.want) {
			t.Errorf("%s: refused %+v, want %+v", name, result.Refused, c.want)
		}
	}
}

func TestARefusalStillGivesTheRawMeansAndCalibratesNothing(t *testing.T) {
	t.Parallel()
	result := calibration.Calibrate([]score{{"A", 7, 1}, {"B", 7, 2}, {"C", 7, 2}, {"A", 3, 4}}, calibration.Shrinkage)
	want := calibration.Result[string, int]{
		Applications: []calibration.Application[int]{
			{ID: 3, Readings: 1, Raw: 4, Calibrated: 4},
			{ID: 7, Readings: 3, Raw: 1.666667, Calibrated: 1.666667},
		},
		Readers: []calibration.Reader[string]{{ID: "A", Readings: 2}, {ID: "B", Readings: 1}, {ID: "C", Readings: 1}},
		Refused: result.Refused,
	}
	if len(result.Refused) != 1 || !reflect.DeepEqual(result, want) {
		t.Errorf("got  %+v\nwant %+v", result, want)
	}
}

// A tenth has no exact binary form: without rounding, noise would tell equal applications apart and keep them
// from the lottery.
func TestEqualScoresAreATieAndNobodyLeans(t *testing.T) {
	t.Parallel()
	scores := join(block("ABC", 1, 2, 3, 4), block("BCD", 5, 6, 7, 8), block("A", 9))
	for tenths := range 41 {
		value := float64(tenths) / 10
		for i := range scores {
			scores[i].Value = value
		}
		result := calibration.Calibrate(scores, calibration.Shrinkage)
		if len(result.Refused) > 0 || result.Noise != 0 {
			t.Fatalf("refused %v, noise %v", result.Refused, result.Noise)
		}
		for _, a := range result.Applications {
			if a.Raw != value || a.Calibrated != value || a.StandardError != 0 {
				t.Errorf("all %v: %+v", value, a)
			}
		}
		for _, r := range result.Readers {
			if r.Leaning != 0 || math.Signbit(r.Leaning) || r.StandardError != 0 {
				t.Errorf("all %v: %+v", value, r)
			}
		}
	}
}

func TestPointsForEverybodyMoveTheMeansAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scores, points := panels(t), float64(rapid.IntRange(-8, 8).Draw(t, "points"))
		before, after := calibration.Calibrate(scores, 3), calibration.Calibrate(shifted(scores, "", points), 3)
		for i, a := range before.Applications {
			b := after.Applications[i]
			if !near(b.Raw, a.Raw+points) || !near(b.Calibrated, a.Calibrated+points) || !near(b.StandardError, a.StandardError) {
				t.Errorf("%v points: %+v became %+v", points, a, b)
			}
		}
		for i, r := range before.Readers {
			if s := after.Readers[i]; !near(s.Leaning, r.Leaning) || !near(s.StandardError, r.StandardError) {
				t.Errorf("%v points: %+v became %+v", points, r, s)
			}
		}
	})
}

func TestMistakesOfTheProgrammerPanic(t *testing.T) {
	t.Parallel()
	good := block("AB", 1, 2, 3, 4)
	for name, call := range map[string]func(){
		"a score twice":       func() { calibration.Calibrate(append(good, score{"A", 1, 2}), 3) },
		"a score of NaN":      func() { calibration.Calibrate(append(good, score{"A", 5, math.NaN()}), 3) },
		"a score of infinity": func() { calibration.Calibrate(append(good, score{"A", 5, math.Inf(-1)}), 3) },
		"no shrinkage":        func() { calibration.Calibrate(good, 0) },
		"endless shrinkage":   func() { calibration.Calibrate(good, math.Inf(1)) },
		"a shrinkage of NaN":  func() { calibration.Calibrate(good, math.NaN()) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s passes", name)
				}
			}()
			call()
		}()
	}
}

// 200 applications, 30 readers, 600 scores.
func BenchmarkCalibrate(b *testing.B) {
	p := simulate(1, 200, 30)
	for b.Loop() {
		calibration.Calibrate(p.scores, calibration.Shrinkage)
	}
}
