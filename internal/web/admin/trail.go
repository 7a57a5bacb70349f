package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// recent is how many of the newest lines of a list within a page are shown.
const recent = 100

// readTrail reads what was done to the place, with the name of who did it.
func (p *placePage) readTrail(ctx context.Context, d bun.IDB) error {
	events, err := audit.History(ctx, d, "enrolment", int64(p.Place.ID), 0, recent)
	if err != nil {
		return err
	}
	p.Trail = page.Table{Caption: "What happened", Stacked: true, Columns: []page.Column{{Title: "When"}, {Title: "Who"}, {Title: "What"}, {Title: "With"}}}
	for _, e := range events {
		p.Trail.Rows = append(p.Trail.Rows, []page.Cell{
			{Text: london.Stamp(e.At)}, {Text: actorWords(e.Actor, e.Name)}, {Text: sentence(e.Action)}, {Text: detail(e.Detail)},
		})
	}
	return nil
}

// readMails reads what the learner was written, without the words.
func (p *placePage) readMails(ctx context.Context, d bun.IDB) (err error) {
	if p.Place.PersonID == 0 {
		return nil
	}
	p.Mails, err = mailsTo(ctx, d, p.Place.PersonID, "Emails to the learner")
	return err
}

// detail writes an event's details in one line, by name: amounts in pounds, times in London's words.
func detail(object json.RawMessage) string {
	known := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(object))
	decoder.UseNumber()
	if decoder.Decode(&known) != nil {
		return string(object)
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(known)) {
		parts = append(parts, name+": "+value(name, fmt.Sprint(known[name])))
	}
	return strings.Join(parts, ", ")
}

// amounts are the details that are written in pence.
var amounts = []string{"amount", "back", "deferred", "kept", "price", "was"}

func value(name, text string) string {
	if slices.Contains(amounts, name) {
		if a, ok := pence(text); ok {
			return a.String()
		}
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return london.Stamp(t)
	}
	if words, ok := statusWords[enrolment.Status(text)]; ok && name == "status" {
		return words
	}
	return text
}

// sentence begins with a capital letter.
func sentence(words string) string { return strings.ToUpper(words[:1]) + words[1:] }
