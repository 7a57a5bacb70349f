package organisation

import (
	"strings"
	"testing"
)

func TestNumbersHaveTheShapeOfTheirRegister(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fits       func(string) bool
		good, evil string
	}{
		"company":  {isCompanyNumber, "01234567 SC123456 NI012345 OC301234 IP12345R R0000123", "1234567 S1234567 012345678 ABCDEFGH 0123456X"},
		"charity":  {isCharityNumber, "123456 1234567 12345678 SC012345 NIC101234 NI101234", "12345 123456789 SC12345 XY123456"},
		"ods":      {isOrgCode, "QX1 RTG 8K4 RTGAB1", "QX QX-1 RTGABCD qx1"},
		"payables": {isPayablesCode, "X101 K005 6495", "X10 X1010 X-01"},
		"gln":      {isGLN, "9520000001018 9520000001025 9520000001032", "9520000001019 952000000101 95200000010180 952000000101A"},
	} {
		for s := range strings.FieldsSeq(c.good) {
			if !c.fits(s) {
				t.Errorf("%s: %s is refused", name, s)
			}
		}
		for s := range strings.FieldsSeq(c.evil) {
			if c.fits(s) {
				t.Errorf("%s: %s is taken", name, s)
			}
		}
	}
}

func TestEveryDigitOfALocationNumberCounts(t *testing.T) {
	t.Parallel()
	const good = "9520000001018"
	for i := range len(good) {
		for d := byte('0'); d <= '9'; d++ {
			if s := good[:i] + string(d) + good[i+1:]; isGLN(s) != (s == good) {
				t.Errorf("%s: %v", s, isGLN(s))
			}
		}
	}
}

func TestPostcodesGetTheirSpace(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"ls111hp": "LS11 1HP", " m1 1ae ": "M1 1AE", "EC1A-1BB": "EC1A 1BB", "gir 0aa": "GIR 0AA", "w1a0ax": "W1A 0AX",
		"": "", "LS11": "", "12345": "", "LS11 11P": "", "LS11 1HP x": "",
	} {
		if got, ok := postcode(typed); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", typed, got, ok)
		}
	}
}

func TestLeadingZerosOfACompanyComeBack(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"1234567": "01234567", "12345": "00012345", "sc 123456": "SC123456", "1234": "1234"} {
		if got := companyNumber(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func FuzzShapes(f *testing.F) {
	f.Add("LS11 1HP")
	f.Add("9520000001018")
	f.Fuzz(func(t *testing.T, typed string) {
		d := Details{
			Name: typed, Kind: typed, CompanyNumber: typed, CharityNumber: typed, OrgCode: typed, PayablesCode: typed, GLN: typed, Address: typed,
			City: typed, Postcode: typed, Department: typed, Contact: typed, InvoiceEmail: typed, PORule: typed,
		}
		once, _ := d.tidy()
		if twice, _ := once.tidy(); twice != once {
			t.Errorf("%q becomes %+v and then %+v", typed, once, twice)
		}
	})
}
