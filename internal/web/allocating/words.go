package allocating

import (
	"fmt"
	"strconv"
	"strings"

	"bursar/internal/allocation"
	"bursar/internal/award"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// peopleOf says how many there are.
func peopleOf(n int) string {
	if n == 1 {
		return "1 person"
	}
	return strconv.Itoa(n) + " people"
}

// list is "a, b and c".
func list(parts []string) string {
	if n := len(parts) - 1; n > 0 {
		return strings.Join(parts[:n], ", ") + " and " + parts[n]
	}
	return strings.Join(parts, "")
}

// verb is the first form for one and the second for several.
func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// capital begins a sentence.
func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// purposes are what lines are for: "the course fee and travel".
func purposes(lines []allocation.Line) string {
	if len(lines) == 0 {
		return "a place alone"
	}
	names := make([]string, len(lines))
	for i, l := range lines {
		names[i] = fund.Purpose(l.ID).Title()
	}
	return list(names)
}

// sum is all that lines cost.
func sum(lines []allocation.Line) (total money.Amount) {
	for _, l := range lines {
		total += money.Amount(l.Amount)
	}
	return total
}

// kindWords say what a departure does.
var kindWords = map[award.DepartureKind]string{
	award.First:   "Served before everybody else",
	award.LeftOut: "Left out: not funded in this round",
}

// statusWords say where a proposal stands.
var statusWords = map[award.ProposalStatus]page.Tag{
	award.Proposed: {Text: "Nobody has agreed yet", Colour: "yellow"},
	award.Agreed:   {Text: "One of two has agreed", Colour: "blue"},
	award.Ratified: {Text: "Ratified", Colour: "green"},
	award.Dropped:  {Text: "Replaced", Colour: "grey"},
}

// answerWords say what became of an offer; unpaid, that its holder's own part is still to come.
func answerWords(a *award.Award, unpaid bool) string {
	answered, ended := london.DateOf(a.AnsweredAt).Medium(), london.DateOf(a.EndedAt).Medium()
	switch a.Status {
	case award.Offered:
		if a.Extended {
			return "Waits for an answer until " + a.UntilOn.Medium() + ", after more time was given"
		}
		return "Waits for an answer until " + a.UntilOn.Medium()
	case award.Accepted:
		if unpaid {
			return fmt.Sprintf("Accepted on %s. Their own %s is due by %s", answered, a.Own, a.PayBy.Medium())
		}
		return "Accepted on " + answered
	case award.Spent:
		return "Accepted on " + answered + ". Everything was paid by " + ended
	case award.Declined:
		return "Declined on " + answered
	case award.Lapsed:
		return "Not answered in time, came to its end on " + answered
	case award.Released:
		return "Accepted on " + answered + ", came to its end on " + ended
	}
	return ""
}
