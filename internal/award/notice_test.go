package award_test

import (
	"strings"
	"testing"

	"bursar/internal/award"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
)

// tell sends the holder a mail and reads it back.
func (w *payouts) tell(h *holder, template string, n award.Notice) (subject, text, html string, files int) {
	w.t.Helper()
	w.must(w.workers, 0, func(tx *db.Tx) error {
		o, err := course.OfferingOf(w.t.Context(), tx, h.award.RunID)
		if err != nil {
			return err
		}
		n.Offering = o
		return award.Tell(w.t.Context(), tx, h.award, template, n)
	})
	err := dbtest.Owner(w.t, w.app).NewRaw(`
		SELECT subject, text_body, html_body, (SELECT count(*) FROM mail_attachments a WHERE a.mail_id = m.id)
		FROM mails m WHERE template = ? ORDER BY id DESC LIMIT 1`, template).Scan(w.t.Context(), &subject, &text, &html, &files)
	if err != nil {
		w.t.Fatal(err)
	}
	return subject, text, html, files
}

func TestMailsAboutAnOfferAreNeutralOutsideAndClearInside(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	h := w.offered("ana@post.example", nil, w.trip())
	asked := award.Notice{Until: h.award.UntilOn, Own: 50_000, PayBy: december(9)}
	for name, c := range map[string]struct {
		template string
		notice   award.Notice
		subject  string
		words    []string
		files    int
	}{
		"a reminder":       {"offer-waits", asked, "You have until 7 December 2026", []string{"until the end of Monday 7 December 2026"}, 0},
		"more time":        {"offer-extended", asked, "You have more time", []string{"until the end of Monday 7 December 2026"}, 0},
		"accepted, to pay": {"offer-accepted", asked, "Thank you for your answer", []string{"£500.00", "by the end of Wednesday 9 December 2026", "8 to 12 March 2027"}, 0},
		"accepted":         {"offer-accepted", award.Notice{}, "Your place is confirmed: 8 March 2027", []string{"8 to 12 March 2027", "The dates are attached"}, 4},
		"declined":         {"offer-declined", asked, "Thank you for your answer", []string{"You owe nothing", "does not count against you"}, 0},
		"lapsed":           {"offer-lapsed", asked, "The time to answer is over", []string{"until Monday 7 December 2026", "You owe nothing"}, 0},
		"to be paid":       {"own-part-due", asked, "Please pay by 9 December 2026", []string{"£500.00", "by the end of Wednesday 9 December 2026"}, 0},
		"not paid":         {"own-part-lapsed", asked, "Your place is not kept any more", []string{"£500.00", "You owe nothing"}, 0},
	} {
		subject, text, html, files := w.tell(h, c.template, c.notice)
		if subject != c.subject || files != c.files {
			t.Errorf("%s: subject %q, %d files", name, subject, files)
		}
		for _, words := range append(c.words, h.app.Code, "Ana Reyes") {
			plain := strings.NewReplacer("<strong>", "", "</strong>", "").Replace(html)
			if !strings.Contains(text, words) || !strings.Contains(plain, words) {
				t.Errorf("%s does not say %q:\n%s", name, words, text)
			}
		}
		for _, telling := range []string{"bursar", "peer", "mental", "health", "award", "grant"} {
			if strings.Contains(strings.ToLower(subject), telling) {
				t.Errorf("%s: the subject says %q", name, telling)
			}
		}
		w.written(c.template)
	}
}
