package applicant

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/web/page"
)

// mountMore adds the pages about what belongs to an application beside its answers.
func (a *Applicant) mountMore(of gin.IRouter) {
	of.GET("/statement", page.Handle(a.statement))
	of.POST("/statement", page.Handle(a.askSupporter))
	of.GET("/statement/change", page.Handle(a.otherSupporter))
	of.POST("/statement/change", page.Handle(a.changeSupporter))
	of.POST("/statement/again", page.Handle(a.sendAgain))
	of.POST("/statement/stop", page.Handle(a.stopAsking))
	of.GET("/recordings/:key", page.Handle(a.recording))
	of.POST("/recordings/:key", page.Handle(a.speak))
	of.GET("/recordings/:key/audio", page.Handle(a.listen))
	of.POST("/recordings/:key/remove", page.Handle(a.unspeak))
	of.GET("/questions", page.Handle(a.thread))
	of.POST("/questions", page.Handle(a.ask))
	of.GET("/copy", page.Handle(a.copy))
	of.GET("/copy.pdf", page.Handle(a.copyPDF))
	of.GET("/readers", page.Handle(a.readers))
}

// look opens the file that the address names, and reads more of it in the same unit of work.
func (a *Applicant) look(c *gin.Context, more func(*db.Tx, *bursary.File) error) (*own, error) {
	person := page.ViewerOf(c).Person
	var f *bursary.File
	err := a.DB.WriteAs(c.Request.Context(), db.Who{Person: person}, func(tx *db.Tx) (err error) {
		if f, err = bursary.Open(c.Request.Context(), tx, a.Box, person, c.Param("code")); err != nil {
			return err
		}
		return more(tx, f)
	})
	if err != nil {
		return nil, err
	}
	o := &own{File: f, Own: at(f.Code)}
	return o.back(), nil
}

// act does something in the person's name.
func (a *Applicant) act(c *gin.Context, do func(*db.Tx) error) error {
	return a.DB.WriteAs(c.Request.Context(), db.Who{Person: page.ViewerOf(c).Person}, do)
}
