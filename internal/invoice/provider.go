package invoice

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
)

// ErrNoProvider means that nobody has said yet who issues the invoices.
var ErrNoProvider = failure.New(failure.Conflict, "no_provider",
	"Before the first invoice, enter our own address, VAT status and bank account in the finance settings.")

// VATStatus is how the provider stands to VAT.
type VATStatus string

// The ways to stand to VAT. Prices are with VAT included.
const (
	NotRegistered VATStatus = "not_registered"
	Exempt        VATStatus = "exempt"   // an eligible body (VAT Act 1994, Schedule 9, Group 6)
	Standard      VATStatus = "standard" // 20 %
)

// Provider is who issues the invoices, as it stands on them.
type Provider struct {
	bun.BaseModel `bun:"table:provider_details"`

	Name          string    `bun:"name"`
	CompanyNumber string    `bun:"company_number"`
	CharityNumber string    `bun:"charity_number"`
	Address       string    `bun:"address"` // lines without city and postcode
	City          string    `bun:"city"`
	Postcode      string    `bun:"postcode"`
	Email         string    `bun:"email"`
	Phone         string    `bun:"phone"`
	VAT           VATStatus `bun:"vat"`
	VATNumber     string    `bun:"vat_number"`  // "GB123456789"
	VATWording    string    `bun:"vat_wording"` // on every invoice
	BankName      string    `bun:"bank_name"`
	SortCode      string    `bun:"sort_code"` // "08-99-99"
	AccountNumber string    `bun:"account_number"`
	AccountName   string    `bun:"account_name"`
	BaseRateBP    int       `bun:"base_rate_bp"` // Bank of England base rate: 375 is 3.75 %
	Since         time.Time `bun:"since"`
}

// providerColumns are those that an organisation's people may see.
const providerColumns = `name, company_number, charity_number, address, city, postcode, email, phone, vat, vat_number, vat_wording,
	bank_name, sort_code, account_number, account_name, base_rate_bp, since`

// CurrentProvider is the provider as it is now, or ErrNoProvider.
func CurrentProvider(ctx context.Context, d bun.IDB) (*Provider, error) {
	p := new(Provider)
	err := d.NewRaw("SELECT "+providerColumns+" FROM provider_details ORDER BY id DESC LIMIT 1").Scan(ctx, p)
	if db.NoRows(err) {
		return nil, ErrNoProvider
	}
	if err != nil {
		return nil, fmt.Errorf("reading the provider: %w", err)
	}
	return p, nil
}

// Nominals are the nominal codes of the bookkeeping program, by kind of account; an organisation's people may not see them.
func Nominals(ctx context.Context, d bun.IDB) (map[string]string, error) {
	var body string
	err := d.NewRaw("SELECT nominal FROM provider_details ORDER BY id DESC LIMIT 1").Scan(ctx, &body)
	if db.NoRows(err) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading nominal codes: %w", err)
	}
	codes := map[string]string{}
	return codes, json.Unmarshal([]byte(body), &codes)
}

// SaveProvider changes what stands on invoices from now on, and the nominal codes. It returns an Invalid failure with all
// fields that need correcting.
func SaveProvider(ctx context.Context, tx *db.Tx, by id.Person, p Provider, nominal map[string]string) error {
	if err := p.check(); err != nil {
		return err
	}
	if nominal == nil {
		nominal = map[string]string{}
	}
	codes, err := json.Marshal(nominal)
	if err != nil {
		return fmt.Errorf("writing nominal codes: %w", err)
	}
	_, err = tx.NewRaw("INSERT INTO provider_details ("+providerColumns+", nominal, by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, nullif(?, 0))",
		p.Name, p.CompanyNumber, p.CharityNumber, p.Address, p.City, p.Postcode, p.Email, p.Phone, p.VAT, p.VATNumber, p.VATWording,
		p.BankName, p.SortCode, p.AccountNumber, p.AccountName, p.BaseRateBP, tx.Now, string(codes), by).Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving the provider: %w", err)
	}
	return audit.Record(ctx, tx, audit.Event{Actor: actor(by), Action: "provider details changed", Subject: "provider"})
}

// actor is a person, or the program where there is none.
func actor(by id.Person) audit.Actor {
	if by == 0 {
		return audit.System
	}
	return audit.Person(by)
}

var (
	sortCodeForm = regexp.MustCompile(`^[0-9]{2}-[0-9]{2}-[0-9]{2}$`)
	accountForm  = regexp.MustCompile(`^[0-9]{8}$`)
	vatForm      = regexp.MustCompile(`^GB[0-9]{9}([0-9]{3})?$`)
)

// check trims the details and finds everything that needs correcting.
func (p *Provider) check() error {
	wrong := map[string]string{}
	for _, f := range []struct {
		name  string
		value *string
		need  string
	}{
		{"name", &p.Name, "Enter our full legal name"}, {"address", &p.Address, "Enter our address"}, {"city", &p.City, "Enter the town or city"},
		{"postcode", &p.Postcode, "Enter the postcode"}, {"email", &p.Email, "Enter the email address for questions about invoices"},
		{"vat_wording", &p.VATWording, "Enter what invoices say about VAT, also when there is none"},
		{"bank_name", &p.BankName, "Enter the name of the bank"}, {"account_name", &p.AccountName, "Enter the name of the bank account"},
		{"sort_code", &p.SortCode, ""}, {"account_number", &p.AccountNumber, ""}, {"vat_number", &p.VATNumber, ""},
		{"company_number", &p.CompanyNumber, ""}, {"charity_number", &p.CharityNumber, ""}, {"phone", &p.Phone, ""},
	} {
		if *f.value = strings.TrimSpace(*f.value); *f.value == "" && f.need != "" {
			wrong[f.name] = f.need
		}
	}
	p.checkForms(wrong)
	if len(wrong) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "provider_invalid", Message: "Check our details.", Fields: wrong}
}

func (p *Provider) checkForms(wrong map[string]string) {
	p.VATNumber = strings.ToUpper(strings.Join(strings.Fields(p.VATNumber), ""))
	if p.Email != "" {
		if email, err := people.NormaliseEmail(p.Email); err != nil {
			wrong["email"] = "Enter an email address in the correct format, like name@example.com"
		} else {
			p.Email = email
		}
	}
	if !sortCodeForm.MatchString(p.SortCode) {
		wrong["sort_code"] = "Enter the sort code like 08-99-99"
	}
	if !accountForm.MatchString(p.AccountNumber) {
		wrong["account_number"] = "Enter the account number, which has 8 digits"
	}
	if p.VAT != NotRegistered && p.VAT != Exempt && p.VAT != Standard {
		wrong["vat"] = "Choose how we stand to VAT"
	}
	if p.VAT == Standard && p.VATNumber == "" || p.VATNumber != "" && !vatForm.MatchString(p.VATNumber) {
		wrong["vat_number"] = "Enter the VAT number like GB123456789"
	}
	if p.VAT == NotRegistered && p.VATNumber != "" {
		wrong["vat_number"] = "Leave the VAT number empty when we are not registered"
	}
	if sentence := p.contradicts(); sentence != "" {
		wrong["vat_wording"] = sentence
	}
	if p.BaseRateBP < 0 || p.BaseRateBP > 5_000 {
		wrong["base_rate"] = "Enter the base rate of the Bank of England as a per cent, like 3.75"
	}
}

// vat is how a line of this provider stands to VAT: its code, the rate in per cent, and why there is none.
func (p *Provider) vat() (VATCode, int, string) {
	switch {
	case p.VAT == Standard:
		return StandardRated, billing.VATRate, ""
	case p.VAT == Exempt && p.VATNumber != "":
		return ExemptFromVAT, 0, p.VATWording
	}
	return OutsideVAT, 0, p.VATWording // whoever is not registered supplies outside VAT, also what would be exempt
}

// baseRateOn is the base rate that stood at the end of a day: the first that was ever entered for days before that.
func baseRateOn(ctx context.Context, d bun.IDB, day london.Date) (int, error) {
	var bp int
	err := d.NewRaw(`SELECT base_rate_bp FROM provider_details
		ORDER BY since <= ?0 DESC, CASE WHEN since <= ?0 THEN -id ELSE id END LIMIT 1`, day.End()).Scan(ctx, &bp)
	if db.NoRows(err) {
		return 0, ErrNoProvider
	}
	return bp, err
}
