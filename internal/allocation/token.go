package allocation

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// object reads an object. The function reads the value of a field, or is false for one that it does not know.
func (d decoder) object(read func(field string) (known bool, err error), needed ...string) error {
	if err := d.expect('{', "an object"); err != nil {
		return err
	}
	var fields []string
	for d.More() {
		token, err := d.token()
		if err != nil {
			return err
		}
		field, _ := token.(string) // the decoder takes nothing else for a name
		if slices.Contains(fields, field) {
			return wrong(field, "is there twice")
		}
		fields = append(fields, field)
		known, err := read(field)
		if err != nil {
			return within(err, "%s", field)
		}
		if !known {
			return wrong("", "the field %q is unknown", field)
		}
	}
	for _, field := range needed {
		if !slices.Contains(fields, field) {
			return wrong(field, "is missing")
		}
	}
	_, err := d.token()
	return err
}

// elements reads a list.
func elements[T any](d decoder, to *[]T, read func(*T) error) error {
	if err := d.expect('[', "a list"); err != nil {
		return err
	}
	for i := 0; d.More(); i++ {
		var element T
		if err := read(&element); err != nil {
			return within(err, "[%d]", i)
		}
		*to = append(*to, element)
	}
	_, err := d.token()
	return err
}

// within says of which part of the problem the place of an error is.
func within(err error, format string, values ...any) error {
	var m *Malformed
	if errors.As(err, &m) {
		return m.in(format, values...)
	}
	return err
}

// token is the next token. Text that is no JSON is malformed too.
func (d decoder) token() (json.Token, error) {
	token, err := d.Token()
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, wrong("", "the text ends too early")
	case errors.As(err, &syntax):
		return nil, wrong("", "this is no JSON: %s", strings.ReplaceAll(syntax.Error(), "\n", " "))
	}
	return token, err
}

func (d decoder) expect(delim json.Delim, what string) error {
	token, err := d.token()
	if err == nil && token != delim {
		err = wrong("", "should be %s", what)
	}
	return err
}

func (d decoder) text(to *string) error {
	token, err := d.token()
	if err != nil {
		return err
	}
	text, ok := token.(string)
	if !ok {
		return wrong("", "should be a text")
	}
	*to = text
	return nil
}

func (d decoder) flag(to *bool) error {
	token, err := d.token()
	if err != nil {
		return err
	}
	flag, ok := token.(bool)
	if !ok {
		return wrong("", "should be true or false")
	}
	*to = flag
	return nil
}

// whole reads a whole number from 0 to most.
func (d decoder) whole(to *int64, most int64) error {
	number, err := d.integer()
	switch {
	case err != nil:
		return err
	case number < 0:
		return wrong("", "%d is below 0", number)
	case number > most:
		return wrong("", "%d is above %d", number, most)
	}
	*to = number
	return nil
}

func (d decoder) count(to *int) error {
	var number int64
	err := d.whole(&number, math.MaxInt32)
	*to = int(number)
	return err
}

func (d decoder) number(to *int) error {
	number, err := d.integer()
	if err == nil && int64(int32(number)) != number {
		err = wrong("", "%d is out of range", number)
	}
	*to = int(number)
	return err
}

func (d decoder) integer() (int64, error) {
	token, err := d.token()
	if err != nil {
		return 0, err
	}
	literal, ok := token.(json.Number)
	if !ok {
		return 0, wrong("", "should be a whole number")
	}
	number, err := strconv.ParseInt(literal.String(), 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, wrong("", "%s is out of range", literal)
	case err != nil:
		return 0, wrong("", "%s is no whole number", literal)
	}
	return number, nil
}
