package assessor

import (
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type queuePage struct {
	page.Base
	Piles []pile
}

// pile is what there is to read of one round, as the page shows it.
type pile struct {
	*panel.Pile
	Tasks  page.Tasks
	Paused bool
}

// queue is what somebody has to read.
func (d desk) queue(c *gin.Context) error {
	p := &queuePage{}
	err := d.as(c, func(tx *db.Tx, person id.Person) error {
		piles, err := panel.Piles(c.Request.Context(), tx, person)
		if err != nil {
			return err
		}
		p.Piles = nil
		for _, one := range piles {
			p.Piles = append(p.Piles, pile{one, tasks(one), one.Member.Paused(london.DateOf(tx.Now))})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return page.Render(c, "assessor/queue", p)
}

var statusWords = map[panel.AssignmentStatus]string{
	panel.Assigned: "Not opened yet",
	panel.Opened:   "Begun",
	panel.Done:     "Done",
}

func tasks(p *panel.Pile) page.Tasks {
	var all page.Tasks
	for i, item := range p.Items {
		t := page.Task{Text: fmt.Sprintf("Number %d: %s", i+1, item.Code), Href: at(item.Code), Status: statusWords[item.Status], Done: item.Status == panel.Done}
		if item.Status == panel.Done {
			t.Hint = "Finished on " + london.DateOf(item.DoneAt).Medium()
		}
		all.Items = append(all.Items, t)
	}
	return all
}

// Width is how much of the bar is filled, of 100.
func (p pile) Width() int {
	if len(p.Items) == 0 {
		return 0
	}
	return 100 * p.Read() / len(p.Items)
}

// Finished reports whether all is read.
func (p pile) Finished() bool { return len(p.Items) > 0 && p.Read() == len(p.Items) }

// resume ends a pause.
func (d desk) resume(c *gin.Context) error {
	err := d.as(c, func(tx *db.Tx, person id.Person) error { return panel.Resume(c.Request.Context(), tx, person) })
	if err != nil {
		return err
	}
	page.Flash(c, page.BackAgain)
	return page.Redirect(c, home)
}
