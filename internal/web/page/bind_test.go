package page_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/failure"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"

	"github.com/gin-gonic/gin"
)

type form struct {
	Name  string   `form:"name"  binding:"required,max=20" error:"Enter your full name" error-max:"Your name must be 20 characters or fewer"`
	Email string   `form:"email" binding:"required,email" error:"Enter an email address"`
	Note  string   `form:"note"`
	Days  []string `form:"days"`
}

type formPage struct {
	page.Base
	Form form
}

const formTemplate = `{{define "title"}}Your details{{end}}{{define "main"}}<h1>{{template "title" .}}</h1><form method="post">
{{input "Name" "name" "Label" "Full name" "Value" .Form.Name "Errors" .Errors}}
{{input "Name" "email" "Label" "Email" "Type" "email" "Hint" "For your receipt" "Value" .Form.Email "Errors" .Errors}}
{{textarea "Name" "note" "Label" "Note" "Value" .Form.Note "Errors" .Errors}}</form>{{end}}`

// formEngine answers POST / with the form's page, and says in got what was bound. verb stands for the write.
func formEngine(t *testing.T, got *form, verb error) *gin.Engine {
	t.Helper()
	e := engine(t, map[string]string{"public/form.html": formTemplate})
	e.POST("/", page.Handle(func(c *gin.Context) error {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 2000)
		err := page.Bind(c, got)
		if err == nil {
			err = verb
		}
		if err != nil {
			return page.Again(c, err, "public/form", &formPage{Form: *got})
		}
		return page.Redirect(c, "/next")
	}))
	return e
}

func TestAGoodFormIsBoundTrimmed(t *testing.T) {
	t.Parallel()
	var got form
	w := do(formEngine(t, &got, nil), "POST", "/", encode("name", "  Łukasz Ó ", "email", "l@x.example", "note", "one\r\ntwo ", "days", "a", "days", "b"))
	if w.Code != 303 || got.Name != "Łukasz Ó" || got.Note != "one\ntwo" || len(got.Days) != 2 {
		t.Errorf("%d %+v", w.Code, got)
	}
}

func TestAMistakeComesBackWithEveryWordKept(t *testing.T) {
	t.Parallel()
	var got form
	w := do(formEngine(t, &got, nil), "POST", "/", encode("name", "Maximiliana Featherstonehaugh", "email", "nobody", "note", "<b>keep</b>"))
	doc := pagetest.Check(t, w.Body.String())
	if w.Code != 422 {
		t.Errorf("status %d", w.Code)
	}
	if got := words(doc.Find(".govuk-error-summary__list")); got != "Your name must be 20 characters or fewer Enter an email address" {
		t.Errorf("summary: %q", got)
	}
	if doc.Find("#name").AttrOr("value", "") != "Maximiliana Featherstonehaugh" || doc.Find("#note").Text() != "<b>keep</b>" {
		t.Error("words were lost")
	}
	if got := words(doc.Find("#email-error")); got != "Error: Enter an email address" {
		t.Errorf("beside the field: %q", got)
	}
	if got := doc.Find("#email").AttrOr("aria-describedby", ""); got != "email-hint email-error" {
		t.Errorf("described by %q", got)
	}
	if !strings.HasPrefix(doc.Find("title").Text(), "Error: Your details – ") {
		t.Errorf("title %q", doc.Find("title").Text())
	}
}

func TestARefusalOfTheVerbIsShownInTheForm(t *testing.T) {
	t.Parallel()
	sent := encode("name", "Ana", "email", "ana@x.example")
	for name, c := range map[string]struct {
		err    error
		status int
		words  string
		link   string
	}{
		"about a field":   {failure.Field("email", "This address cannot receive mail."), 422, "This address cannot receive mail.", "#email"},
		"about the whole": {failure.New(failure.Conflict, "run_full", "These dates are full."), 409, "These dates are full.", ""},
	} {
		var got form
		w := do(formEngine(t, &got, c.err), "POST", "/", sent)
		item := pagetest.Check(t, w.Body.String()).Find(".govuk-error-summary li")
		if w.Code != c.status || words(item) != c.words || item.Find("a").AttrOr("href", "") != c.link {
			t.Errorf("%s: %d %q", name, w.Code, words(item))
		}
	}
	var got form
	if w := do(formEngine(t, &got, failure.New(failure.NotFound, "gone", "Gone.")), "POST", "/", sent); w.Code != 404 {
		t.Errorf("not found became %d", w.Code)
	}
}

func TestAFormThatIsNotOursIsRefused(t *testing.T) {
	t.Parallel()
	good := encode("name", "Ana", "email", "ana@x.example")
	for name, body := range map[string]string{
		"unknown field": good + "&role=admin",
		"doubled field": good + "&name=Bo",
		"not UTF-8":     good + "&note=%ff",
		"a NUL":         good + "&note=%00",
		"bad escape":    good + "&note=%zz",
		"too long":      good + "&note=" + strings.Repeat("x", 3000),
	} {
		var got form
		if w := do(formEngine(t, &got, nil), "POST", "/", body); w.Code != 422 {
			t.Errorf("%s: status %d", name, w.Code)
		}
	}
}

func TestWhatNobodyTypesIsForeignWhenItBreaksARule(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	e.POST("/", page.Handle(func(c *gin.Context) error {
		var hidden struct {
			Key string `form:"key" binding:"max=4"`
		}
		return page.Bind(c, &hidden)
	}))
	if w := do(e, "POST", "/", encode("key", "longer")); w.Code != 422 || !strings.Contains(w.Body.String(), "This form has changed since you opened it") {
		t.Errorf("status %d, %q", w.Code, w.Body)
	}
}

func TestARuleForOneOfSeveralValuesIsSaidBesideThem(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	e.POST("/", page.Handle(func(c *gin.Context) error {
		var several struct {
			Days []string `form:"days" binding:"dive,oneof=mon tue" error:"Choose days"`
		}
		err := page.Bind(c, &several)
		if refusal := failure.Of(err); refusal == nil || refusal.Fields["days"] != "Choose days" {
			t.Errorf("%v", err)
		}
		return err
	}))
	do(e, "POST", "/", encode("days", "mon", "days", "sun"))
}

func TestAQueryIgnoresWhatOthersAdd(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	var got struct {
		Status string `form:"status" binding:"omitempty,oneof=held confirmed" error:"Choose a status from the list"`
	}
	e.GET("/", page.Handle(func(c *gin.Context) error { return page.Query(c, &got) }))
	if w := do(e, "GET", "/?status=held&utm_source=mail", ""); w.Code != 200 || got.Status != "held" {
		t.Errorf("%d %+v", w.Code, got)
	}
	if w := do(e, "GET", "/?status=sideways", ""); w.Code != 422 {
		t.Errorf("status %d", w.Code)
	}
}
