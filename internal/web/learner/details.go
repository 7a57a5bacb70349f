package learner

import (
	"maps"

	"github.com/gin-gonic/gin"

	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type detailsForm struct {
	Name  string `form:"name"`
	Email string `form:"email"` // not asked of somebody who is signed in
	Phone string `form:"phone"`
}

type detailsPage struct {
	questionPage
	Form   detailsForm
	Signed string // the address somebody is signed in with
}

func (v *visit) detailsPage(form detailsForm) *detailsPage {
	return &detailsPage{v.question(enrolment.StepDetails), form, v.Person.Email}
}

// details asks who comes. What we know of somebody is filled in already.
func (l *Learner) details(c *gin.Context, v *visit) error {
	form := detailsForm{v.Booking.Name, v.Booking.Email, v.Booking.Phone}
	if form.Name == "" && form.Phone == "" {
		form.Name, form.Phone = v.Person.Name, v.Person.Phone
	}
	return page.Render(c, "learner/details", v.detailsPage(form))
}

func (l *Learner) saveDetails(c *gin.Context) error {
	v, err := l.visit(c)
	if err != nil {
		return err
	}
	var form detailsForm
	if err := page.Bind(c, &form); err != nil {
		return page.Again(c, err, "learner/details", v.detailsPage(form))
	}
	if v.owner.Person != 0 {
		form.Email = v.Person.Email
	}
	mistakes := form.mistakes()
	if err := l.save(c, v, func(b *enrolment.Booking) { form.into(b, mistakes) }); err != nil {
		return err
	}
	if len(mistakes) == 0 {
		return page.Redirect(c, v.onward())
	}
	err = &failure.Error{Kind: failure.Invalid, Code: "invalid_details", Message: "Check your details.", Fields: mistakes}
	return page.Again(c, err, "learner/details", v.detailsPage(form))
}

// mistakes has a sentence for each field that the domain refuses.
func (f detailsForm) mistakes() map[string]string {
	all := map[string]string{}
	_, err := people.Details{Name: f.Name, Phone: f.Phone}.Tidy()
	for _, err := range []error{err, emailError(f.Email)} {
		if wrong := failure.Of(err); wrong != nil {
			maps.Copy(all, wrong.Fields)
		}
	}
	return all
}

func emailError(typed string) error {
	_, err := people.NormaliseEmail(typed)
	return err
}

// into keeps what can be used, also when something else cannot.
func (f detailsForm) into(b *enrolment.Booking, mistakes map[string]string) {
	for field, kept := range map[string]struct {
		to    *string
		typed string
	}{"name": {&b.Name, f.Name}, "email": {&b.Email, f.Email}, "phone": {&b.Phone, f.Phone}} {
		if mistakes[field] == "" {
			*kept.to = kept.typed
		}
	}
}
