package page

import (
	"slices"
	"strings"

	"bursar/internal/failure"

	"github.com/gin-gonic/gin"
)

// Mistake is one sentence about one form field, or about the whole form when Field is empty.
type Mistake struct {
	Field, Message string
}

// Errors are the mistakes in a form, in the order of its fields. The layout lists them at the top of the
// page; each control shows its own.
type Errors []Mistake

// For is the sentence about one field, or "".
func (e Errors) For(field string) string {
	for _, m := range e {
		if m.Field == field {
			return m.Message
		}
	}
	return ""
}

// ErrorsOf lists what a refusal says about the fields of a form, in the order given; fields that are not in
// it follow by name. A refusal that names no field becomes one sentence about the whole form.
func ErrorsOf(f *failure.Error, order []string) Errors {
	if len(f.Fields) == 0 {
		return Errors{{Message: f.Message}}
	}
	list := make(Errors, 0, len(f.Fields))
	for field, message := range f.Fields {
		list = append(list, Mistake{field, message})
	}
	position := func(m Mistake) int {
		at := func(name string) bool { return name == m.Field || strings.HasPrefix(name, m.Field+"-") } // a date has three boxes
		if i := slices.IndexFunc(order, at); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortFunc(list, func(a, b Mistake) int {
		if d := position(a) - position(b); d != 0 {
			return d
		}
		return strings.Compare(a.Field, b.Field)
	})
	return list
}

// Again shows a form once more, with every word kept and what needs correcting, when err is a refusal that
// the person can do something about: Invalid (422) or Conflict (409). Every other error is returned.
func Again(c *gin.Context, err error, name string, p Page) error {
	f := failure.Of(err)
	if f == nil || f.Kind != failure.Invalid && f.Kind != failure.Conflict {
		return err
	}
	order, _ := c.Value(formOrderKey).([]string)
	p.base().Errors = ErrorsOf(f, order)
	return render(c, answers[f.Kind].status, name, p)
}
