package finance_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/web/page/pagetest"
)

// pages are the addresses that are read, and what is sent to them. {org}, {inv}, {team} and {order} stand for codes.
var readPages = []string{
	"/finance", "/finance/organisations", "/finance/organisations/{org}", "/finance/organisations/{org}/places", "/finance/ready", "/finance/invoices",
	"/finance/invoices/{inv}", "/finance/invoices/{inv}/pdf", "/finance/agreements", "/finance/addresses", "/finance/departures",
	"/finance/bookings/{team}", "/finance/settings", "/finance/doubts", "/finance/credit-notes",
}

var actPages = []string{
	"GET /finance/organisations/{org}/terms", "GET /finance/organisations/{org}/appoint", "POST /finance/organisations/{org}/appoint", "GET /finance/organisations/{org}/close", "POST /finance/organisations/{org}/close", "POST /finance/doubts/1",
	"GET /finance/organisations/{org}/refund", "GET /finance/invoices/{inv}/credit",
	"GET /finance/invoices/{inv}/write-off", "GET /finance/invoices/{inv}/use-credit", "GET /finance/groups/new",
	"POST /finance/organisations/{org}/approve", "POST /finance/organisations/{org}/refuse", "POST /finance/organisations/{org}/notes",
	"POST /finance/ready", "POST /finance/invoices/{inv}/send", "POST /finance/invoices/{inv}/credit", "POST /finance/invoices/{inv}/write-off",
	"POST /finance/invoices/{inv}/use-credit", "POST /finance/agreements/write-offs/{inv}/agree", "POST /finance/agreements/write-offs/{inv}/refuse",
	"POST /finance/addresses/1/check", "POST /finance/addresses/1/agree", "POST /finance/addresses/1/refuse", "POST /finance/groups/new",
	"POST /finance/bookings/{team}/price", "POST /finance/bookings/{team}/keep", "POST /finance/settings",
}

func TestAuditorsReadAndOthersFindNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	i := h.invoiced(o, 1)
	team := h.booked(o, 1, 0)
	h.booked(o, 1, 325_000)
	here := strings.NewReplacer("{org}", o.Code, "{inv}", i.Number, "{team}", team.Code)
	outsiders := []desk{
		h.session("tess@threshold.example", "Tess", people.Trainer), h.session("asha@threshold.example", "Asha", people.Assessor),
		h.session("lena@home.example", "Lena"),
	}
	for _, p := range readPages {
		address := here.Replace(p)
		for _, who := range []desk{h.sheila, h.auditor} {
			w := h.get(who, address)
			if w.Code != http.StatusOK {
				t.Errorf("%s for %s: status %d", address, who.Email, w.Code)
			}
			if strings.Contains(w.Header().Get("Content-Type"), "html") {
				doc := pagetest.Check(t, w.Body.String())
				if n := doc.Find("main form[method=post]").Length(); n > 0 && who.ID == h.auditor.ID {
					t.Errorf("%s shows an auditor %d forms that act", address, n)
				}
			}
		}
		for _, who := range outsiders {
			if w := h.get(who, address); w.Code != http.StatusNotFound {
				t.Errorf("%s for %s: status %d", address, who.Email, w.Code)
			}
		}
	}
	for _, p := range actPages {
		method, address, _ := strings.Cut(here.Replace(p), " ")
		for _, who := range append(outsiders, h.auditor) {
			w := h.get(who, address)
			if method == http.MethodPost {
				w = h.post(who, address, nil)
			}
			if w.Code != http.StatusNotFound {
				t.Errorf("%s for %s: status %d", p, who.Email, w.Code)
			}
		}
	}
}

func TestTheDeskSaysWhatNeedsSomebodyAndNothingElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.says(h.open(h.sheila, "/finance").Find("main"), "Nothing, just now.")
	h.provided()
	h.signedUp("Saltbridge Community Care NHS Trust")
	o := h.approved("Westermoor and Tarn NHS Foundation Trust")
	h.booked(o, 2, 650_000)
	h.booked(o, 3, 0)
	main := h.open(h.sheila, "/finance").Find("main")
	h.says(main, "1 organisation to look at", "3 places without a purchase order", "The first is held for 14 days more, until 7 December 2026.",
		"1 invoice to issue", "£6,500.00")
	h.silent(main, "overdue by", "write-off", "refund", "left their employer")
}

func TestInvoicesGrowOverdueOnTheDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.provided()
	i := h.invoiced(h.approved("Westermoor and Tarn NHS Foundation Trust"), 1)
	for _, c := range []struct {
		late int
		want string
	}{{7, "1 invoice overdue by 7 to 13 days"}, {14, "1 invoice overdue by 14 to 29 days"}, {30, "1 invoice overdue by 30 days or more"}} {
		h.clock.Set(i.DueOn.AddDays(c.late).At(9, 0))
		h.again(&h.sheila)
		main := h.open(h.sheila, "/finance").Find("main")
		h.says(main, c.want, "Together £3,250.00.")
		h.says(h.open(h.sheila, "/finance/invoices?status=overdue").Find("main"), i.Number)
	}
	h.says(h.open(h.sheila, "/finance/invoices/"+i.Number).Find("main"), "Overdue", "30 days", "11.75% a year", "£70.00 compensation", "Nothing is added by itself.")
}

func TestDoubtsAboutCardPaymentsAreSaid(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.write(func(tx *db.Tx) error {
		return billing.Quarantine(h.Context(), tx, billing.Doubt{Kind: billing.WrongAmount, Object: "pi_1", Detail: "£1.00 came instead of £2.00."})
	})
	h.says(h.open(h.sheila, "/finance").Find("main"), "1 doubt about a card payment")
	h.says(h.open(h.auditor, "/finance/doubts").Find("main"), "A payment does not agree with what was asked for", "£1.00 came instead of £2.00.")
	at, _ := h.open(h.sheila, "/finance/doubts").Find("main table a").Attr("href")
	h.silent(h.open(h.auditor, at).Find("main"), "It is dealt with")
	h.says(h.pressed(http.StatusUnprocessableEntity, h.sheila, at, typed("found", "")).Find("main"), "Say what you found")
	h.send(h.sheila, at, typed("found", "The bank had taken its fee. Paid by hand."))
	h.says(h.open(h.sheila, "/finance/doubts").Find("main"), "There are none, just now.")
	h.send(h.sheila, at, typed("found", "Something else."))
	main := h.open(h.auditor, at).Find("main")
	h.says(main, "The bank had taken its fee. Paid by hand.", "Sheila Marsh, 23 November 2026")
	h.silent(main, "Something else")
}

func TestOrganisationsAreFoundAndPaged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i := range 51 {
		h.write(insertOrganisation(h, i))
	}
	first := h.open(h.sheila, "/finance/organisations")
	if n := first.Find("tbody tr").Length(); n != 50 {
		t.Errorf("%d on the first page", n)
	}
	next := first.Find("a[rel=next]").AttrOr("href", "")
	second := h.open(h.sheila, next)
	if n := second.Find("tbody tr").Length(); n != 1 {
		t.Errorf("%d on the second page", n)
	}
	h.says(second.Find("main"), "Trust 50")
	found := h.open(h.sheila, "/finance/organisations?search=trust+07&status=approved")
	if n := found.Find("tbody tr").Length(); n != 1 {
		t.Errorf("%d found", n)
	}
	h.says(h.open(h.sheila, "/finance/organisations?status=refused").Find("main"), "There is none like that.")
}

func TestSettingsKeepEveryWordAndSayAllThatIsWrong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.says(h.open(h.sheila, "/finance/settings").Find("main"), "No invoice can be issued before this is filled in.")
	form := typed("name", "Threshold", "address", "12 Lantern Yard", "city", "London", "postcode", "N1 7QX", "email", "office@threshold.example", "vat", "standard",
		"vat_wording", "VAT at 20%", "bank_name", "Fen Bank", "account_name", "Threshold", "sort_code", "089999", "account_number", "1234", "base_rate", "three",
		"nominal", "1200", "nominal", "1210")
	doc := h.pressed(http.StatusUnprocessableEntity, h.sheila, "/finance/settings", form)
	h.says(doc.Find(".govuk-error-summary"), "sort code", "8 digits", "VAT number", "3.75")
	if doc.Find("#base_rate").AttrOr("value", "") != "three" || doc.Find("#nominal-2").AttrOr("value", "") != "1210" {
		t.Error("what was typed is gone")
	}
	form.Set("sort_code", "08-99-99")
	form.Set("account_number", "12345678")
	form.Set("base_rate", "3.75")
	form.Set("vat_number", "GB123456789")
	h.send(h.sheila, "/finance/settings", form)
	again := h.open(h.sheila, "/finance/settings")
	if again.Find("#base_rate").AttrOr("value", "") != "3.75" || again.Find("#nominal").AttrOr("value", "") != "1200" {
		t.Error("the settings are not kept")
	}
}

func TestWhatBelongsToAnotherOrNobodyIsNotFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	west, salt := h.approved("Westermoor and Tarn NHS Foundation Trust"), h.approved("Saltbridge Community Care NHS Trust")
	h.booked(west, 1, 325_000)
	order := h.open(h.sheila, "/finance/organisations/"+west.Code).Find("a[href*='/orders/']").AttrOr("href", "")
	var draft *enrolment.TeamBooking
	h.write(func(tx *db.Tx) (err error) {
		draft, err = enrolment.DraftOf(h.Context(), tx, h.coordinator.ID, salt.ID, h.run.ID)
		return err
	})
	for _, address := range []string{
		strings.Replace(order, west.Code, salt.Code, 1), "/finance/bookings/" + draft.Code, "/finance/bookings/ZZZZ-ZZ", "/finance/organisations/ZZZZ-ZZ",
		"/finance/invoices/INV-00099", "/finance/invoices/INV-00099/credit", "/finance/credit-notes/CRN-00099", "/finance/credit-notes/CRN-00099/pdf",
	} {
		if w := h.get(h.sheila, address); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", address, w.Code)
		}
	}
	if w := h.post(h.sheila, "/finance/addresses/77/agree", nil); w.Code != http.StatusNotFound {
		t.Errorf("an unknown change of address: status %d", w.Code)
	}
}

func TestFundsAreOnTheDeskOfWhoeverCanOpenThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := fixture.Fund(t, h.app, h.martin.ID, "NORTH-26", 0, fixture.Paying(fund.Rule{}, fund.Fee))
	h.write(func(tx *db.Tx) error {
		_, err := fund.Pledge(h.Context(), tx, h.martin.ID, f.ID, 50_000, "A donor", london.On(2026, time.November, 24))
		return err
	})
	h.clock.Set(london.On(2026, time.November, 26).At(9, 0))
	h.again(&h.sheila)
	grace, avery := h.session("grace@threshold.example", "Grace", people.Admin), h.auditor
	h.again(&avery)
	for who, href := range map[*desk]string{&h.sheila: "/finance/funds", &grace: "/admin/funds", &avery: ""} {
		main := h.open(*who, "/finance").Find("main")
		if got := main.Find(".app-matter a").AttrOr("href", ""); got != href {
			t.Errorf("%s is led to %q", who.Email, got)
		}
	}
}
