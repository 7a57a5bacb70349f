package stripepay

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76/webhook"

	"bursar/internal/billing"
	"bursar/internal/failure"
)

// tolerance is how far the time of a signature may be from ours, either way: enough for clocks that differ and
// too short for a captured message to be of use later (https://docs.stripe.com/webhooks#replay-attacks).
const tolerance = 300 * time.Second

var (
	// ErrUnsigned means that a message is not provably from Stripe, or not from about now.
	ErrUnsigned = failure.New(failure.Invalid, "stripe_unsigned", "This message is not signed by our card payment service.")
	// ErrMalformed means that a message signed by Stripe is not an event as we know them.
	ErrMalformed = failure.New(failure.Invalid, "stripe_malformed", "This message is not an event.")
)

// ReadEvent checks that a message to our webhook address was signed with one of the secrets at about now (300
// seconds either way) and reads it; nothing is parsed before that. An event of another APIVersion is read too,
// as far as it goes: the caller keeps it and raises the alarm. Errors are ErrUnsigned and ErrMalformed.
func ReadEvent(payload []byte, signature string, secrets []string, now time.Time) (billing.Event, error) {
	signed, ok := signedAt(signature)
	if !ok || now.Sub(signed).Abs() > tolerance {
		return billing.Event{}, ErrUnsigned
	}
	for _, secret := range secrets {
		// Anybody can sign with an empty secret.
		if secret != "" && webhook.ValidatePayloadIgnoringTolerance(payload, signature, secret) == nil {
			return parseEvent(payload)
		}
	}
	return billing.Event{}, ErrUnsigned
}

// signedAt reads the time that is part of what was signed. stripe-go compares it with the machine's clock and
// lets any time in the future pass. Two times would leave open which of them was signed.
func signedAt(signature string) (time.Time, bool) {
	found := ""
	for part := range strings.SplitSeq(signature, ",") {
		if t, ok := strings.CutPrefix(part, "t="); ok {
			if found != "" {
				return time.Time{}, false
			}
			found = t
		}
	}
	seconds, err := strconv.ParseInt(found, 10, 64)
	return time.Unix(seconds, 0), err == nil
}

// wireEvent is the envelope, which is the same in all versions.
type wireEvent struct {
	ID         string `json:"id"`
	Object     string `json:"object"`
	Type       string `json:"type"`
	APIVersion string `json:"api_version"`
	Livemode   bool   `json:"livemode"`
	Created    int64  `json:"created"`
	Data       struct {
		Object json.RawMessage `json:"object"`
	} `json:"data"`
}

// wireObject is as much of the object in an event as says where to look.
type wireObject struct {
	ID                string            `json:"id"`
	Object            string            `json:"object"`
	ClientReferenceID string            `json:"client_reference_id"`
	PaymentIntent     link              `json:"payment_intent"`
	Metadata          map[string]string `json:"metadata"`
}

// link is the id of another object, which Stripe writes as the bare id, as the object itself, or as null.
type link string

// UnmarshalJSON reads the three forms.
func (l *link) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '{' {
		var object struct {
			ID string `json:"id"`
		}
		err := json.Unmarshal(raw, &object)
		*l = link(object.ID)
		return err
	}
	return json.Unmarshal(raw, (*string)(l))
}

func parseEvent(payload []byte) (billing.Event, error) {
	var wire wireEvent
	if err := json.Unmarshal(payload, &wire); err != nil {
		return billing.Event{}, ErrMalformed // without the cause: it quotes the body
	}
	if wire.Object != "event" || token(wire.ID) == "" || token(wire.Type) == "" {
		return billing.Event{}, ErrMalformed
	}
	event := billing.Event{
		ID: wire.ID, Type: wire.Type, APIVersion: token(wire.APIVersion), Live: wire.Livemode,
		CreatedAt: time.Unix(wire.Created, 0).UTC(), Payload: payload,
	}
	var object wireObject
	if json.Unmarshal(wire.Data.Object, &object) == nil {
		point(&event, object)
	}
	return event, nil
}

// point says what an event is about. An object of an unknown kind or shape says nothing.
func point(event *billing.Event, object wireObject) {
	switch object.Object {
	case "checkout.session":
		event.Session, event.Intent = token(object.ID), token(string(object.PaymentIntent))
		event.Reference = token(object.ClientReferenceID)
	case "payment_intent":
		event.Intent = token(object.ID)
	case "charge", "refund", "dispute":
		event.Intent = token(string(object.PaymentIntent))
	default:
		return
	}
	if event.Reference == "" {
		event.Reference = token(object.Metadata["payment"])
	}
}

// token lets only what can be an id, a type or a code of ours pass, so that nothing else reaches a query or a
// log.
func token(s string) string {
	if len(s) > 255 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return s
}
