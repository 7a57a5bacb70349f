package awards

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

// reviews adds the pages on which decisions are looked at again. r is /admin.
func reviews(r gin.IRouter, h *handlers) {
	r.GET("/reviews", page.Handle(h.reviews))
	r.GET("/reviews/:code", page.Handle(h.review))
	r.POST("/reviews/:code", page.Handle(h.decideReview))
}

const (
	// reviewsShown is how many rows of the list are shown at a time.
	reviewsShown = 50
	// historyShown is how many of the newest events are shown.
	historyShown = 100
)

type reviewsPage struct {
	page.Base
	Rows  []award.ReviewEntry
	Links page.Pagination
	Save  page.Saving
	Today london.Date
}

// cursorOf is where the list goes on after a row.
func cursorOf(last award.ReviewEntry) award.ReviewCursor {
	return award.ReviewCursor{Decided: last.Outcome != "", AnswerBy: last.AnswerBy, Application: last.ApplicationID}
}

// Tag says how a review stands.
func (p *reviewsPage) Tag(r award.ReviewEntry) page.Tag {
	switch {
	case r.Outcome != "":
		return outcomes[r.Outcome]
	case p.Today.After(r.AnswerBy):
		return page.Tag{Text: "Overdue", Colour: "red"}
	}
	return page.Tag{Text: "To answer", Colour: "blue"}
}

var outcomes = map[award.Outcome]page.Tag{
	award.Upheld:    {Text: "The applicant was right", Colour: "green"},
	award.Dismissed: {Text: "The decision stays", Colour: "grey"},
}

// waitingQuery leaves out what was answered.
type waitingQuery struct {
	Show string `form:"show"` // waiting; empty: everything
}

// reviews lists what waits, the most urgent first, and then what was answered. Nothing that anybody wrote is in it.
func (h *handlers) reviews(c *gin.Context) error {
	var q waitingQuery
	if err := page.Query(c, &q); err != nil {
		return err
	}
	var after award.ReviewCursor
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	p := &reviewsPage{Base: page.Base{Crumbs: []page.Link{officeLink}}, Save: page.SavingAt(c, "/admin/reviews/save/reviews"), Today: london.DateOf(h.DB.Now())}
	err := h.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		p.Rows, err = award.Reviews(ctx, tx, after, reviewsShown+1)
		return err
	})
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(p.Rows, func(r award.ReviewEntry) bool { return r.Outcome != "" }); i >= 0 && q.Show == "waiting" {
		p.Rows = p.Rows[:i] // what waits comes first
	}
	p.Rows, p.Links, err = page.Portion(c, p.Rows, reviewsShown, cursorOf)
	if err != nil {
		return err
	}
	return page.Render(c, "awards/reviews", p)
}

type reviewForm struct {
	Outcome string `form:"outcome"`
	Answer  string `form:"answer"`
}

type reviewPage struct {
	page.Base
	App     *bursary.Application
	Round   *bursary.Round
	Review  *award.Review
	Letters []shownLetter
	Why     string // for whom the round was not
	Readers []reader
	History page.Table
	OfPanel bool // who looks was on the panel, and cannot decide
	Overdue bool
	Form    reviewForm
}

// Tag says what came of it.
func (p *reviewPage) Tag() page.Tag { return outcomes[p.Review.Outcome] }

func (h *handlers) reviewPage(c *gin.Context) (*reviewPage, error) {
	p := &reviewPage{Base: page.Base{Crumbs: []page.Link{officeLink, {Text: "Reviews", Href: "/admin/reviews"}}}}
	err := h.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.App, p.Review, err = award.ReadReview(ctx, tx, h.Box, me(c), id.NormaliseCode(c.Param("code"))); err != nil {
			return err
		}
		if p.Round, err = bursary.RoundByID(ctx, tx, p.App.RoundID); err != nil {
			return err
		}
		p.Overdue = london.DateOf(tx.Now).After(p.Review.AnswerBy)
		if p.OfPanel, err = award.OfPanel(ctx, tx, me(c), p.Round.ID); err != nil {
			return err
		}
		return p.beside(ctx, tx, h, me(c))
	})
	return p, err
}

// beside reads what the decision rests on.
func (p *reviewPage) beside(ctx context.Context, tx *db.Tx, h *handlers, reader id.Person) error {
	sent, err := award.LettersOf(ctx, tx, h.Box, p.App.ID)
	if err != nil {
		return err
	}
	for _, l := range sent {
		p.Letters = append(p.Letters, shownLetter{l})
	}
	if p.Why, err = p.App.Why(h.Box); err != nil {
		return err
	}
	reasons, err := panel.Reasons(ctx, tx, h.Box, reader, p.Round, p.App.Code)
	if err != nil {
		return err
	}
	p.Readers = byReader(reasons)
	p.History, err = historyOf(ctx, tx, p.App.ID)
	return err
}

func (h *handlers) review(c *gin.Context) error {
	p, err := h.reviewPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "awards/review", p)
}

// decideReview answers a review. The applicant gets the answer as a letter at once.
func (h *handlers) decideReview(c *gin.Context) error {
	var typed reviewForm
	err := page.Bind(c, &typed)
	if err == nil {
		err = h.work(c, func(ctx context.Context, tx *db.Tx) error {
			return award.DecideReview(ctx, tx, h.Box, me(c), id.NormaliseCode(c.Param("code")), award.Outcome(typed.Outcome), typed.Answer)
		})
	}
	if err != nil {
		p, unread := h.reviewPage(c)
		if unread != nil {
			return unread
		}
		p.Form = typed
		return page.Again(c, err, "awards/review", p)
	}
	page.Flash(c, page.ReviewAnswered)
	return page.Redirect(c, "/admin/reviews")
}

// historyOf is what was done to an application and by whom, the newest first. It holds codes and statuses, no words.
func historyOf(ctx context.Context, tx *db.Tx, which id.Application) (page.Table, error) {
	events, err := audit.History(ctx, tx, "application", int64(which), 0, historyShown)
	t := page.Table{Caption: "What happened", Columns: []page.Column{{Title: "When"}, {Title: "Who"}, {Title: "What"}, {Title: "With"}}}
	for _, e := range events {
		who := e.Name
		if e.Actor == audit.System {
			who = "The program"
		}
		t.Rows = append(t.Rows, []page.Cell{
			{Text: london.Stamp(e.At)}, {Text: who}, {Text: strings.ToUpper(e.Action[:1]) + e.Action[1:]}, {Text: details(e.Detail)},
		})
	}
	return t, err
}

// details writes what an event was with in one line.
func details(object json.RawMessage) string {
	known := map[string]any{}
	if json.Unmarshal(object, &known) != nil {
		return string(object)
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if known[name] != nil {
			parts = append(parts, name+": "+fmt.Sprint(known[name]))
		}
	}
	return strings.Join(parts, ", ")
}
