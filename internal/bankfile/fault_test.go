package bankfile_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"bursar/internal/bankfile"
	"bursar/internal/failure"
)

const header = "Date,Description,Amount\n"

// faulty are files that the plain mapping cannot read: what is wrong, in which row, and words of the sentence.
var faulty = map[string]struct {
	file string
	kind *failure.Error
	row  int
	says string
}{
	"nothing":                               {"", bankfile.ErrEmpty, 0, "no transactions"},
	"white space":                           {" \r\n\r\n", bankfile.ErrEmpty, 0, "no transactions"},
	"names of columns alone":                {header, bankfile.ErrEmpty, 0, "no transactions"},
	"a PDF":                                 {"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", bankfile.ErrFormat, 0, "This is a PDF"},
	"a new spreadsheet":                     {"PK\x03\x04\x14\x00\x06\x00", bankfile.ErrFormat, 0, "spreadsheet"},
	"an old spreadsheet":                    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bankfile.ErrFormat, 0, "Excel"},
	"a web page":                            {"\n\n<!doctype html><html>", bankfile.ErrFormat, 0, "web page"},
	"a web page with a mark":                {"\xef\xbb\xbf<html><body>", bankfile.ErrFormat, 0, "web page"},
	"OFX":                                   {"OFXHEADER:100\nDATA:OFXSGML\n", bankfile.ErrFormat, 0, "OFX"},
	"XML":                                   {"<?xml version=\"1.0\"?><Document/>", bankfile.ErrFormat, 0, "XML"},
	"QIF":                                   {"!Type:Bank\nD05/03/2027\n", bankfile.ErrFormat, 0, "QIF"},
	"MT940":                                 {"{1:F01BANKGB2L}{4:\n:20:1\n", bankfile.ErrFormat, 0, "MT940"},
	"another column name":                   {"Date,Details,Amount\n05/03/2027,A,1.00\n", bankfile.ErrHeader, 1, "none is “Description”. It has: “Date”, “Details”, “Amount”"},
	"a column named twice":                  {"Date,Description,Amount,amount\n05/03/2027,A,1.00,2.00\n", bankfile.ErrHeader, 1, "two columns “amount”"},
	"a cell too many":                       {header + "05/03/2027,A, B,1.00\n", bankfile.ErrCells, 2, "4 cells, and the file has 3 columns"},
	"a cell too few":                        {header + "05/03/2027,A,1.00\n05/03/2027,1.00\n", bankfile.ErrCells, 3, "2 cells"},
	"a footer":                              {header + "05/03/2027,A,1.00\nTotal 1\n", bankfile.ErrCells, 3, "1 cells"},
	"a day that is none":                    {header + "31/02/2027,A,1.00\n", bankfile.ErrDate, 2, "“31/02/2027” as its date, which is not a day written like 08/03/2027"},
	"the month first":                       {header + "03/13/2027,A,1.00\n", bankfile.ErrDate, 2, "03/13/2027"},
	"another way of dates":                  {header + "05/03/2027,A,1.00\n2027-03-05,A,1.00\n", bankfile.ErrDate, 3, "every date of a file is written alike"},
	"a short year":                          {header + "05/03/27,A,1.00\n", bankfile.ErrDate, 2, "05/03/27"},
	"a year of long ago":                    {header + "05/03/1927,A,1.00\n", bankfile.ErrDate, 2, "1927"},
	"no date":                               {header + ",A,1.00\n", bankfile.ErrDate, 2, "“”"},
	"a decimal comma":                       {header + "05/03/2027,A,\"1.234,50\"\n", bankfile.ErrAmount, 2, "“1.234,50” as an amount, which could be misread"},
	"a comma for the pence":                 {header + "05/03/2027,A,\"12,50\"\n", bankfile.ErrAmount, 2, "12,50"},
	"brackets":                              {header + "05/03/2027,A,(12.00)\n", bankfile.ErrAmount, 2, "(12.00)"},
	"dollars":                               {header + "05/03/2027,A,$12.00\n", bankfile.ErrAmount, 2, "$12.00"},
	"euros":                                 {header + "05/03/2027,A,12.00 €\n", bankfile.ErrAmount, 2, "€"},
	"a minus at the end":                    {header + "05/03/2027,A,12.00-\n", bankfile.ErrAmount, 2, "12.00-"},
	"two minus signs":                       {header + "05/03/2027,A,-£-12.00\n", bankfile.ErrAmount, 2, "-£-12.00"},
	"CR":                                    {header + "05/03/2027,A,12.00 CR\n", bankfile.ErrAmount, 2, "CR"},
	"three decimals":                        {header + "05/03/2027,A,1.234\n", bankfile.ErrAmount, 2, "1.234"},
	"a number of a computer":                {header + "05/03/2027,A,1.2E+05\n", bankfile.ErrAmount, 2, "1.2E+05"},
	"digits of another script":              {header + "05/03/2027,A,١٢\n", bankfile.ErrAmount, 2, "١٢"},
	"more than there is":                    {header + "05/03/2027,A,1234567890.00\n", bankfile.ErrAmount, 2, "1234567890.00"},
	"a point alone":                         {header + "05/03/2027,A,-\n", bankfile.ErrAmount, 2, "“-”"},
	"no amount":                             {header + "05/03/2027,BALANCE BROUGHT FORWARD,\n", bankfile.ErrAmount, 2, "has no amount"},
	"NUL bytes":                             {header + "05/03/2027,A\x00B,1.00\n", bankfile.ErrBytes, 2, "not text"},
	"control characters":                    {header + "05/03/2027,A\x1bB,1.00\n", bankfile.ErrBytes, 2, "not text"},
	"bytes of a program":                    {"\x7fELF\x02\x01\x01\x00\x00", bankfile.ErrBytes, 1, "not text"},
	"two encodings in one":                  {header + "05/03/2027,Zo\xc3\xab,1.00\n05/03/2027,Zo\xeb,1.00\n", bankfile.ErrBytes, 3, "encoding"},
	"a mark inside a cell":                  {header + "05/03/2027,A \"B\" C,1.00\n", bankfile.ErrQuote, 2, "quotation mark"},
	"a mark never closed":                   {header + "05/03/2027,A,1.00\n05/03/2027,\"A,1.00\n05/03/2027,A,1.00\n", bankfile.ErrQuote, 3, "never closed"},
	"an endless mark":                       {header + "05/03/2027,A,1.00\n\"05/03/2027,A,1.00\n" + strings.Repeat("05/03/2027,A,1.00\n", 5_000), bankfile.ErrTooLong, 3, "longer than any"},
	"an endless second cell":                {header + "05/03/2027,\"A,1.00\n" + strings.Repeat("05/03/2027,A,1.00\n", 5_000), bankfile.ErrTooLong, 2, "longer than any"},
	"an endless row after one of two lines": {header + "05/03/2027,\"A\nB\",1.00\n\"05/03/2027,A,1.00\n" + strings.Repeat("05/03/2027,A,1.00\n", 5_000), bankfile.ErrTooLong, 4, "longer than any"},
	"a row just too long":                   {header + "05/03/2027," + strings.Repeat("A", bankfile.MaxLine) + ",1.00\n", bankfile.ErrTooLong, 2, "longer than any"},
}

func TestEveryFaultIsNamedWithItsRow(t *testing.T) {
	t.Parallel()
	for name, fault := range faulty {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := all(fault.file, plain)
			refused, ok := errors.AsType[*bankfile.Refused](err)
			if !ok || !errors.Is(err, fault.kind) || failure.KindOf(err) != failure.Invalid {
				t.Fatalf("error %v, want %v", err, fault.kind)
			}
			p := refused.Problems[0]
			if len(refused.Problems) != 1 || p.Row != fault.row || !strings.Contains(p.Message, fault.says) {
				t.Errorf("problems %+v, want row %d and %q", refused.Problems, fault.row, fault.says)
			}
			if failure.Of(err).Message != p.Message || !strings.HasSuffix(p.Message, ".") {
				t.Errorf("sentence %q", failure.Of(err).Message)
			}
		})
	}
}

func TestInAndOutAreNeverBoth(t *testing.T) {
	t.Parallel()
	m := plain
	m.Amount, m.In, m.Out = "", "In", "Out"
	minus := m
	minus.Reversed = true
	for row, c := range map[string]struct {
		m    bankfile.Mapping
		kind error
	}{
		"05/03/2027,A,1.00,2.00": {m, bankfile.ErrBothWays},
		"05/03/2027,A,-1.00,":    {m, bankfile.ErrSign},
		"05/03/2027,A,,-2.00":    {m, bankfile.ErrSign},
		"05/03/2027,A,,2.00":     {minus, bankfile.ErrSign},
		"05/03/2027,A,,":         {m, bankfile.ErrAmount},
		"05/03/2027,A,x,1.00":    {m, bankfile.ErrAmount},
		"05/03/2027,A,1.00,x":    {m, bankfile.ErrAmount},
	} {
		if _, err := all("Date,Description,In,Out\n"+row+"\n", c.m); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v, want %v", row, err, c.kind)
		}
	}
	lines := read(t, "Date,Description,In,Out\n05/03/2027,A,1.00,0.00\n05/03/2027,A,0.00,2.00\n", m)
	if lines[0].Amount != 100 || lines[1].Amount != -200 {
		t.Errorf("lines: %+v", lines)
	}
}

func TestOtherCurrenciesAreRefused(t *testing.T) {
	t.Parallel()
	m := plain
	m.Currency = "Currency"
	file := "Date,Description,Amount,Currency\n05/03/2027,A,1.00,gbp\n05/03/2027,A,1.00,\n"
	if lines := read(t, file, m); len(lines) != 2 {
		t.Errorf("lines: %+v", lines)
	}
	if _, err := all(file+"05/03/2027,A,1.00,EUR\n", m); !errors.Is(err, bankfile.ErrCurrency) {
		t.Errorf("euros: %v", err)
	}
}

func TestTheBalanceProvesWhichWayMoneyWent(t *testing.T) {
	t.Parallel()
	m := plain
	m.Balance = "Balance"
	oldest := "05/03/2027,A,100.00,1100.00\n06/03/2027,B,-10.00,1090.00\n07/03/2027,C,5.00,1095.00\n"
	newest := "07/03/2027,C,5.00,1095.00\n06/03/2027,B,-10.00,1090.00\n05/03/2027,A,100.00,1100.00\n"
	gaps := "05/03/2027,A,100.00,\n06/03/2027,B,-10.00,1090.00\n07/03/2027,C,5.00,unknown\n"
	unfit := "05/03/2027,A,100.00,7.00\n06/03/2027,B,-10.00,1.00\n07/03/2027,C,5.00,9.00\n"
	chance := "05/03/2027,A,100.00,1100.00\n06/03/2027,B,-10.00,1110.00\n"
	for _, rows := range []string{oldest, newest, gaps, unfit, chance} {
		read(t, header[:len(header)-1]+",Balance\n"+rows, m)
	}
	m.Reversed = true
	for _, rows := range []string{oldest, newest} {
		if _, err := all(header[:len(header)-1]+",Balance\n"+rows, m); !errors.Is(err, bankfile.ErrReversed) {
			t.Errorf("%s: %v", rows, err)
		}
	}
}

func TestBadRowsAreToldTogetherAndNoLineComesAfterTheFirst(t *testing.T) {
	t.Parallel()
	good := "05/03/2027,A,1.00\n"
	lines, err := all(header+good+"x,A,1.00\n"+good+"05/03/2027,A,x\n"+good, plain)
	refused, ok := errors.AsType[*bankfile.Refused](err)
	if !ok || len(lines) != 1 || len(refused.Problems) != 2 || refused.Problems[0].Row != 3 || refused.Problems[1].Row != 5 {
		t.Fatalf("%d lines, %+v", len(lines), refused)
	}
	if !errors.Is(err, bankfile.ErrDate) || !errors.Is(err, bankfile.ErrAmount) || errors.Is(err, bankfile.ErrQuote) {
		t.Errorf("codes of %v", err)
	}
	_, err = all(header+strings.Repeat("x,A,1.00\n", 1_000), plain)
	if refused, _ := errors.AsType[*bankfile.Refused](err); len(refused.Problems) != bankfile.MaxProblems {
		t.Errorf("%d problems", len(refused.Problems))
	}
}

// endless is rows for ever.
type endless struct{ row string }

func (e endless) Read(p []byte) (n int, _ error) {
	for n+len(e.row) <= len(p) {
		n += copy(p[n:], e.row)
	}
	return n, nil
}

func TestAFileIsReadUpToItsLimits(t *testing.T) {
	t.Parallel()
	count := func(r io.Reader) (n int, last error) {
		for _, err := range bankfile.Read(io.MultiReader(strings.NewReader(header), r), plain) {
			if n, last = n+1, err; err != nil {
				return n - 1, err
			}
		}
		return n, nil
	}
	if n, err := count(endless{"05/03/2027,A,1.00\n"}); n != bankfile.MaxRows || !errors.Is(err, bankfile.ErrTooManyRows) {
		t.Errorf("%d rows, %v", n, err)
	}
	if _, err := count(endless{"05/03/2027," + strings.Repeat("A", 1_000) + ",1.00\n"}); !errors.Is(err, bankfile.ErrTooLarge) {
		t.Errorf("size: %v", err)
	}
}
