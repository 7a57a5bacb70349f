package bank_test

import (
	"strings"
	"testing"

	"bursar/internal/bank"
	"bursar/internal/invoice"
)

const (
	westermoor = "Westermoor & Tarn NHS Foundation Trust"
	kestrel    = "Kestrel House Wellbeing"
)

// three are invoices of two organisations: INV-00001 and INV-00002 to Westermoor, INV-00003 to Kestrel.
func three(w *world) (first, second, third *invoice.Invoice) {
	w.t.Helper()
	trust, charity := w.organisation(westermoor), w.organisation(kestrel)
	return w.invoiced(trust, 395_000), w.invoiced(trust, 120_000), w.invoiced(charity, 50_000)
}

func TestAProposalSaysWhatALinePaysAndWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		payer, reference, amount string
		want                     string
		surety                   bank.Surety
		why                      string
	}{
		"the number as it was issued":       {"W & T NHS", "INV-00001", "3950.00", "INV-00001=£3,950.00", bank.Sure, "names INV-00001 and is exactly"},
		"the number as people write it":     {"", "Inv 1", "3950.00", "INV-00001=£3,950.00", bank.Sure, "exactly what is open"},
		"the number run together":           {"", "PAYMENTinv00001/TRN", "3950.00", "INV-00001=£3,950.00", bank.Sure, "exactly what is open"},
		"an invoice by its whole word":      {"", "Invoice no. 00001", "3950.00", "INV-00001=£3,950.00", bank.Sure, "exactly what is open"},
		"two numbers":                       {"", "INV-00001 INV-00002", "5150.00", "INV-00001=£3,950.00 INV-00002=£1,200.00", bank.Sure, "names INV-00001 and INV-00002"},
		"two numbers in one breath":         {"", "INV 1 & 2", "5150.00", "INV-00001=£3,950.00 INV-00002=£1,200.00", bank.Sure, "names INV-00001 and INV-00002"},
		"a number that is a day":            {"", "INV-00001 2", "3950.00", "INV-00001=£3,950.00", bank.Sure, "names INV-00001 and"},
		"two organisations’ numbers":        {"", "INV-00002 INV-00003", "1700.00", "INV-00002=£1,200.00 INV-00003=£500.00", bank.Likely, "different organisations"},
		"50p short":                         {"", "INV-00001", "3949.50", "INV-00001=£3,949.50", bank.Likely, "£3,949.50 of £3,950.00, and 50p is missing"},
		"more than is open":                 {"", "INV-00001", "4000.00", "INV-00001=£3,950.00 credit=£50.00", bank.Likely, "£50.00 more than what is open goes to the credit of " + westermoor},
		"one named, and another paid":       {"", "INV-00001", "5150.00", "INV-00001=£3,950.00 INV-00002=£1,200.00", bank.Likely, "together with INV-00002"},
		"a number nobody knows, by its sum": {"", "INV-09999", "1200.00", "INV-00002=£1,200.00", bank.Perhaps, "do not know this payer"},
		"the name, cut by the bank":         {"WESTERMOOR TARN NHS FOU", "", "1200.00", "INV-00002=£1,200.00", bank.Likely, "is like " + westermoor},
		"the name, mistyped":                {"Kestral House Wellbeing", "", "500.00", "INV-00003=£500.00", bank.Likely, "is like " + kestrel},
		"the name, and both of its":         {westermoor, "", "5150.00", "INV-00001=£3,950.00 INV-00002=£1,200.00", bank.Likely, "come to exactly this together"},
		"the name, and a little short":      {westermoor, "", "3949.50", "INV-00001=£3,949.50", bank.Likely, "50p is missing"},
		"the name, and a part":              {kestrel, "", "100.00", "INV-00003=£100.00", bank.Perhaps, "£400.00 is missing"},
		"the name, and more than all":       {kestrel, "", "600.00", "INV-00003=£500.00 credit=£100.00", bank.Perhaps, "which would go to its credit"},
		"the name, and no sum that fits":    {westermoor, "", "77.00", "", bank.Perhaps, "choose which it pays"},
		"only the amount":                   {"J SMITH", "thanks", "500.00", "INV-00003=£500.00", bank.Perhaps, "do not know this payer"},
		"a payout of the card processor":    {"STRIPE PAYMENTS UK", "STRIPE", "512.77", "", bank.Perhaps, "payout of the card processor"},
		"nothing that fits":                 {"J SMITH", "thanks", "7.00", "", bank.NoIdea, "Nothing that is open fits"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			three(w)
			p := w.proposal(w.came(c.payer, c.reference, c.amount))
			if short(p) != c.want || p.Surety != c.surety || !strings.Contains(p.Why, c.why) {
				t.Errorf("proposed %q, surety %d, because %q", short(p), p.Surety, p.Why)
			}
			if p.Acceptable() {
				w.accept(p)
			}
			w.inOrder()
		})
	}
}

func TestWhoPaidOnceIsKnownByTheNameAndWhatIsUndoneIsForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, _ := three(w)
	l := w.came("SBS PAYABLES 77", first.Number, "3950.00")
	w.accept(w.proposal(l))
	next := w.came("SBS PAYABLES 78", "", "1200.00")
	if p := w.proposal(next); p.Surety != bank.Sure || short(p) != "INV-00002=£1,200.00" || !strings.Contains(p.Why, "has paid under this name before") {
		t.Errorf("%q, %d, %q", short(p), p.Surety, p.Why)
	}
	if p := w.proposal(w.came("SBS PAYABLES 79", "INV-00003", "500.00")); p.Surety != bank.Likely || !strings.Contains(p.Why, "is known as "+westermoor) {
		t.Errorf("another’s invoice: %d, %q", p.Surety, p.Why)
	}
	if err := w.undo(l); err != nil {
		t.Fatal(err)
	}
	if p := w.proposal(next); p.Surety != bank.Perhaps || p.Parts[0].Invoice != second.Number {
		t.Errorf("after the undoing: %d, %q", p.Surety, p.Why)
	}
	w.inOrder()
}

func TestAnInvoiceIsProposedForOneLineOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	three(w)
	w.upload(heading + "19/02/2027,W,INV-00001,3950.00\n20/02/2027,W,INV-00001,3950.00\n")
	list := w.proposed()
	if len(list) != 2 || list[0].Surety != bank.Sure || list[1].Surety != bank.Perhaps || short(list[1]) != "credit=£3,950.00" {
		t.Fatalf("%+v", list)
	}
	if !strings.Contains(list[1].Why, "after a payment further up") {
		t.Errorf("%q", list[1].Why)
	}
	w.accept(list[0])
	w.accept(w.proposal(list[1].Line))
	w.inOrder()
}

func TestSeveralInvoicesOfOneAmountAreChosenFromByAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.organisation(westermoor)
	for range 3 {
		w.invoiced(of, 10_000)
	}
	for amount, why := range map[string]string{"100.00": "Several invoices have exactly this open", "200.00": "in more than one way"} {
		p := w.proposal(w.came(westermoor, "", amount))
		if p.Acceptable() || len(p.Candidates) != 3 || !strings.Contains(p.Why, why) {
			t.Errorf("%s: %q, %d to choose from", amount, p.Why, len(p.Candidates))
		}
	}
}
