package attendance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Stroke is one mark as somebody gives it: for the place with this code, where they saw Was.
type Stroke struct {
	Code string
	Was  Mark
	Mark Mark
}

// Save writes marks into the register of half a day. What was saved under the same key before changes nothing. A mark that
// cannot stand does not keep the others from it: it comes back with the reason, by the place's code, which is ErrMeanwhile, ErrGone,
// ErrLater or ErrMark. Save returns ErrUnknown for somebody who does not teach the block, ErrNotYet, ErrOver or ErrKey.
func Save(ctx context.Context, tx *db.Tx, by Keeper, h *HalfDay, key string, strokes []Stroke) (refused map[string]error, err error) {
	today := london.DateOf(tx.Now)
	switch {
	case today.Before(h.Day):
		return nil, ErrNotYet
	case h.Over(today):
		return nil, ErrOver
	}
	if !by.Office {
		if err := h.taughtBy(ctx, tx, by.Person); err != nil {
			return nil, err
		}
	}
	if fresh, err := once(ctx, tx, key, by.Person); err != nil || !fresh {
		return nil, err
	}
	register, err := h.lock(ctx, tx)
	if err != nil {
		return nil, err
	}
	sheet, err := Sheet(ctx, tx, h)
	if err != nil {
		return nil, err
	}
	changed, refused := decide(sheet, strokes, !by.Office && today.After(h.Day))
	if len(changed) == 0 {
		return refused, nil
	}
	if err := h.write(ctx, tx, register, by.Person, changed); err != nil {
		return nil, err
	}
	return refused, h.record(ctx, tx, by.Person, "register marked", changed, nil)
}

// once reports whether nothing was sent under a key before. Who sends the same at the same moment waits for the first.
func once(ctx context.Context, tx *db.Tx, key string, by id.Person) (bool, error) {
	done, err := tx.NewRaw("INSERT INTO attendance_sendings (key, person_id, at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING", key, by, tx.Now).Exec(ctx)
	if db.Violates(err, "attendance_sendings_key") {
		return false, ErrKey.Because(err)
	}
	if err != nil {
		return false, fmt.Errorf("noting what was sent: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// decide says which marks of a register change, and why the others that were given do not. late: what stands is of an
// earlier day, and only what is missing may be filled in.
func decide(sheet []Entry, strokes []Stroke, late bool) (changed []Entry, refused map[string]error) {
	refused = map[string]error{}
	for _, s := range strokes {
		i := slices.IndexFunc(sheet, func(e Entry) bool { return e.Code == s.Code })
		switch {
		case i < 0:
			refused[s.Code] = ErrGone
		case !s.Mark.Given():
			refused[s.Code] = ErrMark
		case sheet[i].Mark == s.Mark:
		case sheet[i].Mark != s.Was:
			refused[s.Code] = ErrMeanwhile
		case late && s.Was != Unmarked:
			refused[s.Code] = ErrLater
		default:
			e := sheet[i]
			e.Mark = s.Mark
			changed = append(changed, e)
		}
	}
	return changed, refused
}

// write saves marks into a locked register, and those of guests where they count.
func (h *HalfDay) write(ctx context.Context, tx *db.Tx, register id.Register, by id.Person, changed []Entry) error {
	var own []mark
	for _, e := range changed {
		if !e.Guest {
			own = append(own, mark{EnrolmentID: e.ID, RegisterID: register, Mark: e.Mark, ByID: by, At: tx.Now})
			continue
		}
		if err := h.writeGuest(ctx, tx, by, e); err != nil {
			return err
		}
	}
	return put(ctx, tx, own)
}

// put writes marks over those that stand.
func put(ctx context.Context, tx *db.Tx, marks []mark) error {
	if len(marks) == 0 {
		return nil
	}
	slices.SortFunc(marks, func(a, b mark) int { return int(a.EnrolmentID - b.EnrolmentID) })
	_, err := tx.NewInsert().Model(&marks).On("CONFLICT (enrolment_id, register_id) DO UPDATE").
		Set("mark = EXCLUDED.mark").Set("by_id = EXCLUDED.by_id").Set("at = EXCLUDED.at").Returning("NULL").Exec(ctx)
	if err != nil {
		return fmt.Errorf("marking a register: %w", err)
	}
	return nil
}

// record keeps what was changed in a register: completing a run hangs on it.
func (h *HalfDay) record(ctx context.Context, tx *db.Tx, by id.Person, action string, changed []Entry, more map[string]any) error {
	detail := map[string]any{"day": h.Day.String(), "half": h.Half}
	for _, e := range changed {
		given, _ := detail[string(e.Mark)].([]id.Enrolment)
		detail[string(e.Mark)] = append(given, e.ID)
	}
	for name, value := range more {
		detail[name] = value
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "block", SubjectID: int64(h.BlockID), Detail: detail})
}

// keysKept is how long a page may go on sending the same again.
const keysKept = 60 * 24 * time.Hour

// ForgetSendings forgets the keys of what was sent long ago, and reports how many there were.
func ForgetSendings(ctx context.Context, tx *db.Tx) (int64, error) {
	done, err := tx.NewRaw("DELETE FROM attendance_sendings WHERE at < ?", tx.Now.Add(-keysKept)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("forgetting what was sent: %w", err)
	}
	return done.RowsAffected()
}

// Refusals are what Save refused as one failure, a sentence for the field of each place; nil when nothing was.
func Refusals(refused map[string]error) error {
	if len(refused) == 0 {
		return nil
	}
	kind, fields := failure.Conflict, make(map[string]string, len(refused))
	for code, err := range refused {
		f := failure.Of(err)
		fields[Field(code)] = f.Message
		if f.Kind == failure.Invalid {
			kind = failure.Invalid
		}
	}
	return &failure.Error{Kind: kind, Code: ErrMeanwhile.Code, Message: "Some marks could not be saved.", Fields: fields}
}

// Field is the form field of somebody's mark.
func Field(code string) string { return "mark-" + code }
