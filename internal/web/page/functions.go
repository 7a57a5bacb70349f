package page

import (
	"bytes"
	"fmt"
	"html/template"
	"reflect"
	"strings"

	"bursar/internal/london"
	"bursar/internal/web/static"
)

// functions are all that templates can call: the parts by name, dates and times in London's words, and the
// addresses of static files.
func functions(files *static.Files, parts *template.Template) template.FuncMap {
	return template.FuncMap{
		"input":      part[Input](parts, "input"),
		"textarea":   part[Textarea](parts, "textarea"),
		"radios":     part[Radios](parts, "radios"),
		"select":     part[Select](parts, "select"),
		"checkboxes": part[Checkboxes](parts, "checkboxes"),
		"dateinput":  part[DateInput](parts, "dateinput"),
		"button":     part[Button](parts, "button"),
		"inset":      part[Inset](parts, "inset"),
		"warning":    part[Warning](parts, "warning"),
		"details":    part[Details](parts, "details"),
		"tag":        part[Tag](parts, "tag"),
		"summary":    part[Summary](parts, "summary"),
		"table":      part[Table](parts, "table"),
		"tasks":      part[Tasks](parts, "tasks"),
		"steps":      part[Steps](parts, "steps"),
		"pagination": part[Pagination](parts, "pagination"),

		"choice":  settings[Choice],
		"choices": func(items ...Choice) []Choice { return items },
		"row":     settings[Row],
		"rows":    func(rows ...Row) []Row { return rows },

		"days": london.Days, "clock": london.Clock, "moment": london.Moment, "stamp": london.Stamp, "dateof": london.DateOf,

		"static": files.Path, "logo": files.Logo, "tel": Tel,
	}
}

// part is the template function that renders one part from its settings, or from a value made in Go.
func part[T any](parts *template.Template, name string) func(...any) (template.HTML, error) {
	return func(args ...any) (template.HTML, error) {
		data, err := settings[T](args...)
		if err != nil {
			return "", err
		}
		var buf bytes.Buffer
		if err := parts.ExecuteTemplate(&buf, name+".html", data); err != nil {
			return "", err
		}
		return template.HTML(buf.String()), nil // escaped by the part's own template
	}
}

// settings makes a T from names and values in turn. A name that T does not have, or a value of another type,
// is an error, so that a slip in a template fails the test that renders it.
func settings[T any](args ...any) (T, error) {
	var made T
	if len(args) == 1 {
		if whole, ok := args[0].(T); ok {
			return whole, nil
		}
	}
	if len(args)%2 != 0 {
		return made, fmt.Errorf("%T takes names and values in turn", made)
	}
	target := reflect.ValueOf(&made).Elem()
	for i := 0; i < len(args); i += 2 {
		name, _ := args[i].(string)
		field, value := target.FieldByName(name), reflect.ValueOf(args[i+1])
		switch {
		case !field.IsValid():
			return made, fmt.Errorf("%T has no setting %q", made, name)
		case !value.IsValid() || value.Kind() != field.Kind() || !value.CanConvert(field.Type()):
			return made, fmt.Errorf("%T: %q cannot be %T", made, name, args[i+1])
		}
		field.Set(value.Convert(field.Type()))
	}
	return made, nil
}

// Tel is a telephone number as a tel: address has it: without spaces.
func Tel(number string) string { return strings.ReplaceAll(number, " ", "") }
