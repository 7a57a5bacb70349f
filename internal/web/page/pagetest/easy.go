package pagetest

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// oldest is the reading age that no text for applicants goes over.
const oldest = 11

// Easy expects the words of a page to be easy enough for an applicant, those of its form and its mistakes
// included. What people have typed themselves does not count: other names the elements that hold it.
func Easy(t testing.TB, doc *goquery.Document, other string) {
	t.Helper()
	main := doc.Find("main").Clone()
	main.Find(other).Remove()
	main.Find("textarea, select, script, .govuk-visually-hidden").Remove()
	var lines []string
	main.Find("h1, h2, h3, p, li, label, legend, dt, dd, button, summary, .govuk-hint, .govuk-inset-text").Each(func(_ int, s *goquery.Selection) {
		if s.Find("p, li, dt, dd").Length() == 0 {
			lines = append(lines, strings.Join(strings.Fields(s.Text()), " "))
		}
	})
	words := strings.Join(lines, "\n")
	if age := ReadingAge(words); age > oldest {
		t.Errorf("the page needs a reader of %.1f years:\n%s", age, words)
	}
}
