// Package public is what anybody may see without signing in: the home page, the catalogue of courses and
// their dates, the rounds in which help with the cost is given, and the pages that say how things are done here.
//
// What always holds: a page promises nothing that the product does not do yet, and says what to do instead;
// a page is the same for all visitors, so that caches may keep it for a minute, and one that is not is kept by
// nobody; a page takes as many queries for many courses, dates and rounds as for one; what people say when they
// apply is out of reach: the pages work in the role db.App.
package public

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/web/page"
	"bursar/internal/web/static"
)

// Public is what the pages need.
type Public struct {
	DB    *db.DB
	Site  page.Site
	Files *static.Files

	checks *page.Limiter // codes of certificates that were tried, right or wrong
}

// Mount adds the pages to an engine that uses page.Use.
func (p *Public) Mount(r gin.IRouter) {
	r.GET("/", page.Handle(p.home))
	r.GET("/courses", page.Handle(p.courses))
	r.GET("/courses/:course", page.Handle(p.course))
	r.GET("/runs/:run", page.Handle(p.run))
	r.GET("/runs/:run/dates.ics", page.Handle(p.dates))
	p.mountRounds(r)
	for _, name := range []string{"employers", "accessibility"} {
		r.GET("/"+name, page.Handle(notice("public/"+name)))
	}
	p.checks = page.NewLimiter(checksAtOnce, checksEvery)
	r.GET("/certificates", page.Handle(p.certificates))
	r.POST("/certificates", page.Handle(p.findCertificate))
	r.GET("/certificates/:code", page.Handle(p.certificate))
	r.GET("/openness", page.Handle(p.openness))
	r.GET("/openness.csv", page.Handle(p.opennessSheet))
	r.GET("/privacy", page.Handle(p.privacy))
	r.GET("/robots.txt", page.Handle(p.robots))
	r.GET("/favicon.ico", page.Handle(p.favicon))
	r.GET("/.well-known/security.txt", page.Handle(p.security))
}

// mountRounds adds the pages about help with the cost.
func (p *Public) mountRounds(r gin.IRouter) {
	r.GET("/bursaries", page.Handle(p.bursaries))
	of := r.Group("/bursaries/:round")
	of.GET("", page.Handle(p.round))
	of.GET("/questions", page.Handle(p.questions))
	of.GET("/check", page.Handle(p.check))
	of.POST("/check", page.Handle(p.checkResult))
	of.GET("/apply", page.Handle(p.apply))
	of.GET("/lottery", page.Handle(p.lottery))
	of.GET("/lottery/verify.py", page.Handle(p.program))
	of.GET("/lottery/facts.txt", page.Handle(p.facts))
}

type noticePage struct{ page.Base }

// notice is a page of words alone.
func notice(name string) page.Handler {
	return func(c *gin.Context) error {
		page.Share(c)
		return page.Render(c, name, &noticePage{})
	}
}
