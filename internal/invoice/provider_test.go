package invoice_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/invoice"
)

func TestNothingIsIssuedBeforeTheProviderIsKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.quiet()
	w.team(of, 1, payer{of: of, amount: 420_000})
	if _, err := dbtest.Owner(t, w.DB).ExecContext(t.Context(), "DELETE FROM provider_details"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.tryIssue(w.ready(of)[0].Key); !errors.Is(err, invoice.ErrNoProvider) {
		t.Error(err)
	}
}

func TestAllThatIsWrongWithTheProviderIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	save := func(p invoice.Provider) error {
		return w.try(func(tx *db.Tx) error {
			return invoice.SaveProvider(t.Context(), tx, w.ann, p, map[string]string{"vat": "2201"})
		})
	}
	f := failure.Of(save(invoice.Provider{VAT: invoice.Standard, SortCode: "089999", BaseRateBP: -1}))
	want := []string{"account_name", "account_number", "address", "bank_name", "base_rate", "city", "email", "name", "postcode", "sort_code", "vat_number", "vat_wording"}
	if f == nil || !slices.Equal(slices.Sorted(maps.Keys(f.Fields)), want) {
		t.Errorf("%v", f)
	}
	changed := provider
	changed.Name, changed.Email = " New name ", "Accounts@Lantern.example"
	if err := save(changed); err != nil {
		t.Fatal(err)
	}
	now, err := invoice.CurrentProvider(t.Context(), w)
	codes, err2 := invoice.Nominals(t.Context(), w)
	if err != nil || err2 != nil || now.Name != "New name" || codes["vat"] != "2201" {
		t.Errorf("%+v, %v, %v, %v", now, codes, err, err2)
	}
}

func TestWhatInvoicesSayAboutVATAgreesWithTheirLines(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		vat             invoice.VATStatus
		number, wording string
		fine            bool
	}{
		{invoice.Exempt, "", "VAT at 20%.", false},
		{invoice.Exempt, "", "The price includes VAT.", false},
		{invoice.NotRegistered, "", "VAT at 5 per cent", false},
		{invoice.NotRegistered, "", "Standard rate.", false},
		{invoice.Exempt, "GB123456789", "No VAT: we are not registered.", false},
		{invoice.Standard, "GB123456789", "Exempt from VAT: vocational training.", false},
		{invoice.Standard, "GB123456789", "VAT at 17.5%.", false},
		{invoice.Exempt, "", "Exempt from VAT: vocational training by an eligible body (VAT Act 1994, Schedule 9, Group 6).", true},
		{invoice.Exempt, "", "No VAT is charged (0%).", true},
		{invoice.NotRegistered, "", "No VAT: we are not registered for VAT.", true},
		{invoice.Standard, "GB123456789", "Prices include VAT at 20%. Gifts are outside the scope of VAT.", true},
	} {
		p := provider
		p.VAT, p.VATNumber, p.VATWording = c.vat, c.number, c.wording
		err := w.try(func(tx *db.Tx) error { return invoice.SaveProvider(t.Context(), tx, w.ann, p, nil) })
		if f := failure.Of(err); (err == nil) != c.fine || f != nil && f.Fields["vat_wording"] == "" {
			t.Errorf("%s, %q: %v", c.vat, c.wording, err)
		}
	}
}
