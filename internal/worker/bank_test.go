package worker_test

import (
	"fmt"
	"strings"
	"testing"

	"bursar/internal/bank"
	"bursar/internal/bankfile"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/ledger"
)

func TestAStatementThatArrivesIsReadOnceAndSaysHowFarItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	by := fixture.Person(w, w.db, "sheila@threshold.example").ID
	var body strings.Builder
	body.WriteString("Date,Payer,Amount\n")
	for i := range 12_000 {
		fmt.Fprintf(&body, "20/11/2026,P%d,1.00\n", i)
	}
	var f *bank.File
	write := func(do func(tx *db.Tx) error) {
		t.Helper()
		if err := w.db.Write(t.Context(), do); err != nil {
			t.Fatal(err)
		}
	}
	write(func(tx *db.Tx) error {
		a, err := bank.AddAccount(t.Context(), tx, by, "Fen Bank")
		if err != nil {
			return err
		}
		if f, err = bank.Upload(t.Context(), tx, by, a.Code, "fen.csv", []byte(body.String()), false); err != nil {
			return err
		}
		return bank.Start(t.Context(), tx, by, f.Code, bankfile.Mapping{
			Header: true, Date: "Date", DateFormat: "02/01/2006", Amount: "Amount", Payer: []bankfile.Column{"Payer"}})
	})
	w.drain()
	read := func() *bank.File {
		t.Helper()
		now, err := bank.FileByCode(t.Context(), w.db, f.Code)
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	if now := read(); now.Status != bank.Read || now.Taken != 12_000 || now.Rows != 12_000 {
		t.Errorf("%+v", now)
	}
	write(func(tx *db.Tx) error { return tx.Enqueue(t.Context(), bank.FileArrived{File: f.ID}) }) // as after a crash
	w.drain()
	if now := read(); now.Taken != 12_000 || now.Repeated != 0 {
		t.Errorf("read again: %+v", now)
	}
	if b, err := ledger.Balance(t.Context(), w.db, bank.Unmatched); err != nil || b != -1_200_000 {
		t.Errorf("%s, %v", b, err)
	}
	w.sound()
}
