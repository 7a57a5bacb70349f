package ranking_test

import (
	"net/http"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// submitted is the form of a page as a browser would send it, with some fields filled in.
func submitted(doc *goquery.Document, form string, fill map[string]string) []string {
	var fields []string
	doc.Find(form).Find("input[name], select, textarea").Each(func(_ int, s *goquery.Selection) {
		name, value := s.AttrOr("name", ""), s.AttrOr("value", "")
		switch goquery.NodeName(s) {
		case "select":
			value = s.Find("option[selected]").AttrOr("value", "")
		case "textarea":
			value = s.Text()
		}
		if typed, ok := fill[name]; ok {
			value = typed
		}
		fields = append(fields, name, value)
	})
	return fields
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// says checks that each of several texts is shown.
func (w *world) says(s *goquery.Selection, all ...string) {
	w.Helper()
	text := words(s)
	for _, want := range all {
		if !strings.Contains(text, want) {
			w.Errorf("%q is not shown: %s", want, text)
		}
	}
}

// placed puts all applications of a wide world into bands through the page.
func (w *world) placed() {
	w.Helper()
	fill := map[string]string{}
	for i, code := range wide {
		fill["band-"+code] = "C"
		if i < 2 {
			fill["band-"+code] = "A"
		} else if i < 5 {
			fill["band-"+code] = "B"
		}
	}
	w.follows(w.post("/ranking", w.grace, submitted(w.open("/ranking"), "form[data-bands]", fill)...), "/ranking")
}

// agree presses the button on the page as somebody sees it.
func (w *world) agree(who *http.Cookie) {
	w.Helper()
	doc := w.checked(w.get("/ranking/agree", who), http.StatusOK)
	w.follows(w.post("/ranking/agree", who, submitted(doc, "form", nil)...), "/ranking/agree")
}
