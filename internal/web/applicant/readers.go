package applicant

import (
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// readersPage says who has read the application.
type readersPage struct {
	*own
	Readers page.Table
}

// readers lists who has read what the person wrote, with the days.
func (a *Applicant) readers(c *gin.Context) error {
	var seen []bursary.Reading
	o, err := a.look(c, func(tx *db.Tx, f *bursary.File) (err error) {
		seen, err = bursary.Readings(c.Request.Context(), tx, f.ID)
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(c, "applicant/readers", &readersPage{own: o, Readers: readersTable(seen)})
}

func readersTable(seen []bursary.Reading) page.Table {
	t := page.Table{Caption: "Each day on which it was opened", Columns: []page.Column{{Title: "Who"}, {Title: "When"}, {Title: "Times that day", Numeric: true}}}
	for _, r := range seen {
		t.Rows = append(t.Rows, []page.Cell{{Text: reader(r)}, {Text: london.Stamp(r.At)}, {Text: strconv.Itoa(r.Times)}})
	}
	return t
}

// reader is who has read, in plain words.
func reader(r bursary.Reading) string {
	switch r.Audience {
	case form.Office:
		return named(r.Name, "our office")
	case form.Access:
		return named(r.Name, "our access officer") + " (only the support you need)"
	}
	return "Someone on the panel (a copy without your name)"
}

func named(name, role string) string {
	if name == "" {
		return strings.ToUpper(role[:1]) + role[1:]
	}
	return name + ", " + role
}
