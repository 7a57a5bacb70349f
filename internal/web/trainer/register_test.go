package trainer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/people"
)

func TestOnlyWhoTeachesADaySeesItsRegister(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	stranger := h.is(h.teaches("stranger@threshold.example"))
	grace, ana := h.office("grace@threshold.example", people.Admin), h.office("sheila@threshold.example", people.Finance)
	replace := strings.NewReplacer(":run", h.run.Code, ":day", begins.String(), ":half", "am", ":code", h.places[0].Code)
	for _, route := range h.engine.Routes() {
		address := replace.Replace(route.Path)
		for name, who := range map[string]*http.Cookie{"a trainer of other days": stranger, "an administrator": grace, "a bookkeeper": ana} {
			own := name == "an administrator" && strings.HasPrefix(address, "/admin/runs") ||
				name == "a trainer of other days" && (address == "/teach" || address == "/teach/next" || address == "/teach/past")
			form := h.form("sending-1234567890", "", "absent")
			if own {
				form = nil
			}
			if w := h.send(route.Method, address, form, who); !own && w.Code != http.StatusNotFound {
				t.Errorf("%s %s as %s: status %d", route.Method, address, name, w.Code)
			}
		}
	}
	if shown := h.open("/teach", stranger); strings.Contains(shown, "FND-T27") {
		t.Errorf("a stranger's teaching: %s", shown)
	}
	if got := h.marks(begins, "am"); got != "[][]" {
		t.Errorf("the register says %s", got)
	}
}

func TestATrainerFindsTodayAndWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	kofi := h.is(h.kofi)
	h.says(h.open("/teach", kofi), "Morning: not begun", "2 people", "Tuesday 9 March 2027")
	h.does(at(begins, "am"), h.form("sending-1234567890", "", "present", "", ""), kofi)
	h.says(h.open("/teach", kofi), "Morning: 1 of 2 marked", "Afternoon: not begun")
	h.clock.Set(on(begins.AddDays(1), 9))
	kofi = h.is(h.kofi)
	h.says(h.open("/teach", kofi), "Registers that are missing", "Monday 8 March 2027, afternoon, FND-T27")
	h.says(h.open("/teach/past", kofi), "Monday 8 March 2027", "1 of 2 marked")
	h.says(h.open("/teach/next", kofi), "Friday 10 December 2027")
	h.says(h.open("/teach/FND-T27/"+begins.String()+"/sheet", kofi), "Ana Reyes", "There", "MorningAfternoon")
}

func TestARegisterIsAPlainFormAndMarksEverybodyElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	kofi := h.is(h.kofi)
	doc := h.page(h.send(http.MethodGet, at(begins, "am"), nil, kofi), http.StatusOK)
	if doc.Find(`input[type="radio"]`).Length() != 4 || doc.Find("[checked]").Length() != 0 || doc.Find(`input[name="key"]`).AttrOr("value", "") == "" {
		t.Error("the form does not begin as it should")
	}
	if first := doc.Find(`form.app-register button[type="submit"]`).First(); first.AttrOr("name", "") != "" { // what Enter presses (HTML §4.10.21.2)
		t.Errorf("Enter at a name presses %q", first.Text())
	}
	form := h.form("sending-1234567890", "", "absent", "", "")
	form.Set("everybody", "yes")
	h.does(at(begins, "am"), form, kofi)
	if got := h.marks(begins, "am"); got != "[absent][present]" {
		t.Errorf("the register says %s", got)
	}
	doc = h.page(h.send(http.MethodGet, at(begins, "am"), nil, kofi), http.StatusOK)
	if doc.Find("[checked]").Length() != 2 {
		t.Errorf("%d are shown as chosen", doc.Find("[checked]").Length())
	}
}

func TestWhatIsSentAgainChangesNothingAndMeanwhileIsSaid(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	kofi := h.is(h.kofi)
	const asked = "application/json"
	for range 2 {
		w := h.send(http.MethodPost, at(begins, "am"), h.form("sending-1234567890", "", "present"), kofi, asked)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"saved":"9am"`) {
			t.Fatalf("status %d: %s", w.Code, w.Body.String())
		}
	}
	h.does(at(begins, "am"), h.form("sending-2234567890", "present", "absent"), kofi)
	h.send(http.MethodPost, at(begins, "am"), h.form("sending-1234567890", "", "present"), kofi, asked)
	if got := h.marks(begins, "am"); got != "[absent][]" {
		t.Errorf("the register says %s", got)
	}
	doc := h.page(h.send(http.MethodPost, at(begins, "am"), h.form("sending-3234567890", "", "present", "", "present"), kofi), http.StatusConflict)
	h.says(text(doc.Find("main")), "Somebody else has marked this differently")
	if link := doc.Find(".govuk-error-summary a").AttrOr("href", ""); doc.Find(link).Length() != 1 {
		t.Errorf("the summary leads to %q", link)
	}
	w := h.send(http.MethodPost, at(begins, "am"), h.form("sending-4234567890", "", "present"), kofi, asked)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"refused":{"`+h.places[0].Code+`"`) || !strings.Contains(w.Body.String(), `"`+h.places[0].Code+`":"absent"`) {
		t.Errorf("status %d: %s", w.Code, w.Body.String())
	}
	if w := h.send(http.MethodPost, at(begins, "am"), h.form("short", "absent", "present"), kofi, asked); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a key: status %d", w.Code)
	}
}

func TestADayThatHasNotComeOrIsPastIsShownAndNotMarked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	kofi := h.is(h.kofi)
	tomorrow := begins.AddDays(1)
	h.says(h.open(at(tomorrow, "pm"), kofi), "This day has not come yet", "Ana Reyes")
	h.page(h.send(http.MethodPost, at(tomorrow, "pm"), h.form("sending-1234567890", "", "present"), kofi), http.StatusConflict)
	h.does(at(begins, "am"), h.form("sending-2234567890", "", "absent", "", ""), kofi)
	h.clock.Set(on(tomorrow, 9))
	kofi = h.is(h.kofi)
	doc := h.page(h.send(http.MethodGet, at(begins, "am"), nil, kofi), http.StatusOK)
	if doc.Find(`input[type="radio"]`).Length() != 2 {
		t.Errorf("%d can be chosen of yesterday", doc.Find(`input[type="radio"]`).Length())
	}
	h.does(at(begins, "am"), h.form("sending-3234567890", "absent", "absent", "", "present"), kofi)
	h.page(h.send(http.MethodPost, at(begins, "am"), h.form("sending-4234567890", "absent", "present"), kofi), http.StatusConflict)
	if got := h.marks(begins, "am"); got != "[absent][present]" {
		t.Errorf("the register says %s", got)
	}
}

func TestARegisterThatIsOverIsChangedByTwoPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	kofi := h.is(h.kofi)
	h.does(at(begins, "am"), h.form("sending-1234567890", "", "absent", "", "present"), kofi)
	h.clock.Set(on(begins.AddDays(10), 9))
	kofi, grace := h.is(h.kofi), h.office("grace@threshold.example", people.Admin)
	form := h.form("sending-2234567890", "absent", "present", "present", "present")
	doc := h.page(h.send(http.MethodPost, at(begins, "am"), form, kofi), http.StatusUnprocessableEntity)
	if doc.Find("#reason-error").Length() != 1 || doc.Find("[checked]").Length() != 2 {
		t.Errorf("without a reason: %s", text(doc.Find("main")))
	}
	form.Set("reason", "I tapped the wrong button.")
	h.does(at(begins, "am"), form, kofi)
	h.page(h.send(http.MethodPost, at(begins, "am"), form, kofi), http.StatusConflict)
	if got := h.marks(begins, "am"); got != "[absent][present]" {
		t.Errorf("before somebody agreed: %s", got)
	}
	const waits = "/admin/runs/FND-T27/attendance/requests"
	doc = h.page(h.send(http.MethodGet, waits, nil, grace), http.StatusOK)
	h.says(text(doc.Find("main")), "Register of Monday 8 March 2027, morning", "There (was: Not there)", "I tapped the wrong button.")
	which := doc.Find(`[name="which"]`).AttrOr("value", "")
	h.send(http.MethodPost, waits, url.Values{"which": {which}, "decision": {"taken_back"}}, grace) // only who asked takes back
	h.does(waits, url.Values{"which": {which}, "decision": {"agreed"}}, grace)
	if got := h.marks(begins, "am"); got != "[present][present]" {
		t.Errorf("after somebody agreed: %s", got)
	}
	h.says(h.open(waits, grace), "Nothing waits")
}

func TestAWholeRegisterThatWasForgottenIsAskedForAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.clock.Set(on(begins.AddDays(10), 9))
	kofi, grace := h.is(h.kofi), h.office("grace@threshold.example", people.Admin)
	if n := h.page(h.send(http.MethodGet, at(begins, "am"), nil, kofi), http.StatusOK).Find(`button[name="everybody"]`).Length(); n != 1 {
		t.Errorf("%d ways to say that everybody was there", n)
	}
	form := h.form("sending-1234567890", "", "absent", "", "")
	form.Set("reason", "I had no signal, and forgot.")
	form.Set("everybody", "yes")
	h.does(at(begins, "am"), form, kofi)
	const waits = "/admin/runs/FND-T27/attendance/requests"
	which := h.page(h.send(http.MethodGet, waits, nil, grace), http.StatusOK).Find(`[name="which"]`).AttrOr("value", "")
	h.does(waits, url.Values{"which": {which}, "decision": {"agreed"}}, grace)
	if got := h.marks(begins, "am"); got != "[absent][present]" {
		t.Errorf("the register says %s", got)
	}
}

func TestWhoAsksDoesNotAgreeAndTakesItBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.clock.Set(on(begins.AddDays(10), 9))
	grace := h.office("grace@threshold.example", people.Admin)
	form := h.form("sending-1234567890", "", "present", "", "")
	form.Set("reason", "Nobody marked it.")
	h.does("/admin/runs/FND-T27/attendance/registers/"+begins.String()+"/am", form, grace)
	const waits = "/admin/runs/FND-T27/attendance/requests"
	doc := h.page(h.send(http.MethodGet, waits, nil, grace), http.StatusOK)
	which := doc.Find(`[name="which"]`).AttrOr("value", "")
	if w := h.send(http.MethodPost, waits, url.Values{"which": {which}, "decision": {"agreed"}}, grace); w.Code != http.StatusForbidden {
		t.Errorf("agreeing to one's own: status %d", w.Code)
	}
	h.does(waits, url.Values{"which": {which}, "decision": {"taken_back"}}, grace)
	if got := h.marks(begins, "am"); got != "[][]" {
		t.Errorf("the register says %s", got)
	}
}

func TestWhoNoLongerTeachesLosesTheRegisters(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, b := range h.run.Blocks {
		h.write(func(tx *db.Tx) error { return course.Unassign(t.Context(), tx, audit.System, b.ID, h.kofi) })
	}
	kofi := h.is(h.kofi)
	if w := h.send(http.MethodGet, at(begins, "am"), nil, kofi); w.Code != http.StatusNotFound {
		t.Errorf("status %d", w.Code)
	}
	h.says(h.open("/teach", kofi), "You do not teach today.", "Nothing is planned for you.")
}
