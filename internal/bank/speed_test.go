package bank_test

import (
	"fmt"
	"strings"
	"testing"

	"bursar/internal/bank"
	"bursar/internal/db"
)

func BenchmarkReadingAHundredThousandLines(b *testing.B) {
	w := newWorld(b)
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		var body strings.Builder
		body.WriteString(heading)
		for n := range 100_000 {
			fmt.Fprintf(&body, "20/02/2027,PAYER %d of %d,INV-%05d,12.34\n", n, i, n)
		}
		f, err := w.tryUpload(body.String())
		if err != nil {
			b.Fatal(err)
		}
		if f.Status == bank.ToLayOut {
			w.write(func(tx *db.Tx) error { return bank.Start(b.Context(), tx, w.ann, f.Code, columns) })
		}
		b.StartTimer()
		w.read(f)
	}
}
