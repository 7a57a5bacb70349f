package employer

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// waits mounts waiting for places on a run that is full, and answering when they are free.
func (e *employer) waits(own gin.IRouter) {
	own.GET("/wait/:run", page.Handle(e.wait))
	own.POST("/wait/:run", page.Handle(e.joinWaiting))
	own.GET("/waits/:code", page.Handle(e.waiting))
	own.POST("/waits/:code/take", page.Handle(e.takeOffered))
	own.POST("/waits/:code/leave", page.Handle(e.leaveWaiting))
}

type waitForm struct {
	Places string `form:"places" binding:"required,max=3" error:"Enter how many places you need, as a number"`
}

type waitPage struct {
	page.Base
	Of    *organisation.Organisation
	Run   *course.Offering
	Form  waitForm
	Ahead int
	Most  int
	Left  int
	Each  money.Amount // what one place costs today
}

// Front says how many stand in front.
func (p *waitPage) Front() string { return front(p.Ahead) }

func front(ahead int) string {
	switch ahead {
	case 0:
		return "Nobody is in front of you."
	case 1:
		return "One person or group is in front of you."
	}
	return fmt.Sprintf("%d people or groups are in front of you.", ahead)
}

func (e *employer) waitPage(c *gin.Context) (*waitPage, error) {
	p := &waitPage{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, _ *organisation.Organisation) (err error) {
		if p.Run, err = course.FindOffering(ctx, tx, c.Param("run")); err != nil {
			return err
		}
		p.Each = p.Run.TeamPrice(1, tx.Now).Price
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.Of, p.Back = of, "/runs/"+p.Run.Code
	p.Most, p.Left = min(p.Run.Places.Capacity, admissions.MostWaited), p.Run.Places.Left(false)
	p.Ahead, err = enrolment.Ahead(c.Request.Context(), e.DB, p.Run.ID, 1<<62)
	return p, err
}

// wait says what the waiting list is, and asks for how many places. Who waits already is led to where they stand.
func (e *employer) wait(c *gin.Context) error {
	p, err := e.waitPage(c)
	if err != nil {
		return err
	}
	if at, err := e.stands(c.Request.Context(), p.Of, p.Run.ID); err != nil || at != "" {
		return orTo(c, err, at)
	}
	if !p.Run.TakesBookings(e.DB.Now()) || p.Run.Entry == course.Apply {
		return page.Redirect(c, path(p.Of, "/book/"+p.Run.Code)) // which says why not
	}
	return page.Render(c, "employer/wait", p)
}

// orTo is what went wrong, or the way on.
func orTo(c *gin.Context, err error, at string) error {
	if err != nil {
		return err
	}
	return page.Redirect(c, at)
}

// stands is the page of an organisation's wait for places of a run, or "".
func (e *employer) stands(ctx context.Context, of *organisation.Organisation, run id.Run) (string, error) {
	list, err := enrolment.WaitsOf(ctx, e.DB, of.ID)
	for _, w := range list {
		if w.RunID == run {
			return path(of, "/waits/"+w.Code), nil
		}
	}
	return "", err
}

// joinWaiting puts the organisation on the list. Pressed twice it is done once.
func (e *employer) joinWaiting(c *gin.Context) error {
	p, err := e.waitPage(c)
	if err != nil {
		return err
	}
	var w *enrolment.TeamWait
	if err = page.Bind(c, &p.Form); err == nil {
		places, _ := strconv.Atoi(p.Form.Places) // 0, which the verb refuses, where it is no number
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) (err error) {
			w, err = admissions.JoinTeamWaiting(ctx, tx, me, of, p.Run.Code, places)
			return err
		})
	}
	switch {
	case errors.Is(err, admissions.ErrNotFull):
		page.Flash(c, page.PlacesFree)
		return page.Redirect(c, path(p.Of, "/book/"+p.Run.Code))
	case errors.Is(err, enrolment.ErrWaitsAlready):
		at, err := e.stands(c.Request.Context(), p.Of, p.Run.ID)
		return orTo(c, err, at)
	case err != nil:
		return page.Again(c, err, "employer/wait", p)
	}
	return page.Redirect(c, path(p.Of, "/waits/"+w.Code))
}

// waitTable is where an organisation waits, with its turn.
func (e *employer) waitTable(ctx context.Context, of *organisation.Organisation) (page.Table, error) {
	t := page.Table{Caption: "What you wait for", Stacked: true, Columns: []page.Column{{Title: "Course and dates"}, {Title: "Places", Numeric: true}, {Title: "Your turn"}, {Title: "Since"}}}
	list, err := enrolment.WaitsOf(ctx, e.DB, of.ID)
	if err != nil {
		return t, err
	}
	runs := make([]id.Run, len(list))
	for i, w := range list {
		runs[i] = w.RunID
	}
	offerings, err := course.OfferingsOf(ctx, e.DB, runs)
	if err != nil {
		return t, err
	}
	for _, w := range list {
		ahead, err := enrolment.Ahead(ctx, e.DB, w.RunID, w.Queue)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: runName(offerings[w.RunID]), Href: path(of, "/waits/"+w.Code)}, {Text: strconv.Itoa(w.Places)},
			{Text: front(ahead)}, {Text: london.DateOf(w.AskedAt).Medium()}})
	}
	return t, nil
}
