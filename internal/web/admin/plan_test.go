package admin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/people"
)

// onPlan is a confirmed place whose deposit is paid and which is paid in eight months.
func (h house) onPlan(t *testing.T) *enrolment.Enrolment {
	t.Helper()
	o := fixture.Run(t, h.DB, "FND-T27", 5)
	dbtest.Force(t, h.DB, "INSERT INTO run_plans (run_id, deposit, by_block, months) VALUES (?, 40000, false, 8)", o.ID)
	e := fixture.Held(t, h.DB, o, fixture.Person(t, h.DB, "ana@post.example"))
	h.write(t, func(tx *db.Tx) error {
		shares, err := billing.SharesOf(t.Context(), tx, e.ID)
		if err != nil {
			return err
		}
		settle := func(say func(*billing.Standing)) error {
			p, err := billing.OpenPayment(t.Context(), tx, shares[0])
			if err != nil {
				return err
			}
			s := billing.Standing{Session: "cs_" + p.Code, Reference: p.Code, Amount: p.Amount, Currency: "gbp"}
			say(&s)
			return admissions.Settle(t.Context(), tx, p.ID, s)
		}
		o, err := course.OfferingOf(t.Context(), tx, o.ID)
		if err != nil {
			return err
		}
		offer := admissions.PlanOffers(o, e, e.Price, london.DateOf(tx.Now))[0]
		if err := admissions.ChoosePlan(t.Context(), tx, e.PersonID, e.Code, offer.Kind, offer.Parts); err != nil {
			return err
		}
		if err := settle(func(s *billing.Standing) { s.State = billing.PageExpired }); err != nil {
			return err
		}
		return settle(func(s *billing.Standing) {
			s.State, s.Paid, s.Captured, s.Intent = billing.PageComplete, true, s.Amount, "pi_1"
			s.Saved = billing.SavedMethod{Customer: "cus_1", Method: "pm_1", Kind: billing.Card, Ends: "4242"}
		})
	})
	return e
}

func (h house) write(t *testing.T, f func(*db.Tx) error) {
	t.Helper()
	if err := dbtest.As(t, h.DB, db.Worker).Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func (h house) post(address string, cookie *http.Cookie, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for pair := range slices.Chunk(fields, 2) {
		form.Set(pair[0], pair[1])
	}
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(cookie)
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return w
}

func TestStaffPauseAPlanLetItGoOnAndAgreeItAnew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e := h.onPlan(t)
	staff := h.session(t, "fay@staff.example", true, people.Admin)
	address := "/admin/places/" + e.Code + "/plan"
	say := func(wanted ...string) {
		t.Helper()
		main := words(h.open(t, address, staff).Find("main"))
		for _, w := range wanted {
			if !strings.Contains(main, w) {
				t.Errorf("the page does not say %q:\n%s", w, main)
			}
		}
	}
	seen := func() string { return h.open(t, address, staff).Find("[name=seen]").AttrOr("value", "") }
	do := func(status int, fields ...string) {
		t.Helper()
		if w := h.post(address, staff, append(fields, "seen", seen())...); w.Code != status {
			t.Errorf("%v: %d, want %d", fields, w.Code, status)
		}
	}
	say("Payments are taken on their days", "£2,850.00", "Card ending in 4242", "23 July 2027")
	do(http.StatusUnprocessableEntity, "act", "pause", "reason", "")
	do(http.StatusUnprocessableEntity, "act", "pause", "reason", "Out of work", "until-day", "31", "until-month", "3")
	do(http.StatusUnprocessableEntity, "act", "pause", "reason", "Out of work", "until-day", "22", "until-month", "11", "until-year", "2026")
	do(http.StatusSeeOther, "act", "pause", "reason", "Out of work", "until-day", "31", "until-month", "1", "until-year", "2027")
	say("Paused: nothing is taken until the end of 31 January 2027", "Out of work")
	do(http.StatusSeeOther, "act", "resume", "reason", "A new job")
	say("Payments are taken on their days", "A new job")
	for _, wrong := range []string{"", "31 January 2027", "31 January 2027 £", "31 January 2850.00", "31 January 2027 100.00", "24 November 2026 2850.00", "1 March 2027 1425.00\n1 February 2027 1425.00"} {
		do(http.StatusUnprocessableEntity, "act", "replan", "reason", "Agreed", "parts", wrong)
	}
	before := seen()
	do(http.StatusSeeOther, "act", "replan", "reason", "Agreed by telephone", "parts", "31 January 2027 £850.00\n\n31 5 2027 2,000\n")
	for _, act := range []string{"replan", "pause"} {
		w := h.post(address, staff, "act", act, "reason", "From a page of before", "parts", "31 January 2027 £2,850.00", "seen", before)
		if body := w.Body.String(); w.Code != http.StatusConflict || !strings.Contains(body, "From a page of before") {
			t.Errorf("%s on a page of before: %d", act, w.Code)
		}
	}
	say("Replaced", "31 May 2027", "£2,000.00", "Agreed by telephone", "£2,850.00")
	var told int
	if err := h.NewRaw("SELECT count(*) FROM mails WHERE template IN ('plan-paused', 'plan-changed')").Scan(t.Context(), &told); err != nil || told != 3 {
		t.Errorf("the person was told %d times, %v", told, err)
	}
	auditor := h.session(t, "gus@staff.example", true, people.Auditor)
	if h.open(t, address, auditor).Find("form[action='']").Length() > 0 || h.post(address, auditor, "act", "resume", "reason", "x").Code != http.StatusNotFound {
		t.Error("an auditor can change a plan")
	}
}

func TestPlansThatStoppedAreListedForSomebodyToTalkWithThePerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e := h.onPlan(t)
	staff := h.session(t, "fay@staff.example", true, people.Admin)
	at := "/admin/places/" + e.Code + "/plan"
	lists := func() (found string) {
		t.Helper()
		for _, kind := range []string{"failed", "paused", "active", "completed"} {
			if h.open(t, "/admin/plans?status="+kind, staff).Find(`main a[href="`+at+`"]`).Length() == 1 {
				found += kind + " "
			}
		}
		return found
	}
	if got := lists(); got != "active " {
		t.Errorf("a plan that goes on is listed under %q", got)
	}
	if text := words(h.open(t, "/admin/plans", staff).Find("main")); !strings.Contains(text, "There is none.") {
		t.Errorf("at first: %s", text)
	}
	dbtest.Force(t, h.DB, "UPDATE instalments SET status = 'failed', tries = 4 WHERE number = 1")
	dbtest.Force(t, h.DB, "UPDATE plans SET status = 'failed'")
	if got := lists(); got != "failed " {
		t.Errorf("a plan that failed is listed under %q", got)
	}
	text := words(h.open(t, "/admin/plans", staff).Find("main"))
	for _, want := range []string{"Somebody must talk with the person", "Ana Reyes", "FND-T27", "refused 4 times", "£2,850.00"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing from %s", want, text)
		}
	}
	dbtest.Force(t, h.DB, "UPDATE plans SET status = 'paused'") // by the program
	if got := lists(); got != "failed " {
		t.Errorf("a plan that the program paused is listed under %q", got)
	}
	dbtest.Force(t, h.DB, "UPDATE plans SET paused_by = (SELECT id FROM people WHERE email = 'fay@staff.example')")
	if got := lists(); got != "paused " {
		t.Errorf("a plan that staff paused is listed under %q", got)
	}
	if w := h.get("/admin/plans?status=all", staff); w.Code != http.StatusNotFound {
		t.Errorf("an unknown list: %d", w.Code)
	}
}

func TestAChargeThatIsNotPaidIsListedAndLetOffOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e := h.onPlan(t)
	staff := h.session(t, "fay@staff.example", true, people.Admin)
	at := "/admin/places/" + e.Code + "/charge"
	if text := words(h.open(t, "/admin/charges", staff).Find("main")); !strings.Contains(text, "Every charge is paid") {
		t.Errorf("at first: %s", text)
	}
	dbtest.Force(t, h.DB, "UPDATE enrolments SET confirmed_at = confirmed_at - interval '30 days'") // half of £3,250.00 is kept from now on
	dbtest.Force(t, h.DB, "UPDATE blocks SET starts_on = starts_on - 60, ends_on = ends_on - 60")
	h.write(t, func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, nil, e.PersonID, e.Code, 0) })
	for address, want := range map[string]string{"/admin/charges": "£1,225.00", "/admin": "1 charge is not paid", "/admin/places/" + e.Code: "Charge not paid", at: "Still to be paid £1,225.00"} {
		if text := words(h.open(t, address, staff).Find("main")); !strings.Contains(text, want) {
			t.Errorf("%s does not say %q: %s", address, want, text)
		}
	}
	for _, refused := range []struct {
		status int
		fields []string
	}{
		{http.StatusUnprocessableEntity, []string{"seen", "122500", "reason", ""}},
		{http.StatusConflict, []string{"seen", "122501", "reason", "Out of work"}}, // from a page of before
		{http.StatusSeeOther, []string{"seen", "122500", "reason", "Out of work"}},
		{http.StatusConflict, []string{"seen", "0", "reason", "Again"}},
	} {
		if w := h.post(at, staff, refused.fields...); w.Code != refused.status {
			t.Errorf("%v: %d, want %d", refused.fields, w.Code, refused.status)
		}
	}
	if text := words(h.open(t, "/admin/charges", staff).Find("main")); !strings.Contains(text, "Every charge is paid") {
		t.Errorf("afterwards: %s", text)
	}
	if owed, err := ledger.Balance(t.Context(), h, billing.Due(1)); err != nil || owed != 0 {
		t.Errorf("%s are owed, %v", owed, err)
	}
	auditor := h.session(t, "gus@staff.example", true, people.Auditor)
	if h.open(t, at, auditor).Find("main form").Length() > 0 || h.post(at, auditor, "seen", "0", "reason", "x").Code != http.StatusNotFound {
		t.Error("an auditor can let a charge off")
	}
}
