package panel

import (
	"fmt"

	"bursar/internal/bursary"
	"bursar/internal/failure"
)

// Crossing is something about the bands that needs a reason and has none, and the sentence that says so.
type Crossing struct {
	Code     string
	Sentence string
}

// Unexplained lists the applications that stand in a lower band than others with lower means, and nobody has said
// why of either: a reading that was finished late can bring that about without any placing.
func (r *Ranking) Unexplained() []Crossing {
	var list crossingList
	r.eachAgainst(nil, func(better, other Standing) {
		list.add(better.Code, fmt.Sprintf("%s has a higher mean than %s and stands in a lower band. Say why, for either of them.", better.Code, other.Code))
	})
	return list.all
}

// crossings lists what needs a reason once the moves are made, as far as the moves bring it about.
func (r *Ranking) crossings(moves map[string]Placement) []Crossing {
	var list crossingList
	for _, s := range r.Standings {
		if m, moved := moves[s.Code]; moved && s.Band != "" && m.Band != s.Band && m.Reason == "" {
			list.add(s.Code, fmt.Sprintf("%s was in band %s. Say why it moves.", s.Code, s.Band))
		}
	}
	r.eachAgainst(moves, func(better, other Standing) {
		code := better.Code
		if _, moved := moves[code]; !moved {
			code = other.Code
		}
		if _, moved := moves[code]; moved {
			list.add(code, fmt.Sprintf("%s has a higher mean than %s and would stand in a lower band. Say why, for either of them.", better.Code, other.Code))
		}
	})
	return list.all
}

// crossingList says one thing of each application: the first.
type crossingList struct{ all []Crossing }

func (l *crossingList) add(code, sentence string) {
	for _, c := range l.all {
		if c.Code == code {
			return
		}
	}
	l.all = append(l.all, Crossing{code, sentence})
}

// eachAgainst calls f for every two that stand against their means once the moves are made, without a reason for
// either. The letters of the bands rise as they get lower.
func (r *Ranking) eachAgainst(moves map[string]Placement, f func(better, other Standing)) {
	for i, better := range r.Standings {
		high := bandAfter(better, moves)
		if high == "" || reasoned(better, moves) {
			continue
		}
		for _, other := range r.Standings[i+1:] {
			low := bandAfter(other, moves)
			if low != "" && high > low && better.Calibrated > other.Calibrated && !reasoned(other, moves) {
				f(better, other)
			}
		}
	}
}

func bandAfter(s Standing, moves map[string]Placement) bursary.Band {
	if m, ok := moves[s.Code]; ok {
		return m.Band
	}
	return s.Band
}

func reasoned(s Standing, moves map[string]Placement) bool {
	if m, ok := moves[s.Code]; ok {
		return m.Reason != ""
	}
	return s.Explained
}

func unexplained(crossings []Crossing) error {
	fields := map[string]string{}
	for _, c := range crossings {
		fields["reason-"+c.Code] = c.Sentence
	}
	return &failure.Error{Kind: failure.Invalid, Code: "reason_missing", Message: "Some placings need a reason.", Fields: fields}
}

// Propose says in which band each application that has none would be by its mean alone: A from one mean on, B from
// a lower one on, and else C. It writes nothing.
func (r *Ranking) Propose(fromA, fromB float64) map[string]bursary.Band {
	proposed := map[string]bursary.Band{}
	for _, s := range r.Standings {
		switch {
		case s.Band != "" || s.Waiting() != nil:
		case s.Calibrated >= fromA:
			proposed[s.Code] = bursary.BandA
		case s.Calibrated >= fromB:
			proposed[s.Code] = bursary.BandB
		default:
			proposed[s.Code] = bursary.BandC
		}
	}
	return proposed
}
