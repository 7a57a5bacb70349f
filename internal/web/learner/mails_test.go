package learner_test

import (
	"strings"
	"testing"
	"time"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/mail"
	"bursar/internal/people"
)

// letters are the mails sent so far, by template.
func (w *world) letters() map[string]mail.Mail {
	w.t.Helper()
	list, err := mail.DemoOutbox(w.t.Context(), w.db, 0, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	all := map[string]mail.Mail{}
	for _, m := range list {
		whole, err := mail.DemoOpen(w.t.Context(), w.db, m.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		all[m.Template] = *whole
	}
	return all
}

func TestEveryMailAboutAPlaceIsNeutralOutsideAndClearInside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 1)
	w.write(func(tx *db.Tx) error {
		p, err := people.Ensure(t.Context(), tx, "office@people.example")
		if err != nil {
			return err
		}
		return people.Grant(t.Context(), tx, audit.System, p.ID, people.Admin)
	})
	ana := w.book(w.browser(), "FND-M27", "Ana Ruiz", "ana@people.example")
	w.settle(ana, expired)
	cleo := w.browser()
	code := w.book(cleo, "FND-M27", "Cleo", "cleo@people.example")
	_, err := dbtest.Owner(t, w.db).NewUpdate().Model((*billing.Payment)(nil)).
		Set("expires_at = ?, attempt = 2", w.db.Now().Add(time.Hour)).Where("code = ?", w.payment(code).Code).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.settle(code, pageOpen)
	w.settle(code, atTheBank)
	w.settle(code, paid)
	w.settle(ana, paid)
	cleo.post("/my/places/"+code+"/cancel", "back", "325000").to("/my/places/" + code)

	sent := w.letters()
	for template, want := range map[string]struct {
		subject string
		words   []string
	}{
		"place-lapsed":       {"Your place is no longer held", []string{"Ana Ruiz", ana, "not been charged", "/runs/FND-M27/book"}},
		"payment-ready":      {"You can now pay for your place", []string{"10am on Monday 23 November", "/my/places/" + code + "/pay"}},
		"bank-confirming":    {"Your bank is confirming your payment", []string{"9am on Thursday 3 December", "do not pay again"}},
		"place-confirmed":    {"Your place is confirmed: 8 March 2027", []string{code, "8 to 12 March 2027", "£3,250.00 by card", w.payment(code).Code, "7 December 2026"}},
		"payment-returned":   {"Your payment is being sent back", []string{"first on the waiting list", "£3,250.00", "5 to 10 working days"}},
		"place-withdrawn":    {"Your place is cancelled", []string{"£3,250.00", "£0.00", "5 to 10 working days"}},
		"staff-late-payment": {"A payment came too late: " + ana, []string{"£3,250.00", "first on the waiting list"}},
	} {
		m, ok := sent[template]
		if !ok {
			t.Errorf("%s was not sent", template)
			continue
		}
		if m.Subject != want.subject || strings.Contains(m.Subject, w.course.Title) {
			t.Errorf("%s: subject %q", template, m.Subject)
		}
		for _, word := range want.words {
			if !strings.Contains(strings.Join(strings.Fields(m.Text), " "), word) || !strings.Contains(m.HTML, word) {
				t.Errorf("%s does not say %q in both parts:\n%s", template, word, m.Text)
			}
		}
		if strings.Contains(m.Text, "\n\n\n") || strings.Contains(m.Text, "<no value>") {
			t.Errorf("%s has holes:\n%s", template, m.Text)
		}
	}
	if n := len(sent["place-confirmed"].Attachments); n != 2 {
		t.Errorf("%d calendar files", n)
	}
}
