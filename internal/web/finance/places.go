package finance

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type placesPage struct {
	base
	Organisation *organisation.Organisation
	Table        page.Table
	Links        page.Pagination
}

// places lists the places that an organisation pays for, or for a part of them, latest first.
func (f finance) places(c *gin.Context) error {
	ctx := c.Request.Context()
	o, err := f.organisationBy(c, c.Param("code"))
	if err != nil {
		return err
	}
	var before id.Enrolment
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	seats, err := enrolment.SeatsOf(ctx, f.DB, o.ID, before, portion+1)
	if err != nil {
		return err
	}
	p := &placesPage{base: within(o), Organisation: o}
	if seats, p.Links, err = page.Portion(c, seats, portion, func(last enrolment.Seat) id.Enrolment { return last.ID }); err != nil {
		return err
	}
	if p.Table, err = seatTable(ctx, f.DB, "Latest first", seats, actsHere(page.ViewerOf(c))); err != nil {
		return err
	}
	return page.Render(c, "finance/places", p)
}

// seatTable is places as the organisation that pays for them knows them. Whoever acts here can say who sits there.
func seatTable(ctx context.Context, d bun.IDB, caption string, seats []enrolment.Seat, acts bool) (page.Table, error) {
	t := page.Table{Caption: caption, Stacked: true, Columns: []page.Column{
		{Title: "Place"}, {Title: "Dates"}, {Title: "Who"}, {Title: "How it stands"}, {Title: "What it pays", Numeric: true},
	}}
	var runs []id.Run
	for _, s := range seats {
		runs = append(runs, s.RunID)
	}
	offered, err := course.OfferingsOf(ctx, d, runs)
	if err != nil {
		return t, err
	}
	for _, s := range seats {
		who := s.Name
		if who == "" {
			who = "Not named yet"
		}
		name := page.Cell{Text: who}
		if acts && s.TeamID != 0 && (s.Status == enrolment.Held || s.Status == enrolment.Confirmed) {
			name.Href = "/finance/places/" + s.Code + "/name"
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: s.Code}, {Text: offered[s.RunID].Code}, name, {Text: seatStanding(s)}, {Text: s.Own.String()}})
	}
	return t, nil
}

// seatStanding is how a place stands, and what is missing.
func seatStanding(s enrolment.Seat) string {
	said := placeWords[s.Status]
	switch {
	case s.Status == enrolment.Held && !s.HeldUntil.IsZero():
		said += " until " + london.DateOf(s.HeldUntil).Medium()
	case s.Left:
		said += ", the person has left the organisation"
	}
	if s.Status == enrolment.Held && !s.Agreed {
		said += ", the organisation has not agreed to pay"
	}
	return said
}

// departure is somebody whose employer says that they have left, and who has not said what becomes of their place.
type departure struct {
	Place, Run, Organisation, Code string
	Name, Email                    string
	AnswerBy                       london.Date
}

type departuresPage struct {
	base
	Table page.Table
}

const departuresAt = "/finance/departures"

// departures lists who was asked what becomes of a place that their employer no longer pays for, the longest first.
func (f finance) departures(c *gin.Context) error {
	var rows []departure
	err := f.DB.NewRaw(`
		SELECT e.code AS place, r.code AS run, o.name AS organisation, o.code, n.name, n.email, d.answer_by
		FROM   seat_departures d
		JOIN   enrolments e ON e.id = d.enrolment_id JOIN runs r ON r.id = e.run_id JOIN organisations o ON o.id = d.organisation_id
		LEFT   JOIN seat_names n ON n.enrolment_id = e.id AND n.until IS NULL
		WHERE  d.outcome IS NULL
		ORDER  BY d.answer_by, d.id LIMIT 200`).Scan(c.Request.Context(), &rows)
	if err != nil {
		return fmt.Errorf("listing departures: %w", err)
	}
	p := &departuresPage{base: below(), Table: page.Table{Caption: "Waiting for an answer", Stacked: true, Columns: []page.Column{
		{Title: "Who"}, {Title: "Place"}, {Title: "Organisation"}, {Title: "Answer by"},
	}}}
	for _, r := range rows {
		by := r.AnswerBy.Medium()
		if r.AnswerBy.Before(f.today()) {
			by += ", which is past"
		}
		place := page.Cell{Text: r.Place + ", " + r.Run}
		if actsHere(page.ViewerOf(c)) {
			place.Href = departuresAt + "/" + r.Place
		}
		p.Table.Rows = append(p.Table.Rows, []page.Cell{
			{Text: r.Name + " (" + r.Email + ")"}, place, {Text: r.Organisation, Href: organisationsAt + "/" + r.Code}, {Text: by},
		})
	}
	return page.Render(c, "finance/departures", p)
}
