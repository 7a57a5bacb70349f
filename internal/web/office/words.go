package office

import (
	"strconv"
	"strings"

	"bursar/internal/bursary"
	"bursar/internal/form"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// statusTags say where an application stands.
var statusTags = map[bursary.Status]page.Tag{
	bursary.Draft:           {Text: "Not sent yet", Colour: "grey"},
	bursary.Submitted:       {Text: "Sent", Colour: "blue"},
	bursary.InReview:        {Text: "Being read", Colour: "blue"},
	bursary.Banded:          {Text: "Read", Colour: "blue"},
	bursary.Allocated:       {Text: "Funded", Colour: "green"},
	bursary.Reserve:         {Text: "On the reserve list", Colour: "yellow"},
	bursary.NotFunded:       {Text: "Not funded", Colour: "grey"},
	bursary.Withdrawn:       {Text: "Taken back", Colour: "grey"},
	bursary.Ineligible:      {Text: "Not eligible", Colour: "red"},
	bursary.ReviewRequested: {Text: "Review asked for", Colour: "yellow"},
	bursary.Upheld:          {Text: "Review: upheld", Colour: "green"},
	bursary.Dismissed:       {Text: "Review: not upheld", Colour: "grey"},
}

// waitWords name what can wait.
var waitWords = map[bursary.Wait]string{
	bursary.ForReply:        "Question to answer",
	bursary.ForTranscript:   "Recording to write down",
	bursary.ForConfirmation: "Not confirmed by the applicant",
	bursary.ForCheck:        "Eligibility to check",
	bursary.ForCopy:         "Copy not ready for the panel",
}

var timeWords = map[bursary.TimeReason]string{
	bursary.AskedForTime: "They asked for it before the deadline",
	bursary.SupportLate:  "What they needed in order to apply came late",
	bursary.SiteFailed:   "Our pages did not work for them",
	bursary.OurMistake:   "We told them something wrong",
}

var statementWords = map[bursary.StatementStatus]string{
	bursary.StatementAsked:     "Asked, not opened yet",
	bursary.StatementOpened:    "Opened, not sent yet",
	bursary.StatementReceived:  "Received",
	bursary.StatementCancelled: "Not asked any more",
	bursary.StatementDeclined:  "Would rather not",
}

var audienceWords = map[form.Audience]string{form.Office: "Office", form.Panel: "Somebody on the panel", form.Access: "Access officer"}

// matters are what waits in one line of the list, in words.
func matters(l bursary.Listed) []string {
	var all []string
	add := func(yes bool, words string) {
		if yes {
			all = append(all, words)
		}
	}
	sent := l.Status != bursary.Draft && l.Status != bursary.Withdrawn
	add(l.Messages > 0, waitWords[bursary.ForReply])
	add(sent && l.Recordings > 0, waitWords[bursary.ForTranscript])
	add(sent && l.Entered && !l.Confirmed, waitWords[bursary.ForConfirmation])
	add(l.Status == bursary.Submitted && l.Eligible == nil && l.Past, waitWords[bursary.ForCheck])
	reading := l.Status == bursary.Submitted || l.Status == bursary.InReview
	add(reading && l.Eligible != nil && *l.Eligible && l.CopiesReady < l.CopiesWanted, waitWords[bursary.ForCopy])
	return all
}

// shown is an answer as staff read it: labels for what was chosen, lines for what was written.
func shown(q form.Question, a form.Answers) []string {
	switch q.Kind {
	case form.YesNo, form.Choice, form.Choices, form.Runs:
		var labels []string
		for _, value := range a.List(q.Key) {
			labels = append(labels, label(q, value))
		}
		return labels
	case form.Confirm:
		if a.Has(q.Key, form.Yes) {
			return []string{"Yes"}
		}
		return nil
	}
	if a[q.Key] == "" {
		return nil
	}
	return strings.Split(a[q.Key], "\n")
}

func label(q form.Question, value string) string {
	for _, o := range q.Options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

// length is how long a recording is: "2 minutes 5 seconds".
func length(seconds int) string {
	minutes, rest := seconds/60, seconds%60
	switch {
	case minutes == 0:
		return strconv.Itoa(rest) + " seconds"
	case rest == 0:
		return strconv.Itoa(minutes) + " minutes"
	}
	return strconv.Itoa(minutes) + " minutes " + strconv.Itoa(rest) + " seconds"
}

// day reads a day from its three boxes.
func day(d, m, y string) (london.Date, bool) {
	parsed, err := london.Parse(y + "-" + twoDigits(m) + "-" + twoDigits(d))
	return parsed, err == nil
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}
