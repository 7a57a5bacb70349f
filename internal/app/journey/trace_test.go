package journey_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"bursar/internal/sandbox"
)

var signInLink = regexp.MustCompile(`/sign-in/[A-Za-z0-9_-]{43}`)

// secrets are the cookies of a browser, and the codes and links in the mails to its owner.
func (v *visitor) secrets() []string {
	v.w.t.Helper()
	var all []string
	for _, c := range v.Jar.Cookies(v.Get("/").URL) {
		all = append(all, c.Value)
	}
	for _, m := range v.w.mails(v.email) {
		if m.Secret {
			all = append(all, sixDigits.FindString(m.Text), strings.TrimPrefix(signInLink.FindString(m.Text), "/sign-in/"))
		}
	}
	return all
}

func TestAWholeJourneyLeavesNoTraceOfThePersonInLogsAndJobs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	defer w.sound()
	zeb := w.visitor("Zebulon Quillfeather")
	zeb.phone = "020 7946 0999"
	a := zeb.submit(zeb.fillIn(w.run.Code), "email", zeb.email)
	secrets := zeb.secrets()
	a = zeb.submit(a, "code", "12 34 5x")
	zeb.order(zeb.submit(a, "code", sixDigits.FindString(w.mails(zeb.email)[0].Text)))
	w.processor.FailNext(1, createPage, sandbox.CutAfter)
	w.fails()
	w.drain()
	if _, err := zeb.try(zeb.paymentPage(), sandbox.CardDeclined); err == nil {
		t.Error("the card was not declined")
	}
	zeb.pays(sandbox.CardPays)
	w.drain()
	zeb.cancels()
	w.drain()
	secrets = append(secrets, zeb.secrets()...)
	zeb.submit(zeb.Get("/sign-out"))
	zeb.submit(zeb.submit(zeb.Get("/sign-in?next=/my"), "email", zeb.email), "code", "000000")
	link := signInLink.FindString(w.mails(zeb.email)[0].Text)
	zeb.reads(zeb.submit(zeb.Get(link)), http.StatusOK, "Your places")
	zeb.Get("/runs/" + zeb.name)
	secrets = append(secrets, zeb.secrets()...)

	logged := journal.String()
	if away := zeb.given(logged); away != nil {
		t.Errorf("the log has %v", away)
	}
	for _, s := range secrets {
		if regexp.MustCompile(`(^|[^0-9A-Za-z_.-])` + regexp.QuoteMeta(s) + `($|[^0-9A-Za-z_-])`).MatchString(logged) {
			t.Errorf("the log has the secret %q", s)
		}
	}
	if len(secrets) < 8 || !strings.Contains(logged, `"route":"/runs/:run/book/check"`) {
		t.Errorf("%d secrets, and %d bytes of log: this test proves nothing", len(secrets), len(logged))
	}
	w.noTraceIn(zeb, "the jobs", "SELECT coalesce(string_agg(args::text || coalesce(array_to_string(errors, ' '), ''), ' '), '') FROM river.river_job")
	w.noTraceIn(zeb, "the audit trail", "SELECT coalesce(string_agg(detail::text, ' '), '') FROM audit")
	w.noTraceIn(zeb, "the subjects of mails", "SELECT coalesce(string_agg(subject, ' '), '') FROM mails")
	w.noTraceIn(zeb, "what the processor has, but for the address", `
		SELECT coalesce(string_agg(replace(convert_from(payload, 'UTF8'), 'zebulon.quillfeather@people.example', ''), ' '), '') FROM processor_events`)
}

func (w *world) noTraceIn(v *visitor, where, query string) {
	w.t.Helper()
	var text string
	if err := w.DB.NewRaw(query).Scan(w.t.Context(), &text); err != nil || text == "" {
		w.t.Fatalf("%s: %q, %v", where, text, err)
	}
	if away := v.given(text); away != nil {
		w.t.Errorf("%s: %v", where, away)
	}
}

func TestEveryCookieThatIsSetIsOnThePrivacyPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	defer w.sound()
	ana := w.visitor("Ana Reyes")
	set := ana.notesCookies()
	ana.book(w.run.Code)
	ana.pays(sandbox.CardPays)
	w.drain()
	ana.submit(ana.Get("/my/account/details"), "name", "Ana María Reyes")
	ana.cancels()
	ana.submit(ana.Get("/sign-out"))
	said := map[string]bool{}
	for _, name := range ana.Get("/privacy").Page.Find("table tbody tr").Map(firstCell) {
		said[name] = true
		if !set[name] {
			t.Errorf("the privacy page names the cookie %q, which is not set", name)
		}
	}
	for name := range set {
		if !said[name] {
			t.Errorf("the privacy page does not name the cookie %q", name)
		}
	}
}
