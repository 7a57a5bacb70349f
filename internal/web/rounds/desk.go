package rounds

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type deskPage struct {
	page.Base
	Card       card
	Runs       []string
	Extensions []bursary.Extension
	Trail      page.Table
}

// desk is one round: how it stands, what needs doing, and the way to everything that belongs to it.
func (f office) desk(c *gin.Context) error {
	p := &deskPage{Base: page.Base{Crumbs: []page.Link{home, all}}}
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error { return p.read(ctx, tx, c.Param("code")) })
	if err != nil {
		return err
	}
	return page.Render(c, "rounds/desk", p)
}

func (p *deskPage) read(ctx context.Context, tx *db.Tx, code string) error {
	r, err := bursary.FindRound(ctx, tx, code)
	if err != nil {
		return err
	}
	s, err := bursary.DeskOf(ctx, tx, r.Code)
	if err != nil {
		return err
	}
	p.Card = card{s, tx.Now}
	runs, err := bursary.RunsOf(ctx, tx, s.ID)
	if err != nil {
		return err
	}
	for _, o := range runs {
		p.Runs = append(p.Runs, o.Code+", "+o.City+", from "+o.StartsOn().Medium())
	}
	if p.Extensions, err = bursary.ExtensionsOf(ctx, tx, s.ID); err != nil {
		return err
	}
	p.Trail, err = trailOf(ctx, tx, s.ID)
	return err
}

// Dates are the days of the round in their order.
func (p *deskPage) Dates() page.Summary {
	r := &p.Card.Round
	rows := []page.Row{
		{Key: "People can apply", Value: "From " + r.OpensOn.Long()},
		{Key: "Until", Value: r.ClosesOn.Long() + ", 11:59pm"},
		{Key: "The panel meets", Value: r.PanelOn.Long()},
		{Key: "The public draw", Value: publicDraw(r)},
		{Key: "Everybody is told by", Value: r.DecidesOn.Long()},
	}
	for _, e := range p.Extensions {
		rows = append(rows, page.Row{
			Key: "Extended", Lines: []string{"From " + e.WasOn.Medium() + " to " + e.UntilOn.Medium() + ", decided on " + london.DateOf(e.At).Medium(), e.Reason},
		})
	}
	return page.Summary{Rows: rows}
}

func publicDraw(r *bursary.Round) string {
	if r.BeaconOn.IsZero() {
		return "Not named yet"
	}
	return r.BeaconOn.Long()
}

// Announced is what the round promises.
func (p *deskPage) Announced() page.Summary {
	r := &p.Card.Round
	return page.Summary{Rows: []page.Row{
		{Key: "Places", Value: fmt.Sprint(r.Places)},
		{Key: "Money", Value: r.Money.Short()},
		{Key: "Cohorts", Lines: p.Runs},
		{Key: "Readers", Value: fmt.Sprintf("%d for each application, %d on the panel", r.Readers, p.Card.Panel)},
		{Key: "Questions", Value: "Version " + r.FormVersion + ", scored by version " + r.RubricVersion, Href: href(r) + "/questions", Action: "Show"},
		{Key: "Whom people can ask", Lines: []string{r.ContactName, r.ContactEmail, r.ContactPhone}},
	}}
}

// Counts are the applications by how they stand.
func (p *deskPage) Counts() page.Summary { return page.Summary{Rows: p.Card.Lines()} }

// Draft reports whether only the office can see the round.
func (p *deskPage) Draft() bool { return !p.Card.Public() }

// Extendable reports whether everybody can be given more time.
func (p *deskPage) Extendable() bool { return p.Card.Status == bursary.RoundPublished }

// Closable reports whether the round can be closed by hand.
func (p *deskPage) Closable() bool { return p.Card.Closable(p.Card.now) }

// Read reports whether the round has closed, so that applications are read and counted.
func (p *deskPage) Read() bool { return p.Card.Public() && p.Card.Status != bursary.RoundPublished }

// recent is how many of the newest lines of the trail are shown.
const recent = 50

// trailOf is what was done to a round, with the name of who did it.
func trailOf(ctx context.Context, tx *db.Tx, round id.Round) (page.Table, error) {
	t := page.Table{Caption: "What happened", Columns: []page.Column{{Title: "When"}, {Title: "What"}, {Title: "Who"}}}
	var events []struct {
		At     time.Time
		Actor  audit.Actor
		Name   string
		Action string
	}
	err := tx.NewRaw(`
		SELECT a.at, a.actor, coalesce(person.name, '') AS name, a.action
		FROM   audit a LEFT JOIN people person ON person.id = a.person_id
		WHERE  a.subject = 'round' AND a.subject_id = ?
		ORDER  BY a.id DESC LIMIT ?`, round, recent).Scan(ctx, &events)
	if err != nil {
		return t, fmt.Errorf("reading the trail of a round: %w", err)
	}
	for _, e := range events {
		who, act := e.Name, acts[e.Action]
		if who == "" {
			who = "The program"
		}
		if act == "" {
			act = strings.ToUpper(e.Action[:1]) + e.Action[1:]
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: london.Stamp(e.At)}, {Text: act}, {Text: who}})
	}
	return t, nil
}

// preview shows a draft as everybody will see it. A published round is shown as everybody does see it.
func (f office) preview(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	if r.Public() {
		return page.Redirect(c, "/bursaries/"+r.Code)
	}
	shown, err := f.Preview(c.Request.Context(), f.DB, r)
	if err != nil {
		return err
	}
	return page.Render(c, "public/round", shown)
}
