package learner_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
)

func (w *world) passPlaces(o *course.Offering) {
	w.t.Helper()
	err := w.machine.Write(w.t.Context(), func(tx *db.Tx) error { return admissions.PassPlaces(w.t.Context(), tx, o.ID) })
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestSomebodyWaitsIsOfferedAPlaceAndTakesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.schedule("FND-M27", london.On(2027, 3, 8), 1)
	ana := w.browser()
	had := w.book(ana, "FND-M27", "Ana Reyes", "ana@post.example")
	ben := w.browser().signIn(w.person("ben@post.example"))
	ben.get("/runs/FND-M27/wait").page(http.StatusOK)
	says(t, ben.get("/runs/FND-M27/book").page(http.StatusOK), "Join the waiting list")
	says(t, ben.post("/runs/FND-M27/wait", "name", "").page(http.StatusUnprocessableEntity), "Nobody is in front of you")
	at := ben.post("/runs/FND-M27/wait", "name", "Ben Okri").Header().Get("Location")
	says(t, ben.get(at).page(http.StatusOK), "You are on the waiting list", "Nobody is in front of you", "You owe nothing")
	if strings.Contains(ben.get(at).Body.String(), "£0.00") {
		t.Error("a place that somebody waits for is said to cost nothing")
	}
	cas := w.browser().signIn(w.person("cas@post.example"))
	says(t, cas.get("/runs/FND-M27/wait").page(http.StatusOK), "One person or group is in front of you")

	ana.post("/my/places/"+had+"/cancel", "back", "0").to("/my/places/" + had)
	w.passPlaces(o)
	says(t, ben.get(at).page(http.StatusOK), "kept for you until the end of Monday 30 November 2026", "You had waited for it", "Pay £3,250")
	ben.post(at + "/pay").to(at + "/pay")
	w.settle(at[len("/my/places/"):], paid)
	says(t, ben.get(at).page(http.StatusOK), "Your place is confirmed")
}

// Their card page is open when the last day ends: the place is kept for as long as it is, and the page says so.
func TestWhoPaysAtTheLastMomentOfAnOfferIsNotHurried(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.schedule("FND-M27", london.On(2027, 3, 8), 1)
	ana := w.browser()
	had := w.book(ana, "FND-M27", "Ana Reyes", "ana@post.example")
	ben := w.browser().signIn(w.person("ben@post.example"))
	at := ben.post("/runs/FND-M27/wait", "name", "Ben Okri").Header().Get("Location")
	ana.post("/my/places/"+had+"/cancel", "back", "0").to("/my/places/" + had)
	w.passPlaces(o)
	w.clock.Set(london.On(2026, 11, 30).At(23, 50))
	ben.post(at + "/pay").to(at + "/pay")
	w.clock.Set(london.On(2026, 12, 1).At(0, 3))
	w.settle(at[len("/my/places/"):], pageOpen)
	says(t, ben.get(at).page(http.StatusOK), "Your place is kept for you until 12:25am on Tuesday 1 December", "to be paid by 12:25am on Tuesday 1 December")
	if _, told := w.letters()["payment-ready"]; told {
		t.Error("they are told that they had to wait")
	}
	w.settle(at[len("/my/places/"):], paid)
	says(t, ben.get(at).page(http.StatusOK), "Your place is confirmed")
}

func TestWhoIsOfferedAPlaceThatBeginsSoonIsAskedForTheEarlyStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.schedule("FND-M27", london.On(2026, 12, 7), 1)
	ben := w.browser().signIn(w.person("ben@post.example"))
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE run_places SET capacity = 0 WHERE run_id = ?", o.ID).Exec(t.Context())
		return err
	})
	at := ben.post("/runs/FND-M27/wait", "name", "Ben Okri").Header().Get("Location")
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE run_places SET capacity = 1 WHERE run_id = ?", o.ID).Exec(t.Context())
		return err
	})
	w.passPlaces(o)
	says(t, ben.post(at+"/pay").page(http.StatusUnprocessableEntity), "Tick the box, or write to us about later dates")
	ben.post(at+"/pay", "express_start", "yes").to(at + "/pay")
	if e := w.place(at[len("/my/places/"):]); !e.ExpressStart || e.Status != enrolment.Held {
		t.Errorf("%+v", e)
	}
	ben.post(at+"/cancel", "back", "0").to(at)
	if e := w.place(at[len("/my/places/"):]); e.Status != enrolment.Withdrawn {
		t.Errorf("after saying no it is %s", e.Status)
	}
}

func TestWhoeverLeavesTheListHasGivenNoPlaceUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.schedule("FND-L28", london.On(2028, 3, 8), 1)
	w.book(w.browser(), "FND-L28", "Ana Reyes", "ana@post.example")
	ben := w.browser().signIn(w.person("ben@post.example"))
	at := ben.post("/runs/"+o.Code+"/wait", "name", "Ben Okri").Header().Get("Location")
	ben.post(at+"/cancel", "back", "0").to(at)
	doc := ben.get(at).page(http.StatusOK)
	says(t, doc, "You are off the waiting list. You owe nothing.", "You left the waiting list on 23 November 2026")
	if strings.Contains(doc.Text(), "cancelled") {
		t.Errorf("a place is said to be cancelled: %s", doc.Text())
	}
	if letter, told := w.letters()["waiting-left"]; !told || letter.Subject != "You are off the waiting list" {
		t.Errorf("told %+v", letter)
	}
}

func TestWhoeverLetsAnOfferLapseIsToldSoKindly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.schedule("FND-M27", london.On(2027, 3, 8), 1)
	had := w.browser()
	code := w.book(had, "FND-M27", "Ana Reyes", "ana@post.example")
	ben := w.browser().signIn(w.person("ben@post.example"))
	at := ben.post("/runs/FND-M27/wait", "name", "Ben Okri").Header().Get("Location")
	had.post("/my/places/"+code+"/cancel", "back", "0").to("/my/places/" + code)
	w.passPlaces(o)
	e := w.place(at[len("/my/places/"):])
	w.clock.Set(e.HeldUntil.Add(time.Second))
	if err := w.machine.Write(t.Context(), func(tx *db.Tx) error { return admissions.LapseSeat(t.Context(), tx, e.ID) }); err != nil {
		t.Fatal(err)
	}
	ben.signIn(w.person("ben@post.example"))
	says(t, ben.get(at).page(http.StatusOK), "We kept this place for you", "You owe nothing", "If something kept you from answering")
}
