package panel

import (
	"fmt"
	"slices"

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

// Thin lists the applications in a band that fewer people have read than planned, or no peer, and that were placed
// without a reason.
func (r *Ranking) Thin() []Crossing {
	var list crossingList
	for _, s := range r.Standings {
		if sentence := r.thin(s); sentence != "" && s.Band != "" && !s.Explained {
			list.add(s.Code, sentence)
		}
	}
	return list.all
}

// thin says what an application's reading lacks, or nothing.
func (r *Ranking) thin(s Standing) string {
	switch {
	case len(s.Given) < r.Round.Readers:
		return fmt.Sprintf("%s was read by %d of %d. Say why it is placed all the same.", s.Code, len(s.Given), r.Round.Readers)
	case !slices.ContainsFunc(s.Given, func(g Given) bool { return g.Peer }):
		return fmt.Sprintf("No peer has read %s. Say why it is placed all the same.", s.Code)
	}
	return ""
}

func codesOf(crossings []Crossing) []string {
	codes := make([]string, len(crossings))
	for i, c := range crossings {
		codes[i] = c.Code
	}
	return codes
}

// crossings lists what needs a reason once the moves are made, as far as the moves bring it about.
func (r *Ranking) crossings(moves map[string]Placement) []Crossing {
	var list crossingList
	for _, s := range r.Standings {
		m, moved := moves[s.Code]
		if !moved || m.Reason != "" {
			continue
		}
		if s.Band != "" && m.Band != s.Band {
			list.add(s.Code, fmt.Sprintf("%s was in band %s. Say why it moves.", s.Code, s.Band))
		}
		if sentence := r.thin(s); sentence != "" && m.Band != "" {
			list.add(s.Code, sentence)
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
