package funds_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/web/page/pagetest"
)

const north = "/admin/funds/NORTH-26"

func TestNewRulesOfAFundInUseWaitForASecondPerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.north()
	form := filled(h.open(h.grace, north+"/rules"), map[string]string{"do": "save", "cap": "1,800"})
	if got := wrong(h.pressed(http.StatusUnprocessableEntity, h.grace, north+"/rules", form)); strings.Join(got, "") != "Say why the rules change." {
		t.Errorf("without a reason: %q", got)
	}
	form.Set("reason", "The trust wrote to us.")
	if to := h.send(h.grace, north+"/rules", form); to != north { // not in use yet
		t.Errorf("led to %s", to)
	}
	h.promise(f, 100_000)
	form.Set("cap", "1,200")
	change := h.send(h.grace, north+"/rules", form)
	if change != north+"/rules/3" {
		t.Fatalf("led to %s", change)
	}
	mine := h.open(h.grace, change)
	h.says(mine.Find("main"), "You wrote these rules, so somebody else has to agree or refuse.", "The trust wrote to us.")
	if forms := mine.Find("main form"); forms.Length() != 1 || words(forms) != "Take them back" {
		t.Errorf("whoever wrote the rules is offered %q", words(forms))
	}
	if w := h.post(h.grace, change+"/agree", nil); w.Code != http.StatusForbidden {
		t.Errorf("whoever wrote the rules agrees: %d", w.Code)
	}
	h.says(h.open(h.sheila, "/finance/funds/today").Find("main"), "New rules wait for a second person.")
	theirs := h.open(h.martin, change)
	if was, is := words(theirs.Find("del")), words(theirs.Find("ins")); was != "Taken out: It pays at most £1,800 for each person." || is != "New: It pays at most £1,200 for each person." {
		t.Errorf("before %q, after %q", was, is)
	}
	h.send(h.martin, change+"/agree", nil)
	h.says(h.open(h.martin, north).Find("main"), "It pays at most £1,200 for each person.", "Version 3", "These hold", "Version 1", "Replaced")
	h.pressed(http.StatusConflict, h.sheila, strings.Replace(change, "admin", "finance", 1)+"/refuse", nil)
}

func TestRulesThatAreRefusedNeverHold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.promise(h.north(), 1)
	form := filled(h.open(h.grace, north+"/rules"), map[string]string{"do": "save", "cap": "1", "reason": "A try."})
	change := h.send(h.grace, north+"/rules", form)
	if was := words(h.open(h.sheila, strings.Replace(change, "admin", "finance", 1)).Find("del")); was != "Taken out: It pays at most £1,500 for each person." {
		t.Errorf("taken out: %q", was) // regions in another order are the same regions
	}
	h.send(h.sheila, strings.Replace(change, "admin", "finance", 1)+"/refuse", nil)
	h.says(h.open(h.grace, north).Find("main"), "It pays at most £1,500 for each person.", "Refused")
}

func TestGiftsAndPledgesAreWrittenDown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.north()
	const gifts = "/finance/funds/NORTH-26/gifts"
	form := filled(h.open(h.sheila, gifts), map[string]string{"how": "bank", "amount": "12.3", "donor": "Mina Shaw"})
	doc := h.pressed(http.StatusUnprocessableEntity, h.sheila, gifts, form)
	if got := wrong(doc); len(got) != 1 || got[0] != "Enter an amount in pounds, like 250 or 1,250.50." || doc.Find("#donor").AttrOr("value", "") != "Mina Shaw" {
		t.Errorf("got %q", got)
	}
	if got := wrong(h.pressed(http.StatusUnprocessableEntity, h.sheila, gifts, url.Values{})); len(got) != 2 {
		t.Errorf("an empty form: %q", got)
	}
	form.Set("amount", "12.30")
	h.send(h.sheila, gifts, form)
	h.send(h.sheila, gifts, url.Values{"how": {"pledge"}, "amount": {"500"}, "donor": {"A reader"}, "due_on-day": {"1"}, "due_on-month": {"11"}, "due_on-year": {"2026"}})
	h.send(h.sheila, gifts, url.Values{"how": {"pledge"}, "amount": {"70"}})
	h.says(h.open(h.sheila, "/finance/funds/today").Find("main"), "A pledge of £500 was due on 1 November 2026.")
	list := h.open(h.sheila, gifts)
	h.says(list.Find(".app-rounds"), "£12.30 from Mina Shaw", "£500.00 from A reader", "Pledged, late", "£70.00")
	receive := list.Find(`form[action$="/receive"]`)
	h.send(h.sheila, receive.Eq(1).AttrOr("action", ""), url.Values{"reference": {"BACS 7"}})
	h.says(h.open(h.sheila, gifts).Find(".app-rounds"), "reference BACS 7")
	h.says(h.open(h.sheila, "/finance/funds/NORTH-26").Find("main"), "Left to promise £18,512.30")
	long := h.pressed(http.StatusUnprocessableEntity, h.sheila, receive.Eq(0).AttrOr("action", ""), url.Values{"reference": {strings.Repeat("7", 101)}})
	if field := long.Find(".app-fund-pledge .govuk-form-group--error input"); field.AttrOr("value", "") != strings.Repeat("7", 101) || long.Find("#reference").AttrOr("value", "") != "" {
		t.Error("the mistake is not beside its pledge")
	}
	again := h.post(h.sheila, receive.Eq(1).AttrOr("action", ""), url.Values{"reference": {""}})
	if again.Code != http.StatusConflict {
		t.Errorf("received twice: %d", again.Code)
	}
	h.send(h.sheila, list.Find(`form[action$="/cancel"]`).Eq(0).AttrOr("action", ""), nil)
	h.says(h.open(h.sheila, gifts).Find(".app-rounds"), "Cancelled")
	h.write(func(tx *db.Tx) error {
		other := &fund.Fund{Code: "OTHER", Name: "Other", Purpose: "Other.", Kind: fund.Unrestricted, YearStarts: 1}
		return fund.Create(t.Context(), tx, h.grace.ID, other, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}})
	})
	elsewhere := strings.Replace(receive.Eq(0).AttrOr("action", ""), "NORTH-26", "OTHER", 1)
	if w := h.post(h.sheila, elsewhere, nil); w.Code != http.StatusNotFound {
		t.Errorf("a gift below another fund: %d", w.Code)
	}
}

func TestDocumentsAreKeptAndComeBackAsFiles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.north()
	letter := []byte("%PDF-1.7 a letter")
	h.led(h.upload(h.grace, north+"/documents", `C:\letters\consent.pdf`, letter), "upload")
	href := h.open(h.grace, north+"/documents").Find("table a").AttrOr("href", "")
	w := h.get(h.grace, href)
	if !bytes.Equal(w.Body.Bytes(), letter) || w.Header().Get("Content-Disposition") != "attachment; filename=consent.pdf" ||
		w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Content-Type") != "application/pdf" {
		t.Errorf("came back as %v", w.Header())
	}
	for what, body := range map[string][]byte{
		"The file must be a PDF, a JPEG or a PNG.": []byte("<script>alert(1)</script>"),
		"Choose a file.":                    nil,
		"The file must be 5 MB or smaller.": bytes.Repeat([]byte("x"), fund.DocumentLimit+1),
	} {
		doc := h.page(http.StatusUnprocessableEntity, h.upload(h.grace, north+"/documents", "a.pdf", body), "upload")
		h.says(doc.Find(".govuk-error-summary"), what)
	}
	for _, address := range []string{north + "/documents/999", north + "/documents/x"} {
		if w := h.get(h.grace, address); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
}

func TestMoneyMovesWithAReasonAndConsent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.north()
	h.write(func(tx *db.Tx) error {
		other := &fund.Fund{Code: "HARDSHIP", Name: "Hardship pot", Purpose: "What is short.", Kind: fund.Designated, YearStarts: 4}
		return fund.Create(t.Context(), tx, h.grace.ID, other, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}})
	})
	form := filled(h.open(h.grace, north+"/move"), map[string]string{"to": "HARDSHIP", "amount": "1,000", "reason": "It was agreed."})
	if got := wrong(h.pressed(http.StatusUnprocessableEntity, h.grace, north+"/move", form)); len(got) != 1 || !strings.Contains(got[0], "in which its donor agrees") {
		t.Errorf("without consent: %q", got)
	}
	if got := wrong(h.pressed(http.StatusUnprocessableEntity, h.grace, north+"/move", url.Values{})); len(got) != 4 {
		t.Errorf("an empty form: %q", got)
	}
	h.led(h.upload(h.grace, north+"/documents", "consent.pdf", []byte("%PDF-1.7")), "upload")
	form.Set("document", h.open(h.grace, north+"/move").Find("#document option").Eq(1).AttrOr("value", ""))
	h.send(h.grace, north+"/move", form)
	h.send(h.grace, north+"/move", url.Values{"to": {"donor"}, "amount": {"500"}, "reason": {"Not needed."}})
	h.says(h.open(h.grace, north).Find("main"), "Left to promise £16,500.00")
	h.says(h.open(h.grace, "/admin/funds/HARDSHIP/move").Find("table"), "From Northern Roots Grant", "£1,000.00")
	h.says(h.pressed(http.StatusConflict, h.grace, north+"/move", url.Values{"to": {"donor"}, "amount": {"900,000"}, "reason": {"All."}}).Find(".govuk-error-summary"), "£16,500")
	h.says(h.pressed(http.StatusConflict, h.grace, north+"/close", nil).Find(".govuk-error-summary"), "There is still money in this fund")
	h.send(h.grace, north+"/move", url.Values{"to": {"donor"}, "amount": {"16,500"}, "reason": {"It is over."}})
	h.open(h.grace, north+"/close")
	h.send(h.grace, north+"/close", nil)
	h.says(h.open(h.grace, "/admin/funds").Find("main"), "Closed", "Northern Roots Grant")
}

func TestTimeThatRunsOutIsSaid(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := &fund.Fund{Code: "SOON", Name: "Soon over", Purpose: "Soon.", Kind: fund.Designated, YearStarts: 1, SpendBy: london.On(2026, 12, 24)}
	h.write(func(tx *db.Tx) error {
		if err := fund.Create(t.Context(), tx, h.grace.ID, f, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}}); err != nil {
			return err
		}
		_, err := fund.RecordGift(t.Context(), tx, h.grace.ID, f.ID, 70_000, "", "")
		return err
	})
	const said = "£700 is left, and 31 days to spend it."
	h.says(h.open(h.grace, "/admin/funds").Find("main"), said)
	h.says(h.open(h.grace, "/admin/funds/SOON").Find("main"), said)
	h.says(h.open(h.sheila, "/finance/funds/today").Find(".app-matters"), "Soon over", said)
	h.says(h.open(h.sheila, "/finance/funds").Find("main"), "Soon over")
}

func TestOnlyStaffWhoseItIsPassTheWall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.north()
	all := map[string]desk{"a visitor": {}, "an applicant": h.session("ana@post.example")}
	for _, r := range people.Roles() {
		all[string(r)] = h.session("a-"+string(r)+"@threshold.example", r)
	}
	for who, d := range all {
		for _, route := range h.engine.Routes() {
			address := strings.NewReplacer(":code", "NORTH-26", ":version", "1", ":gift", "K7Q2-9M", ":document", "1", ":file", "funds.csv").Replace(route.Path)
			ours := strings.HasPrefix(address, "/admin") && who == string(people.Admin) || strings.HasPrefix(address, "/finance") && who == string(people.Finance)
			if ours || route.Method != http.MethodGet {
				continue
			}
			w := h.get(d, address)
			if w.Code == http.StatusOK || strings.Contains(w.Body.String(), "Northern Roots") {
				t.Errorf("%s at %s: %d", who, address, w.Code)
			}
		}
	}
	for _, address := range []string{"/admin/funds/new", "/finance/funds/NORTH-26/close", "/admin/funds/NORTH-26/gifts"} {
		for who, d := range all {
			if ours := strings.HasPrefix(address, "/admin") && who == string(people.Admin) || strings.HasPrefix(address, "/finance") && who == string(people.Finance); ours {
				continue
			}
			if w := h.post(d, address, url.Values{"amount": {"5"}, "how": {"bank"}}); w.Code != http.StatusNotFound && w.Code != http.StatusSeeOther && w.Code != http.StatusConflict {
				t.Errorf("%s sends to %s: %d", who, address, w.Code)
			}
		}
	}
	found, err := fund.HoldingOf(t.Context(), h.app, h.find("NORTH-26"))
	if err != nil || found.Available != 1_800_000 {
		t.Errorf("left %v, %v", found.Available, err)
	}
}

func TestTheListOfFundsIsSavedInBothFormats(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.north()
	for _, who := range []desk{h.grace, h.sheila} {
		at := map[bool]string{true: "/admin", false: "/finance"}[who.ID == h.grace.ID] + "/funds/save/"
		if got := h.get(who, at+"funds.csv").Body.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, "NORTH-26,") || !strings.Contains(got, ",18000.00,0.00,") {
			t.Errorf("saved at %s: %s", at, got)
		}
		if w := h.get(who, at+"funds.xlsx"); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "PK") {
			t.Errorf("as a workbook at %s: %d", at, w.Code)
		}
		for _, other := range []string{"funds.pdf", "gifts.csv"} {
			if w := h.get(who, at+other); w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", at+other, w.Code)
			}
		}
	}
	var noted int
	if err := h.app.NewRaw("SELECT count(*) FROM audit WHERE action = 'list saved'").Scan(t.Context(), &noted); err != nil || noted != 4 {
		t.Errorf("%d are in the trail, %v", noted, err)
	}
}

func (h *house) find(code string) *fund.Fund {
	h.Helper()
	f, err := fund.Find(h.Context(), h.app, code)
	if err != nil {
		h.Fatal(err)
	}
	return f
}

func TestEveryPageHasNeutralWordsAndIsSound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.north()
	for _, end := range []string{"", "/edit", "/rules", "/rules/1", "/gifts", "/documents", "/move", "/books", "/statement", "/report", "/close"} {
		for _, of := range []struct {
			who desk
			at  string
		}{{h.grace, "/admin/funds/NORTH-26"}, {h.sheila, "/finance/funds/NORTH-26"}} {
			if end == "/report" && of.who == h.sheila {
				if w := h.get(of.who, of.at+end); w.Code != http.StatusNotFound {
					t.Errorf("the books count applicants: %d", w.Code)
				}
				continue
			}
			doc := h.open(of.who, of.at+end)
			for _, word := range []string{"bursary", "peer", "mental"} {
				if strings.Contains(strings.ToLower(doc.Find("title").Text()), word) {
					t.Errorf("%s: title %q", end, doc.Find("title").Text())
				}
			}
		}
	}
	pagetest.Check(t, h.get(h.sheila, "/finance/funds/today").Body.String())
}

func TestWhatAFundIsCanChangeUntilItIsInUse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.north()
	form := filled(h.open(h.grace, north+"/edit"), map[string]string{
		"name": "", "spend_by-day": "31", "spend_by-month": "2", "spend_by-year": "2027", "donor": "The Roots Trust", "sponsored": "yes",
	})
	doc := h.pressed(http.StatusUnprocessableEntity, h.grace, north+"/edit", form)
	if got := wrong(doc); strings.Join(got, " ") != "Enter a name for the fund. Enter a real date, like 27 3 2027." || doc.Find("#donor").AttrOr("value", "") != "The Roots Trust" {
		t.Errorf("got %q", got)
	}
	form.Set("name", "Roots Grant")
	form.Set("spend_by-day", "28")
	h.send(h.grace, north+"/edit", form)
	h.says(h.open(h.grace, north).Find("main"), "Roots Grant", "The Roots Trust", "28 February 2027", "Anybody can give to it on the sponsor page")
	h.promise(f, 1)
	page := h.open(h.grace, north+"/edit")
	if page.Find("#kind, #spend_by, #counts_pledges").Length() != 0 {
		t.Error("a fund in use is offered what cannot change")
	}
	h.send(h.grace, north+"/edit", filled(page, map[string]string{"donor": "The Trust"}))
	if now := h.find("NORTH-26"); now.Donor != "The Trust" || now.SpendBy != london.On(2027, 2, 28) || now.Kind != fund.Restricted {
		t.Errorf("became %+v", now)
	}
}
