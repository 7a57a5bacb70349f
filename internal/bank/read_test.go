package bank_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"bursar/internal/bank"
	"bursar/internal/bankfile"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/money"
)

func TestALineComesInOnceHoweverOftenItIsUploaded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day := "20/02/2027,A,INV-00001,100.00\n20/02/2027,A,INV-00001,100.00\n20/02/2027,RENT,,-40.00\n"
	first := w.upload(heading + day)
	if first.Taken != 3 || first.Repeated != 0 || first.Rows != 3 || first.Of != 3 || w.balance(bank.Unmatched) != -20_000 || w.balance(fund.Bank) != 20_000 {
		t.Errorf("%+v, %s", first, w.balance(bank.Unmatched))
	}
	_, err := w.tryUpload(heading + day)
	if !errors.Is(err, bank.ErrFileKnown) || !strings.Contains(failure.Of(err).Message, "was read on Tuesday 23 February 2027") {
		t.Errorf("the same file: %v", err)
	}
	overlap := w.upload(heading + "19/02/2027,B,,5.00\n" + day + "21/02/2027,C,,7.00\n")
	if overlap.Taken != 2 || overlap.Repeated != 3 || w.balance(bank.Unmatched) != -21_200 {
		t.Errorf("%+v, %s", overlap, w.balance(bank.Unmatched))
	}
	if again := w.upload(heading + day + "\n"); again.Taken != 0 || again.Repeated != 3 {
		t.Errorf("the same lines in another file: %+v", again)
	}
	if n := w.count("SELECT count(*) FROM entries WHERE reference LIKE 'bank-file/%'"); n != 2 {
		t.Errorf("%d entries for two files with something new", n)
	}
	w.inOrder()
}

func TestAFileIsReadOnceHoweverOftenTheJobComes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.upload(heading + "20/02/2027,A,,100.00\n")
	for range 2 {
		if now := w.read(f); now.Taken != 1 || now.Repeated != 0 || now.Status != bank.Read {
			t.Errorf("%+v", now)
		}
	}
	if n := w.count("SELECT count(*) FROM bank_files WHERE body IS NOT NULL"); n != 0 {
		t.Error("the bytes are still there")
	}
	w.inOrder()
}

func TestTwoReadingsOfFilesThatOverlapAtOnceTakeALineOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.upload(heading + "01/02/2027,A,,1.00\n")
	var files []*bank.File
	for i := range 2 {
		f, err := w.tryUpload(heading + "20/02/2027,A,,100.00\n2" + fmt.Sprint(i) + "/02/2027,B,,10.00\n")
		if err != nil || f.Status != bank.Reading {
			t.Fatal(f, err)
		}
		files = append(files, f)
	}
	read := func(f *bank.File) func() error {
		return func() error {
			return w.try(func(tx *db.Tx) error {
				return bank.ReadFile(t.Context(), tx, f.ID, func(int, int) error { return nil })
			})
		}
	}
	if one, two := race(read(files[0]), read(files[1])); one != nil || two != nil {
		t.Fatal(one, two)
	}
	if taken := w.file(files[0]).Taken + w.file(files[1]).Taken; taken != 3 || w.balance(bank.Unmatched) != -12_100 {
		t.Errorf("%d taken, %s", taken, w.balance(bank.Unmatched))
	}
	w.inOrder()
}

func TestTwoReadingsOfOneFileAtOnceAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.upload(heading + "01/02/2027,A,,1.00\n")
	var body strings.Builder
	for i := range 2_000 {
		fmt.Fprintf(&body, "20/02/2027,P%d,,1.00\n", i)
	}
	f, err := w.tryUpload(heading + body.String())
	if err != nil {
		t.Fatal(err)
	}
	read := func() error {
		return w.try(func(tx *db.Tx) error {
			return bank.ReadFile(t.Context(), tx, f.ID, func(int, int) error { return nil })
		})
	}
	if one, two := race(read, read); one != nil || two != nil {
		t.Fatal(one, two)
	}
	if f = w.file(f); f.Taken != 2_000 || f.Repeated != 0 || w.balance(bank.Unmatched) != -200_100 {
		t.Errorf("%+v, %s", f, w.balance(bank.Unmatched))
	}
	w.inOrder()
}

func TestAFileThatIsWrongLeavesNothingAndSaysWhy(t *testing.T) {
	t.Parallel()
	good := "20/02/2027,A,INV-00001,100.00\n"
	for name, c := range map[string]struct{ body, code, says string }{
		"an amount that is none": {heading + good + "20/02/2027,B,,ten\n", "bank_amount", "Row 3"},
		"a day that is none":     {heading + good + "31/02/2027,B,,1.00\n", "bank_date", "Row 3"},
		"a day to come":          {heading + good + "24/02/2027,B,,1.00\n", "bank_future", "Row 3 has a day that has not come yet, 24 February 2027"},
		"cells missing":          {heading + good + "20/02/2027,B\n", "bank_cells", "Row 3"},
		"a quotation mark":       {heading + good + "20/02/2027,\"B,,1.00\n", "bank_quote", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := w.upload(c.body)
			if f.Status != bank.Refused || len(f.Problems) != 1 || f.Problems[0].Code != c.code || !strings.Contains(f.Problems[0].Message, c.says) {
				t.Errorf("%+v", f)
			}
			if n := w.count("SELECT count(*) FROM bank_lines"); n != 0 || w.balance(bank.Unmatched) != 0 {
				t.Errorf("%d lines stayed", n)
			}
			if f := w.upload(c.body); f.Status != bank.Refused {
				t.Errorf("tried again: %+v", f)
			}
			if f := w.upload(heading + good); f.Taken != 1 {
				t.Errorf("put right: %+v", f)
			}
			w.inOrder()
		})
	}
}

func TestOnlyTheFirstTwentyProblemsAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range []string{"20/02/2027,B,,ten\n", "20/03/2027,B,,10.00\n"} {
		if f := w.upload(heading + strings.Repeat(row, 30)); f.Status != bank.Refused || len(f.Problems) != bankfile.MaxProblems {
			t.Errorf("%d problems, %s", len(f.Problems), f.Status)
		}
	}
}

func TestWhatIsNoStatementIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, body := range map[string]string{"a PDF": "%PDF-1.7\n", "a spreadsheet": "PK\x03\x04...", "nothing": ""} {
		if f, err := w.tryUpload(body); failure.KindOf(err) != failure.Invalid {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	if n := w.count("SELECT count(*) FROM bank_files"); n != 0 {
		t.Errorf("%d files were kept", n)
	}
}

func TestACellIsTextHoweverItLooksAndWhateverItsEncoding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	formulas := []string{`=HYPERLINK("http://evil.example")`, "+44 20", "@SUM(A1)", `it's \ "quoted" ? ?0 $1 {a,b} NULL`, "Łukasz 江 🙂", "-1+2"}
	body := heading
	for _, cell := range formulas {
		body += "20/02/2027,\"" + strings.ReplaceAll(cell, `"`, `""`) + "\",,1.00\n"
	}
	w.upload(body)
	for i, l := range w.lines() {
		if l.Payer != formulas[i] {
			t.Errorf("%q became %q", formulas[i], l.Payer)
		}
	}
	w.upload("Date,Payer,Reference,Amount\n20/02/2027,Jos\xe9 Oliv\xe9,\xa35,2.00\n")
	last := w.lines()[len(formulas)]
	if last.Payer != "José Olivé" || last.Reference != "£5" {
		t.Errorf("%q, %q", last.Payer, last.Reference)
	}
	w.inOrder()
}

func TestAHundredThousandLinesAreReadAndAddedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const lines = 100_000
	var body strings.Builder
	body.WriteString(heading)
	var came money.Amount
	for i := range lines {
		amount := money.Amount(i%5_000 - 1_000)
		if amount == 0 {
			amount = 1
		}
		came += max(amount, 0)
		fmt.Fprintf(&body, "%s,PAYER %d,INV-%05d,%s\n", time.Date(2027, 1, 1+i%50, 0, 0, 0, 0, time.UTC).Format("02/01/2006"), i, i, strings.ReplaceAll(amount.String(), "£", ""))
	}
	f, err := w.tryUpload(body.String())
	if err != nil {
		t.Fatal(err)
	}
	w.write(func(tx *db.Tx) error { return bank.Start(t.Context(), tx, w.ann, f.Code, columns) })
	var seen []int
	tell := func(rows, of int) error {
		seen = append(seen, rows)
		return w.try(func(tx *db.Tx) error { return bank.NoteProgress(t.Context(), tx, f.ID, rows, of) })
	}
	w.write(func(tx *db.Tx) error {
		if err := bank.ReadFile(t.Context(), tx, f.ID, tell); err != nil {
			return err
		}
		if shown := w.file(f); shown.Status != bank.Reading || shown.Rows != lines || shown.Of != lines { // as others see it meanwhile
			t.Errorf("shown: %+v", shown)
		}
		return nil
	})
	if f = w.file(f); f.Status != bank.Read || f.Taken != lines || len(seen) < 20 || w.balance(bank.Unmatched) != -came {
		t.Errorf("%+v, %s of %s", f, w.balance(bank.Unmatched), came)
	}
	if n := w.count("SELECT count(*) FROM entries"); n != 1 {
		t.Errorf("%d entries", n)
	}
	w.inOrder()
}

var errCrash = errors.New("the machine stopped")

func TestACrashInTheMiddleLeavesNothingAndTheNextTryReadsAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.upload(heading + "01/02/2027,A,,1.00\n")
	var body strings.Builder
	for i := range 12_000 {
		fmt.Fprintf(&body, "20/02/2027,P%d,,1.00\n", i)
	}
	f, err := w.tryUpload(heading + body.String())
	if err != nil {
		t.Fatal(err)
	}
	err = w.try(func(tx *db.Tx) error {
		return bank.ReadFile(t.Context(), tx, f.ID, func(rows, of int) error {
			if n := w.count("SELECT count(*) FROM bank_lines"); n != 1 || of != 12_000 {
				t.Errorf("%d lines are seen before the end, of %d", n, of)
			}
			if rows == 10_000 {
				return errCrash
			}
			return nil
		})
	})
	if !errors.Is(err, errCrash) || w.count("SELECT count(*) FROM bank_lines") != 1 || w.file(f).Status != bank.Reading || w.balance(bank.Unmatched) != -100 {
		t.Errorf("%v: %+v", err, w.file(f))
	}
	if f = w.read(f); f.Taken != 12_000 || w.balance(bank.Unmatched) != -1_200_100 {
		t.Errorf("%+v", f)
	}
	w.inOrder()
}
