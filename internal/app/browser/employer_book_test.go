package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"bursar/internal/app/apptest"
)

// clerk is somebody who books for their organisation, with a window and the hands that they have. What they are asked is
// counted.
type clerk struct {
	*Tab
	keys   bool // the keyboard alone
	pages  int
	fields int // filled in or chosen
}

// sees looks at the next page.
func (c *clerk) sees(title string) {
	c.t.Helper()
	c.pages++
	c.looks(200, title)
}

// looks looks at a page as a clerk has it before them: on a telephone also at 400 %.
func (c *clerk) looks(status int64, title string) {
	c.t.Helper()
	if c.width == telephone {
		c.handheld(status, title)
		return
	}
	c.Check(status, title)
}

// types fills in a field.
func (c *clerk) types(id, words string) {
	c.t.Helper()
	c.fields++
	if !c.keys {
		c.Fill(id, words)
		return
	}
	if script[string](c.Tab, "document.activeElement.id") != id { // a page may begin at the field that was asked for
		c.reach("#" + id)
	}
	c.key("a", chromedp.ModifierCtrl)
	c.key(kb.Delete + words)
}

// picks takes one of several answers.
func (c *clerk) picks(name, value string) {
	c.t.Helper()
	c.fields++
	if !c.keys {
		c.do("choosing "+value, chromedp.Click(choice(name, value), chromedp.NodeVisible))
		return
	}
	c.reach(`[name="` + name + `"]`)
	at := script[int](c.Tab, `[...document.getElementsByName("`+name+`")].findIndex(e => e.value === "`+value+`")`)
	if at == 0 {
		c.key(" ")
	}
	c.key(strings.Repeat(kb.ArrowDown, at))
}

// presses goes on by a link or button.
func (c *clerk) presses(words string) {
	c.t.Helper()
	if c.keys {
		c.Enter(words)
		return
	}
	c.Press(words)
}

// finds goes from the dates to the pages for organisations, and signs in.
func (c *clerk) finds() {
	c.t.Helper()
	c.Visit("/runs/FND-L27")
	c.sees("")
	c.presses("Book a place")
	c.sees("Book a place")
	c.presses("Start")
	c.sees("Who is the place for?")
	c.picks("learner", "several")
	c.presses("Continue")
	c.sees("Booking for several people")
	c.presses("Book for an organisation")
	c.sees("Sign in")
	c.types("email", jo)
	c.presses("Send me the email")
	c.sees("Check your email")
	c.types("code", Code(c.t, c.world))
	c.presses("Sign in")
}

// signsUp says what the organisation is, first too little of it.
func (c *clerk) signsUp() {
	c.t.Helper()
	c.sees("Your organisation")
	c.types("name", "Westermoor & Tarn NHS Foundation Trust")
	c.presses("Continue")
	c.looks(422, "Error: Your organisation")
	c.Says("Choose what sort of organisation you are")
	c.Keeps(map[string]string{"name": "Westermoor & Tarn NHS Foundation Trust", "terms_days": "30"})
	c.picks("kind", "nhs_trust")
	c.picks("po_rule", "required")
	for id, words := range map[string]string{"address": "QX1 Payables X101, PO Box 312", "city": "Leeds", "postcode": "LS11 1HP",
		"invoice_email": "payables@westermoor.example", "org_code": "QX1", "payables_code": "X101"} {
		c.types(id, words)
	}
	c.presses("Continue")
}

// asks answers what is asked about five places on two purchase orders, each question wrong first where it can be.
func (c *clerk) asks() {
	c.t.Helper()
	c.sees("How many places?")
	c.Says("10% for a team of 4 or more £3,780.00")
	c.presses("Continue")
	c.looks(422, "Error: How many places?")
	c.types("places", "5")
	c.presses("Continue")
	c.sees("Who pays?")
	c.Says("5 places at £4,200.00 each, less 10% for a team of 4 or more, is £3,780.00 each: £18,900.00.")
	c.presses("Continue")
	c.looks(422, "Error: Who pays?")
	c.picks("payer", "us")
	c.presses("Continue")
	c.sees("Who comes?")
	c.types("name_1", "Joy Adeleke")
	c.presses("Continue")
	c.looks(422, "Error: Who comes?")
	c.types("email_1", "joy.adeleke@westermoor.example")
	c.presses("Continue")
	c.orders()
	c.sees("Agreement and references")
	c.types("reference", "OD-2027")
	c.presses("Continue")
	c.sees("Check your answers and book")
	c.Says("5 places at £3,780.00 £18,900.00", "QX1-77120, worth £11,340.00", "QX1-77121, worth £7,560.00", "4 places to be named later", "We check your organisation")
}

// orders gives two purchase orders, the second after the button that asks for it.
func (c *clerk) orders() {
	c.t.Helper()
	c.sees("Purchase orders")
	c.Says("Your organisation pays £18,900.00.")
	c.types("order_number_1", "QX1-77120")
	c.types("order_amount_1", "eleven thousand")
	c.presses("Continue")
	c.looks(422, "Error: Purchase orders")
	c.types("order_amount_1", "11,340")
	c.presses("Add another purchase order")
	c.sees("Purchase orders")
	c.Keeps(map[string]string{"order_number_1": "QX1-77120", "order_amount_1": "11,340"})
	c.types("order_number_2", "QX1-77121")
	c.types("order_amount_2", "7560.00")
	c.presses("Continue")
}

// books does all of it up to the booking, and returns the organisation's own address.
func (c *clerk) books() (home string) {
	c.t.Helper()
	c.finds()
	c.signsUp()
	c.asks()
	c.presses("Book 5 places")
	c.sees("Booking ")
	c.Says("5 places are held until 7 December 2026 while we check your organisation.", "Say who takes 4 places")
	if c.pages > mostPages || c.fields > mostFields {
		c.t.Errorf("%d pages were shown and %d fields filled in, want at most %d and %d", c.pages, c.fields, mostPages, mostFields)
	}
	return c.Path()[:strings.Index(c.Path(), "/bookings/")]
}

// What may be asked of somebody who has never been here, from the page of the dates to the booking, the mistakes of the
// test among the fields.
const (
	mostPages  = 15
	mostFields = 24
)

func TestEmployerBooksFivePlacesOnTwoPurchaseOrdersWithoutScripts(t *testing.T) {
	t.Parallel()
	w := newTrading(t)
	c := &clerk{Tab: WithoutScripts(t, w.World, telephone)}
	home := c.books()
	office := Open(t, w.World, desk)
	office.verify(sheila)
	office.approves(w.World)
	w.tells("joy.adeleke@westermoor.example", "1 to 5 February 2027", "London")
	office.issuesAll()
	w.Settle()
	w.tells("payables@westermoor.example", "INV-0000", "QX1-7712")
	c.Visit(home)
	c.handheld(200, "Westermoor")
	c.light(home, home+"/invoices")
	c.Visit(home + "/invoices")
	c.handheld(200, "Invoices")
	c.Says("INV-00001", "INV-00002", "£11,340.00", "£7,560.00")
	for n, said := range []string{"QX1-77120", "QX1-77121"} {
		c.Visit(fmt.Sprintf("%s/invoices/INV-%05d", home, n+1))
		c.handheld(200, "Invoice INV-")
		c.Says(said, "due on 23 December 2026")
	}
	c.Visit(home + "/orders")
	c.handheld(200, "Purchase orders")
	c.Says("QX1-77120 £11,340.00 £11,340.00 £0.00 Used up", "QX1-77121 £7,560.00 £7,560.00 £0.00 Used up")
}

func TestEmployerBooksFivePlacesWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	w := newTrading(t)
	(&clerk{Tab: Open(t, w.World, desk), keys: true}).books()
}

// approves has the bookkeeper let the newest organisation order.
func (b *Tab) approves(w *apptest.World) {
	b.t.Helper()
	b.Visit("/finance")
	b.atDesk(200, "What needs you today")
	b.Visit("/finance/organisations?status=pending")
	b.atDesk(200, "Organisations")
	b.Press("Westermoor & Tarn NHS Foundation Trust")
	b.atDesk(200, "Westermoor")
	b.leads("refusing without a reason", clickFirst(`form[action$="/refuse"] button`))
	b.atDesk(422, "Error: Westermoor")
	b.Press("Approve")
	b.See("Westermoor")
	w.Settle()
}

// issuesAll has the bookkeeper issue every invoice that is ready, after pressing the button with nothing ticked.
func (b *Tab) issuesAll() {
	b.t.Helper()
	b.Visit("/finance/ready")
	b.atDesk(200, "Ready to invoice")
	b.Press("Issue what is ticked")
	b.atDesk(422, "Error: Ready to invoice")
	b.Press("Issue all that are shown")
	b.atDesk(200, "What was issued")
	b.Says("2 invoices are issued, £18,900.00")
}
