package stripepay_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76/webhook"

	"bursar/internal/billing"
	"bursar/internal/stripepay"
)

const secret = "whsec_current"

// now is years away from the machine's clock on purpose: only the time that is passed in may count.
var now = time.Date(2031, 3, 4, 5, 6, 7, 0, time.UTC)

func sign(payload, secret string, at time.Time) string {
	return webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{
		Payload: []byte(payload), Secret: secret, Timestamp: at,
	}).Header
}

func event(kind, object string) string {
	return fmt.Sprintf(`{"id":"evt_1","object":"event","type":%q,"api_version":"2023-10-16","livemode":false,`+
		`"created":1795424767,"data":{"object":%s}}`, kind, object)
}

func TestAnEventSaysWhereToLook(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, object, session, intent, reference string }{
		{"checkout.session.completed",
			`{"object":"checkout.session","id":"cs_1","payment_intent":"pi_1","client_reference_id":"K7Q2-9M"}`,
			"cs_1", "pi_1", "K7Q2-9M"},
		{"checkout.session.expired",
			`{"object":"checkout.session","id":"cs_1","payment_intent":null,"client_reference_id":null,"metadata":{"payment":"K7Q2-9M"}}`,
			"cs_1", "", "K7Q2-9M"},
		{"payment_intent.succeeded", `{"object":"payment_intent","id":"pi_1","metadata":{"payment":"K7Q2-9M"}}`,
			"", "pi_1", "K7Q2-9M"},
		{"charge.refunded", `{"object":"charge","id":"ch_1","payment_intent":{"id":"pi_1"},"metadata":{"payment":"K7Q2-9M"}}`,
			"", "pi_1", "K7Q2-9M"},
		{"refund.updated", `{"object":"refund","id":"re_1","payment_intent":"pi_1","metadata":{"refund":"R1"}}`, "", "pi_1", ""},
		{"charge.refund.updated", `{"object":"refund","id":"re_1","payment_intent":"pi_1"}`, "", "pi_1", ""},
		{"charge.dispute.created", `{"object":"dispute","id":"dp_1","payment_intent":"pi_1","charge":"ch_1"}`, "", "pi_1", ""},
		{"account.updated", `{"object":"account","id":"acct_1","metadata":{"payment":"K7Q2-9M"}}`, "", "", ""},
		{"payment_intent.succeeded", `{"object":"payment_intent","id":["another shape"]}`, "", "", ""},
		{"payment_intent.succeeded", `{"object":"payment_intent","id":"pi_1","metadata":{"payment":"a\u0000b"}}`, "", "pi_1", ""},
	} {
		payload := event(c.kind, c.object)
		got, err := stripepay.ReadEvent([]byte(payload), sign(payload, secret, now), []string{secret}, now)
		want := billing.Event{
			ID: "evt_1", Type: c.kind, APIVersion: stripepay.APIVersion, CreatedAt: time.Unix(1795424767, 0).UTC(),
			Session: c.session, Intent: c.intent, Reference: c.reference, Payload: []byte(payload),
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s of %s:\n got %+v, %v\nwant %+v", c.kind, c.object, got, err, want)
		}
	}
}

func TestAnEventOfAnotherVersionIsReadAndNamesIt(t *testing.T) {
	t.Parallel()
	payload := strings.Replace(event("payment_intent.succeeded", `{"object":"payment_intent","id":"pi_1"}`),
		stripepay.APIVersion, "2026-01-28.clover", 1)
	got, err := stripepay.ReadEvent([]byte(payload), sign(payload, secret, now), []string{secret}, now)
	if err != nil || got.APIVersion != "2026-01-28.clover" || got.Intent != "pi_1" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestBothSecretsCountWhileRotating(t *testing.T) {
	t.Parallel()
	payload := event("payment_intent.succeeded", `{"object":"payment_intent","id":"pi_1"}`)
	for _, used := range []string{"whsec_old", secret} {
		if _, err := stripepay.ReadEvent([]byte(payload), sign(payload, used, now), []string{"whsec_old", secret}, now); err != nil {
			t.Errorf("signed with %s: %v", used, err)
		}
	}
	both := sign(payload, "whsec_unknown", now) + "," + strings.SplitN(sign(payload, secret, now), ",", 2)[1]
	if _, err := stripepay.ReadEvent([]byte(payload), both, []string{secret}, now); err != nil {
		t.Errorf("signed with an unknown secret and ours: %v", err)
	}
}

func TestNothingButAFreshSignatureIsBelieved(t *testing.T) {
	t.Parallel()
	payload := event("payment_intent.succeeded", `{"object":"payment_intent","id":"pi_1"}`)
	good := sign(payload, secret, now)
	v1 := strings.SplitN(good, ",", 2)[1]
	for name, c := range map[string]struct {
		payload, signature string
		secrets            []string
	}{
		"no signature":              {payload, "", []string{secret}},
		"another secret":            {payload, sign(payload, "whsec_other", now), []string{secret}},
		"no secrets known":          {payload, good, nil},
		"empty secret":              {payload, sign(payload, "", now), []string{""}},
		"body changed":              {strings.Replace(payload, "pi_1", "pi_2", 1), good, []string{secret}},
		"301 s old":                 {payload, sign(payload, secret, now.Add(-301*time.Second)), []string{secret}},
		"301 s in the future":       {payload, sign(payload, secret, now.Add(301*time.Second)), []string{secret}},
		"time changed":              {payload, fmt.Sprintf("t=%d,%s", now.Unix()+1, v1), []string{secret}},
		"no time":                   {payload, v1, []string{secret}},
		"two times":                 {payload, fmt.Sprintf("t=%d,%s", now.Unix(), good), []string{secret}},
		"time is not a number":      {payload, "t=soon," + v1, []string{secret}},
		"time beyond any calendar":  {payload, "t=-9223372036854775808," + v1, []string{secret}},
		"test scheme only":          {payload, strings.Replace(good, "v1=", "v0=", 1), []string{secret}},
		"signature is not hex":      {payload, fmt.Sprintf("t=%d,v1=zz", now.Unix()), []string{secret}},
		"not even JSON, not signed": {"<xml/>", good, []string{secret}},
	} {
		got, err := stripepay.ReadEvent([]byte(c.payload), c.signature, c.secrets, now)
		if !errors.Is(err, stripepay.ErrUnsigned) || got.ID != "" {
			t.Errorf("%s: got %+v, %v; want ErrUnsigned", name, got, err)
		}
	}
	for _, edge := range []time.Duration{-300 * time.Second, 300 * time.Second} {
		if _, err := stripepay.ReadEvent([]byte(payload), sign(payload, secret, now.Add(edge)), []string{secret}, now); err != nil {
			t.Errorf("signed at %v from now: %v", edge, err)
		}
	}
}

func TestASignedMessageThatIsNoEventIsMalformed(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{
		"", "{", "null", "[]", `{"object":"charge","id":"ch_1"}`, `{"object":"event","type":"x"}`,
		`{"object":"event","id":"evt_1"}`, `{"object":"event","id":"evt\u0000","type":"x"}`,
		`{"object":"event","id":"` + strings.Repeat("e", 256) + `","type":"x"}`,
	} {
		_, err := stripepay.ReadEvent([]byte(payload), sign(payload, secret, now), []string{secret}, now)
		if !errors.Is(err, stripepay.ErrMalformed) {
			t.Errorf("%q: %v; want ErrMalformed", payload, err)
		}
	}
}

func FuzzReadEvent(f *testing.F) {
	f.Add([]byte(event("charge.refunded", `{"object":"charge","payment_intent":{"id":"pi_1"},"metadata":{"payment":"K7Q2-9M"}}`)), "t=1,v1=00")
	f.Add([]byte(`{"object":"event","id":"evt_1","type":"x","data":{"object":{"payment_intent":[]}}}`), "t=,v1=")
	f.Add([]byte("null"), ",,t==,v1")
	f.Fuzz(func(t *testing.T, payload []byte, signature string) {
		if got, err := stripepay.ReadEvent(payload, signature, []string{secret}, now); err == nil {
			t.Fatalf("a made-up signature %q was believed: %+v", signature, got)
		}
		got, err := stripepay.ReadEvent(payload, sign(string(payload), secret, now), []string{secret}, now)
		if err != nil {
			if !errors.Is(err, stripepay.ErrMalformed) {
				t.Fatalf("a signed body gave %v", err)
			}
			return
		}
		for _, s := range []string{got.ID, got.Type, got.APIVersion, got.Session, got.Intent, got.Reference} {
			if len(s) > 255 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
				t.Fatalf("%q was let through", s)
			}
		}
	})
}
