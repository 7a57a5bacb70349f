// Package offer is what an applicant sees once it is decided: the offer with every line and the place, more time,
// accepting and declining, the letter, what it means for benefits, and asking that a decision be looked at again.
//
// What always holds: nothing but its holder's own press, or its deadline, ends an offer; the moment that counts is that
// of pressing, and a press twice is done once; to everybody else there is no offer; no title, address or name of a file
// says what it is about; and no page says that money leaves benefits as they are.
package offer

import (
	"errors"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB       *db.DB          // in the role db.Learner
	Machine  *db.DB          // in the role db.Worker: accepting and declining concern others too
	Box      *secret.Box     // opens letters, and the applicant's words
	SignedIn gin.HandlerFunc // lets only signed-in people pass, and brings the others back with what they posted
	Site     page.Site
}

type handlers struct{ Options }

// Mount adds the pages to an engine that knows who is asking.
func Mount(r gin.IRouter, o Options) {
	h := &handlers{o}
	of := r.Group("/my/applications/:code", h.SignedIn)
	of.GET("/offer", page.Handle(h.offer))
	of.POST("/offer/accept", page.Handle(h.accept))
	of.POST("/offer/time", page.Handle(h.moreTime))
	of.GET("/offer/decline", page.Handle(h.declining))
	of.POST("/offer/decline", page.Handle(h.decline))
	of.GET("/letter", page.Handle(h.letters))
	of.GET("/letter.pdf", page.Handle(h.letterPDF))
	of.POST("/keep", page.Handle(h.keep))
	of.POST("/keep/stop", page.Handle(h.stopKeeping))
	of.GET("/review", page.Handle(h.review))
	of.POST("/review", page.Handle(h.askReview))
	claims(of, h)
	of.GET("/benefits", page.Handle(h.benefits))
	of.GET("/benefits/letter", page.Handle(h.coachLetter))
	of.GET("/benefits/letter.pdf", page.Handle(h.coachLetterPDF))
}

// decided is somebody's own application once it is decided.
type decided struct {
	page.Base
	Application *bursary.Application
	Round       *bursary.Round
	Own         string // the address of the application, below which its pages lie
}

// granted is an application with what was offered.
type granted struct {
	*decided
	Award *award.Award
	Run   *course.Offering
	Place *enrolment.Enrolment
	Asked bool // an organisation pays a part of what the funds do not pay, or was asked to
}

// look reads somebody's own application, and more of it in the same unit of work.
func (h *handlers) look(c *gin.Context, more func(*db.Tx, *decided) error) (*decided, error) {
	ctx, person := c.Request.Context(), page.ViewerOf(c).Person
	var d *decided
	err := h.DB.WriteAs(ctx, db.Who{Person: person}, func(tx *db.Tx) error {
		a, err := bursary.OfPerson(ctx, tx, person, c.Param("code"))
		if err != nil {
			return err
		}
		d = &decided{Application: a, Own: at(a.Code)}
		d.Back = d.Own
		if d.Round, err = bursary.RoundByID(ctx, tx, a.RoundID); err != nil {
			return err
		}
		return more(tx, d)
	})
	return d, err
}

// open reads what was offered on somebody's own application, or returns award.ErrUnknown.
func (h *handlers) open(c *gin.Context) (*granted, error) {
	g, err := h.openAny(c)
	if err == nil && g.Award == nil {
		err = award.ErrUnknown
	}
	return g, err
}

// openAny is open, with a nil Award when nothing was offered.
func (h *handlers) openAny(c *gin.Context) (*granted, error) {
	ctx := c.Request.Context()
	g := &granted{}
	d, err := h.look(c, func(tx *db.Tx, d *decided) (err error) {
		g.Award, err = award.OfApplication(ctx, tx, d.Application.ID)
		if errors.Is(err, award.ErrUnknown) {
			g.Award = nil
			return nil
		}
		if err != nil {
			return err
		}
		if g.Run, err = course.OfferingOf(ctx, tx, g.Award.RunID); err != nil {
			return err
		}
		if g.Place, err = enrolment.Get(ctx, tx, g.Award.EnrolmentID); err != nil {
			return err
		}
		shares, err := billing.SharesOf(ctx, tx, g.Place.ID)
		g.Asked = slices.ContainsFunc(shares, func(s billing.Share) bool { return s.Payer == billing.Organisation })
		return err
	})
	g.decided = d
	return g, err
}

// at is the address of an application.
func at(code string) string { return "/my/applications/" + code }

// Phone is the number that helps with this round.
func (d *decided) Phone() string { return d.Round.ContactPhone }

// Offer is the address of the offer.
func (d *decided) Offer() string { return d.Own + "/offer" }

// PlaceAt is the address of the place.
func (g *granted) PlaceAt() string { return "/my/places/" + g.Place.Code }
