package report_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/report"
)

func (w *world) exported(m report.Month) []report.Row {
	w.t.Helper()
	var rows []report.Row
	if err := report.Export(w.t.Context(), w, m, func(r report.Row) error { rows = append(rows, r); return nil }); err != nil {
		w.t.Fatal(err)
	}
	return rows
}

func TestAnExportBalancesEntryByEntryAndIsTheLedger(t *testing.T) {
	t.Parallel()
	s := newSpring(t)
	rows := s.exported(march)
	whole := map[string]money.Amount{}
	var debit, credit money.Amount
	for _, r := range rows {
		whole[r.Reference] += r.Debit - r.Credit
		debit, credit = debit+r.Debit, credit+r.Credit
		if r.On.Before(march.First()) || r.On.After(march.Last()) || (r.Debit == 0) == (r.Credit == 0) || r.Nominal == "" || r.Text == "" {
			t.Errorf("%+v", r)
		}
	}
	for reference, left := range whole {
		if left != 0 {
			t.Errorf("%s is out by %s", reference, left)
		}
	}
	x, err := report.ExportedOf(t.Context(), s, march)
	if err != nil || x.Lines != len(rows) || x.Entries != len(whole) || x.Debit != debit || x.Credit != credit || debit != credit {
		t.Errorf("%d rows of %d entries, %s and %s; counted %+v, %v", len(rows), len(whole), debit, credit, x, err)
	}
	var lines int
	if err := s.NewRaw("SELECT count(*) FROM entry_lines").Scan(t.Context(), &lines); err != nil || lines != len(rows)+len(s.exported(february)) {
		t.Errorf("%d lines in the ledger, %v", lines, err)
	}
}

func TestAnExportNamesRunsAndOrganisationsAndNoPeople(t *testing.T) {
	t.Parallel()
	s := newSpring(t)
	codes := map[string]string{"deferred": "2999"}
	s.write(func(tx *db.Tx) error { return invoice.SaveProvider(t.Context(), tx, s.ann.ID, provider, codes) })
	rows := s.exported(march)
	for _, want := range []report.Row{
		{Nominal: "2999", Account: "Income still to be taught, FND-T27", Debit: 325_000, Text: "A block was taught"},
		{Nominal: "4000", Account: "Income taught, FND-T27", Credit: 325_000, Text: "A block was taught"},
		{Nominal: "1100", Account: "What payers owe, learners", Debit: 325_000, Text: "Charged for a place"},
		{Nominal: "2120", Account: "Credit of organisations, Westermoor and Tarn NHS Foundation Trust", Credit: 10_050, Text: "The rest to an organisation’s credit"},
		{Nominal: "3200", Account: "Funds, income, NORTH", Credit: 500_000, Text: "Gift received"},
		{Nominal: "1200", Account: "Bank", Debit: 660_050, Text: "Money that came by bank"},
	} {
		if !slices.ContainsFunc(rows, func(r report.Row) bool {
			return r.Nominal == want.Nominal && r.Account == want.Account && r.Debit == want.Debit && r.Credit == want.Credit && r.Text == want.Text
		}) {
			t.Errorf("no row %+v", want)
		}
	}
	for _, r := range rows {
		if text := strings.Join([]string{r.Reference, r.Account, r.Text}, " "); strings.Contains(text, "Reyes") || strings.Contains(text, "@") {
			t.Errorf("%s names somebody", text)
		}
	}
}

func TestAnExportGoesOnWhereverItWasRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2027, time.March, 1))
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw(`SELECT post_entry('test/' || n, ?, ARRAY['bank', 'other'], ARRAY[n, -n]::bigint[]) FROM generate_series(1, 2500) n`,
			london.On(2027, time.March, 5).At(9, 0)).Exec(t.Context())
		return err
	})
	rows := w.exported(march)
	if len(rows) != 5000 || rows[4999].Reference != "test/2500" {
		t.Errorf("%d rows", len(rows))
	}
	full := errors.New("the disk is full")
	if err := report.Export(t.Context(), w, march, func(report.Row) error { return full }); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	if faults, err := ledger.Verify(t.Context(), w); err != nil || len(faults) > 0 {
		t.Errorf("%v, %v", faults, err)
	}
}
