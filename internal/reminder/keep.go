package reminder

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// most is how many days before or after a block each kind can be.
var most = map[Kind]int{Joining: 60, Before: 14, After: 14, Register: 14}

// Keep says for a run which kinds go out and when. What is due by that and was not written yet goes out at once. It returns an
// Invalid failure by field: the kind's name.
func Keep(ctx context.Context, tx *db.Tx, by id.Person, run id.Run, said []Kept) error {
	wrong := map[string]string{}
	detail := map[string]any{}
	for _, k := range said {
		if k.Days < 1 || k.Days > most[k.Kind] {
			wrong[string(k.Kind)] = fmt.Sprintf("Enter a number of days from 1 to %d", most[k.Kind])
		}
		detail[string(k.Kind)] = map[string]any{"days": k.Days, "off": k.Off}
	}
	if len(wrong) > 0 {
		return &failure.Error{Kind: failure.Invalid, Code: "invalid_days", Message: "Check what you entered.", Fields: wrong}
	}
	if err := course.LockPlaces(ctx, tx, run); err != nil {
		return err
	}
	for _, k := range said {
		_, err := tx.NewRaw(`INSERT INTO run_mails (run_id, kind, days, off) VALUES (?, ?, ?, ?)
			ON CONFLICT (run_id, kind) DO UPDATE SET days = excluded.days, off = excluded.off`, run, k.Kind, k.Days, k.Off).Exec(ctx)
		if err != nil {
			return fmt.Errorf("keeping when people are written to: %w", err)
		}
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "emails of a run changed", Subject: "run", SubjectID: int64(run), Detail: detail})
}

// Coming is what goes out, or went, about one block.
type Coming struct {
	Kind    Kind
	Number  int // of the block
	On      london.Date
	Off     bool
	Written int // how many were written to, or wanted no such mail
}

// Plan lists what goes out for a run and when, in the order of the days.
func Plan(ctx context.Context, d bun.IDB, o *course.Offering) ([]Coming, error) {
	kept, err := KeptFor(ctx, d, o.ID)
	if err != nil {
		return nil, err
	}
	var written []struct {
		BlockID id.Block
		Kind    Kind
		N       int
	}
	err = d.NewRaw(`SELECT m.block_id, m.kind, count(*) AS n FROM block_mails m JOIN blocks b ON b.id = m.block_id
		WHERE b.run_id = ? AND m.day = CASE WHEN m.kind IN ('joining', 'before') THEN b.starts_on ELSE b.ends_on END
		GROUP BY m.block_id, m.kind`, o.ID).Scan(ctx, &written)
	if err != nil {
		return nil, fmt.Errorf("counting who was written to: %w", err)
	}
	var list []Coming
	for _, b := range o.Blocks {
		for _, k := range kept {
			if k.Kind == Joining && b.Number != 1 {
				continue
			}
			c := Coming{Kind: k.Kind, Number: b.Number, On: k.Day(b), Off: k.Off}
			for _, w := range written {
				if w.BlockID == b.ID && w.Kind == k.Kind {
					c.Written = w.N
				}
			}
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b Coming) int { return b.On.DaysUntil(a.On) })
	return list, nil
}
