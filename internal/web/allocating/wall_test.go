package allocating_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"bursar/internal/allocation"
	"bursar/internal/db/dbtest"
	"bursar/internal/people"
)

func TestOnlyVerifiedAdministratorsReachThePages(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.propose()
	proposal, read := w.code("proposed"), w.number("SELECT count(*) FROM sensitive.reads")
	for who, k := range map[string]struct {
		cookie *http.Cookie
		status int
		leads  string
	}{
		"a visitor":                  {nil, http.StatusSeeOther, "/sign-in"},
		"an applicant":               {w.staff("ana@post.example"), http.StatusNotFound, ""},
		"an assessor":                {w.staff("eve@post.example", people.Assessor), http.StatusNotFound, ""},
		"a trainer":                  {w.staff("cas@post.example", people.Trainer), http.StatusNotFound, ""},
		"a bookkeeper":               {w.staff("dov@post.example", people.Finance), http.StatusNotFound, ""},
		"an auditor":                 {w.staff("gus@post.example", people.Auditor), http.StatusNotFound, ""},
		"the access officer":         {w.staff("ivy@post.example", people.Access), http.StatusNotFound, ""},
		"an administrator at step 1": {w.session(w.by, false), http.StatusSeeOther, "/sign-in/second-factor"},
	} {
		for _, route := range w.engine.Routes() {
			rest := strings.NewReplacer("/admin/rounds/:code/allocation", "", ":proposal", proposal).Replace(route.Path)
			answer, status, leads := w.get(rest, k.cookie), k.status, k.leads
			if route.Method == http.MethodPost {
				answer = w.post(rest, k.cookie, "seen", w.digest(), "code", dee, "kind", "first", "reason", "x")
				if leads != "" { // what was typed is given back, to be sent again after signing in
					status, leads = http.StatusConflict, ""
				}
			}
			if answer.Code != status || !strings.HasPrefix(answer.Header().Get("Location"), leads) {
				t.Errorf("%s at %s: %d %s", who, rest, answer.Code, answer.Header().Get("Location"))
			}
			if strings.Contains(answer.Body.String(), ana) || strings.Contains(answer.Body.String(), "General Bursary Fund") {
				t.Errorf("%s at %s is told of the allocation", who, rest)
			}
		}
	}
	if n := len(w.engine.Routes()); n != 12 {
		t.Errorf("%d routes: is each of them tried above?", n)
	}
	if now := w.number("SELECT count(*) FROM sensitive.reads"); now != read || w.number("SELECT count(*) FROM sensitive.proposals WHERE status <> 'proposed'") != 0 {
		t.Errorf("something was done, or read %d times", now-read)
	}
}

func TestADraftOfARoundAndAnUnknownOneHaveNoPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Force(t, w.app, "UPDATE rounds SET status = 'draft', published_at = NULL, seed = NULL, beacon_value = ''")
	for _, rest := range []string{"", "/inputs", "/what-if", "/ratify", "/AAAA-01", "/AAAA-01/problem.json", "/AAAA-01/plan.json"} {
		if got := w.get(rest, w.grace).Code; got != http.StatusNotFound {
			t.Errorf("%s of a draft: %d", rest, got)
		}
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "/admin/rounds/NEVER-99/allocation"+rest, nil)
		if got := w.send(r, w.grace).Code; got != http.StatusNotFound {
			t.Errorf("%s of an unknown round: %d", rest, got)
		}
	}
}

func TestEveryReadingOfTheFactsIsNoted(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.propose()
	for _, rest := range []string{"", "/inputs", "/what-if", "?names=yes"} {
		before := w.number("SELECT count(*) FROM sensitive.reads WHERE audience = 'office' AND reader_id = ?", w.by)
		w.open(rest)
		if after := w.number("SELECT count(*) FROM sensitive.reads WHERE audience = 'office' AND reader_id = ?", w.by); after != before+5 {
			t.Errorf("opening %q was noted %d times", rest, after-before)
		}
	}
}

func TestAnybodyCanWorkOutWhatWasKept(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.propose()
	code := w.code("proposed")
	problem, plan := w.get("/"+code+"/problem.json", w.grace), w.get("/"+code+"/plan.json", w.grace)
	if got := problem.Header().Get("Content-Disposition"); got != "attachment; filename=problem-SPRING-27-"+code+".json" || problem.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%v", problem.Header())
	}
	asked, err := allocation.Decode(problem.Body)
	if err != nil {
		t.Fatal(err)
	}
	worked, err := allocation.Plan(asked)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(worked)
	if err != nil || !bytes.Equal(again, plan.Body.Bytes()) {
		t.Errorf("%v: the same problem has another plan", err)
	}
	if asked.Digest() != w.digest() || strings.Contains(plan.Body.String(), "Bea") {
		t.Error("the digest is another, or somebody is named")
	}
}
