// Package allocation decides who is funded, from which funds, and says exactly why somebody is not. It is pure:
// a Problem goes in and a Result comes out, the same bytes for the same problem. Money is in pence.
//
// The rule is rank priority with free rerouting. Applicants stand in one order, and each is given the first of
// their choices with which everybody above can still be paid in full under some routing of the funds, and
// still has a place of the choice they were given. People above keep their award and their places; only which
// fund pays, and which of their equally good places they have, may change. Offers already made (Protected) go
// in first and come out as they were.
//
// It is an incremental maximum flow from lines to funds and an incremental matching of people to places, one
// engine for both (pool.go): each step is a search for augmenting paths, undone when it fails. Lines with the
// same set of funds behave alike and share one node. What was short is what the maximum flow leaves unpaid, and
// the binding funds are those of the minimal cut. Of all routings that pay the plan the last step takes the one
// that uses the funds in the order of Prefer, with few splits (route.go). Sources: Ford and Fulkerson 1956,
// Gale 1957, Edmonds 1970 (greedy on polymatroids), Edmonds and Karp 1972.
//
// The rule does not always fund the greatest number of people, so the result also says how many another order
// reaches (possible.go), and whom it would skip.
//
// Two extensions narrow what a fund may pay:
//
//   - Caps a head (Most of a Line and of a Choice): what one fund may pay of that line, or of all lines of that
//     choice together. They are edges of the same flow, so all of the above holds for the routings within the
//     caps. A cap that is not below what it caps is as good as none. Caps that are part of the minimal cut are
//     named in Reason.Capped.
//   - Limits of heads (Limit): a fund is open to at most so many people of a list. When a choice is tried, a fund
//     whose limit is used up by people already in the plan is closed to that person, and named in
//     Reason.Limited. A person given a choice takes a slot of every limit of a fund that is open to one of
//     their lines. Protected people take slots too, even beyond the limit, and no limit closes a fund to them.
package allocation

// Version is the version of the rule. It changes when the same problem may have another result.
const Version = "1"

// Problem is everything a plan depends on. Applicants stand in their order; ids are unique within their list.
// Places may be left out, of the problem and of the choices: then only money counts.
type Problem struct {
	Funds      []Fund      `json:"funds"`
	Places     []Place     `json:"places,omitempty"`
	Limits     []Limit     `json:"limits,omitempty"`
	Applicants []Applicant `json:"applicants"`
}

// Fund has Available pence to give. Of the funds that may pay, those with the lower Prefer are used first, and
// among equals the one named first: the caller gives the most restricted the lowest.
type Fund struct {
	ID        string `json:"id"`
	Available int64  `json:"available"`
	Prefer    int    `json:"prefer"`
}

// Place is a run with room for so many.
type Place struct {
	ID   string `json:"id"`
	Free int    `json:"free"`
}

// Limit opens a fund to at most Most of these applicants.
type Limit struct {
	Fund   string   `json:"fund"`
	Most   int      `json:"most"`
	People []string `json:"people"`
}

// Applicant has choices in the order of preference. A protected applicant has exactly one, the offer made.
type Applicant struct {
	ID        string   `json:"id"`
	Protected bool     `json:"protected,omitempty"`
	Choices   []Choice `json:"choices"`
}

// Choice is a set of equally good places (none: no place is needed) and all the lines that it costs.
type Choice struct {
	Places []string `json:"places,omitempty"`
	Lines  []Line   `json:"lines"`
	Most   []Cap    `json:"most,omitempty"`
}

// Line is one cost in pence, and the funds whose rules allow it for this person.
type Line struct {
	ID     string   `json:"id"`
	Amount int64    `json:"amount"`
	Funds  []string `json:"funds,omitempty"`
	Most   []Cap    `json:"most,omitempty"`
}

// Cap is the most, in pence, that a fund may pay.
type Cap struct {
	Fund   string `json:"fund"`
	Amount int64  `json:"amount"`
}
