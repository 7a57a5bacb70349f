package trainer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bursar/internal/attendance"
	"bursar/internal/db"
	"bursar/internal/people"
)

func TestAFormThatIsSentAgainWithSomethingElseIsNotCalledSaved(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	kofi := h.is(h.kofi)
	h.does(at(begins, "am"), h.form("sending-1234567890", "", "present"), kofi)
	h.does(at(begins, "am"), h.form("sending-1234567890", "", "present"), kofi) // pressed twice
	doc := h.page(h.send(http.MethodPost, at(begins, "am"), h.form("sending-1234567890", "", "absent", "", "present"), kofi), http.StatusConflict)
	if n := doc.Find(".govuk-error-summary li").Length(); n != 2 || h.marks(begins, "am") != "[present][]" {
		t.Errorf("%d mistakes, %s", n, h.marks(begins, "am"))
	}
}

func TestAMarkForSomebodyWhoHasLeftTheRegisterIsNotCalledSaved(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	form := h.form("sending-1234567890", "", "present")
	form.Set("was-XXXX-XX", "")
	form.Set("mark-XXXX-XX", "present")
	doc := h.page(h.send(http.MethodPost, at(begins, "am"), form, h.is(h.kofi)), http.StatusConflict)
	h.says(text(doc.Find(".govuk-error-summary")), "Somebody is not on this register any more.")
	if got := h.marks(begins, "am"); got != "[present][]" {
		t.Errorf("the others: %s", got)
	}
}

func TestAMarkThatIsNoneAndAKeyThatIsNoTextAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	kofi := h.is(h.kofi)
	for key, mark := range map[string]string{"sending-1234567890": "maybe", "sending-2234567890": "made_up"} {
		doc := h.page(h.send(http.MethodPost, at(begins, "am"), h.form(key, "", mark), kofi), http.StatusUnprocessableEntity)
		h.says(text(doc.Find(".app-register__one--wrong")), "Choose whether they were there.")
	}
	for _, key := range []string{"sending-\x001234567890", "sending-\xff1234567890"} {
		if w := h.send(http.MethodPost, at(begins, "am"), h.form(key, "", "present"), kofi); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%q: status %d", key, w.Code)
		}
	}
	if got := h.marks(begins, "am"); got != "[][]" {
		t.Errorf("the register says %s", got)
	}
}

func TestWhatATelephoneSendsOnceABlockIsOverIsKeptThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.clock.Set(on(begins.AddDays(5), 9))
	kofi := h.is(h.kofi)
	w := h.send(http.MethodPost, at(begins, "am"), h.form("sending-1234567890", "", "present"), kofi, "application/json")
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), `"code":"register_over"`) {
		t.Errorf("status %d: %s", w.Code, w.Body.String())
	}
	doc := h.page(h.send(http.MethodGet, at(begins, "am"), nil, kofi), http.StatusOK)
	if doc.Find("form[data-register-over][data-keeper]").Length() != 1 || doc.Find("form[data-register]").Length() != 0 {
		t.Error("the page does not take up what the telephone keeps")
	}
}

func TestAChangeThatWaitsIsSaidWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.clock.Set(on(begins.AddDays(5), 9))
	kofi, grace := h.is(h.kofi), h.office("grace@threshold.example", people.Admin)
	form := h.form("sending-1234567890", "", "present")
	form.Set("reason", "It was forgotten.")
	h.does(at(begins, "am"), form, kofi)
	for _, shown := range []string{h.open(at(begins, "am"), kofi), h.open(desk+"/registers/"+begins.String()+"/am", grace)} {
		h.says(shown, "asked for a change of this register on Saturday 13 March 2027")
	}
	if shown := h.open(at(begins, "pm"), kofi); strings.Contains(shown, "asked for a change") {
		t.Errorf("another half day: %s", shown)
	}
	person := desk + "/places/" + h.places[0].Code
	h.does(person+"/completes", url.Values{"completes": {"yes"}, "reason": {"Agreed with the trainers."}}, grace)
	shown := h.open(person, grace)
	h.says(shown, "It waits for somebody else to agree.")
	if strings.Contains(shown, "How does it count?") {
		t.Errorf("it can be asked for again: %s", shown)
	}
}

func TestARegisterWithSomebodyNotMarkedIsListedToFinish(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.does(at(begins, "am"), h.form("sending-1234567890", "", "present"), h.is(h.kofi))
	h.clock.Set(on(begins.AddDays(1), 9))
	grace := h.office("grace@threshold.example", people.Admin)
	h.says(h.open("/teach", h.is(h.kofi)), "Registers to finish", "Monday 8 March 2027, morning, FND-T27: 1 of 2 marked")
	h.says(h.open(desk, grace), "Registers on which somebody is not marked", "Monday 8 March 2027, morning: 1 not marked")
	if shown := h.open(desk+"/complete", grace); strings.Contains(shown, "Attended") || !strings.Contains(shown, "On one register somebody is not marked.") {
		t.Errorf("before the dates are over: %s", shown)
	}
}

func TestAHalfThatWasNotMissedIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.elsewhere("FND-U27", begins.AddDays(14))
	h.does(at(begins, "am"), h.form("sending-1234567890", "", "absent"), h.is(h.kofi))
	h.does(at(begins, "pm"), h.form("sending-2234567890", "", "present"), h.is(h.kofi))
	grace := h.office("grace@threshold.example", people.Admin)
	person := desk + "/places/" + h.places[0].Code
	both := url.Values{"missed": {begins.String()}, "halves": {"am", "pm"}, "at": {"FND-U27/" + begins.AddDays(14).String()}}
	doc := h.page(h.send(http.MethodPost, person+"/make-up", both, grace), http.StatusConflict)
	h.says(text(doc.Find("#halves-error")), "They were there in the afternoon of that day")
	if first := doc.Find(`select[name="at"] option`).First(); first.AttrOr("value", "x") != "" {
		t.Errorf("a day is chosen for them: %s", first.Text())
	}
	h.write(func(tx *db.Tx) error {
		list, err := attendance.MakeUpsOf(t.Context(), tx, h.places[0].ID)
		if len(list) > 0 {
			t.Errorf("half of it is arranged: %+v", list)
		}
		return err
	})
}
