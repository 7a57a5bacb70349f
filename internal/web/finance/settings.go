package finance

import (
	"cmp"
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

const settingsAt = "/finance/settings"

func (f finance) mountSettings(g routes) {
	g.get("/settings", f.settings)
	g.post("/settings", f.saveSettings)
}

// settingsForm is the provider as it stands on invoices. Nominal codes come in the order of report.Kinds.
type settingsForm struct {
	Name          string   `form:"name"`
	CompanyNumber string   `form:"company_number"`
	CharityNumber string   `form:"charity_number"`
	Address       string   `form:"address"`
	City          string   `form:"city"`
	Postcode      string   `form:"postcode"`
	Email         string   `form:"email"`
	Phone         string   `form:"phone"`
	VAT           string   `form:"vat"`
	VATNumber     string   `form:"vat_number"`
	VATWording    string   `form:"vat_wording"`
	BankName      string   `form:"bank_name"`
	SortCode      string   `form:"sort_code"`
	AccountNumber string   `form:"account_number"`
	AccountName   string   `form:"account_name"`
	BaseRate      string   `form:"base_rate"`
	Nominals      []string `form:"nominal"`
}

type settingsPage struct {
	base
	Form  settingsForm
	First bool // nobody has said yet how the provider stands on invoices
}

// settings is how the provider stands on invoices.
func (f finance) settings(c *gin.Context) error {
	p, err := f.settingsPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/settings", p)
}

func (f finance) settingsPage(c *gin.Context) (*settingsPage, error) {
	ctx := c.Request.Context()
	p := &settingsPage{base: below()}
	codes, err := invoice.Nominals(ctx, f.DB)
	if err != nil {
		return nil, err
	}
	now, err := invoice.CurrentProvider(ctx, f.DB)
	if errors.Is(err, invoice.ErrNoProvider) {
		now, p.First = &invoice.Provider{Name: f.Site.Name, Email: f.Site.Email, Phone: f.Site.Phone}, true
	} else if err != nil {
		return nil, err
	}
	p.Form = settingsOf(now, codes)
	return p, nil
}

func settingsOf(now *invoice.Provider, codes map[string]string) settingsForm {
	typed := settingsForm{
		Name: now.Name, CompanyNumber: now.CompanyNumber, CharityNumber: now.CharityNumber, Address: now.Address, City: now.City,
		Postcode: now.Postcode, Email: now.Email, Phone: now.Phone, VAT: string(now.VAT), VATNumber: now.VATNumber, VATWording: now.VATWording,
		BankName: now.BankName, SortCode: now.SortCode, AccountNumber: now.AccountNumber, AccountName: now.AccountName,
		BaseRate: perCent(int64(now.BaseRateBP)),
	}
	for _, n := range report.Kinds() {
		typed.Nominals = append(typed.Nominals, codes[n.Key])
	}
	return typed
}

// provider reads the form.
func (typed settingsForm) provider(wrong page.Mistakes) (invoice.Provider, map[string]string) {
	codes := map[string]string{}
	for i, n := range report.Kinds() {
		if i < len(typed.Nominals) && typed.Nominals[i] != "" {
			codes[n.Key] = typed.Nominals[i]
		}
	}
	return invoice.Provider{
		Name: typed.Name, CompanyNumber: typed.CompanyNumber, CharityNumber: typed.CharityNumber, Address: typed.Address, City: typed.City,
		Postcode: typed.Postcode, Email: typed.Email, Phone: typed.Phone, VAT: invoice.VATStatus(typed.VAT), VATNumber: typed.VATNumber,
		VATWording: typed.VATWording, BankName: typed.BankName, SortCode: typed.SortCode, AccountNumber: typed.AccountNumber,
		AccountName: typed.AccountName, BaseRateBP: int(wrong.Percent("base_rate", typed.BaseRate)),
	}, codes
}

// saveSettings changes what stands on invoices from now on.
func (f finance) saveSettings(c *gin.Context) error {
	p, err := f.settingsPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		wrong := page.Mistakes{}
		provider, codes := p.Form.provider(wrong)
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return wrong.Refusal(invoice.SaveProvider(ctx, tx, by, provider, codes))
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/settings", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, settingsAt)
}

// nominalRow is the box for one nominal code; Usual is the one that counts while it is empty.
type nominalRow struct{ ID, Title, Code, Usual string }

// NominalRows are the boxes for nominal codes.
func (p *settingsPage) NominalRows() []nominalRow {
	var rows []nominalRow
	for i, n := range report.Kinds() {
		r := nominalRow{ID: itemID("nominal", i), Title: n.Title, Usual: n.Nominal}
		if i < len(p.Form.Nominals) {
			r.Code = p.Form.Nominals[i]
		}
		rows = append(rows, r)
	}
	return rows
}

// Summary is the same for somebody who only reads.
func (p *settingsPage) Summary() page.Summary {
	t := p.Form
	s := page.Summary{Rows: []page.Row{
		{Key: "Name", Value: t.Name}, {Key: "Company number", Value: t.CompanyNumber}, {Key: "Charity number", Value: t.CharityNumber},
		{Key: "Address", Lines: []string{t.Address, t.City, t.Postcode}}, {Key: "Email", Value: t.Email}, {Key: "Telephone", Value: t.Phone},
		{Key: "VAT number", Value: t.VATNumber}, {Key: "What invoices say about VAT", Value: t.VATWording},
		{Key: "Bank", Lines: []string{t.BankName, t.AccountName, t.SortCode, t.AccountNumber}}, {Key: "Base rate", Value: t.BaseRate + "%"},
	}}
	for _, n := range p.NominalRows() {
		s.Rows = append(s.Rows, page.Row{Key: n.Title, Value: cmp.Or(n.Code, n.Usual)})
	}
	return s
}
