package learner_test

import (
	"net/http"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
)

func (w *world) place(code string) *enrolment.Enrolment {
	w.t.Helper()
	e, err := enrolment.ByCode(w.t.Context(), w.db, code)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

func TestSomebodyChangesTheDatesOfTheirPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", london.On(2027, 3, 8), 5)
	w.schedule("FND-L27", london.On(2027, 2, 1), 5)
	later := w.schedule("FND-M28", london.On(2028, 3, 6), 1)
	b := w.browser()
	code := w.book(b, "FND-M27", "Ana Reyes", "ana@post.example")
	at := "/my/places/" + code
	b.get(at + "/move").to(at) // nothing to move while it is not paid
	w.settle(code, paid)
	says(t, b.get(at).page(http.StatusOK), "Change your dates")
	choice := b.get(at + "/move").page(http.StatusOK)
	says(t, choice, "6 March", "What was paid for your place goes with it")
	if choice.Find(`input[value="FND-L27"]`).Length() != 0 {
		t.Error("earlier dates are offered, which the office alone can give")
	}
	says(t, b.post(at+"/move").page(http.StatusUnprocessableEntity), "Choose the new dates")
	for range 2 { // pressed twice
		b.post(at+"/move", "to", "FND-M28").to(at)
	}
	says(t, b.get(at).page(http.StatusOK), "Your dates have changed", "6 March")
	if got := w.place(code); got.RunID != later.ID {
		t.Errorf("the place is on run %d", got.RunID)
	}
	b.get(at + "/move").to(at) // once
	w.browser().signIn(w.person("ben@post.example")).post(at+"/move", "to", "FND-M27").page(http.StatusNotFound)
}

func TestWhoHasAPlaceOnCancelledDatesChoosesDatesOrMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", london.On(2027, 3, 8), 5)
	w.schedule("FND-M28", london.On(2028, 3, 6), 1)
	b := w.browser()
	code := w.book(b, "FND-M27", "Ana Reyes", "ana@post.example")
	at := "/my/places/" + code
	w.settle(code, paid)
	w.write(func(tx *db.Tx) error {
		return admissions.CancelRun(t.Context(), tx, w.person("grace@threshold.example").ID, "FND-M27", "Our house has burnt down.")
	})
	err := w.machine.Write(t.Context(), func(tx *db.Tx) error { return admissions.CancelNext(t.Context(), tx, w.place(code).ID) })
	if err != nil {
		t.Fatal(err)
	}
	says(t, b.get(at).page(http.StatusOK), "Our house has burnt down.", "Choose other dates", "send all of the money back")
	says(t, b.get(at+"/move").page(http.StatusOK), "6 March")
	b.post(at + "/refund").to(at)
	b.post(at + "/refund").to(at)
	if got := w.place(code); got.Status != enrolment.Cancelled {
		t.Errorf("the place is %s", got.Status)
	}
	says(t, b.get(at).page(http.StatusOK), "We had to cancel this place", "Refund")
}
