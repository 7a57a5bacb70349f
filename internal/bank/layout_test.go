package bank_test

import (
	"errors"
	"testing"

	"bursar/internal/bank"
	"bursar/internal/bankfile"
	"bursar/internal/db"
	"bursar/internal/failure"
)

func TestColumnsAreChosenOnceForAnAccountAndAgainWhenTheyChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, err := w.tryUpload(heading + "20/02/2027,A,,1.00\n")
	if err != nil || f.Status != bank.ToLayOut || f.Mapping.Date != "Date" || f.Mapping.Amount != "Amount" {
		t.Fatalf("the first file: %+v, %v", f, err)
	}
	if now := w.read(f); now.Status != bank.ToLayOut {
		t.Errorf("read before its columns were chosen: %+v", now)
	}
	start := func(code string, m bankfile.Mapping) error {
		return w.try(func(tx *db.Tx) error { return bank.Start(t.Context(), tx, w.ann, code, m) })
	}
	if err := start(f.Code, bankfile.Mapping{Header: true}); failure.Of(err) == nil || failure.Of(err).Fields["date"] == "" {
		t.Errorf("without a date: %v", err)
	}
	if err := start(f.Code, columns); err != nil {
		t.Fatal(err)
	}
	if err := start(f.Code, columns); !errors.Is(err, bank.ErrFileMoved) {
		t.Errorf("started twice: %v", err)
	}
	w.read(f)
	if f, err = w.tryUpload(heading + "21/02/2027,A,,1.00\n"); err != nil || f.Status != bank.Reading {
		t.Errorf("the second file: %+v, %v", f, err)
	}
	if f, err = w.tryUpload("When,Who,Amount (GBP)\n21/02/2027,A,1.00\n"); err != nil || f.Status != bank.ToLayOut {
		t.Errorf("a file of other columns: %+v, %v", f, err)
	}
	if err := w.try(func(tx *db.Tx) error { return bank.Drop(t.Context(), tx, w.ann, f.Code) }); err != nil || w.file(f).Status != bank.Refused {
		t.Errorf("dropped: %v", err)
	}
}

func TestLinesStayKnownByTheSameColumn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.upload(heading + "20/02/2027,A,,1.00\n")
	f, err := w.tryUpload("When,Who,Amount,Transaction ID\n21/02/2027,A,1.00,X1\n")
	if err != nil || f.Status != bank.ToLayOut {
		t.Fatal(f, err)
	}
	other := bankfile.Mapping{Header: true, Date: "When", DateFormat: "02/01/2006", Amount: "Amount", Payer: []bankfile.Column{"Who"}, BankID: "Transaction ID"}
	start := func() error {
		return w.try(func(tx *db.Tx) error { return bank.Start(t.Context(), tx, w.ann, f.Code, other) })
	}
	if err := start(); !errors.Is(err, bank.ErrFixed) || failure.Of(err).Fields["bank_id"] == "" {
		t.Errorf("another column names the lines: %v", err)
	}
	other.BankID = ""
	if err := start(); err != nil {
		t.Error(err)
	}
}

func TestTheFileThatIsReadFirstSaysByWhatLinesAreKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	withID := bankfile.Mapping{Header: true, Date: "When", DateFormat: "02/01/2006", Amount: "Amount", Payer: []bankfile.Column{"Who"}, BankID: "Transaction ID"}
	var files []*bank.File
	for body, m := range map[string]bankfile.Mapping{heading + "20/02/2027,A,,1.00\n": columns, "When,Who,Amount,Transaction ID\n21/02/2027,A,1.00,X1\n": withID} {
		f, err := w.tryUpload(body)
		if err != nil {
			t.Fatal(err)
		}
		w.write(func(tx *db.Tx) error { return bank.Start(t.Context(), tx, w.ann, f.Code, m) })
		files = append(files, f)
	}
	if f := w.read(files[0]); f.Status != bank.Read {
		t.Errorf("%+v", f)
	}
	if f := w.read(files[1]); f.Status != bank.Refused || f.Problems[0].Code != bank.ErrFixed.Code {
		t.Errorf("%+v", f)
	}
	w.inOrder()
}

func TestAnAccountHasANameOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"", "  ", "Tarn  Bank"} {
		err := w.try(func(tx *db.Tx) error {
			_, err := bank.AddAccount(t.Context(), tx, w.ann, name)
			return err
		})
		if failure.Of(err) == nil || failure.Of(err).Fields["name"] == "" {
			t.Errorf("%q: %v", name, err)
		}
	}
	if list, err := bank.Accounts(t.Context(), w); err != nil || len(list) != 1 || list[0].Name != "Tarn Bank" {
		t.Errorf("%+v, %v", list, err)
	}
}
