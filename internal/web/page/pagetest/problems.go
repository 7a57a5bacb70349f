package pagetest

import (
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Problems lists what breaks a rule of every page: language, title and one main heading; ids that are unique
// and exist where they are referred to; a label for every control, words for every link and button; nothing
// that the content security policy would refuse.
func Problems(doc *goquery.Document) []string {
	var found []string
	add := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	if doc.Find("html").AttrOr("lang", "") == "" {
		add("the page does not say its language")
	}
	if title := text(doc.Find("title")); title == "" || strings.HasPrefix(title, "–") {
		add("the page has no title")
	}
	if n := doc.Find("h1").Length(); n != 1 {
		add("the page has %d main headings", n)
	}
	references(doc, add)
	named(doc, add)
	policy(doc, add)
	return found
}

func references(doc *goquery.Document, add func(string, ...any)) {
	ids := map[string]int{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")]++ })
	for id, n := range ids {
		if n > 1 || id == "" || strings.ContainsAny(id, " \t\n") {
			add("id %q is there %d times", id, n)
		}
	}
	for _, attribute := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls"} {
		doc.Find("[" + attribute + "]").Each(func(_ int, s *goquery.Selection) {
			for id := range strings.FieldsSeq(s.AttrOr(attribute, "")) {
				if ids[id] == 0 {
					add("%s refers to %q, which is not there", attribute, id)
				}
			}
		})
	}
	doc.Find(`a[href^="#"]`).Each(func(_ int, s *goquery.Selection) {
		if id := strings.TrimPrefix(s.AttrOr("href", ""), "#"); ids[id] == 0 {
			add("a link leads to #%s, which is not there", id)
		}
	})
}

func named(doc *goquery.Document, add func(string, ...any)) {
	doc.Find("input, select, textarea").Each(func(_ int, s *goquery.Selection) {
		if kind := s.AttrOr("type", ""); kind == "hidden" || kind == "submit" {
			return
		}
		label := doc.Find(fmt.Sprintf("label[for=%q]", s.AttrOr("id", "")))
		if text(label) == "" {
			add("control %q has no label", s.AttrOr("name", ""))
		}
	})
	doc.Find("a, button").Each(func(_ int, s *goquery.Selection) {
		if text(s) == "" {
			add("a link or button has no words: %s", s.AttrOr("href", s.AttrOr("name", "")))
		}
	})
	doc.Find("a").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("href", "") == "" {
			add("link %q leads nowhere", text(s))
		}
	})
	doc.Find("img:not([alt])").Each(func(_ int, s *goquery.Selection) {
		add("image %s has no text instead", s.AttrOr("src", ""))
	})
	doc.Find(`form`).Each(func(_ int, s *goquery.Selection) {
		if m := s.AttrOr("method", ""); m != "post" && m != "get" {
			add("a form has method %q", m)
		}
	})
}

func policy(doc *goquery.Document, add func(string, ...any)) {
	if n := doc.Find("style, [style], script:not([src]), base, iframe, object").Length(); n > 0 {
		add("%d elements with inline style, inline script or a frame", n)
	}
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.TrimSpace(a.Val), "javascript:") {
				add("<%s %s=%q> would run a script", s.Nodes[0].Data, a.Key, a.Val)
			}
		}
	})
	doc.Find("script[src], link[href], img[src]").Each(func(_ int, s *goquery.Selection) {
		address, home := s.AttrOr("src", s.AttrOr("href", "")), "/static/"
		if s.Is("img") {
			home = "/" // a picture may be made for its reader
		}
		if !strings.HasPrefix(address, home) || strings.HasPrefix(address, "//") {
			add("%s is loaded from elsewhere", address)
		}
	})
}

func text(s *goquery.Selection) string { return strings.TrimSpace(s.Text()) }
