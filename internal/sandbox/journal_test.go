package sandbox_test

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/sandbox"
)

func TestEverythingSurvivesTheProcess(t *testing.T) {
	t.Parallel()
	before := open(t)
	page := before.paid(t, "PAID", sandbox.CardPays)
	if _, err := before.Refund(t.Context(), billing.RefundOrder{Key: "r", Intent: page.Intent, Reference: "R", Amount: 5}); err != nil {
		t.Fatal(err)
	}
	before.opened(t, "OPEN")
	before.paid(t, "BANK", sandbox.BankPays)
	before.flush(t)
	declined := before.opened(t, "WAITS")
	_, _ = sandbox.PayPage(t.Context(), http.DefaultClient, declined.URL, sandbox.CardDeclined)

	// The first process is not closed: it might as well have been killed at this moment.
	after := openAt(t, asItIs(t, before.journal))
	want, got := before.box.Truth(), after.box.Truth()
	for i := range want {
		if want[i].URL != "" { // the new server listens elsewhere
			want[i].URL, got[i].URL = "", ""
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if again := after.opened(t, "PAID"); again.Session != page.Session {
		t.Error("the key was forgotten")
	}
	equal(t, "events that still waited", after.flush(t), []string{"payment_intent.payment_failed"})
	after.now.add(4 * 24 * time.Hour)
	if got := after.box.Truth()[2]; !got.Paid {
		t.Errorf("the bank forgot to answer: %+v", got)
	}
}

// asItIs is a copy of a journal that is in use.
func asItIs(t *testing.T, journal string) string {
	t.Helper()
	text, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copied.jsonl")
	if err := os.WriteFile(copied, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return copied
}

func TestATornLastLineIsCutOff(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.opened(t, "WHOLE")
	whole, err := os.ReadFile(s.journal)
	if err != nil {
		t.Fatal(err)
	}
	torn := filepath.Join(t.TempDir(), "torn.jsonl")
	if err := os.WriteFile(torn, append(whole, `{"sessions":[{"id":"cs_te`...), 0o600); err != nil {
		t.Fatal(err)
	}
	mended := openAt(t, torn)
	if got := mended.box.Truth(); len(got) != 1 || got[0].Reference != "WHOLE" {
		t.Errorf("got %+v", got)
	}
	mended.opened(t, "NEXT")
	if got := openAt(t, asItIs(t, torn)).box.Truth(); len(got) != 2 || got[1].Reference != "NEXT" {
		t.Errorf("after going on: %+v", got)
	}
}

func TestADamagedJournalIsNotOpened(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "damaged.jsonl")
	if err := os.WriteFile(path, []byte("{}\nnot JSON\n{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sandbox.New(sandbox.Options{Journal: path}); err == nil {
		t.Error("it was opened")
	}
	if _, err := sandbox.New(sandbox.Options{Journal: filepath.Join(path, "nowhere")}); err == nil {
		t.Error("a path that cannot be was opened")
	}
}

func TestTwoProcessesNeverWriteOneJournal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sandbox.jsonl")
	options := sandbox.Options{Journal: path, Now: time.Now, Wall: time.Now}
	first, err := sandbox.New(options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sandbox.New(options); err == nil || !strings.Contains(err.Error(), "another process is using") {
		t.Errorf("the second was let in: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	next, err := sandbox.New(options)
	if err != nil {
		t.Fatalf("after the first has gone: %v", err)
	}
	if err := next.Close(); err != nil {
		t.Error(err)
	}
}
