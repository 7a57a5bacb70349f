package learner

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// employerForm is whom to ask to pay a part, and how much.
type employerForm struct {
	Employer string `form:"employer"`
	Contact  string `form:"employer_contact"`
	Email    string `form:"employer_email"`
	Amount   string `form:"employer_amount"`
}

func (f employerForm) asked() enrolment.Employer {
	return enrolment.Employer{Name: f.Employer, Contact: f.Contact, Email: f.Email, Amount: f.Amount}
}

type employerPage struct {
	questionPage
	Form  employerForm
	Price money.Amount
	Days  int // for how long the place is kept for the answer, at most
}

func (v *visit) employerPage(form employerForm) *employerPage {
	return &employerPage{v.question(enrolment.StepEmployer), form, v.Run.Price(v.Booking.Band()), enrolment.SharedDays}
}

// employer asks who pays a part.
func (l *Learner) employer(c *gin.Context, v *visit) error {
	e := v.Booking.Asked()
	return page.Render(c, "learner/employer", v.employerPage(employerForm{e.Name, e.Contact, e.Email, e.Amount}))
}

// saveEmployer keeps every word, also when something is to be corrected.
func (l *Learner) saveEmployer(c *gin.Context) error {
	v, err := l.visit(c)
	if err != nil {
		return err
	}
	var form employerForm
	if err := page.Bind(c, &form); err != nil {
		return page.Again(c, err, "learner/employer", v.employerPage(form))
	}
	if err := l.save(c, v, func(b *enrolment.Booking) { b.Ask(form.asked()) }); err != nil {
		return err
	}
	if _, err := form.asked().Check(v.Booking.MostShared(v.Run)); err != nil {
		return page.Again(c, err, "learner/employer", v.employerPage(form))
	}
	return page.Redirect(c, v.onward())
}
