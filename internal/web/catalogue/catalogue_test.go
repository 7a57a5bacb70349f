package catalogue_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/course"
	"bursar/internal/fixture"
	"bursar/internal/people"
)

func TestOnlyAdministratorsPlanAndATrainerSpeaksForThemselves(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for who, cookie := range map[string]*http.Cookie{
		"a trainer": h.kofi, "a bookkeeper": h.session("sheila@threshold.example", people.Finance), "an auditor": h.session("gus@threshold.example", people.Auditor),
		"a learner": h.session("ana@post.example"),
	} {
		for _, route := range h.engine.Routes() {
			address := strings.NewReplacer(":run", h.run.Code, ":slug", h.run.Course.Slug, ":person", "ABCD-EF").Replace(route.Path)
			own := who == "a trainer" && address == "/teach/introduction"
			if w := h.send(cookie, route.Method, address, "act", "close"); (w.Code == http.StatusNotFound) == own {
				t.Errorf("%s %s as %s: status %d", route.Method, address, who, w.Code)
			}
		}
	}
	if o := h.found(h.run.Code); o.Status != course.Open {
		t.Errorf("the run is %s", o.Status)
	}
}

func TestACourseIsAddedAndItsWordsChange(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	doc := h.page(h.send(h.grace, http.MethodPost, "/admin/courses/new", "title", "Supervision", "slug", "Super Vision", "position", "many"), http.StatusUnprocessableEntity)
	h.refused(doc, "position")
	if doc.Find("#title").AttrOr("value", "") != "Supervision" || doc.Find("#slug").AttrOr("value", "") != "Super Vision" {
		t.Error("what was typed is gone")
	}
	to := h.taken("/admin/courses/new", "title", "Supervision", "slug", "supervision", "summary", "Three days.", "audience", "Trainers.", "description", "You learn to supervise.", "position", "9")
	h.says(h.open(to), "Supervision", "Three days.", "No dates are planned.", "FND-T27")
	doc = h.open("/admin/courses/supervision")
	h.taken("/admin/courses/supervision", filled(doc, "summary", "Four days.")...)
	h.says(h.open("/admin/courses"), "Four days.")
	if w := h.send(h.grace, http.MethodGet, "/admin/courses/nothing"); w.Code != http.StatusNotFound {
		t.Errorf("no course: status %d", w.Code)
	}
}

func TestDatesArePlannedCompletedAndPublished(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	doc := h.page(h.send(h.grace, http.MethodPost, "/admin/runs/new", "course", h.run.Course.Slug, "code", "FND-T27", "city", "Leeds",
		"block1-day", "8", "block1-month", "March", "block1-year", "2028"), http.StatusUnprocessableEntity)
	h.refused(doc, "capacity", "block1_to")
	at := h.taken("/admin/runs/new", "course", h.run.Course.Slug, "code", "fnd-l28", "city", "Leeds", "venue", "Millrace House", "capacity", "20",
		"block1-day", "6", "block1-month", "3", "block1-year", "2028", "block1_to-day", "10", "block1_to-month", "3", "block1_to-year", "2028")
	h.says(h.open(at), "FND-L28: planning", "Draft", "Only the office does", "No price yet", "Nobody is down to teach these dates yet")
	if w := h.send(h.grace, http.MethodPost, at, "act", "publish"); w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusConflict {
		t.Errorf("published without a price: status %d", w.Code)
	}

	prices := strings.TrimSuffix(at, "status") + "prices"
	doc = h.page(h.send(h.grace, http.MethodPost, prices, "organisation", "3,950", "self", "lots", "peer", "1,850", "scale-days", "soon", "scale-percent", "50", "scale-fee", ""),
		http.StatusUnprocessableEntity)
	h.refused(doc, "self", "scale")
	h.taken(prices, "organisation", "3,950", "self", "3,300", "peer", "1,850", "scale-days", "56", "scale-percent", "0", "scale-fee", "75",
		"scale-days", "0", "scale-percent", "100", "scale-fee", "", "team", "4", "team_percent", "10", "deposit", "300", "by_block", "yes")
	o := h.found("FND-L28")
	if o.Price(course.Peer) != 185_000 || len(o.Scale) != 2 || o.Discounts.TeamBP != 1_000 || o.Plans.Deposit != 30_000 || !o.Plans.ByBlock {
		t.Errorf("the terms are %+v", o.Terms())
	}
	h.says(h.open(at), "£3,950 for organisations, £3,300 for people who pay themselves, £1,850 for peers")

	details := strings.TrimSuffix(at, "status") + "details"
	h.taken(details, filled(h.open(details), "minimum", "12", "attendance", "80", "entry", "book")...)
	h.taken(at, "act", "publish")
	h.says(h.open(at), "Open", "Everybody sees them", "It needs 12 people", "12 are missing")
	h.taken(at, "act", "close")
	h.says(h.open(at), "Nobody can book them")
	if o := h.found("FND-L28"); o.Status != course.Closed || o.Minimum != 12 {
		t.Errorf("the run is %s with %d", o.Status, o.Minimum)
	}
}

func TestACopyMakesWayForBankHolidays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := "/admin/runs/FND-T27/copy"
	h.says(h.open(at), "has the same prices", "Block 1")
	shown := h.page(h.send(h.grace, http.MethodPost, at, "code", "FND-T28", "first_day-day", "10", "first_day-month", "4", "first_day-year", "2028", "do", "show"), http.StatusOK)
	h.says(shown, "Good Friday")
	to := h.taken(at, filled(shown, "do", "copy")...)
	made := h.found("FND-T28")
	if to != "/admin/runs/FND-T28/status" || made.Status != course.Draft || made.Price(course.Peer) != fixture.Fee || made.Places.Capacity != 5 || made.Places.Taken() != 0 {
		t.Errorf("the copy is %+v", made)
	}
	for _, b := range made.Blocks {
		if holiday := course.Holiday(b.StartsOn, b.EndsOn); holiday != "" || h.run.StartsOn().DaysUntil(b.StartsOn)%7 != 0 {
			t.Errorf("block %d begins on %s: %s", b.Number, b.StartsOn, holiday)
		}
	}
	if w := h.send(h.grace, http.MethodPost, at, filled(shown, "do", "copy")...); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("the same code again: status %d", w.Code)
	}
}
