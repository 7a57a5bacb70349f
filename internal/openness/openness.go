// Package openness is what the provider publishes of who learned, who paid, and who could not: of each cohort once it has
// begun, and of each round of applications once it is decided. The program works it out from the books and the decisions, and
// keeps only what may be published: no number of people under five is stored, and none that could be found by taking others
// off a sum. It never names anybody.
package openness

import (
	"encoding/json"
	"strconv"

	"bursar/internal/london"
	"bursar/internal/money"
)

// Least is the smallest number of people that is published. Smaller ones could tell of somebody who can be recognised.
const Least = 5

// Count is a number of people; one under Least is not known, not even here.
type Count struct {
	n     int
	shown bool
}

// Of is a count of people, which forgets a number under Least.
func Of(n int) Count {
	if n < Least {
		return Count{}
	}
	return Count{n, true}
}

// Shown is the number, if it may be shown.
func (c Count) Shown() (n int, ok bool) { return c.n, c.shown }

// String is the number, or that it is under Least.
func (c Count) String() string {
	if !c.shown {
		return "fewer than 5"
	}
	return strconv.Itoa(c.n)
}

// MarshalJSON writes null for a number that is not shown.
func (c Count) MarshalJSON() ([]byte, error) {
	if !c.shown {
		return []byte("null"), nil
	}
	return json.Marshal(c.n)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Count) UnmarshalJSON(b []byte) error {
	var n *int
	if err := json.Unmarshal(b, &n); err != nil || n == nil {
		*c = Count{}
		return err
	}
	*c = Of(*n)
	return nil
}

// within is a part of a whole: it is shown only where the rest could be shown too, or is nobody.
func within(part, whole int) Count {
	if rest := whole - part; rest != 0 && rest < Least {
		return Count{}
	}
	return Of(part)
}

// Paid is what one kind of payer pays of a cohort, and of how many places. The amount is shown with the count.
type Paid struct {
	Places Count
	Amount money.Amount // pence; 0 where the count is not shown
}

func paid(places int, amount money.Amount) Paid {
	p := Paid{Places: Of(places)}
	if p.Places.shown {
		p.Amount = amount
	}
	return p
}

// Cohort is one run of a course that has begun.
type Cohort struct {
	Code          string
	Title         string
	City          string
	StartsOn      london.Date
	Places        int   // that there were
	Taken         Count // when it began or since
	Peers         Count // of those who took them
	Learners      Paid
	Employers     Paid
	Funds         Paid
	Trainers      Count
	PeersTeaching Count
}

// Round is one call for applications that is decided.
type Round struct {
	Code         string
	Title        string
	DecidedOn    london.Date
	Applications Count // that were sent
	Awards       Count // that were accepted, or may still be
	Lines        []Line
	Unfunded     Count        // people in bands A and B for whom there was no money or no place when it was allocated
	Short        money.Amount // pence that were missing for them; 0 where their number is not shown
	Days         int          // from sending to the first letter, for the person in the middle; 0 where too few were answered
	Panel        Count
	PanelPeers   Count
	Reviews      Count // that were asked for
	Upheld       Count
}

// Line is what funds gave for one purpose.
type Line struct {
	Purpose string
	People  Count
	Amount  money.Amount // pence; 0 where the number of people is not shown
}

// Year is all that is published of one year.
type Year struct {
	Year    int
	Cohorts []Cohort
	Rounds  []Round
	Peers   Peers
}

// Sum adds counts up; it is shown only when every one of them is, so that none can be found by taking the others off.
func Sum(counts ...Count) Count {
	total := Count{shown: len(counts) > 0}
	for _, c := range counts {
		if !c.shown {
			return Count{}
		}
		total.n += c.n
	}
	return total
}
