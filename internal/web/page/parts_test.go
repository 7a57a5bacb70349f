package page_test

import (
	"testing"

	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
)

type partsPage struct {
	page.Base
	Known page.Summary
}

// everyPart uses each part once, with a mistake in every control.
const everyPart = `{{define "title"}}Parts{{end}}{{define "main"}}
{{steps "At" 2 "Of" 5}}
<form method="post">
{{input "Name" "name" "Label" "Full name" "Heading" true "Hint" "As on your passport" "Value" "<Ana>" "Autocomplete" "name" "Errors" .Errors}}
{{input "Name" "amount" "Label" "Amount" "Prefix" "£" "Width" "5" "Inputmode" "decimal" "Errors" .Errors}}
{{input "Name" "code" "Label" "Code" "Digits" true "Errors" .Errors}}
{{textarea "Name" "why" "Label" "Why" "Value" "Because" "Errors" .Errors}}
{{radios "Name" "payer" "Label" "Who pays?" "Value" "me" "Errors" .Errors "Items" (choices (choice "Value" "me" "Label" "I do") (choice "Value" "boss" "Label" "My employer" "Hint" "By invoice"))}}
{{checkboxes "Name" "days" "Label" "Which days?" "Errors" .Errors "Items" (choices (choice "Value" "mon" "Label" "Monday"))}}
{{checkboxes "Name" "agree" "Hint" "You can change this later" "Errors" .Errors "Items" (choices (choice "Value" "yes" "Label" "I agree" "Hint" "Read it first"))}}
{{select "Name" "title" "Label" "Title" "Value" "dr" "Errors" .Errors "Items" (choices (choice "Value" "" "Label" "None") (choice "Value" "dr" "Label" "Dr"))}}
{{dateinput "Name" "start" "Label" "When?" "Day" "8" "Month" "3" "Year" "2027" "Errors" .Errors}}
{{button "Text" "Continue" "Name" "next" "Value" "1"}} {{button "Text" "Back" "Href" "/back" "Secondary" true}} {{button "Text" "Cancel" "Warning" true}}
</form>
{{inset "Text" "Note this"}} {{warning "Text" "Mind this"}} {{details "Summary" "More" "Text" "Here"}} {{tag "Text" "Held" "Colour" "yellow"}}
{{summary .Known}}
{{summary "Rows" (rows (row "Key" "Name" "Value" "Ana" "Href" "/name"))}}
{{table .Table}} {{tasks .Tasks}} {{pagination "First" "/list" "Next" "/list?after=x"}}
{{end}}`

func (partsPage) Table() page.Table {
	return page.Table{
		Caption: "Places", Columns: []page.Column{{Title: "Run"}, {Title: "Free", Numeric: true}},
		Rows: [][]page.Cell{{{Text: "FND-M27", Href: "/runs/FND-M27"}, {Text: "12"}}},
	}
}

func (partsPage) Tasks() page.Tasks {
	return page.Tasks{Items: []page.Task{
		{Text: "About you", Href: "/you", Status: "Completed", Done: true},
		{Text: "Send", Hint: "When all is done", Status: "Cannot start yet"},
	}}
}

func partsDocument(t *testing.T) *goquery.Document {
	t.Helper()
	errors := page.Errors{}
	for _, name := range []string{"name", "amount", "code", "why", "payer", "days", "agree", "title", "start"} {
		errors = append(errors, page.Mistake{Field: name, Message: "Correct " + name})
	}
	e := engine(t, map[string]string{"public/parts.html": everyPart})
	e.GET("/", page.Handle(func(c *gin.Context) error {
		return page.Render(c, "public/parts", &partsPage{
			Base:  page.Base{Errors: errors},
			Known: page.Summary{Rows: []page.Row{{Key: "Dates", Lines: []string{"one", "two"}}}},
		})
	}))
	w := do(e, "GET", "/", "")
	if w.Code != 200 {
		t.Fatalf("status %d", w.Code)
	}
	return pagetest.Check(t, w.Body.String())
}

func TestEveryPartKeepsTheRulesOfAPage(t *testing.T) {
	t.Parallel()
	doc := partsDocument(t)
	if n := doc.Find(".govuk-error-summary li a").Length(); n != 9 {
		t.Errorf("%d mistakes are listed", n)
	}
	if n := doc.Find(".govuk-error-message").Length(); n != 9 {
		t.Errorf("%d mistakes are beside their controls", n)
	}
	if got := doc.Find("#name").AttrOr("value", ""); got != "<Ana>" {
		t.Errorf("value = %q", got)
	}
	if got := doc.Find("#agree").AttrOr("aria-describedby", ""); got != "agree-hint agree-error agree-item-hint" {
		t.Errorf("the confirmation is described by %q", got)
	}
	if doc.Find("#payer").AttrOr("checked", "no") == "no" || doc.Find("#payer-2").AttrOr("checked", "no") != "no" {
		t.Error("the wrong radio button is chosen")
	}
}

func TestASlipInATemplateIsAnError(t *testing.T) {
	t.Parallel()
	for _, slip := range []string{`{{input "Nmae" "x"}}`, `{{input "Name" 7}}`, `{{input "Name"}}`, `{{textarea "Rows" "5"}}`, `{{radios "Items" "me"}}`, `{{static "nothing.css"}}`} {
		e := engine(t, map[string]string{"public/slip.html": `{{define "title"}}Slip{{end}}{{define "main"}}` + slip + `{{end}}`})
		e.GET("/", page.Handle(func(c *gin.Context) error { return page.Render(c, "public/slip", &struct{ page.Base }{}) }))
		if w := do(e, "GET", "/", ""); w.Code != 500 {
			t.Errorf("%s: status %d", slip, w.Code)
		}
	}
}
