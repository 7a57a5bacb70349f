// Package demo is the way into the demonstration: who to be with one click, every mail as it looks, and a clock
// that can be moved on. It exists in demo mode only. Anywhere else it would let anybody in as anybody.
package demo

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/mail"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB    *db.DB
	Inbox *db.DB                             // shows every mail, also private ones
	Clock fixture.Clock                      // of the whole business: moving it moves every deadline
	Mail  mail.Site                          // lays mails out as they are sent
	Admit func(c *gin.Context, token string) // gives the browser the token of its session
}

type stage struct{ Options }

// Mount adds the pages to an engine that uses page.Use, in demo mode; in every other mode it adds nothing.
func Mount(r gin.IRouter, mode config.Mode, o Options) {
	if mode != config.Demo {
		return
	}
	s := stage{o}
	r.GET("/demo", page.Handle(s.show))
	r.POST("/demo/people/:who", page.Handle(s.enter))
	r.POST("/demo/clock", page.Handle(s.moveClock))
	r.GET(BankFile, page.Handle(s.bankFile))
	r.GET("/demo/mails", page.Handle(s.mails))
	r.GET("/demo/mails/:mail", page.Handle(s.mail))
	r.GET("/demo/mails/:mail/letter", page.Handle(s.letter))
	r.GET("/demo/mails/:mail/attachments/:position", page.Handle(s.attachment))
}
