package page

import (
	"fmt"
	"slices"
	"strings"
)

// Control is what all form controls have in common. In templates a control is written as its name and its
// settings: {{input "Name" "email" "Label" "Email address" "Value" .Form.Email "Errors" .Errors}}.
type Control struct {
	Name    string // of the form field; also the id of its (first) element
	Label   string // the question, as a label or as the legend of a group
	Hint    string // one more line of help, if any
	Heading bool   // the label is the heading of the page: one question a page
	Errors  Errors // the page's; the control picks its own
}

// Error is the sentence about this control's value, or "".
func (c Control) Error() string { return c.Errors.For(c.Name) }

// DescribedBy lists the ids of the hint and the error, for aria-describedby, or is "".
func (c Control) DescribedBy() string {
	var ids []string
	if c.Hint != "" {
		ids = append(ids, c.Name+"-hint")
	}
	if c.Error() != "" {
		ids = append(ids, c.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// Input is a box for one line.
type Input struct {
	Control
	Value        string
	Type         string // of the HTML input; "" is text
	Autocomplete string // an autofill token, so that browsers and helpers can fill it in (WCAG 1.3.5)
	Inputmode    string // which keyboard a telephone shows
	Width        string // 2, 3, 4, 5, 10, 20 or 30 characters; "" is as wide as there is room
	Prefix       string // a unit before the box: "£"
	Digits       bool   // a pasted value keeps its digits only
}

// Textarea is a box for many lines.
type Textarea struct {
	Control
	Value string
	Rows  int
}

// Choice is one of several answers.
type Choice struct {
	Value, Label, Hint string
}

// Radios offer a choice of one; each choice has a radio button.
type Radios struct {
	Control
	Items  []Choice
	Value  string
	Inline bool // beside each other: for yes and no
}

// Select offers a choice of one from a list too long for radio buttons.
type Select struct {
	Control
	Items []Choice
	Value string
}

// Checkboxes offer a choice of any number. A single one without a Label is a confirmation.
type Checkboxes struct {
	Control
	Items  []Choice
	Values []string
}

// DateInput asks for a date in three boxes that send name-day, name-month and name-year; an error is about the
// date as a whole and carries the control's name.
type DateInput struct {
	Control
	Day, Month, Year string
}

// ItemID is the id of one of the choices: the first has the control's own, where the error summary leads.
func (c Control) ItemID(i int) string {
	if i == 0 {
		return c.Name
	}
	return fmt.Sprintf("%s-%d", c.Name, i+1)
}

// Has reports whether a value is among those ticked.
func (c Checkboxes) Has(value string) bool { return slices.Contains(c.Values, value) }

// ItemDescribedBy is for aria-describedby of one checkbox: its own hint, and for a confirmation, which has no
// group to carry them, the control's hint and error too.
func (c Checkboxes) ItemDescribedBy(i int) string {
	var ids []string
	if c.Label == "" && c.DescribedBy() != "" {
		ids = append(ids, c.DescribedBy())
	}
	if c.Items[i].Hint != "" {
		ids = append(ids, c.ItemID(i)+"-item-hint")
	}
	return strings.Join(ids, " ")
}

// DateBox is one of the three boxes of a DateInput.
type DateBox struct {
	ID, Name, Label, Value string
	Width                  int
}

// Boxes are the three boxes in the order people write a date.
func (d DateInput) Boxes() []DateBox {
	return []DateBox{
		{d.Name, d.Name + "-day", "Day", d.Day, 2},
		{d.Name + "-month", d.Name + "-month", "Month", d.Month, 2},
		{d.Name + "-year", d.Name + "-year", "Year", d.Year, 4},
	}
}
