package allocation_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"bursar/internal/allocation"
)

// call is a round as providers have them: most funds are for people of one region and some for one employer's or
// for one kind of cost, people have two choices, a fee and mostly travel, and there is money for half and room for two thirds.
func call(applicants, funds, runs int) allocation.Problem {
	r := rand.New(rand.NewPCG(uint64(applicants), uint64(funds)))
	var p allocation.Problem
	regions := max(2, funds/4)
	for i := range funds {
		p.Funds = append(p.Funds, allocation.Fund{
			ID: fmt.Sprintf("F%03d", i), Prefer: 1 + i%4,
			Available: int64(applicants) * 190_000 / int64(funds) * int64(50+r.IntN(101)) / 100,
		})
	}
	p.Funds[0].Prefer = 9
	for i := range runs {
		p.Places = append(p.Places, allocation.Place{ID: fmt.Sprintf("R%02d", i), Free: applicants*2/3/runs + 1})
	}
	for i := range applicants {
		region := r.IntN(regions)
		fee := []string{p.Funds[0].ID}
		for k := region * 4; k < min(funds, region*4+3); k++ {
			if r.IntN(3) > 0 && k > 0 {
				fee = append(fee, p.Funds[k].ID)
			}
		}
		if k := r.IntN(8 * funds); k > 0 && k < funds && k/4 != region {
			fee = append(fee, p.Funds[k].ID)
		}
		travel := []string{p.Funds[min(funds-1, region*4+3)].ID}
		first := r.IntN(runs)
		lines := func(per int64) []allocation.Line {
			l := []allocation.Line{{ID: "fee", Amount: 3250 * per, Funds: fee}}
			if r.IntN(3) > 0 {
				l = append(l, allocation.Line{ID: "travel", Amount: 5000 * int64(1+r.IntN(8)), Funds: travel})
			}
			return l
		}
		p.Applicants = append(p.Applicants, allocation.Applicant{ID: fmt.Sprintf("A%06d", i), Choices: []allocation.Choice{
			{Places: []string{p.Places[first].ID, p.Places[(first+1)%runs].ID}, Lines: lines(100)},
			{Places: []string{p.Places[(first+2)%runs].ID}, Lines: lines(75)},
		}})
	}
	return p
}

func benchmark(b *testing.B, applicants, funds, runs int) {
	p := call(applicants, funds, runs)
	b.ReportAllocs()
	var result allocation.Result
	for b.Loop() {
		var err error
		if result, err = allocation.Plan(p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(result.Count), "funded")
	b.ReportMetric(float64(result.Possible), "possible")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(applicants), "ns/applicant")
}

func BenchmarkPlan500x50(b *testing.B)        { benchmark(b, 500, 50, 10) }
func BenchmarkPlan1000x200x50(b *testing.B)   { benchmark(b, 1_000, 200, 50) }
func BenchmarkPlan10000x200x50(b *testing.B)  { benchmark(b, 10_000, 200, 50) }
func BenchmarkPlan100000x200x50(b *testing.B) { benchmark(b, 100_000, 200, 50) }

// BenchmarkGrowth compares what an applicant costs among a hundred thousand and among a thousand, in one run. As
// n log n grows the ratio would be 1.67.
func BenchmarkGrowth(b *testing.B) {
	few, many := call(1_000, 200, 50), call(100_000, 200, 50)
	var times [2]time.Duration
	for b.Loop() {
		for i, p := range []allocation.Problem{few, many} {
			begun := time.Now()
			if _, err := allocation.Plan(p); err != nil {
				b.Fatal(err)
			}
			times[i] += time.Since(begun)
		}
	}
	b.ReportMetric(times[1].Seconds()/100/times[0].Seconds(), "ratio/applicant")
}
