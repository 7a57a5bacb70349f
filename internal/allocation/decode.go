package allocation

import (
	"encoding/json"
	"errors"
	"io"
)

// Decode reads a problem as JSON and checks it. It is strict: fields that are unknown, missing or there twice are
// refused as wrong values are. What is wrong with the problem is *Malformed; other errors are the reader's.
func Decode(r io.Reader) (Problem, error) {
	var p Problem
	d := decoder{json.NewDecoder(r)}
	d.UseNumber()
	if err := d.problem(&p); err != nil {
		return Problem{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Problem{}, wrong("", "something follows after the problem")
	}
	if err := p.Check(); err != nil {
		return Problem{}, err
	}
	return p, nil
}

// Check says what is wrong with a problem, as *Malformed.
func (p Problem) Check() error {
	_, err := newTable(p)
	return err
}

// decoder reads token by token, to know the place of what is wrong.
type decoder struct{ *json.Decoder }

func (d decoder) problem(p *Problem) error {
	return d.object(func(field string) (bool, error) {
		switch field {
		case "funds":
			return true, elements(d, &p.Funds, d.fund)
		case "places":
			return true, elements(d, &p.Places, d.place)
		case "limits":
			return true, elements(d, &p.Limits, d.limit)
		case "applicants":
			return true, elements(d, &p.Applicants, d.applicant)
		}
		return false, nil
	}, "funds", "applicants")
}

func (d decoder) fund(f *Fund) error {
	return d.object(func(field string) (bool, error) {
		switch field {
		case "id":
			return true, d.text(&f.ID)
		case "available":
			return true, d.whole(&f.Available, MaxPence)
		case "prefer":
			return true, d.number(&f.Prefer)
		}
		return false, nil
	}, "id", "available")
}

func (d decoder) place(p *Place) error {
	return d.object(func(field string) (bool, error) {
		switch field {
		case "id":
			return true, d.text(&p.ID)
		case "free":
			return true, d.count(&p.Free)
		}
		return false, nil
	}, "id", "free")
}

func (d decoder) limit(l *Limit) error {
	return d.object(func(field string) (bool, error) {
		switch field {
		case "fund":
			return true, d.text(&l.Fund)
		case "most":
			return true, d.count(&l.Most)
		case "people":
			return true, elements(d, &l.People, d.text)
		}
		return false, nil
	}, "fund", "most", "people")
}

func (d decoder) applicant(a *Applicant) error {
	return d.object(func(field string) (bool, error) {
		switch field {
		case "id":
			return true, d.text(&a.ID)
		case "protected":
			return true, d.flag(&a.Protected)
		case "choices":
			return true, elements(d, &a.Choices, d.choice)
		}
		return false, nil
	}, "id", "choices")
}

func (d decoder) choice(c *Choice) error {
	return d.object(func(field string) (bool, error) {
		switch field {
		case "places":
			return true, elements(d, &c.Places, d.text)
		case "lines":
			return true, elements(d, &c.Lines, d.line)
		case "most":
			return true, elements(d, &c.Most, d.cap)
		}
		return false, nil
	}, "lines")
}

func (d decoder) line(l *Line) error {
	return d.object(func(field string) (bool, error) {
		switch field {
		case "id":
			return true, d.text(&l.ID)
		case "amount":
			return true, d.whole(&l.Amount, MaxPence)
		case "funds":
			return true, elements(d, &l.Funds, d.text)
		case "most":
			return true, elements(d, &l.Most, d.cap)
		}
		return false, nil
	}, "id", "amount")
}

func (d decoder) cap(c *Cap) error {
	return d.object(func(field string) (bool, error) {
		switch field {
		case "fund":
			return true, d.text(&c.Fund)
		case "amount":
			return true, d.whole(&c.Amount, MaxPence)
		}
		return false, nil
	}, "fund", "amount")
}
