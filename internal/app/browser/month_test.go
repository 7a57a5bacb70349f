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
	"bursar/internal/money"
)

func TestEmployersPayAndTheBookkeeperClosesTheMonth(t *testing.T) {
	t.Parallel()
	w := demonstration(t)
	b := Open(t, w, desk)
	b.Be("Sheila Burns")
	b.atDesk(200, "What needs you today")
	b.Visit("/finance/ready")
	b.Press("Issue all that are shown")
	b.See("What was issued")
	b.Says("2 invoices are issued, £15,700.00")
	file := statement(t, w)
	b.uploads(file, "8 new lines.")
	b.accepts()
	b.matchesByHand()
	b.setsAside()
	b.Visit("/finance/bank")
	b.See("Bank")
	b.Says("Everything that came in is matched.")
	b.writesOff()
	b.chases()
	(&trading{World: w}).tells("colin.dredge@eastmarsh.example", "What we are waiting for from your organisation", "INV-00002: £7,110.00, was due on 21 October 2026")
	b.Visit("/finance/aged")
	b.atDesk(200, "Aged debt")
	b.Visit("/finance/month")
	b.atDesk(200, "November 2026")
	b.Says("The month closes: all that must be true is.", "Written off £0.00 £0.50 £0.00 £0.50",
		"Bank, not matched yet £0.00 £66,355.50 £66,355.50 £0.00") // £47,295.50 came in, and £19,060.00 was matched, undone and matched again
	b.isTheLedgers()
	if script[bool](b, `document.querySelector("main .govuk-tag--red") !== null`) {
		t.Error("something that must be true is not")
	}
	b.light("/finance", "/finance/bank", "/finance/month", "/finance/chase")
	b.goRound("/finance/bank")
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

// uploads sends a statement, and waits until it is read, to some outcome.
func (b *Tab) uploads(path, outcome string) {
	b.t.Helper()
	b.Visit("/finance/bank")
	b.atDesk(200, "Bank")
	b.Press("Read it")
	b.atDesk(422, "Error: Bank")
	b.do("choosing a file", chromedp.SetUploadFiles(chromedp.ID("statement"), []string{path}))
	b.Press("Read it")
	b.until("the statement to be read", func() bool {
		b.leads("asking again", chromedp.Reload())
		return strings.Contains(script[string](b, `document.querySelector("main").innerText`), outcome)
	})
	b.atDesk(200, "Statement")
}

// accepts matches what is proposed: all that is sure, then what it has looked at and ticked.
func (b *Tab) accepts() {
	b.t.Helper()
	b.Press("Match payments")
	b.atDesk(200, "What came in")
	b.Press("Match what is ticked")
	b.atDesk(422, "Error: What came in")
	b.Press("Match all that are sure (1)")
	b.See("What came in")
	for _, payer := range []string{"KESTREL HOUSE WELLBEING", "TIDEWELL SUPPORT CIC", "EASTMARSH BC CREDITORS"} {
		b.do("ticking "+payer, chromedp.Click(`//main//tr[contains(., "`+payer+`")]//input[@type="checkbox"]/following-sibling::label`, chromedp.NodeVisible))
	}
	b.Press("Match what is ticked")
	b.See("What came in")
	b.Says("QX1 PAYABLES", "STRIPE PAYMENTS UK", "M OYELARAN")
	b.Visit("/finance/bank/lines?status=matched")
	b.atDesk(200, "What came in")
	b.Says("LANTERN VALE ICB", "KESTREL HOUSE WELLBEING", "TIDEWELL SUPPORT CIC", "EASTMARSH BC CREDITORS")
}

// opens goes to a payment that waits.
func (b *Tab) opens(payer string) {
	b.t.Helper()
	b.Visit("/finance/bank/lines")
	b.leads("opening what came from "+payer, chromedp.Click(`//main//th//a[contains(., "`+payer+`")]`, chromedp.NodeVisible))
}

// matchesByHand finds the two invoices that a payment pays, matches them, undoes that, and matches them again.
func (b *Tab) matchesByHand() {
	b.t.Helper()
	b.opens("QX1 PAYABLES")
	b.atDesk(200, "A payment of £19,060.00")
	b.Press("Match it")
	b.atDesk(422, "Error: A payment of £19,060.00")
	b.paysTwo("11,400")
	b.atDesk(422, "Error: A payment of £19,060.00")
	b.paysTwo("11,500")
	b.See("What came in")
	b.Visit("/finance/bank/lines?status=matched")
	b.leads("opening it again", chromedp.Click(`//main//th//a[contains(., "QX1 PAYABLES")]`, chromedp.NodeVisible))
	b.atDesk(200, "A payment of £19,060.00")
	b.Says("INV-00006", "£7,560.00", "INV-00008", "£11,500.00")
	b.Press("Undo the match")
	b.atDesk(422, "Error: A payment of £19,060.00")
	b.Fill("reason", "It was for others.")
	b.Press("Undo the match")
	b.See("A payment of £19,060.00")
	b.paysTwo("11,500")
	b.See("What came in")
	b.Visit("/finance/invoices/INV-00008")
	b.atDesk(200, "Invoice INV-00008")
	b.Says("Paid")
}

// paysTwo says what the payment is for.
func (b *Tab) paysTwo(stage string) {
	b.t.Helper()
	b.Fill("search", "Westermoor")
	b.Press("Find")
	b.See("A payment of £19,060.00")
	for number, amount := range map[string]string{"INV-00006": "7,560", "INV-00008": stage} {
		b.Fill(script[string](b, `document.querySelector('main input[name="invoice"][value="`+number+`"]').parentElement.querySelector('input[name="amount"]').id`), amount)
	}
	b.Press("Match it")
}

// setsAside says what the payments are that pay no invoice.
func (b *Tab) setsAside() {
	b.t.Helper()
	b.opens("STRIPE PAYMENTS UK")
	b.atDesk(200, "A payment of £1,846.00")
	b.Press("Set it aside") // it is taken for what it looks like
	b.See("A payment of £1,846.00")
	b.opens("M OYELARAN")
	b.Press("Set it aside")
	b.atDesk(422, "Error: A payment of £40.00")
	b.Choose("Something else")
	b.Fill("note", "He says thank you.")
	b.Press("Set it aside")
	b.See("A payment of £40.00")
}

// writesOff lets go of 50p that nobody will ever send.
func (b *Tab) writesOff() {
	b.t.Helper()
	b.Visit("/finance/invoices/INV-00004")
	b.Press("Write off what nobody will pay")
	b.atDesk(200, "Write off")
	b.Fill("amount", "")
	b.Press("Write it off")
	b.atDesk(422, "Error: Write off")
	b.Fill("amount", "0.50")
	b.Fill("reason", "50p short, not worth a letter.")
	b.Press("Write it off")
	b.See("Invoice INV-00004")
}

// chases reminds everybody at once, and writes down an answer.
func (b *Tab) chases() {
	b.t.Helper()
	b.Visit("/finance/chase")
	b.atDesk(200, "Chasing")
	b.Press("See the emails")
	b.atDesk(422, "Error: Chasing")
	script[any](b, `document.querySelectorAll('main input[name="organisation"]:not(:disabled)').forEach(e => e.checked = true), 0`)
	b.Press("See the emails")
	b.atDesk(200, "")
	b.Says("Nothing is sent yet.", "Eastmarsh Borough Council", "INV-00002")
	b.Press("Send")
	b.atDesk(200, "")
	b.Says("sent")
	b.Press("Back to chasing")
	b.Says("Reminded on 23 November 2026")
	b.leads("what was said", clickFirst(`main a[href^="/finance/chase/"]`))
	b.atDesk(200, "")
	b.Fill("words", "They pay on Friday.")
	b.Press("Keep the note")
	b.Says("They pay on Friday.", "Reminded of invoices overdue by 30 days or more: INV-00002", "Sheila Burns, 23 November 2026 at 9am")
}

// standsAt is what a row of the month's figures says under a heading.
func (b *Tab) standsAt(chapter, row, heading string) string {
	b.t.Helper()
	return script[string](b, `(() => {
		const says = e => e.innerText.trim();
		const table = [...document.querySelectorAll("main table")].find(t => says(t.caption) === "`+chapter+`");
		const at = [...table.tHead.rows[0].cells].findIndex(c => says(c) === "`+heading+`");
		return says([...table.tBodies[0].rows].find(r => says(r.cells[0]) === "`+row+`").cells[at]);
	})()`)
}

// isTheLedgers compares what a month that still runs says with the entries themselves.
func (b *Tab) isTheLedgers() {
	b.t.Helper()
	for _, f := range []struct {
		chapter, row, accounts string // as a pattern
		sign                   money.Amount
	}{
		{"Cash", "Bank", "^bank$", 1},
		{"Cash", "Card processor", "^processor$", 1},
		{"Cash", "Bank, not matched yet", "^unmatched$", -1},
		{"Cash", "Clearing", "^clearing$", 1},
		{"Income still to be taught, by run", "All together", "^run/[0-9]+/deferred$", -1},
		{"What is owed to us, and by whom", "All together", "^share/[0-9]+/due$", 1},
		{"Everything else", "Income taught", "^run/[0-9]+/earned$", -1},
		{"Everything else", "Charges for places given up", "^run/[0-9]+/kept$", -1},
		{"Everything else", "Written off", "^written-off$", 1},
		{"Everything else", "Other income", "^other$", -1},
	} {
		var sum money.Amount
		err := b.world.Machine.NewRaw("SELECT coalesce(sum(amount), 0) FROM entry_lines WHERE account ~ ?", f.accounts).Scan(b.t.Context(), &sum)
		if err != nil {
			b.t.Fatal(err)
		}
		if says := b.standsAt(f.chapter, f.row, "At the end"); says != (f.sign * sum).String() {
			b.t.Errorf("%s, %s: %s at the end, and in the ledger stands %s", f.chapter, f.row, says, f.sign*sum)
		}
	}
}
