package catalogue

import (
	"context"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/report"
	"bursar/internal/sheet"
	"bursar/internal/web/page"
)

type trainerForm struct {
	Name  string `form:"name" binding:"required,max=200" error:"Enter their full name" error-max:"The name must be 200 characters or fewer"`
	Email string `form:"email" binding:"required,max=254" error:"Enter their email address, like name@example.org"`
}

// teacher is a trainer with what they teach next.
type teacher struct {
	course.Trainer
	Next string // may be empty
}

type trainersPage struct {
	page.Base
	Trainers []teacher
	Form     trainerForm
	Save     page.Saving
}

func (d desk) trainersPage(c *gin.Context) (*trainersPage, error) {
	ctx := c.Request.Context()
	p := &trainersPage{Base: page.Base{Crumbs: []page.Link{home, allCourses}}, Save: page.SavingAt(c, "/admin/trainers/save/trainers")}
	list, err := course.Trainers(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	runs, err := course.Current(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	next, err := course.TaughtNext(ctx, d.DB, london.DateOf(d.DB.Now()))
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		one := teacher{Trainer: t}
		if k, teaches := next[t.PersonID]; teaches {
			one.Next = london.Days(k.StartsOn, k.EndsOn)
			if at := slices.IndexFunc(runs, func(o *course.Offering) bool { return o.ID == k.RunID }); at >= 0 {
				one.Next = runs[at].Code + ", " + one.Next
			}
		}
		p.Trainers = append(p.Trainers, one)
	}
	return p, nil
}

// trainers lists who teaches, and asks for somebody new.
func (d desk) trainers(c *gin.Context) error {
	p, err := d.trainersPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "catalogue/trainers", p)
}

// saveTrainers answers with who teaches as a spreadsheet.
func (d desk) saveTrainers(c *gin.Context) error {
	name, format, ok := page.FormatOf(c.Param("file"))
	if !ok || name != "trainers" {
		return page.ErrNotFound
	}
	p, err := d.trainersPage(c)
	if err != nil {
		return err
	}
	list := page.List{Columns: []string{"Name", "Peer", "What they say of themselves", "Teaches next"}, Rows: page.Each(p.Trainers, func(t teacher) []sheet.Cell {
		peer := ""
		if t.Peer {
			peer = "Yes"
		}
		return []sheet.Cell{sheet.Text(t.Name), sheet.Text(peer), sheet.Text(t.Introduction), sheet.Text(t.Next)}
	})}
	return page.Save(c, name, format, list, func(rows int) error {
		ctx := c.Request.Context()
		return d.DB.Write(ctx, func(tx *db.Tx) error {
			return report.NoteSaved(ctx, tx, page.ViewerOf(c).Person, c.Param("file"), rows, c.Request.URL.Query())
		})
	})
}

func (d desk) addTrainer(c *gin.Context) error {
	var f trainerForm
	err := page.Bind(c, &f)
	if err == nil {
		err = d.DB.Write(c.Request.Context(), func(tx *db.Tx) error {
			return admissions.WelcomeTrainer(c.Request.Context(), tx, page.ViewerOf(c).Person, people.Introduced{Name: f.Name, Email: f.Email})
		})
	}
	if err != nil {
		return d.trainersAgain(c, err, f)
	}
	page.Flash(c, page.TrainerAdded)
	return page.Redirect(c, "/admin/trainers")
}

func (d desk) trainersAgain(c *gin.Context, err error, f trainerForm) error {
	p, unread := d.trainersPage(c)
	if unread != nil {
		return unread
	}
	p.Form = f
	return page.Again(c, err, "catalogue/trainers", p)
}

func (d desk) endTrainer(c *gin.Context) error {
	who, err := people.ByCode(c.Request.Context(), d.DB, c.Param("person"))
	if err != nil {
		return err
	}
	err = d.write(c, func(ctx context.Context, tx *db.Tx, by audit.Actor) error {
		return course.EndTrainer(ctx, tx, by, who.ID)
	})
	if err != nil {
		return d.trainersAgain(c, err, trainerForm{})
	}
	page.Flash(c, page.TrainerLeft)
	return page.Redirect(c, "/admin/trainers")
}

type introductionForm struct {
	Introduction string   `form:"introduction"`
	Peer         []string `form:"peer" binding:"dive,eq=yes" error:"Tick the box, or leave it empty"`
}

type introductionPage struct {
	page.Base
	Form introductionForm
}

// teaching is the way back to the days that a trainer teaches.
func teaching() page.Base {
	return page.Base{Crumbs: []page.Link{{Text: "Teaching", Href: "/teach"}}}
}

// introduction asks a trainer what is said of them.
func (d desk) introduction(c *gin.Context) error {
	t, err := course.TrainerOf(c.Request.Context(), d.DB, page.ViewerOf(c).Person)
	if err != nil {
		return err
	}
	f := introductionForm{Introduction: t.Introduction}
	if t.Peer {
		f.Peer = []string{"yes"}
	}
	return page.Render(c, "catalogue/introduction", &introductionPage{Base: teaching(), Form: f})
}

func (d desk) introduce(c *gin.Context) error {
	p := &introductionPage{Base: teaching()}
	me := page.ViewerOf(c).Person
	err := page.Bind(c, &p.Form)
	if err == nil {
		err = d.write(c, func(ctx context.Context, tx *db.Tx, _ audit.Actor) error {
			if err := course.SetTrainerPeer(ctx, tx, me, len(p.Form.Peer) > 0); err != nil {
				return err
			}
			return course.Introduce(ctx, tx, me, p.Form.Introduction)
		})
	}
	if err != nil {
		return page.Again(c, err, "catalogue/introduction", p)
	}
	return saved(c, "/teach/introduction")
}
