package office

import (
	"strconv"

	"bursar/internal/bursary"
	"bursar/internal/web/page"
)

// copyTable says of each application how many of its parts the panel can read.
func copyTable(rows []bursary.Listed) page.Table {
	t := page.Table{
		Caption: "Eligible, and not ready for the panel",
		Columns: []page.Column{{Title: "Application"}, {Title: "Ready", Numeric: true}, {Title: "Of", Numeric: true}, {Title: "Before it can be copied"}},
	}
	for _, row := range rows {
		before := ""
		if row.Recordings > 0 {
			before = waitWords[bursary.ForTranscript]
		}
		t.Rows = append(t.Rows, []page.Cell{
			{Text: row.Code, Href: fileHref(row.Code) + "/copy"},
			{Text: strconv.Itoa(row.CopiesReady)}, {Text: strconv.Itoa(row.CopiesWanted)}, {Text: before},
		})
	}
	return t
}
