package rounds

import (
	"fmt"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// card is a round as the list and its own desk show it.
type card struct {
	*bursary.Standing
	now time.Time
}

// Href is the address of the round's desk.
func (c card) Href() string { return href(&c.Round) }

// Tag is how the round stands, in a word or two.
func (c card) Tag() page.Tag {
	switch {
	case c.Open(c.now):
		return page.Tag{Text: "Open", Colour: "green"}
	case c.Upcoming(c.now):
		return page.Tag{Text: "Published", Colour: "blue"}
	case c.Status == bursary.RoundPublished:
		return page.Tag{Text: "Closing", Colour: "yellow"}
	default:
		return tags[c.Status]
	}
}

var tags = map[bursary.RoundStatus]page.Tag{
	bursary.RoundDraft:  {Text: "Draft", Colour: "grey"},
	bursary.RoundClosed: {Text: "Being read", Colour: "blue"},
	bursary.RoundFrozen: {Text: "Bands agreed", Colour: "blue"},
	bursary.RoundDrawn:  {Text: "Order drawn"},
}

// Said is how the round stands, in a sentence.
func (c card) Said() string {
	switch {
	case c.Open(c.now):
		return "People can apply until " + c.ClosesOn.Long() + ", 11:59pm."
	case c.Upcoming(c.now):
		return "Everybody can read about it. People can apply from " + c.OpensOn.Long() + "."
	case c.Status == bursary.RoundPublished:
		return "The deadline has passed. The round closes by itself two minutes after it, so that everything that was sent in time is in."
	case c.Status == bursary.RoundDraft:
		return "Only the office can see this round."
	case c.Status == bursary.RoundClosed:
		return "No more applications. The panel meets on " + c.PanelOn.Long() + "."
	case c.Status == bursary.RoundFrozen:
		return "Two people have agreed to the bands. The order is drawn after the public draw on " + c.BeaconOn.Long() + "."
	default:
		return "The order is drawn. Everybody is told by " + c.DecidesOn.Long() + "."
	}
}

// Days are those on which people can apply.
func (c card) Days() string { return london.Days(c.OpensOn, c.ClosesOn) }

// Lines are the counts of applications, in the order of an application's life.
func (c card) Lines() []page.Row {
	var rows []page.Row
	for _, l := range lives {
		if n := c.Counts[l.status]; n > 0 {
			rows = append(rows, page.Row{Key: l.words, Value: fmt.Sprint(n)})
		}
	}
	return rows
}

// InShort is how many have begun and sent.
func (c card) InShort() string {
	if len(c.Counts) == 0 {
		return "Nobody has begun an application."
	}
	return fmt.Sprintf("%d sent, %d begun and not sent.", c.Sent(), c.Counts[bursary.Draft])
}

// life is one stage of an application, as the desk counts it.
type life struct {
	status bursary.Status
	words  string
}

var lives = []life{
	{bursary.Draft, "Begun, not sent"},
	{bursary.Submitted, "Sent"},
	{bursary.InReview, "With the readers"},
	{bursary.Banded, "In a band"},
	{bursary.Allocated, "Award decided"},
	{bursary.Reserve, "On the reserve list"},
	{bursary.NotFunded, "Not this time"},
	{bursary.Ineligible, "Not eligible"},
	{bursary.ReviewRequested, "Review asked for"},
	{bursary.Upheld, "Review upheld"},
	{bursary.Dismissed, "Review dismissed"},
	{bursary.Withdrawn, "Taken back"},
}

// Needs lists what somebody should do, with the place where it is done.
func (c card) Needs() []page.Link {
	var needs []page.Link
	need := func(is bool, words, where string) {
		if is {
			needs = append(needs, page.Link{Text: words, Href: c.Href() + where})
		}
	}
	need(c.Status == bursary.RoundDraft, "Look at the preview, and publish it", "/publish")
	need(c.Panel == 0 && (c.Status == bursary.RoundPublished || c.Status == bursary.RoundClosed), "Nobody is on the panel yet", "/panel")
	need(c.Messages > 0, count(c.Messages, "question waits", "questions wait")+" for an answer", "/applications")
	need(c.Recordings > 0, count(c.Recordings, "recording waits", "recordings wait")+" to be written down", "/applications")
	need(c.Unconfirmed > 0, count(c.Unconfirmed, "person has", "people have")+" to confirm what we wrote down for them", "/applications")
	need(c.Undecided > 0 && c.now.After(c.Deadline()), count(c.Undecided, "application waits", "applications wait")+" for somebody to say who is eligible", "/applications")
	return needs
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// acts are what happened to a round, as the audit trail has it, in words.
var acts = map[string]string{
	"round created":   "Made",
	"round changed":   "Changed",
	"round published": "Published",
	"round extended":  "Extended",
	"round closed":    "Closed",
}
