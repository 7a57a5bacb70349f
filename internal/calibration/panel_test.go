package calibration_test

import (
	"math/rand/v2"
	"slices"

	"bursar/internal/calibration"
)

type score = calibration.Score[string, int]

// simulated is a panel made from known truths.
type simulated struct {
	scores   []calibration.Score[int, int]
	worth    []float64 // θ, by application
	leanings []float64 // b, by reader
}

// simulate makes a panel in which worth, leanings and chance all have a standard deviation of 1. Three readers
// read each application, chosen at random among those who have read least; panels that would be refused are
// made again.
func simulate(seed uint64, applications, readers int) simulated {
	rng := rand.New(rand.NewPCG(seed, 0))
	p := simulated{worth: make([]float64, applications), leanings: make([]float64, readers)}
	for a := range p.worth {
		p.worth[a] = rng.NormFloat64()
	}
	for r := range p.leanings {
		p.leanings[r] = rng.NormFloat64()
	}
	for len(calibration.Calibrate(p.scores, calibration.Shrinkage).Refused) > 0 {
		p.scores = nil
		load := make([]int, readers)
		for a, worth := range p.worth {
			order := rng.Perm(readers)
			slices.SortStableFunc(order, func(r, s int) int { return load[r] - load[s] })
			for _, r := range order[:3] {
				load[r]++
				value := worth + p.leanings[r] + rng.NormFloat64()
				p.scores = append(p.scores, calibration.Score[int, int]{Reader: r, Application: a, Value: value})
			}
		}
	}
	return p
}

// agreement is Kendall's τ of two lists, pairs tied in either counting as 0.
func agreement(x, y []float64) float64 {
	sum := 0
	for i := range x {
		for j := range i {
			switch product := (x[i] - x[j]) * (y[i] - y[j]); {
			case product > 0:
				sum++
			case product < 0:
				sum--
			}
		}
	}
	return float64(sum) / float64(len(x)*(len(x)-1)/2)
}

// iterated is the fixed point as the package comment states it, found by going round until nothing moves.
func iterated(scores []score, shrinkage float64) (worth map[int]float64, leanings map[string]float64) {
	worth, leanings = map[int]float64{}, map[string]float64{}
	for range 20_000 {
		sums, counts := map[int]float64{}, map[int]float64{}
		for _, s := range scores {
			sums[s.Application] += s.Value - leanings[s.Reader]
			counts[s.Application]++
		}
		for a := range sums {
			worth[a] = sums[a] / counts[a]
		}
		over, read := map[string]float64{}, map[string]float64{}
		for _, s := range scores {
			over[s.Reader] += s.Value - worth[s.Application]
			read[s.Reader]++
		}
		moved := 0.0
		for r := range over {
			leaning := over[r] / (read[r] + shrinkage)
			moved = max(moved, leaning-leanings[r], leanings[r]-leaning)
			leanings[r] = leaning
		}
		if moved < 1e-12 {
			break
		}
	}
	return worth, leanings
}
