// Package learner is what somebody sees who takes a place on a course: booking it one question at a time,
// paying for it, the place itself, its receipt and dates, and giving it up.
//
// What always holds: every answer is kept before the next question is asked; opening a page changes nothing
// but whose booking it is; a place belongs to a signed-in person, and to everybody else it does not exist;
// what a page says of money is what the database says, never what the address claims; that a fund helps to pay
// for a place is shown to whoever has it, and to nobody else; an employer that is asked to pay a part learns that part
// alone.
package learner

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/secret"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB       *db.DB
	Own      *db.DB          // in the role db.Learner: what concerns a person's own places, who pays for them too
	Machine  *db.DB          // in the role db.Worker: what concerns others who pay too, or who get what is given up
	Box      *secret.Box     // seals the letters of those who get what is given up, and what somebody asks the office
	SignedIn gin.HandlerFunc // lets only signed-in people pass, and brings the others back with what they posted
	Site     page.Site       // at whose address a certificate can be checked
	PayAt    []string        // origins of the card processor's pages, such as "https://checkout.stripe.com"
}

// Learner serves the pages.
type Learner struct{ Options }

// New makes the learner's pages.
func New(o Options) *Learner { return &Learner{o} }

// Mount adds the pages to an engine that knows who is asking.
func (l *Learner) Mount(r gin.IRouter) {
	book := r.Group("/runs/:run/book")
	book.GET("", page.Handle(l.begin))
	book.GET("/learner", l.ask(enrolment.StepLearner, l.learner))
	book.POST("/learner", page.Handle(l.saveLearner))
	book.GET("/payer", l.ask(enrolment.StepPayer, l.payer))
	book.POST("/payer", page.Handle(l.savePayer))
	book.GET("/peer", l.ask(enrolment.StepPeer, l.peer))
	book.POST("/peer", page.Handle(l.savePeer))
	book.GET("/employer", l.ask(enrolment.StepEmployer, l.employer))
	book.POST("/employer", page.Handle(l.saveEmployer))
	book.GET("/details", l.ask(enrolment.StepDetails, l.details))
	book.POST("/details", page.Handle(l.saveDetails))
	book.GET("/start", l.ask(enrolment.StepStart, l.start))
	book.POST("/start", page.Handle(l.saveStart))
	book.GET("/check", l.ask(enrolment.StepCheck, l.check))
	book.POST("/check", l.SignedIn, page.Handle(l.order))
	book.GET("/office", page.Handle(l.office))
	book.GET("/later", page.Handle(l.later))
	book.POST("/carry", page.Handle(l.carry))

	r.GET("/runs/:run/wait", page.Handle(l.join))
	r.POST("/runs/:run/wait", l.SignedIn, page.Handle(l.wait))

	my := r.Group("/my", l.SignedIn)
	my.GET("", page.Handle(l.places))
	my.GET("/places/:code", page.Handle(l.show))
	my.GET("/places/:code/pay", page.Handle(l.pay))
	my.POST("/places/:code/pay", page.Handle(l.payOwn))
	my.GET("/places/:code/plan", page.Handle(l.plan))
	my.POST("/places/:code/plan", page.Handle(l.choosePlan))
	my.GET("/places/:code/plan/paid", page.Handle(l.partPaid))
	my.POST("/places/:code/plan/pay", page.Handle(l.payPart))
	my.POST("/places/:code/plan/settle", page.Handle(l.settlePlan))
	my.GET("/places/:code/plan/card", page.Handle(l.toCard))
	my.POST("/places/:code/plan/card", page.Handle(l.changeCard))
	my.GET("/places/:code/questions", page.Handle(l.thread))
	my.POST("/places/:code/questions", page.Handle(l.askOffice))
	my.GET("/places/:code/confirmation", page.Handle(l.confirmation))
	my.GET("/places/:code/receipt", page.Handle(l.receipt))
	my.GET("/places/:code/dates.ics", page.Handle(l.calendar))
	my.GET("/places/:code/certificate", page.Handle(l.certificate))
	my.POST("/places/:code/certificate", page.Handle(l.nameCertificate))
	my.GET("/places/:code/certificate.pdf", page.Handle(l.certificatePaper))
	my.GET("/places/:code/cancel", page.Handle(l.cancel))
	my.POST("/places/:code/cancel", page.Handle(l.giveUp))
	my.GET("/places/:code/move", page.Handle(l.move))
	my.POST("/places/:code/move", page.Handle(l.moveTo))
	my.POST("/places/:code/refund", page.Handle(l.takeMoney))
	my.GET("/places/:code/employer", page.Handle(l.request))
	my.POST("/places/:code/employer", page.Handle(l.sendRequest))
	my.POST("/places/:code/employer/:request/stop", page.Handle(l.stopRequest))
	my.GET("/places/:code/keep", page.Handle(l.leaving))
	my.POST("/places/:code/keep", page.Handle(l.keepPlace))
	my.POST("/places/:code/leave", page.Handle(l.leavePlace))
}
