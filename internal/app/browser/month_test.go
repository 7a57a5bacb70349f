package browser_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"bursar/internal/app/apptest"
)

func TestTheBookkeeperClosesTheMonth(t *testing.T) {
	t.Parallel()
	w := demonstration(t)
	b := Open(t, w, desk)
	b.Be("Sheila Burns")
	b.Visit("/finance/ready")
	t.Log(script[string](b, "document.querySelector('main').innerText"))
	b.Press("Issue all that are shown")
	t.Log(script[string](b, "document.querySelector('main').innerText"))
	b.uploads(statement(t, w))
	b.Visit("/finance/bank/lines")
	t.Log(script[string](b, "document.querySelector('main').innerText"))
	b.leads("x", clickFirst(`main tbody th a`))
	t.Log(script[string](b, "document.querySelector('main').innerHTML"))
	b.Visit("/finance/chase")
	t.Log(script[string](b, "document.querySelector('main').innerText"))
	b.Visit("/finance/month")
	t.Log(script[string](b, "document.querySelector('main').innerText"))
}

var lastBalance = regexp.MustCompile(`,(\d+)\.(\d\d)\n$`)

// statement is the demonstration's file of the bank with a line more, which pays two invoices and names neither.
func statement(t *testing.T, w *apptest.World) (path string) {
	t.Helper()
	answer := w.Browser().Get("/demo/demo-bank.csv")
	found := lastBalance.FindStringSubmatch(answer.Body)
	if answer.Status != http.StatusOK || found == nil {
		t.Fatalf("status %d: %s", answer.Status, answer.Body)
	}
	var pounds int
	if _, err := fmt.Sscan(found[1], &pounds); err != nil {
		t.Fatal(err)
	}
	body := answer.Body + fmt.Sprintf("22/11/2026,QX1 PAYABLES,REMITTANCE 5521,FASTER PAYMENT,19060.00,%d.%s\n", pounds+19060, found[2])
	path = filepath.Join(t.TempDir(), "november.csv")
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// uploads sends a statement, and waits until it is read.
func (b *Tab) uploads(path string) {
	b.t.Helper()
	b.Visit("/finance/bank")
	b.lookAt(200, "Bank")
	b.Press("Read it")
	b.lookAt(422, "Error: Bank")
	b.do("choosing a file", chromedp.SetUploadFiles(chromedp.ID("statement"), []string{path}))
	b.Press("Read it")
	b.until("the statement to be read", func() bool {
		b.leads("asking again", chromedp.Reload())
		b.t.Log(b.Path(), script[string](b, "document.querySelector('main').innerText"))
		return strings.Contains(script[string](b, `document.querySelector("main").innerText`), "Match payments")
	})
	b.lookAt(200, "Statement")
}
