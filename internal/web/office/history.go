package office

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// historyShown is how many of the newest events are shown.
const historyShown = 100

// historyOf is what was done to an application and by whom, the newest first. It holds codes and statuses, no words.
func historyOf(ctx context.Context, tx *db.Tx, which id.Application) (page.Table, error) {
	events, err := audit.History(ctx, tx, "application", int64(which), 0, historyShown)
	if err != nil {
		return page.Table{}, err
	}
	t := page.Table{Caption: "What happened", Columns: []page.Column{{Title: "When"}, {Title: "Who"}, {Title: "What"}, {Title: "With"}}}
	for _, e := range events {
		t.Rows = append(t.Rows, []page.Cell{
			{Text: london.Stamp(e.At)}, {Text: actor(e.Actor, e.Name)}, {Text: strings.ToUpper(e.Action[:1]) + e.Action[1:]}, {Text: details(e.Detail)},
		})
	}
	return t, nil
}

func actor(a audit.Actor, name string) string {
	switch {
	case a == audit.System:
		return "The program"
	case name == "":
		return "Somebody without a name yet"
	}
	return name
}

// details writes what an event was with in one line.
func details(object json.RawMessage) string {
	known := map[string]any{}
	if json.Unmarshal(object, &known) != nil {
		return string(object)
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if known[name] == nil {
			continue
		}
		text := fmt.Sprint(known[name])
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			text = london.Stamp(t)
		}
		parts = append(parts, name+": "+text)
	}
	return strings.Join(parts, ", ")
}
