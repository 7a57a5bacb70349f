package allocation

// Result is a plan with its reasons. All lists are in the order of the problem, and never nil. Results share
// slices among people in the same situation: read them, never change them.
type Result struct {
	Funded   []Funded   `json:"funded"`
	Unfunded []Unfunded `json:"unfunded"`
	Funds    []FundUse  `json:"funds"`
	Places   []PlaceUse `json:"places"`
	Count    int        `json:"count"`             // how many are funded
	Possible int        `json:"possible"`          // how many are funded in another order that was found; at least Count
	Skipped  []string   `json:"skipped,omitempty"` // who is funded here and not there, if Possible is above Count
	Input    string     `json:"input"`             // Problem.Digest
	Version  string     `json:"version"`
}

// Funded is what a person is given: the number of the choice from 0, one of its places if it has any, and who
// pays its lines.
type Funded struct {
	ID     string `json:"id"`
	Choice int    `json:"choice"`
	Place  string `json:"place,omitempty"`
	Lines  []Paid `json:"lines"`
}

// Paid is a line, paid to the penny.
type Paid struct {
	ID   string    `json:"id"`
	Paid []Payment `json:"paid"`
}

// Payment is what one fund pays of a line, in pence above 0.
type Payment struct {
	Fund   string `json:"fund"`
	Amount int64  `json:"amount"`
}

// Unfunded is a person who is not funded, with a reason for each choice.
type Unfunded struct {
	ID      string   `json:"id"`
	Reasons []Reason `json:"reasons"`
}

// Reason says why a choice failed when it was tried, after everybody above.
type Reason struct {
	Choice  int      `json:"choice"`
	Short   int64    `json:"short"`             // pence that the maximum flow left unpaid; 0 when money was not what failed
	Binding []string `json:"binding"`           // the funds of the minimal cut: all used by this person and people above
	Capped  []string `json:"capped,omitempty"`  // the funds whose caps a head are in that cut
	Limited []string `json:"limited,omitempty"` // the funds that would count but for a limit of heads
	Closed  []Closed `json:"closed"`            // when money failed: the funds with money left that may pay no line of this choice
	Full    []string `json:"full"`              // the places without room, when places failed
}

// Closed is a fund with what the plan leaves of it, in pence.
type Closed struct {
	Fund string `json:"fund"`
	Left int64  `json:"left"`
}

// FundUse is what a fund pays in all, and what stays, in pence.
type FundUse struct {
	ID   string `json:"id"`
	Used int64  `json:"used"`
	Left int64  `json:"left"`
}

// PlaceUse is how many have a place, and how many more could.
type PlaceUse struct {
	ID   string `json:"id"`
	Used int    `json:"used"`
	Left int    `json:"left"`
}

// Shadow says what the smallest further gift to one fund would do while everybody funded stays so: More pence, and
// Whom is funded, the first in order for whom that is enough. Count is how many more people are funded then: 1, or 0
// with More 0 when no gift to this fund alone funds anybody.
type Shadow struct {
	Fund  string `json:"fund"`
	More  int64  `json:"more"`
	Whom  string `json:"whom,omitempty"`
	Count int    `json:"count"`
}
