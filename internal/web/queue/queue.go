// Package queue is where the office sees everybody who is on their way to a place, whether they booked, wait or applied for it,
// and answers course applications.
//
// What always holds: the words of an application are shown to administrators alone; a yes keeps the place until its day, a no
// says why; who is answered at once with others is shown first.
package queue

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/report"
	"bursar/internal/secret"
	"bursar/internal/sheet"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB      *db.DB
	Office  *db.DB // in the office's role: the words
	Machine *db.DB // in the role db.Worker: places are held by a yes
	Box     *secret.Box
	Staff   func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
}

type desk struct{ Options }

// Mount adds the pages to an engine that uses page.Use and knows who is asking.
func Mount(r gin.IRouter, o Options) {
	d := desk{o}
	g := r.Group("/admin", o.Staff(people.Admin), unkept)
	g.GET("/queue", page.Handle(d.queue))
	g.GET("/queue/save/:file", page.Handle(d.save))
	g.GET("/course-applications/:code", page.Handle(d.application))
	g.POST("/course-applications/:code/offer", page.Handle(d.offer))
	g.POST("/course-applications/:code/turn-down", page.Handle(d.turnDown))
	g.POST("/course-applications", page.Handle(d.several))
}

// unkept has no browser or cache keep a page.
func unkept(c *gin.Context) { c.Header("Cache-Control", "no-store") }

// portion is how many rows of the list are shown at a time.
const portion = 50

var (
	home = page.Link{Text: "Office", Href: "/admin"}
	list = page.Link{Text: "On their way to a place", Href: "/admin/queue"}
)

// toAnswer is the list of those who have applied, to which an answer leads back.
const toAnswer = "/admin/queue?kind=applied"

type query struct {
	Run  string `form:"run"`  // code
	Kind string `form:"kind"` // report.QueueKind
}

// row is one in the queue, as the page shows it.
type row struct {
	report.Queued
	Kind  string // in words
	Href  string // empty: there is no page of its own
	Until string // until when a place is kept; may be empty
	Days  string // since when
	Pick  bool   // it can be answered here
}

type queuePage struct {
	page.Base
	Form  query
	Runs  []page.Choice
	Kinds []page.Choice
	Rows  []row
	Links page.Pagination
	Picks bool // something can be answered here
	Save  page.Saving
}

var kindWords = map[report.QueueKind]string{
	report.Applied: "Has applied", report.Offered: "Decides about an offer", report.Held: "Has booked, not certain yet", report.Waiting: "On the waiting list",
}

// queue lists them, narrowed as the address says.
func (d desk) queue(c *gin.Context) error {
	p, err := d.queuePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "queue/queue", p)
}

func (d desk) queuePage(c *gin.Context) (*queuePage, error) {
	p := &queuePage{Base: page.Base{Crumbs: []page.Link{home}}, Runs: []page.Choice{{Label: "All dates"}}, Kinds: []page.Choice{{Label: "Everybody"}}, Save: page.SavingAt(c, "/admin/queue/save/queue")}
	if err := page.Query(c, &p.Form); err != nil {
		return nil, err
	}
	runs, err := course.Current(c.Request.Context(), d.DB)
	if err != nil {
		return nil, err
	}
	filter, err := p.Form.filter(runs)
	if err != nil {
		return nil, err
	}
	for _, o := range runs {
		p.Runs = append(p.Runs, page.Choice{Value: o.Code, Label: o.Code + ", " + o.Course.Title})
	}
	for _, k := range []report.QueueKind{report.Applied, report.Offered, report.Held, report.Waiting} {
		p.Kinds = append(p.Kinds, page.Choice{Value: string(k), Label: kindWords[k]})
	}
	var after report.QueueKey
	if _, err := page.After(c, &after); err != nil {
		return nil, err
	}
	found, err := d.read(c, filter, after, portion+1)
	if err != nil {
		return nil, err
	}
	found, p.Links, err = page.Portion(c, found, portion, report.Queued.Key)
	for _, q := range found {
		p.Rows = append(p.Rows, rowOf(q))
		p.Picks = p.Picks || q.Kind == report.Applied
	}
	return p, err
}

// filter is what the address narrows the queue to, out of the runs that there are. It returns page.ErrNotFound.
func (q query) filter(runs []*course.Offering) (report.QueueFilter, error) {
	filter := report.QueueFilter{Kind: report.QueueKind(q.Kind)}
	for _, o := range runs {
		if o.Code == q.Run {
			filter.Run = o.ID
		}
	}
	if q.Run != "" && filter.Run == 0 || q.Kind != "" && kindWords[filter.Kind] == "" {
		return filter, page.ErrNotFound
	}
	return filter, nil
}

func (d desk) read(c *gin.Context, filter report.QueueFilter, after report.QueueKey, limit int) (found []report.Queued, err error) {
	err = d.as(c, func(ctx context.Context, tx *db.Tx, _ id.Person) error {
		found, err = report.Queue(ctx, tx, filter, after, limit)
		return err
	})
	return found, err
}

// save answers with the queue as a spreadsheet, narrowed as its page is, and keeps who saved it. Nothing that anybody wrote is in it.
func (d desk) save(c *gin.Context) error {
	name, format, ok := page.FormatOf(c.Param("file"))
	var q query
	if err := page.Query(c, &q); err != nil {
		return err
	}
	runs, err := course.Current(c.Request.Context(), d.DB)
	if err != nil {
		return err
	}
	filter, err := q.filter(runs)
	if err != nil || !ok || name != "queue" {
		return page.ErrNotFound
	}
	list := page.List{Columns: []string{"Reference", "Who", "How it stands", "Cohort", "Places", "Since", "Kept until"}, Rows: page.Walk(
		func(after report.QueueKey, limit int) ([]report.Queued, error) {
			return d.read(c, filter, after, limit)
		},
		report.Queued.Key,
		func(q report.Queued) []sheet.Cell {
			return []sheet.Cell{sheet.Text(q.Code), sheet.Text(q.Name), sheet.Text(kindWords[q.Kind]), sheet.Text(q.Run), sheet.Number(q.Places), sheet.Moment(q.Since), sheet.Moment(q.Until)}
		})}
	return page.Save(c, name, format, list, func(rows int) error {
		ctx := c.Request.Context()
		return d.DB.Write(ctx, func(tx *db.Tx) error {
			return report.NoteSaved(ctx, tx, page.ViewerOf(c).Person, c.Param("file"), rows, c.Request.URL.Query())
		})
	})
}

func rowOf(q report.Queued) row {
	r := row{Queued: q, Kind: kindWords[q.Kind], Days: london.DateOf(q.Since).Medium(), Pick: q.Kind == report.Applied}
	if !q.Until.IsZero() {
		r.Until = london.Stamp(q.Until)
	}
	switch {
	case q.Kind == report.Applied:
		r.Href = "/admin/course-applications/" + q.Code
	case q.Team == "":
		r.Href = "/admin/places/" + q.Code
	case q.Kind == report.Held:
		r.Href = "/finance/bookings/" + q.Code
	default:
		r.Href = "/admin/runs/" + q.Run + "/waiting"
	}
	return r
}

// as reads in the name of whoever is asking.
func (d desk) as(c *gin.Context, read func(ctx context.Context, tx *db.Tx, me id.Person) error) error {
	ctx, me := c.Request.Context(), page.ViewerOf(c).Person
	return d.Office.WriteAs(ctx, db.Who{Person: me}, func(tx *db.Tx) error { return read(ctx, tx, me) })
}

// boxes are a day in its three boxes.
func boxes(on london.Date) [3]string {
	return [3]string{strconv.Itoa(on.Day), strconv.Itoa(int(on.Month)), strconv.Itoa(on.Year)}
}
