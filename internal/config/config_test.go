package config_test

import (
	"strings"
	"testing"

	"bursar/internal/config"
)

func read(settings map[string]string) (*config.Config, error) {
	return config.Read(func(name string) (string, bool) { v, ok := settings[name]; return v, ok })
}

func production() map[string]string {
	return map[string]string{
		"BURSAR_URL": "https://courses.example.org/", "STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_a, whsec_b",
		"SMTP_URL": "smtps://mail.example.org:465", "BURSAR_KEYSET": "/etc/bursar/keyset.json",
	}
}

func TestProductionIsTheDefaultAndTakesWhatItNeeds(t *testing.T) {
	t.Parallel()
	c, err := read(production())
	if err != nil {
		t.Fatal(err)
	}
	if c.Mode != config.Production || c.URL != "https://courses.example.org" || len(c.WebhookSecrets) != 2 || !c.Live() || c.Sandboxed() {
		t.Errorf("got %+v", c)
	}
}

func TestProductionRefusesWhatIsUnsafe(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"STRIPE_SECRET_KEY": "", "STRIPE_WEBHOOK_SECRET": "", "SMTP_URL": "", "BURSAR_KEYSET": "",
		"STRIPE_API_URL": "http://stripe.example", "BURSAR_URL": "http://courses.example.org", "BURSAR_CLOCK": "2026-11-23T09:00:00Z",
	} {
		settings := production()
		settings[name] = value
		if _, err := read(settings); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%q gave %v", name, value, err)
		}
	}
}

func TestProductionTakesNoTestKey(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"sk_test_1", "rk_test_1"} {
		settings := production()
		settings["STRIPE_SECRET_KEY"] = key
		if _, err := read(settings); err == nil || !strings.Contains(err.Error(), "STRIPE_SECRET_KEY") {
			t.Errorf("%s gave %v", key, err)
		}
	}
}

func TestTheDemoStartsWithNothingButNeverWithALiveKey(t *testing.T) {
	t.Parallel()
	c, err := read(map[string]string{"BURSAR_MODE": "demo", "BURSAR_CLOCK": "2026-11-23T09:00:00Z"})
	if err != nil {
		t.Fatal(err)
	}
	if !c.Sandboxed() || c.URL != "http://127.0.0.1:8080" || c.StartsAt.IsZero() {
		t.Errorf("got %+v", c)
	}
	if _, err := read(map[string]string{"BURSAR_MODE": "demo", "STRIPE_SECRET_KEY": "sk_live_1"}); err == nil {
		t.Error("the demo took a live key")
	}
}

func TestEveryWrongSettingIsNamed(t *testing.T) {
	t.Parallel()
	_, err := read(map[string]string{
		"BURSAR_MODE": "test", "BURSAR_ADDR": "8080", "BURSAR_EMAIL": "office", "BURSAR_ACCENT": "teal",
		"BURSAR_CLOCK": "yesterday", "BURSAR_GIFT_AID": "perhaps", "STRIPE_BACS": "soon", "STRIPE_SECRET_KEY": "pk_1", "STRIPE_WEBHOOK_SECRET": "secret", "STRIPE_API_URL": "stripe",
	})
	for _, name := range []string{
		"BURSAR_MODE", "BURSAR_ADDR", "BURSAR_EMAIL", "BURSAR_ACCENT", "BURSAR_CLOCK", "BURSAR_GIFT_AID", "STRIPE_BACS", "STRIPE_SECRET_KEY",
		"STRIPE_WEBHOOK_SECRET", "STRIPE_API_URL",
	} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in: %v", name, err)
		}
	}
}

func TestGiftAidIsOfferedOnlyByAProviderWhoSaysSo(t *testing.T) {
	t.Parallel()
	said := production()
	said["BURSAR_GIFT_AID"] = "true"
	for name, c := range map[string]struct {
		settings map[string]string
		want     bool
	}{
		"production":                    {production(), false},
		"a charity":                     {said, true},
		"the demonstration":             {map[string]string{"BURSAR_MODE": "demo"}, true},
		"a demonstration that does not": {map[string]string{"BURSAR_MODE": "demo", "BURSAR_GIFT_AID": "false"}, false},
	} {
		got, err := read(c.settings)
		if err != nil || got.Provider.GiftAid != c.want {
			t.Errorf("%s: %v, %v", name, got.Provider.GiftAid, err)
		}
	}
}

func TestDirectDebitsAreTakenOnlyByAnAccountThatHasThem(t *testing.T) {
	t.Parallel()
	said := production()
	said["STRIPE_BACS"] = "true"
	for name, c := range map[string]struct {
		settings map[string]string
		want     bool
	}{
		"silence":         {production(), false},
		"an account":      {said, true},
		"a demonstration": {map[string]string{"BURSAR_MODE": "demo"}, true},
	} {
		got, err := read(c.settings)
		if err != nil || got.StripeBacs != c.want {
			t.Errorf("%s: %v, %v", name, got.StripeBacs, err)
		}
	}
}
