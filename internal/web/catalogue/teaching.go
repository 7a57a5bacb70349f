package catalogue

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// class is a block with who teaches it, as it stands or was ticked.
type class struct {
	Block  course.Block
	Name   string // of the field
	Ticked []string
}

// Days are the block's.
func (k class) Days() string {
	return "Block " + strconv.Itoa(k.Block.Number) + ", " + london.Days(k.Block.StartsOn, k.Block.EndsOn)
}

type teachingPage struct {
	page.Base
	Run      *course.Offering
	Trainers []course.Trainer
	Classes  []class
	Concerns []string
	now      []course.Teaching
}

// Choices are those who teach.
func (p *teachingPage) Choices() []page.Choice {
	var list []page.Choice
	for _, t := range p.Trainers {
		k := page.Choice{Value: t.Code, Label: t.Name}
		if t.Peer {
			k.Hint = "Peer trainer"
		}
		list = append(list, k)
	}
	return list
}

func (d desk) teachingPage(c *gin.Context) (*teachingPage, error) {
	o, err := d.runOf(c)
	if err != nil {
		return nil, err
	}
	p := &teachingPage{Base: within(o), Run: o}
	if p.Trainers, err = course.Trainers(c.Request.Context(), d.DB); err != nil {
		return nil, err
	}
	if p.now, err = course.TrainersOf(c.Request.Context(), d.DB, o.ID); err != nil {
		return nil, err
	}
	p.Concerns = o.Concerns(p.now)
	for _, b := range o.Blocks {
		k := class{Block: b, Name: "block" + strconv.Itoa(b.Number)}
		for _, t := range p.now {
			if t.BlockID == b.ID {
				k.Ticked = append(k.Ticked, t.Code)
			}
		}
		p.Classes = append(p.Classes, k)
	}
	return p, nil
}

// teaching asks who teaches which block.
func (d desk) teaching(c *gin.Context) error {
	p, err := d.teachingPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "catalogue/teaching", p)
}

func (d desk) saveTeaching(c *gin.Context) error {
	p, err := d.teachingPage(c)
	if err != nil {
		return err
	}
	var order []string
	for _, k := range p.Classes {
		order = append(order, k.Name)
	}
	sent, err := page.Posted(c, order)
	if err != nil {
		return err
	}
	for i := range p.Classes {
		p.Classes[i].Ticked = sent[p.Classes[i].Name]
	}
	err = d.write(c, func(ctx context.Context, tx *db.Tx, by audit.Actor) error { return p.assign(ctx, tx, by, sent) })
	if err != nil {
		return page.Again(c, err, "catalogue/teaching", p)
	}
	return saved(c, href(p.Run)+"/status")
}

// assign takes those off their blocks who are not ticked any more, and then puts the others on: somebody may change places. It
// says beside each block who is elsewhere.
func (p *teachingPage) assign(ctx context.Context, tx *db.Tx, by audit.Actor, sent url.Values) error {
	for _, t := range p.now {
		here := slices.ContainsFunc(p.Trainers, func(k course.Trainer) bool { return k.PersonID == t.PersonID })
		if here && !slices.Contains(sent["block"+strconv.Itoa(t.Number)], t.Code) {
			if err := course.Unassign(ctx, tx, by, t.BlockID, t.PersonID); err != nil {
				return err
			}
		}
	}
	wrong := page.Mistakes{}
	for _, k := range p.Classes {
		for _, t := range p.Trainers {
			if !slices.Contains(k.Ticked, t.Code) || p.teaches(k.Block.ID, t.PersonID) {
				continue
			}
			err := course.Assign(ctx, tx, by, k.Block.ID, t.PersonID)
			if errors.Is(err, course.ErrElsewhere) {
				wrong[k.Name] = failure.Of(err).Message
			} else if err != nil {
				return err
			}
		}
	}
	return wrong.Refusal(nil)
}

// teaches reports whether somebody was down for a block before.
func (p *teachingPage) teaches(block id.Block, person id.Person) bool {
	return slices.ContainsFunc(p.now, func(t course.Teaching) bool { return t.BlockID == block && t.PersonID == person })
}
