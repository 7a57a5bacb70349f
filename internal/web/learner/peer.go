package learner

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

type peerForm struct {
	Peer string `form:"peer" binding:"required,oneof=yes no" error:"Choose yes or no"`
}

type peerPage struct {
	questionPage
	Form        peerForm
	Price, Self money.Amount // what a peer supporter pays, and what others pay
	Kept        bool         // places are kept for peer supporters
}

func (v *visit) peerPage(form peerForm) *peerPage {
	return &peerPage{
		questionPage: v.question(enrolment.StepPeer), Form: form,
		Price: v.Run.Price(course.Peer), Self: v.Run.Price(course.Self),
		Kept: v.Run.Places.Reserved > 0 && !v.Run.Places.Released,
	}
}

func (l *Learner) peer(c *gin.Context, v *visit) error {
	return page.Render(c, "learner/peer", v.peerPage(peerForm{v.Booking.Peer}))
}

func (l *Learner) savePeer(c *gin.Context) error {
	v, err := l.visit(c)
	if err != nil {
		return err
	}
	var form peerForm
	if err := page.Bind(c, &form); err != nil {
		return page.Again(c, err, "learner/peer", v.peerPage(form))
	}
	return l.keep(c, v, func(b *enrolment.Booking) { b.Peer = form.Peer })
}
