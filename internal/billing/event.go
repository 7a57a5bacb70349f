package billing

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
)

// EventArrived is the job to look into an event that was stored.
type EventArrived struct {
	Event string `json:"event"`
}

// Kind names the job.
func (EventArrived) Kind() string { return "event_arrived" }

// Queue keeps money apart from everything else.
func (EventArrived) Queue() string { return MoneyQueue }

// Expected is what a webhook endpoint that is set up rightly sends.
type Expected struct {
	APIVersion string
	Live       bool
}

// RecordEvent stores an event as it came and asks for it to be looked into. An event that is stored already
// changes nothing. One of the wrong API version or mode is stored too, and put before a person: the first is
// still looked into, since nothing is decided from an event's own contents; the second is about other money.
func RecordEvent(ctx context.Context, tx *db.Tx, e Event, want Expected) error {
	res, err := tx.NewRaw(`
		INSERT INTO processor_events (id, type, api_version, live, session, intent, reference, payload, created_at, received_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO NOTHING`,
		e.ID, e.Type, e.APIVersion, e.Live, e.Session, e.Intent, e.Reference, e.Payload, e.CreatedAt, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing event: %w", err)
	}
	if n, err := res.RowsAffected(); n == 0 {
		return err
	}
	if e.Live != want.Live {
		return Quarantine(ctx, tx, Doubt{Kind: WrongMode, Object: e.ID,
			Detail: fmt.Sprintf("An event of type %s came from the card processor's other mode (test or live). Check the webhook endpoint.", e.Type)})
	}
	if e.APIVersion != want.APIVersion {
		err := Quarantine(ctx, tx, Doubt{Kind: WrongVersion, Object: e.APIVersion,
			Detail: fmt.Sprintf("The webhook endpoint sends API version %q and must send %q. Events are still looked into.", e.APIVersion, want.APIVersion)})
		if err != nil {
			return err
		}
	}
	return tx.Enqueue(ctx, EventArrived{e.ID})
}

// PaymentOfEvent finds the payment that a stored event is about, by the processor's names for its page or
// payment or by our reference, or returns ErrPaymentUnknown.
func PaymentOfEvent(ctx context.Context, d bun.IDB, event string) (id.Payment, error) {
	var p id.Payment
	err := d.NewRaw(`
		SELECT p.id FROM processor_events e
		JOIN payments p ON p.session = nullif(e.session, '') OR p.intent = nullif(e.intent, '') OR p.code = nullif(e.reference, '')
		WHERE e.id = ?
		ORDER BY p.id LIMIT 1`, event).Scan(ctx, &p)
	if db.NoRows(err) {
		return 0, ErrPaymentUnknown
	}
	return p, err
}

// MarkApplied notes that an event has been looked into.
func MarkApplied(ctx context.Context, tx *db.Tx, event string) error {
	_, err := tx.NewRaw("UPDATE processor_events SET applied_at = ? WHERE id = ? AND applied_at IS NULL", tx.Now, event).Exec(ctx)
	return err
}

// QuarantineEvent puts an event about nothing of ours before a person, if it is about money at all.
func QuarantineEvent(ctx context.Context, tx *db.Tx, event string) error {
	var e struct{ Type, Session, Intent string }
	err := tx.NewRaw("SELECT type, session, intent FROM processor_events WHERE id = ?", event).Scan(ctx, &e.Type, &e.Session, &e.Intent)
	if err != nil {
		return fmt.Errorf("reading event: %w", err)
	}
	if e.Session != "" || e.Intent != "" {
		err := Quarantine(ctx, tx, Doubt{Kind: UnknownPayment, Object: event,
			Detail: fmt.Sprintf("The card processor reported %s for %s%s, which is not a payment of ours.", e.Type, e.Session, e.Intent)})
		if err != nil {
			return err
		}
	}
	return MarkApplied(ctx, tx, event)
}
