package queue_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"bursar/internal/db/dbtest"
)

// script saves as the page's own script does.
func (h *house) script(who *http.Cookie, fields ...string) *httptest.ResponseRecorder {
	sent := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		sent.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, form, strings.NewReader(sent.Encode()))
	r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	r.Header.Set("Accept", gin.MIMEJSON)
	r.AddCookie(who)
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return w
}

func (h *house) drafts() (n int) {
	h.Helper()
	if err := dbtest.Owner(h, h.app).NewRaw("SELECT count(*) FROM sensitive.course_application_drafts").Scan(h.Context(), &n); err != nil {
		h.Fatal(err)
	}
	return n
}

func TestWhatWasTypedWaitsUntilItIsSent(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	ana := h.session("ana@post.example")
	h.says(h.send(ana, http.MethodPost, form, "name", "Ana Reyes", "why", "Zanzibar"), http.StatusUnprocessableEntity)
	w := h.send(ana, http.MethodPost, form, "name", "Ana R.", "phone", "020 7946 0000", "work", "A nurse.", "why", "Zanzibar", "payer", "help", "seen-form", "1", "then", "later")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/my" {
		t.Fatalf("leaving: status %d to %q", w.Code, w.Header().Get("Location"))
	}
	doc := h.says(h.send(ana, http.MethodGet, form), http.StatusOK)
	for field, want := range map[string]string{"name": "Ana R.", "phone": "020 7946 0000", "seen-form": "2"} {
		if got := doc.Find("[name="+field+"]").AttrOr("value", ""); got != want {
			t.Errorf("%s is %q", field, got)
		}
	}
	if doc.Find("#work").Text() != "A nurse." || doc.Find("#why").Text() != "Zanzibar" || doc.Find("[name=payer][checked]").AttrOr("value", "") != "help" {
		t.Error("words are lost")
	}
	if strings.Contains(h.send(h.session("ben@post.example"), http.MethodGet, form).Body.String(), "Zanzibar") {
		t.Error("somebody else sees them")
	}
	h.says(h.send(h.grace, http.MethodGet, "/admin/queue"), http.StatusOK, "Nobody, just now.")
	w = h.script(ana, "name", "Ana R.", "work", "A nurse on a ward.", "why", "Zanzibar", "seen-form", "2")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"marks":{"form":3}`) || h.drafts() != 1 {
		t.Errorf("the script saves: status %d: %s", w.Code, w.Body.String())
	}
	at := h.applies(ana, "Zanzibar")
	h.says(h.send(ana, http.MethodGet, at), http.StatusOK, "We have had it since")
	if n := h.drafts(); n != 0 {
		t.Errorf("%d drafts are left of what was sent", n)
	}
	if w := h.script(ana, "why", "Later", "seen-form", "3"); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "sent_already") || h.drafts() != 0 {
		t.Errorf("the script saves what was sent: status %d: %s", w.Code, w.Body.String())
	}
}

func TestWhatAnotherWindowHasSavedIsNotWrittenOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	ana := h.session("ana@post.example")
	one := []string{"name", "Ana Reyes", "work", "A nurse.", "why", "Zanzibar", "payer", "self"}
	other := []string{"name", "Ana Reyes", "work", "A nurse.", "why", "Kilwa", "payer", "self", "seen-form", "0"}
	h.send(ana, http.MethodPost, form, append(one, "then", "later")...)
	if w := h.script(ana, other...); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "written_elsewhere") {
		t.Errorf("the script writes over it: status %d: %s", w.Code, w.Body.String())
	}
	doc := h.says(h.send(ana, http.MethodPost, form, append(other, "then", "send")...), http.StatusConflict, "Both are on this page", "Zanzibar")
	if doc.Find("#why").Text() != "Kilwa" || doc.Find("form[data-autosave]").Length() != 0 {
		t.Error("what was typed here is lost, or the script goes on writing over the other")
	}
	other[len(other)-1] = doc.Find("[name=seen-form]").AttrOr("value", "")
	w := h.send(ana, http.MethodPost, form, append(other, "then", "send")...)
	h.says(h.send(ana, http.MethodGet, w.Header().Get("Location")), http.StatusOK, "Kilwa")
	same := h.script(h.session("ben@post.example"), "why", "Zanzibar")
	if again := h.script(h.session("ben@post.example"), "why", "Zanzibar"); same.Code != http.StatusOK || again.Code != http.StatusOK {
		t.Errorf("the same words twice: status %d and %d", same.Code, again.Code)
	}
}
