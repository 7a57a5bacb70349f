// Package config is the settings of the program: one struct, read from the environment in one place and checked
// before anything is opened. Secrets have no default. The names are described in the README.
package config

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"time"
)

// Mode says whether this is the real thing.
type Mode string

// The modes.
const (
	Demo       Mode = "demo"
	Production Mode = "production"
)

// Config is every setting. It is read once, at the start.
type Config struct {
	Mode        Mode      `env:"BURSAR_MODE" validate:"oneof=demo production"`
	Addr        string    `env:"BURSAR_ADDR" validate:"hostname_port"`
	URL         string    `env:"BURSAR_URL" validate:"http_url"` // public base address, no trailing slash
	Data        string    `env:"BURSAR_DATA" validate:"required"`
	DatabaseURL string    `env:"DATABASE_URL"` // empty: the embedded PostgreSQL in Data
	StartsAt    time.Time `env:"BURSAR_CLOCK"` // zero: the machine's clock

	StripeKey      string   `env:"STRIPE_SECRET_KEY" validate:"omitempty,startswith=sk_|startswith=rk_"`
	WebhookSecrets []string `env:"STRIPE_WEBHOOK_SECRET" validate:"dive,startswith=whsec_"`
	StripeAPI      string   `env:"STRIPE_API_URL" validate:"omitempty,http_url"`
	StripeBacs     bool     `env:"STRIPE_BACS"` // the account takes Bacs Direct Debits: instalments may be paid by them
	SMTP           string   `env:"SMTP_URL"`
	Keyset         string   `env:"BURSAR_KEYSET"`

	Provider Provider
}

// Provider is who teaches: what pages and mails say of them.
type Provider struct {
	Name    string `env:"BURSAR_NAME" validate:"required"`
	Email   string `env:"BURSAR_EMAIL" validate:"email"`
	Phone   string `env:"BURSAR_PHONE"`
	Address string `env:"BURSAR_ADDRESS"`
	Accent  string `env:"BURSAR_ACCENT" validate:"hexcolor"` // dark enough for white text on it
	Logo    string `env:"BURSAR_LOGO" validate:"omitempty,file"`
	GiftAid bool   `env:"BURSAR_GIFT_AID"` // a charity that HM Revenue and Customs know: donors may add Gift Aid
}

// Read reads and checks the settings through lookup, which is os.LookupEnv but for tests. Its error names every
// setting that is wrong, one a line.
func Read(lookup func(string) (string, bool)) (*Config, error) {
	get := func(name, fallback string) string {
		if v, ok := lookup(name); ok && v != "" {
			return v
		}
		return fallback
	}
	c := &Config{
		Mode:           Mode(get("BURSAR_MODE", string(Production))),
		Addr:           get("BURSAR_ADDR", "127.0.0.1:8080"),
		Data:           get("BURSAR_DATA", "./.data"),
		DatabaseURL:    get("DATABASE_URL", ""),
		StripeKey:      get("STRIPE_SECRET_KEY", ""),
		WebhookSecrets: split(get("STRIPE_WEBHOOK_SECRET", "")),
		StripeAPI:      get("STRIPE_API_URL", ""),
		SMTP:           get("SMTP_URL", ""),
		Keyset:         get("BURSAR_KEYSET", ""),
		Provider: Provider{
			Name:    get("BURSAR_NAME", "Threshold Dialogue Training"),
			Email:   get("BURSAR_EMAIL", "office@threshold.example"),
			Phone:   get("BURSAR_PHONE", "020 7946 0321"),
			Address: get("BURSAR_ADDRESS", "Threshold Dialogue Training CIC, 14 Lantern Yard, London N1 9XX"),
			Accent:  get("BURSAR_ACCENT", "#0b5c57"),
			Logo:    get("BURSAR_LOGO", ""),
		},
	}
	c.URL = strings.TrimRight(get("BURSAR_URL", "http://"+c.Addr), "/")
	var problems []error
	if at := get("BURSAR_CLOCK", ""); at != "" {
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			problems = append(problems, errors.New("BURSAR_CLOCK must be a time like 2026-11-23T09:00:00Z"))
		}
		c.StartsAt = t
	}
	for name, set := range map[string]*bool{"BURSAR_GIFT_AID": &c.Provider.GiftAid, "STRIPE_BACS": &c.StripeBacs} {
		said, err := strconv.ParseBool(get(name, strconv.FormatBool(c.Mode == Demo)))
		if err != nil {
			problems = append(problems, errors.New(name+" must be true or false"))
		}
		*set = said
	}
	problems = append(problems, c.check()...)
	return c, errors.Join(problems...)
}

// FromEnvironment reads the settings of this process.
func FromEnvironment() (*Config, error) { return Read(os.LookupEnv) }
