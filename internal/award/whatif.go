package award

import (
	"cmp"
	"maps"
	"slices"

	"bursar/internal/fund"
	"bursar/internal/money"
)

// Change is what somebody imagines to be otherwise. Nothing in it is written anywhere.
type Change struct {
	Money  map[string]money.Amount // pence more in a fund, by its code; below zero: less
	Places map[string]int          // places more on a run, by its code; below zero: fewer
	Terms  map[string]fund.Terms   // other rules of a fund, by its code
	Moved  map[string]Spot         // where somebody stands in the order, by the code of their application
}

// Spot is where in the order somebody could stand instead.
type Spot string

// The spots.
const (
	Front   Spot = "front"
	Back    Spot = "back"
	Outside Spot = "out" // of the order altogether
)

// Spots lists every spot in the order in which pages offer them.
func Spots() []Spot { return []Spot{Front, Back, Outside} }

// With is what the inputs would be after a change. It leaves in as it is. A fund or a run never has less than nothing.
func (in *Inputs) With(c Change) *Inputs {
	other := *in
	other.Funds, other.Free = slices.Clone(in.Funds), maps.Clone(in.Free)
	other.Applicants, other.Departures = slices.Clone(in.Applicants), slices.Clone(in.Departures)
	for i := range other.Funds {
		h := &other.Funds[i]
		h.Available = max(0, h.Available+c.Money[h.Code])
		if t, changed := c.Terms[h.Code]; changed {
			h.Terms = t
		}
	}
	for _, o := range in.Runs {
		other.Free[o.ID] = max(0, in.Free[o.ID]+c.Places[o.Code])
	}
	other.move(c.Moved)
	return &other
}

// move puts people elsewhere in the order, whatever was departed from for them before.
func (in *Inputs) move(to map[string]Spot) {
	in.Departures = slices.DeleteFunc(in.Departures, func(d Departure) bool { return to[d.Code] != "" })
	weight := map[Spot]int{Front: -1, Back: 1}
	slices.SortStableFunc(in.Applicants, func(a, b Applicant) int {
		return cmp.Compare(weight[to[a.Application.Code]], weight[to[b.Application.Code]])
	})
	kinds := map[Spot]DepartureKind{Front: First, Outside: LeftOut}
	for _, p := range in.Applicants {
		if kind, departs := kinds[to[p.Application.Code]]; departs {
			in.Departures = append(in.Departures, Departure{ApplicationID: p.Application.ID, Kind: kind, Code: p.Application.Code})
		}
	}
}
