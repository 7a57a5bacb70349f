package learner

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// longestMessage is how much somebody can write to an employer, in characters.
const longestMessage = 1000

// requestForm is what somebody asks an employer to pay of their own place.
type requestForm struct {
	Employer string `form:"employer"`
	Contact  string `form:"employer_contact"`
	Email    string `form:"employer_email"`
	Amount   string `form:"employer_amount"`
	Message  string `form:"message"`
}

// ask is the form as the verb takes it, or all that needs correcting.
func (f requestForm) ask(most money.Amount) (admissions.Ask, error) {
	amount, err := enrolment.Employer{Name: f.Employer, Contact: f.Contact, Email: f.Email, Amount: f.Amount}.Check(most)
	if len([]rune(f.Message)) > longestMessage {
		wrong := failure.Of(err)
		if wrong == nil {
			wrong = failure.Field("message", "")
		}
		wrong.Fields["message"] = "Your message must be 1,000 characters or fewer"
		err = wrong
	}
	return admissions.Ask{Name: f.Employer, Contact: f.Contact, Email: f.Email, Amount: amount, Message: f.Message}, err
}

type requestPage struct {
	page.Base
	*place
	Form requestForm
	Own  money.Amount // the person's own part that is not paid, in pence; zero: there is nothing to ask for
	Open bool         // a payment of it by card has begun
}

func (p *place) requestPage(form requestForm) *requestPage {
	shown := &requestPage{place: p, Form: form, Own: p.ToPay()}
	shown.Open = p.Payment() != nil && (p.Payment().Status == billing.Created || p.atBank())
	shown.Back = p.path("")
	return shown
}

// request asks whom to ask, and shows what was asked before.
func (l *Learner) request(c *gin.Context) error {
	p, err := l.mine(c)
	if err != nil {
		return err
	}
	if !p.HasPlace() || p.ToPay() == 0 && !p.Shared() {
		return page.Redirect(c, p.path(""))
	}
	return page.Render(c, "learner/request", p.requestPage(requestForm{}))
}

// sendRequest asks an employer to take over a part of what the person has still to pay.
func (l *Learner) sendRequest(c *gin.Context) error {
	p, err := l.mine(c)
	if err != nil {
		return err
	}
	if !p.HasPlace() || p.ToPay() == 0 {
		return page.Redirect(c, p.path(""))
	}
	var form requestForm
	var ask admissions.Ask
	if err = page.Bind(c, &form); err == nil {
		ask, err = form.ask(p.ToPay())
	}
	if err == nil {
		err = l.Machine.Write(c.Request.Context(), func(tx *db.Tx) error {
			return admissions.AskToPay(c.Request.Context(), tx, p.PersonID, p.Code, ask)
		})
	}
	if err != nil {
		return page.Again(c, err, "learner/request", p.requestPage(form))
	}
	page.Flash(c, page.EmployerAsked)
	return page.Redirect(c, p.path(""))
}

// stopRequest takes a request back that was not answered. Where it was answered meanwhile the page of the place says so.
func (l *Learner) stopRequest(c *gin.Context) error {
	p, err := l.mine(c)
	if err != nil {
		return err
	}
	asked := p.request(c.Param("request"))
	if asked == nil {
		return billing.ErrRequestUnknown
	}
	if asked.Status != billing.RequestAsked {
		return page.Redirect(c, p.path(""))
	}
	err = l.Machine.Write(c.Request.Context(), func(tx *db.Tx) error {
		return admissions.TakeBackRequest(c.Request.Context(), tx, p.PersonID, asked.Code)
	})
	if err != nil && failure.KindOf(err) != failure.Conflict {
		return err
	}
	if err == nil {
		page.Flash(c, page.EmployerNotAsked)
	}
	return page.Redirect(c, p.path(""))
}
