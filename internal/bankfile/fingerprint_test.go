package bankfile_test

import (
	"slices"
	"strings"
	"testing"

	"bursar/internal/bankfile"
)

// fingerprints of a file.
func fingerprints(t testing.TB, file string, m bankfile.Mapping) (sums [][32]byte) {
	t.Helper()
	for _, line := range read(t, file, m) {
		sums = append(sums, line.Fingerprint)
	}
	return sums
}

// distinct counts.
func distinct(sums ...[32]byte) int {
	seen := map[[32]byte]bool{}
	for _, sum := range sums {
		seen[sum] = true
	}
	return len(seen)
}

func TestEqualPaymentsOfOneDayCountEach(t *testing.T) {
	t.Parallel()
	row := "05/03/2027,A TRUST,100.00\n"
	sums := fingerprints(t, header+row+row+row, plain)
	if distinct(sums...) != 3 {
		t.Errorf("%d of 3", distinct(sums...))
	}
	if again := fingerprints(t, header+row+row, plain); !slices.Equal(again, sums[:2]) {
		t.Error("two of the three are others in a shorter file")
	}
}

func TestFilesThatOverlapShareTheirLines(t *testing.T) {
	t.Parallel()
	days := []string{"04/03/2027,A,1.00\n", "05/03/2027,B,2.00\n", "05/03/2027,B,2.00\n", "05/03/2027,C,2.00\n", "06/03/2027,D,3.00\n"}
	first := fingerprints(t, header+strings.Join(days[:4], ""), plain)
	second := fingerprints(t, header+strings.Join(days[1:], ""), plain)
	if !slices.Equal(first[1:], second[:3]) || distinct(append(first, second...)...) != 5 {
		t.Error("the common lines differ")
	}
	slices.Reverse(days)
	backwards := fingerprints(t, header+strings.Join(days, ""), plain)
	if distinct(append(backwards, append(first, second...)...)...) != 5 {
		t.Error("the same lines with the newest first are others")
	}
}

func TestEverythingThatIdentifiesALineCounts(t *testing.T) {
	t.Parallel()
	var sums [][32]byte
	for _, row := range []string{
		"05/03/2027,A,FP,1.00", "06/03/2027,A,FP,1.00", "05/03/2027,B,FP,1.00", "05/03/2027,A,DD,1.00", "05/03/2027,A,FP,-1.00", "05/03/2027,AFP,,1.00",
	} {
		sums = append(sums, fingerprints(t, "Date,Description,Type,Amount\n"+row+"\n", plain)...)
	}
	if distinct(sums...) != 6 {
		t.Errorf("%d of 6", distinct(sums...))
	}
}

func TestABetterMappingBringsNothingInAgain(t *testing.T) {
	t.Parallel()
	const file = "Date,Payer,Reference,Details,Paid in,Paid out,Amount,Balance\n" +
		"05/03/2027,A TRUST,INV-00012,FASTER PAYMENT,100.00,,100.00,1100.00\n05/03/2027,B,,CHARGE,,3.00,-3.00,1097.00\n"
	first := bankfile.Mapping{Header: true, Date: "Date", DateFormat: "02/01/2006", Amount: "Amount", Text: []bankfile.Column{"Details"}}
	second := bankfile.Mapping{
		Header: true, Date: "Date", DateFormat: "02/01/2006", In: "Paid in", Out: "Paid out", Reference: "Reference",
		Payer: []bankfile.Column{"Payer"}, Text: []bankfile.Column{"Details", "Reference"}, Balance: "Balance",
	}
	third := bankfile.Mapping{Above: 1, Date: "#1", DateFormat: "02/01/2006", Amount: "#7", Payer: []bankfile.Column{"#2"}, Text: []bankfile.Column{"#3"}}
	want := fingerprints(t, file, first)
	for _, m := range []bankfile.Mapping{second, third} {
		if got := fingerprints(t, file, m); !slices.Equal(got, want) {
			t.Errorf("%+v: others", m)
		}
	}
}

func TestWhatABankReckonsAnewDoesNotCount(t *testing.T) {
	t.Parallel()
	const names = "Number,Date,Time,Description,Amount,Balance,Notes,Category,Cleared\n"
	want := fingerprints(t, names+"1,05/03/2027,09:15,A  trust,100.00,1100.00,,Income,05/03/2027\n", plain)
	for _, row := range []string{
		"7,05/03/2027,09:16:30,A trust,100.00,1100.00,,Income,05/03/2027\n",
		",05/03/2027 09:15,,A TRUST,£100,1200,thanks,Courses,\n",
		"1,5/3/2027,,\"A\ntrust\",100.0,,,,5 March 2027\n",
	} {
		if got := fingerprints(t, names+row, plain); !slices.Equal(got, want) {
			t.Errorf("%s: another", row)
		}
	}
}

func TestTheBanksOwnNameIsEnough(t *testing.T) {
	t.Parallel()
	m := plain
	m.BankID = "ID"
	one := fingerprints(t, "ID,Date,Description,Amount\ntx1,05/03/2027,A,1.00\ntx2,05/03/2027,A,1.00\n", m)
	other := fingerprints(t, "ID,Date,Description,Amount,More\ntx2,05/03/2027,A TRUST,1.00,x\n", m)
	if distinct(one...) != 2 || other[0] != one[1] {
		t.Error("the name is not what counts")
	}
	if moved := fingerprints(t, "ID,Date,Description,Amount\ntx2,05/03/2027,A,9.00\n", m); moved[0] == one[1] {
		t.Error("a column that names nothing would hide other amounts")
	}
}
