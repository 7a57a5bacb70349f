package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/organisation"
)

var (
	// ErrNothingToChase means that all was chased already, or nothing is missing any more.
	ErrNothingToChase = failure.New(failure.Conflict, "nothing_to_chase",
		"There is nothing to remind of. Somebody may have done it already, or what was missing has come.")
	// ErrTooManyToChase means that more mails were asked for than are sent at once.
	ErrTooManyToChase = failure.New(failure.Invalid, "too_many_to_chase", "Choose up to 100 organisations at a time.")
)

// mostLetters is how many organisations are reminded at once.
const mostLetters = 100

// Letters are the reminders that Chase would send: of each organisation what was not chased yet at its step, or with again
// all of it. Organisations without an address, or with nothing left, are not among them.
func Letters(list []Debtor, again bool) []Debtor {
	var letters []Debtor
	for _, o := range list {
		if !again {
			o.Items = slices.DeleteFunc(slices.Clone(o.Items), func(i Item) bool { return !i.Chased.IsZero() })
		}
		if o.To != "" && len(o.Items) > 0 {
			letters = append(letters, o)
		}
	}
	return letters
}

// Chase reminds organisations, each by one mail that names everything, and writes down of what. What was chased already at
// the same step is left out, unless it is asked for again. It returns what was sent, or ErrNothingToChase,
// ErrTooManyToChase or organisation.ErrUnknown.
func Chase(ctx context.Context, tx *db.Tx, by id.Person, codes []string, again bool) ([]Debtor, error) {
	if len(codes) > mostLetters {
		return nil, ErrTooManyToChase
	}
	var which []id.Organisation
	err := tx.NewRaw("SELECT id FROM organisations WHERE code IN (?) ORDER BY id", bun.List(append(codes, ""))).Scan(ctx, &which)
	if err != nil {
		return nil, fmt.Errorf("reading organisations: %w", err)
	}
	if len(which) == 0 {
		return nil, ErrNothingToChase
	}
	for _, o := range which { // whoever does the same at this moment finds it done
		if _, err := organisation.Lock(ctx, tx, o); err != nil {
			return nil, err
		}
	}
	list, err := ToChase(ctx, tx, tx.Now, which...)
	if err != nil {
		return nil, err
	}
	letters := Letters(list, again)
	if len(letters) == 0 {
		return nil, ErrNothingToChase
	}
	for _, l := range letters {
		if err := l.send(ctx, tx, by); err != nil {
			return nil, err
		}
	}
	return letters, nil
}

// Message is the reminder of what is in the list.
func (d *Debtor) Message() mail.Message { return mail.Message{To: d.To, Template: "chase", Data: d} }

// send mails one reminder and writes down what it names.
func (d *Debtor) send(ctx context.Context, tx *db.Tx, by id.Person) error {
	if err := mail.Send(ctx, tx, d.Message()); err != nil {
		return err
	}
	type rung struct {
		what What
		step int
	}
	named := map[rung][]string{}
	for _, i := range d.Items {
		r := rung{i.What, i.Step}
		named[r] = append(named[r], i.Code)
	}
	for r, codes := range named {
		body, err := json.Marshal(codes)
		if err != nil {
			return fmt.Errorf("writing down a reminder: %w", err)
		}
		_, err = tx.NewRaw("INSERT INTO chases (organisation_id, kind, step, items, at, by) VALUES (?, ?, ?, ?::jsonb, ?, nullif(?, 0))",
			d.ID, r.what, r.step, string(body), tx.Now, by).Exec(ctx)
		if err != nil {
			return fmt.Errorf("writing down a reminder: %w", err)
		}
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "organisation reminded", Subject: "organisation", SubjectID: int64(d.ID),
		Detail: map[string]any{"items": len(d.Items)}})
}
