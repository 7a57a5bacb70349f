// Package equality asks who applies, without asking anybody in particular: questions after an application was
// sent, which nobody has to answer, and their counts for the office.
//
// What always holds: an answer is stored with nothing that leads to a person, an application or a moment, and
// that somebody answered is written down nowhere; every question is shown before any is answered, and nothing
// is kept until the last press; whoever has the key can take the answers back, and nobody else can even find
// them; no count that could tell something about one person leaves the database's own function and Suppress.
// The package has neither the key to what people wrote in an application nor a way to it.
package equality

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// Options is what the applicant's pages need.
type Options struct {
	DB       *db.DB          // in the role db.Learner
	SignedIn gin.HandlerFunc // lets only signed-in people pass
}

type asking struct{ Options }

// Mount adds the applicant's pages to an engine that knows who is asking. No browser or cache keeps them: the
// next person at the same computer finds nothing.
func Mount(r gin.IRouter, o Options) {
	a := asking{o}
	of := r.Group("/my/applications/:code/equality", o.SignedIn, keepNothing)
	of.GET("", page.Handle(a.invite))
	of.GET("/questions", page.Handle(a.questions))
	of.POST("/questions", page.Handle(a.answer))

	back := r.Group("/take-back", keepNothing)
	back.GET("", page.Handle(a.takeBack))
	back.POST("", page.Handle(a.taken))
}

func keepNothing(c *gin.Context) { c.Header("Cache-Control", "no-store") }

// sent is the signed-in person's application that the address names, with its round. Before it was sent there is
// nothing to ask.
func (a asking) sent(c *gin.Context) (app *bursary.Application, r *bursary.Round, err error) {
	ctx, person := c.Request.Context(), page.ViewerOf(c).Person
	err = a.DB.WriteAs(ctx, db.Who{Person: person}, func(tx *db.Tx) (err error) {
		if app, err = bursary.OfPerson(ctx, tx, person, c.Param("code")); err != nil {
			return err
		}
		if !app.Sent() {
			return bursary.ErrUnknown
		}
		r, err = bursary.RoundByID(ctx, tx, app.RoundID)
		return err
	})
	if err == nil && !r.AsksEquality() {
		err = bursary.ErrEqualityOver
	}
	return app, r, err
}

// OfficeOptions is what the office's page needs.
type OfficeOptions struct {
	DB    *db.DB                                     // in the role db.Office
	Staff func(roles ...people.Role) gin.HandlerFunc // lets only these pass, with their second factor given
}

// MountOffice adds the counts of a round.
func MountOffice(r gin.IRouter, o OfficeOptions) {
	r.GET("/admin/rounds/:code/equality", o.Staff(people.Admin), keepNothing, page.Handle(counting{o}.counts))
}
