package learner

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/web/page"
)

// slow is after how long somebody is told that the payment page takes longer than usual.
const slow = 20 * time.Second

type waitPage struct {
	page.Base
	*place
	Slow bool // it takes longer than usual
}

// pay leads to the card processor's page as soon as there is one. Until then it asks again by itself.
func (l *Learner) pay(c *gin.Context) error {
	p, err := l.mine(c)
	if err != nil {
		return err
	}
	if p.stage(l.DB.Now()) != toPay {
		return page.Redirect(c, p.path(""))
	}
	payment := p.Payment()
	if payment.SessionURL != "" {
		return l.leave(c, payment)
	}
	wait := &waitPage{place: p, Slow: l.DB.Now().Sub(payment.CreatedAt) > slow}
	again(c, wait.Slow)
	return page.Render(c, "learner/preparing", wait)
}

// leave sends the browser to the card processor, and to nobody else.
func (l *Learner) leave(c *gin.Context, p *billing.Payment) error {
	to, err := url.Parse(p.SessionURL)
	if err != nil || !slices.Contains(l.PayAt, to.Scheme+"://"+to.Host) {
		return fmt.Errorf("payment %s has a page that is not the card processor's: %w", p.Code, errors.Join(errForeignPage, err))
	}
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, p.SessionURL)
	return nil
}

var errForeignPage = errors.New("not an allowed origin")

// again makes the browser ask for this page once more by itself, without a script.
func again(c *gin.Context, slowly bool) {
	seconds := "2"
	if slowly {
		seconds = "10"
	}
	c.Header("Refresh", seconds)
	c.Header("Cache-Control", "no-store")
}
