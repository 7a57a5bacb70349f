package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bursar/internal/fixture"
	"bursar/internal/people"
)

func TestTheOfficeFindsPeopleAndWhatACodeNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	o := fixture.Run(t, h.DB, "FND-T27", 5)
	ana := fixture.Person(t, h.DB, "ana@post.example")
	e := fixture.Confirmed(t, h.DB, o, ana)
	find := func(typed string) string { return "/admin/people?q=" + url.QueryEscape(typed) }
	if text := words(h.open(t, find("ana@post.example"), grace).Find("main")); !strings.Contains(text, "ana@post.example") || strings.Contains(text, "grace@") {
		t.Errorf("by an address: %s", text)
	}
	if text := words(h.open(t, find("nobody"), grace).Find("main")); !strings.Contains(text, "Nobody is called so.") {
		t.Errorf("nobody: %s", text)
	}
	for typed, want := range map[string]string{
		strings.ToLower(e.Code): "/admin/places/" + e.Code, strings.ReplaceAll(e.Code, "-", " "): "/admin/places/" + e.Code,
		"fnd-t27": "/admin/runs/FND-T27", ana.Code: "/admin/people/" + ana.Code,
	} {
		if w := h.get(find(typed), grace); w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("%q leads to %d %q, want %q", typed, w.Code, w.Header().Get("Location"), want)
		}
	}
	if w := h.get(find(strings.Repeat("x", 201)), grace); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("too much: status %d", w.Code)
	}
	text := words(h.open(t, "/admin/people/"+ana.Code, grace).Find("main"))
	for _, want := range []string{"ana@post.example", e.Code, "Confirmed", "Your place is confirmed"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing from %s", want, text)
		}
	}
	if w := h.get("/admin/people/ZZZZ-ZZ", grace); w.Code != http.StatusNotFound {
		t.Errorf("somebody unknown: status %d", w.Code)
	}
}
