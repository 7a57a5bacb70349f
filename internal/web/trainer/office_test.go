package trainer_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/people"
)

const desk = "/admin/runs/FND-T27/attendance"

// attends marks every half day of the run as it comes: the first place is there everywhere, the second misses so many at the end.
func (h *house) attends(missed int) {
	h.Helper()
	n := 0
	for _, b := range h.run.Blocks {
		for day := b.StartsOn; !day.After(b.EndsOn); day = day.AddDays(1) {
			h.clock.Set(on(day, 17))
			kofi := h.is(h.kofi)
			for _, half := range []string{"am", "pm"} {
				n++
				mark := "present"
				if n > 40-missed {
					mark = "absent"
				}
				h.does(at(day, half), h.form(fmt.Sprintf("sending-%010d", n), "", "present", "", mark), kofi)
			}
		}
	}
	h.clock.Set(on(h.run.EndsOn().AddDays(3), 9))
}

func TestTheOfficeSeesHowFarEverybodyIsAndCompletesTheCohort(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.office("grace@threshold.example", people.Admin)
	h.says(h.open(desk, grace), "Completing takes 80% of all half days", "0 of 40", "once its last day is over")
	h.attends(9)
	grace, martin := h.office("grace@threshold.example", people.Admin), h.office("martin@threshold.example", people.Admin)
	h.says(h.open(desk, grace), "40 of 40", "100%", "Enough to complete", "31 of 40", "77.5%", "Attended, not enough to complete", "1 can be completed now")
	h.says(h.open(desk+"/registers", grace), "Friday 10 December 2027")
	w := h.send(http.MethodGet, desk+"/save/attendance.csv", nil, grace)
	h.says(w.Body.String(), h.places[1].Code+",Ana Reyes,31,9,40,77.5%")
	if w := h.send(http.MethodGet, desk+"/save/attendance.xlsx", nil, grace); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "PK") {
		t.Errorf("as a workbook: %d", w.Code)
	}
	h.page(h.send(http.MethodGet, desk+"/save/notes.csv", nil, grace), http.StatusNotFound)

	doc := h.page(h.send(http.MethodGet, desk+"/complete", nil, grace), http.StatusOK)
	seen := doc.Find(`[name="seen"]`).AttrOr("value", "")
	h.says(text(doc.Find("main")), "Would be completed 1", "Attended, not enough to complete 1", "31 of 40")
	h.page(h.send(http.MethodPost, desk+"/complete", url.Values{"seen": {seen}}, grace), http.StatusUnprocessableEntity)
	h.page(h.send(http.MethodPost, desk+"/complete", url.Values{"seen": {"2"}, "sure": {"yes"}}, grace), http.StatusConflict)
	if h.status(1) != enrolment.Confirmed || h.status(0) != enrolment.Confirmed {
		t.Error("somebody is completed too early")
	}
	h.does(desk+"/complete", url.Values{"seen": {seen}, "sure": {"yes"}}, grace)
	if h.status(0) != enrolment.Completed || h.status(1) != enrolment.Confirmed {
		t.Errorf("the places are %s and %s", h.status(0), h.status(1))
	}

	person := desk + "/places/" + h.places[1].Code
	h.says(h.open(person, grace), "31 of 40 (77.5%)", "Not there", "No other group of this course meets from now on.")
	doc = h.page(h.send(http.MethodPost, person+"/completes", url.Values{"completes": {"yes"}}, grace), http.StatusUnprocessableEntity)
	if doc.Find("#reason-error").Length() != 1 {
		t.Error("no reason is asked for")
	}
	h.does(person+"/completes", url.Values{"completes": {"yes"}, "reason": {"A written task made up for it."}}, grace)
	doc = h.page(h.send(http.MethodGet, desk+"/requests", nil, martin), http.StatusOK)
	h.says(text(doc.Find("main")), "Counts as having completed the course.")
	h.does(desk+"/requests", url.Values{"which": {doc.Find(`[name="which"]`).AttrOr("value", "")}, "decision": {"agreed"}}, martin)
	h.says(h.open(person, grace), "Enough to complete, as two people have said")
}

func (h *house) status(n int) enrolment.Status {
	h.Helper()
	e, err := enrolment.Get(h.Context(), h.app, h.places[n].ID)
	if err != nil {
		h.Fatal(err)
	}
	return e.Status
}

// elsewhere schedules other dates of the same course, which the trainer teaches too.
func (h *house) elsewhere(code string, first london.Date) {
	h.Helper()
	other := *h.run
	other.Run.ID, other.Code, other.Places = 0, code, course.Places{Capacity: 3}
	other.Blocks = []course.Block{{StartsOn: first, EndsOn: first.AddDays(4)}}
	h.write(func(tx *db.Tx) error {
		if err := course.Schedule(h.Context(), tx, audit.System, &other); err != nil {
			return err
		}
		return course.Assign(h.Context(), tx, audit.System, other.Blocks[0].ID, h.kofi)
	})
}

func TestADayIsMadeUpWithAnotherGroup(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := begins.AddDays(14)
	h.elsewhere("FND-U27", first)
	h.does(at(begins, "am"), h.form("sending-1234567890", "", "absent", "", "present"), h.is(h.kofi))
	grace := h.office("grace@threshold.example", people.Admin)
	person := desk + "/places/" + h.places[0].Code
	doc := h.page(h.send(http.MethodPost, person+"/make-up", url.Values{}, grace), http.StatusUnprocessableEntity)
	if doc.Find(".govuk-error-message").Length() < 3 {
		t.Errorf("an empty form: %s", text(doc.Find(".govuk-error-summary")))
	}
	h.does(person+"/make-up", url.Values{"missed": {begins.String()}, "halves": {"am"}, "at": {"FND-U27/" + first.String()}}, grace)
	h.page(h.send(http.MethodPost, person+"/make-up", url.Values{"missed": {begins.String()}, "halves": {"am"}, "at": {"FND-U27/" + first.String()}}, grace), http.StatusConflict)
	h.says(h.open(person, grace), "with FND-U27 on 22 March 2027: arranged")
	h.clock.Set(on(first, 9))
	kofi, grace := h.is(h.kofi), h.office("grace@threshold.example", people.Admin)
	there := "/teach/FND-U27/" + first.String() + "/am"
	h.says(h.open(there, kofi), "makes up half a day here")
	h.does(there, h.form("sending-2234567890", "", "present"), kofi)
	if got := h.marks(begins, "am"); got != "[made_up][present]" {
		t.Errorf("the register says %s", got)
	}
	h.says(h.open(person, grace), "made up", "1 of 40")
}

func TestAnArrangementIsEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.office("grace@threshold.example", people.Admin)
	person := desk + "/places/" + h.places[0].Code
	if shown := h.open(person, grace); strings.Contains(shown, "make a day up") {
		t.Errorf("there is nothing to make up: %s", shown)
	}
	for _, which := range []string{"1", "99999999999999999999"} {
		h.page(h.send(http.MethodPost, person+"/drop", url.Values{"which": {which}}, grace), http.StatusNotFound)
	}
	if w := h.send(http.MethodGet, strings.Replace(person, "FND-T27", "FND-X27", 1), nil, grace); w.Code != http.StatusNotFound {
		t.Errorf("a place of other dates: status %d", w.Code)
	}
}

func TestWhatHelpsOnADayIsReadByItsTrainersOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	priya, kofi := h.office("priya@threshold.example", people.Access), h.is(h.kofi)
	const days = "/admin/support/days"
	doc := h.page(h.send(http.MethodPost, days+"/new", url.Values{"code": {"NOBODY"}, "words": {"A seat near the door."}, "day-day": {"8"}, "day-month": {"3"}, "day-year": {"2027"},
		"agreed-day": {"1"}, "agreed-month": {"3"}, "agreed-year": {"2027"}}, priya), http.StatusUnprocessableEntity)
	if doc.Find("#code-error").Length() != 1 || strings.TrimSpace(doc.Find("#words").Text()) != "A seat near the door." {
		t.Errorf("a place that is none: %s", text(doc.Find("main")))
	}
	form := url.Values{"code": {h.places[0].Code}, "words": {"A seat near the door."}, "day-day": {"8"}, "day-month": {"3"}, "day-year": {"2027"}}
	doc = h.page(h.send(http.MethodPost, days+"/new", form, priya), http.StatusUnprocessableEntity)
	if doc.Find("#agreed-error").Length() != 1 {
		t.Errorf("without agreement: %s", text(doc.Find("main")))
	}
	for name, value := range map[string]string{"agreed-day": "1", "agreed-month": "3", "agreed-year": "2027"} {
		form.Set(name, value)
	}
	h.does(days+"/new", form, priya)
	register := h.open(at(begins, "am"), kofi)
	h.says(register, "One person has told us what helps them on this day.")
	if strings.Contains(register, "near the door") {
		t.Error("the register itself says it")
	}
	h.says(h.open("/teach/FND-T27/"+begins.String()+"/notes", kofi), "A seat near the door.")
	h.says(h.open(days, priya), "Monday 8 March 2027", "FND-T27 1")
	note := days + "/" + h.places[0].Code + "/" + begins.String()
	h.says(h.open(note, priya), "A seat near the door.", "Who has read it")
	h.does(note+"/take-back", nil, priya)
	h.says(h.open(days, priya), "There is no note for a day to come.")
	if w := h.send(http.MethodGet, note, nil, priya); w.Code != http.StatusNotFound {
		t.Errorf("a note that is gone: status %d", w.Code)
	}
}
