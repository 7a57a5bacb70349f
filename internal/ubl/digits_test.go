package ubl_test

import (
	"testing"

	"bursar/internal/failure"
	"bursar/internal/ubl"
)

func TestAGLNHasThirteenDigitsAndTheLastChecksTheOthers(t *testing.T) {
	t.Parallel()
	for _, gln := range []string{"9520000001018", "9520000001025", "9520000001032", "5790000435968", "0000000000000"} {
		if !ubl.ValidGLN(gln) {
			t.Errorf("%s is refused", gln)
		}
	}
	for _, gln := range []string{"", "9520000001019", "5920000001018", "952000000101", "95200000010180", "952000000101x", " 9520000001018", "٩520000001018"} {
		if ubl.ValidGLN(gln) {
			t.Errorf("%q is accepted", gln)
		}
	}
}

func TestAnyOneWrongDigitOfAGLNIsSeen(t *testing.T) {
	t.Parallel()
	const gln = "9520000001018"
	for i := range gln {
		for digit := byte('0'); digit <= '9'; digit++ {
			other := gln[:i] + string(digit) + gln[i+1:]
			if ubl.ValidGLN(other) != (other == gln) {
				t.Errorf("%s: %v", other, ubl.ValidGLN(other))
			}
		}
	}
}

func TestAnIBANIsChecked(t *testing.T) {
	t.Parallel()
	for account, ok := range map[string]bool{
		"GB33BUKB20201555555555": true, "GB82WEST12345698765432": true, "GB33BUKB20201555555556": false, "GB82 WEST 1234 5698 7654 32": false,
		"gb82WEST12345698765432": false, "66374958": false, "": false,
	} {
		d := team()
		d.Payment.SortCode, d.Payment.Account = "", account
		_, err := d.XML()
		if ok != (err == nil) || err != nil && failure.Of(err).Fields["payment.account"] == "" {
			t.Errorf("%q: %v", account, err)
		}
	}
}
