package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"bursar/internal/failure"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
	"github.com/go-playground/validator/v10"
)

var (
	errFormUnread  = failure.New(failure.Invalid, "form_unread", "We could not read what was sent. Go back and try again.")
	errFormForeign = failure.New(failure.Invalid, "form_foreign", "This form has changed since you opened it. Go back, reload the page and try again.")
	errFormTooBig  = failure.New(failure.Invalid, "form_too_big", "What you sent is too long. Shorten it and try again.")
)

// Bind reads the posted form into a struct of strings (and []string for checkboxes), named by `form` tags,
// trims what was typed, and checks its shape by `binding` tags (go-playground/validator). The sentence for a
// field's mistake is its tag `error`, or `error-<rule>` for one rule. It returns an Invalid failure with a
// sentence for every field that needs correcting; a field that the struct does not have, or one sent twice,
// is refused. The struct then holds what was typed, also after a mistake.
func Bind(c *gin.Context, form any) error {
	posted, err := Posted(c, fieldNames(form))
	if err != nil {
		return err
	}
	values, err := clean(form, posted, true)
	if err != nil {
		return err
	}
	return fill(form, values)
}

// Posted reads a posted form as it came, for a form that is data and not a struct. order names its fields as the
// page shows them, for the list of mistakes.
func Posted(c *gin.Context, order []string) (url.Values, error) {
	c.Set(formOrderKey, order)
	if err := readForm(c); err != nil {
		if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
			return nil, errFormTooBig.Because(err)
		}
		return nil, errFormUnread.Because(err)
	}
	for name, list := range c.Request.PostForm {
		if notText(name) || slices.ContainsFunc(list, notText) {
			return nil, errFormUnread.Because(fmt.Errorf("field %q is not text", name))
		}
	}
	return c.Request.PostForm, nil
}

// notText reports whether something is no text that can be kept (RFC 3629; PostgreSQL keeps no NUL).
func notText(v string) bool { return !utf8.ValidString(v) || strings.ContainsRune(v, 0) }

// Query reads the address's query into a struct like Bind does, except that parameters the struct does not
// have are ignored: other people's links add their own.
func Query(c *gin.Context, query any) error {
	values, err := clean(query, c.Request.URL.Query(), false)
	if err != nil {
		return err
	}
	return fill(query, values)
}

func fill(form any, values map[string][]string) error {
	if err := binding.MapFormWithTag(form, values, "form"); err != nil {
		return errFormUnread.Because(err)
	}
	err := binding.Validator.ValidateStruct(form)
	mistakes, ok := errors.AsType[validator.ValidationErrors](err)
	if !ok {
		return err
	}
	fields := map[string]string{}
	for _, m := range mistakes {
		name, message, ok := sentence(form, m)
		if !ok {
			return errFormForeign.Because(fmt.Errorf("%s breaks %q", m.StructField(), m.Tag()))
		}
		fields[name] = message
	}
	return &failure.Error{Kind: failure.Invalid, Code: "form_invalid", Message: "Check what you entered.", Fields: fields}
}

// sentence finds the form name of a field and what to say about the rule it broke. There is nothing to say of a field in which
// nobody types: only a program sends something else in it than the page did.
func sentence(form any, m validator.FieldError) (name, message string, ok bool) {
	of, _, _ := strings.Cut(m.StructField(), "[") // one of several
	field, ok := reflect.TypeOf(form).Elem().FieldByName(of)
	if !ok {
		return "", "", false
	}
	message = field.Tag.Get("error-" + m.Tag())
	if message == "" {
		message = field.Tag.Get("error")
	}
	return field.Tag.Get("form"), message, message != ""
}

// clean trims every value, makes line ends uniform, and refuses what no browser sends for this form.
func clean(form any, sent map[string][]string, strict bool) (map[string][]string, error) {
	known := fieldNames(form)
	values := make(map[string][]string, len(sent))
	for name, list := range sent {
		if !slices.Contains(known, name) {
			if strict {
				return nil, errFormForeign.Because(fmt.Errorf("unknown field %q", name))
			}
			continue
		}
		if len(list) > 1 && !repeats(form, name) {
			return nil, errFormForeign.Because(fmt.Errorf("field %q sent %d times", name, len(list)))
		}
		for _, v := range list {
			if notText(v) {
				return nil, errFormUnread.Because(fmt.Errorf("field %q is not text", name))
			}
			values[name] = append(values[name], strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n")))
		}
	}
	return values, nil
}

func fieldNames(form any) []string {
	var names []string
	for field := range reflect.TypeOf(form).Elem().Fields() {
		if name := field.Tag.Get("form"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func repeats(form any, name string) bool {
	for field := range reflect.TypeOf(form).Elem().Fields() {
		if field.Tag.Get("form") == name {
			return field.Type.Kind() == reflect.Slice
		}
	}
	return false
}
