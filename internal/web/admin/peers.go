package admin

import (
	"bursar/internal/openness"
	"bursar/internal/web/page"
)

// peersTable is the share of peers among learners, trainers and panels.
func peersTable(p openness.Peers) page.Table {
	t := page.Table{Caption: "Peers", Columns: []page.Column{{Title: "Among"}, {Title: "People", Numeric: true}, {Title: "Peers", Numeric: true}, {Title: "Share", Numeric: true}}}
	for _, among := range []struct {
		who   string
		share openness.Share
	}{{"Learners on cohorts that are not over", p.Learners}, {"Trainers", p.Trainers}, {"Panels that read now", p.Panel}} {
		t.Rows = append(t.Rows, []page.Cell{{Text: among.who}, {Text: among.share.Of.String()}, {Text: among.share.Peers.String()}, {Text: among.share.String()}})
	}
	return t
}
