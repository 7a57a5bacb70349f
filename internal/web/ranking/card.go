package ranking

import (
	"fmt"
	"slices"
	"strings"

	"bursar/internal/bursary"
	"bursar/internal/failure"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

// card is one application as it stands and as somebody wants to place it.
type card struct {
	panel.Standing
	Place   int    // from 1
	Tied    bool   // others share it
	Read    string // how many of the readings are done
	Scores  string
	Mean    string // the raw one
	Settled string // the calibrated one with its standard error
	Picture picture
	Typed   bursary.Band // chosen on the page, which may not be saved yet
	Reason  string
	Waits   string // why it cannot be placed, or empty
	Errors  page.Errors
}

// Href leads to what its readers wrote.
func (c card) Href() string { return "applications/" + c.Code }

// Moved reports whether the choice on the page is not the one that is saved.
func (c card) Moved() bool { return c.Typed != c.Band }

// From says where it is saved, for a choice that is not.
func (c card) From() string {
	if c.Band == "" {
		return "not placed"
	}
	return "in band " + string(c.Band)
}

// BandError and ReasonError are the sentences beside its two fields.
func (c card) BandError() string { return c.Errors.For("band-" + c.Code) }

// ReasonError is the sentence beside its reason.
func (c card) ReasonError() string { return c.Errors.For("reason-" + c.Code) }

// Bands are what it can be placed in.
func (c card) Bands() []page.Choice {
	return []page.Choice{{Value: "", Label: "Not placed"}, {Value: "A", Label: "A"}, {Value: "B", Label: "B"}, {Value: "C", Label: "C"}}
}

// cards are all applications of a ranking, the highest mean first.
func cards(r *panel.Ranking) []card {
	all := make([]card, len(r.Standings))
	for i, s := range r.Standings {
		c := card{Standing: s, Place: r.Rank(i), Mean: "–", Settled: mean(r, s), Picture: draw(s), Typed: s.Band}
		c.Tied = i > 0 && r.Rank(i-1) == c.Place || i+1 < len(r.Standings) && r.Rank(i+1) == c.Place
		c.Read = fmt.Sprintf("%d of %d", len(s.Given), r.Round.Readers)
		if len(s.Given) > 0 {
			c.Mean = score(s.Raw)
			if !slices.ContainsFunc(s.Given, func(g panel.Given) bool { return g.Peer }) {
				c.Read += ", no peer yet"
			}
		}
		var given []string
		for _, g := range s.Given {
			given = append(given, score(g.Value))
		}
		c.Scores = strings.Join(given, ", ")
		if err := s.Waiting(); err != nil {
			c.Waits = failure.Of(err).Message
		}
		all[i] = c
	}
	return all
}

// column is a band, or what is in none, with what somebody wants in it.
type column struct {
	Band  bursary.Band
	Cards []card
}

// Title says what the band means.
func (c column) Title() string { return bandWords[c.Band] }

func columns(all []card) []column {
	list := []column{{Band: ""}, {Band: bursary.BandA}, {Band: bursary.BandB}, {Band: bursary.BandC}}
	for _, one := range all {
		i := max(0, slices.IndexFunc(list, func(c column) bool { return c.Band == one.Typed }))
		list[i].Cards = append(list[i].Cards, one)
	}
	return list
}
