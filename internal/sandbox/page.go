package sandbox

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"bursar/internal/billing"
)

//go:embed page.html
var pageHTML string

//go:embed pay.css
var pageCSS []byte

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// view is what the hosted page shows.
type view struct {
	Kind        string // which of the template's bodies
	Title       string
	Problem     string // what went wrong with the last try
	Field       string // the id of the field that the problem is about
	Merchant    string
	Amount      string
	Description string
	Base        string // address of the page itself
	Stylesheet  string
	Return      string // the merchant's page after paying
	Back        string // the merchant's page when not paying
	Choices     []choice
	Consent     string // what the payer agrees to
	SetUp       bool   // nothing is paid
	status      int
}

// choice is one way to pay on the page.
type choice struct {
	Value   string
	Label   string
	Number  string // as printed on the card
	Checked bool
}

func choices(page session, chosen string) []choice {
	all := []choice{
		{Value: CardPays, Label: "Pays at once"},
		{Value: CardAuthenticate, Label: "Asks your bank to confirm that it is you, then pays"},
		{Value: CardDeclined, Label: "Is declined"},
		{Value: CardNoFunds, Label: "Is declined because there is not enough money"},
		{Value: CardRefundLater, Label: "Pays at once. A refund takes 5 days"},
		{Value: CardRefundFails, Label: "Pays at once. A refund fails after 5 days"},
		{Value: CardAsksAlways, Label: "Asks your bank every time. When it is saved and charged later, the charge is refused"},
		{Value: CardDeclinedLater, Label: "Pays at once. When it is saved and charged later, it is declined"},
		{Value: BankPays, Label: "Bank debit that is confirmed after 4 days"},
		{Value: BankRefuses, Label: "Bank debit that the bank refuses after 4 days"},
	}
	for i, c := range all {
		if len(c.Value) == 16 {
			all[i].Number = strings.Join([]string{c.Value[:4], c.Value[4:8], c.Value[8:12], c.Value[12:]}, " ")
		}
		all[i].Checked = c.Value == chosen
	}
	return slices.DeleteFunc(all, func(c choice) bool {
		kind := savedMethod{Method: c.Value}.kind()
		return page.Methods != nil && !slices.Contains(page.Methods, kind)
	})
}

func (s *Sandbox) pageURL(id string) string {
	return strings.TrimSuffix(s.o.PublicURL, "/") + "/pay/" + id
}

// findPage gives the page that an address names and what to show of it.
func (s *Sandbox) findPage(r *http.Request) (session, view) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	page, known := s.world.sessions.byID[r.PathValue("id")]
	v := view{Merchant: s.o.Merchant, Stylesheet: strings.TrimSuffix(s.o.PublicURL, "/") + "/pay.css", status: http.StatusOK}
	if !known {
		v.Kind, v.Title, v.status = "unknown", "We do not know this payment page", http.StatusNotFound
		return page, v
	}
	v.Amount, v.Description, v.Base = page.Amount.String(), page.Description, s.pageURL(page.ID)
	v.Return = strings.ReplaceAll(page.SuccessURL, "{CHECKOUT_SESSION_ID}", page.ID)
	v.Back, v.Consent, v.SetUp = page.CancelURL, page.Consent, page.SetUp
	pi := s.world.intents.byID[page.Intent]
	switch {
	case page.Status == billing.PageExpired:
		v.Kind, v.Title = "expired", "This payment page has closed"
	case page.Setup != "":
		v.Kind, v.Title = "paid", "This has been saved"
	case page.Paid:
		v.Kind, v.Title = "paid", "This has been paid"
	case pi.Status == intentProcessing:
		v.Kind, v.Title = "processing", "Your bank is confirming the payment"
	case page.Status == billing.PageComplete:
		v.Kind, v.Title = "refused", "Your bank did not make the payment"
	default:
		v.Kind, v.Title, v.Choices = "open", "Pay "+v.Amount, choices(page, CardPays)
		v.complain(pi.Error)
		if page.SetUp {
			v.Title = "Save a card"
		}
	}
	return page, v
}

// complain says why the last try did not work.
func (v *view) complain(problem string) {
	said, known := map[string]string{
		declined:         "The card was declined. Choose another way to pay.",
		noFunds:          "There is not enough money on the card. Choose another way to pay.",
		notAuthenticated: "The bank could not confirm that it is you. Try again or choose another way to pay.",
	}[problem]
	if known {
		v.fail("method-0", said)
	}
}

func (v *view) fail(field, problem string) {
	v.Field, v.Problem = field, problem
}

func (s *Sandbox) showPage(w http.ResponseWriter, r *http.Request) {
	_, v := s.findPage(r)
	v.write(w)
}

func (s *Sandbox) submitPage(w http.ResponseWriter, r *http.Request) {
	method, typed := chosen(w, r)
	page, _ := s.findPage(r)
	if !slices.ContainsFunc(choices(page, ""), func(c choice) bool { return c.Value == method }) {
		s.showMistake(w, r, typed)
		return
	}
	pi, done := s.submit(page.ID, method)
	_, v := s.findPage(r)
	switch {
	case !done:
		if v.status == http.StatusOK {
			v.status = http.StatusConflict
		}
		v.write(w)
	case pi.Status == intentAsks:
		http.Redirect(w, r, v.Base+"/authenticate", http.StatusSeeOther)
	case pi.Status == intentProcessing || pi.Status == intentSucceeded || page.SetUp:
		http.Redirect(w, r, v.Return, http.StatusSeeOther)
	default:
		v.status, v.Choices = http.StatusUnprocessableEntity, choices(page, method)
		v.write(w)
	}
}

// showMistake shows the page again when no known way to pay was chosen or typed.
func (s *Sandbox) showMistake(w http.ResponseWriter, r *http.Request, typed bool) {
	page, v := s.findPage(r)
	if v.Kind == "open" {
		v.status, v.Choices = http.StatusUnprocessableEntity, choices(page, "")
		v.fail("method-0", "Choose how to pay.")
		if typed {
			v.fail("number", "Type the number of a test card from the list. Never type a real card's number here.")
		}
	}
	v.write(w)
}

// chosen reads the form. What is typed wins over what is ticked, and is not kept or shown again: it might be a
// real card's number.
func chosen(w http.ResponseWriter, r *http.Request) (method string, typed bool) {
	r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
	number := strings.Map(func(c rune) rune {
		if c == ' ' || c == '-' {
			return -1
		}
		return c
	}, r.PostFormValue("number"))
	if number != "" {
		return number, true
	}
	return r.PostFormValue("method"), false
}

// submit makes the payment if the page is open at this moment.
func (s *Sandbox) submit(id, method string) (intent, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	page := s.world.sessions.byID[id]
	if page.Status != billing.PageOpen {
		return intent{}, false
	}
	made := s.pay(s.o.Now(), page, method)
	if s.commit(made) != nil {
		return intent{}, false
	}
	if page.SetUp {
		return intent{}, true
	}
	return made.Intents[0], true
}

func (v *view) write(w http.ResponseWriter) {
	var body bytes.Buffer
	if err := pageTemplate.Execute(&body, v); err != nil {
		http.Error(w, "The page could not be shown.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	// Browsers hold the redirect after a form against form-action too, so it must name the merchant.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "+
		"form-action 'self' "+origin(v.Return))
	w.WriteHeader(v.status)
	_, _ = body.WriteTo(w) // the reader has gone: nothing to tell anybody
}

func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func serveStylesheet(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(pageCSS) // as above
}
