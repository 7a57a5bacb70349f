package config

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
)

// check says what is wrong, a sentence for each setting.
func (c *Config) check() []error {
	problems := c.shape()
	if c.Mode == Production {
		problems = append(problems, c.fitForProduction()...)
	} else if strings.Contains(c.StripeKey, "_live_") {
		problems = append(problems, errors.New("STRIPE_SECRET_KEY is a live key, and BURSAR_MODE=demo must never move real money: use a test key, or none"))
	}
	return problems
}

// shape checks each setting by itself, by the tags on its field.
func (c *Config) shape() []error {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("env") })
	var wrong validator.ValidationErrors
	if err := v.Struct(c); !errors.As(err, &wrong) {
		return nil
	}
	var problems []error
	for _, w := range wrong {
		name, _, _ := strings.Cut(w.Field(), "[")
		problems = append(problems, fmt.Errorf("%s %s", name, wants(w.Tag(), w.Param())))
	}
	return problems
}

// wants says in words what a tag demands.
func wants(tag, param string) string {
	switch tag {
	case "oneof":
		return "must be " + strings.ReplaceAll(param, " ", " or ")
	case "hostname_port":
		return "must be a host and a port, like 127.0.0.1:8080"
	case "http_url":
		return "must be a web address, like https://courses.example.org"
	case "email":
		return "must be an email address"
	case "hexcolor":
		return "must be a colour, like #0b5c57"
	case "file":
		return "must be the path of a file"
	case "startswith", "startswith=sk_|startswith=rk_":
		return "does not look like a key of that kind"
	default:
		return "is missing"
	}
}

// fitForProduction refuses what would be unsafe with real people and real money.
func (c *Config) fitForProduction() []error {
	var problems []error
	need := func(ok bool, problem string) {
		if !ok {
			problems = append(problems, errors.New(problem))
		}
	}
	need(c.Live(), "STRIPE_SECRET_KEY must be a live key of your Stripe account: with a test key anybody could book without paying; BURSAR_MODE=demo is for trying things out")
	need(c.StripeAPI == "" || strings.HasPrefix(c.StripeAPI, "https://"), "STRIPE_API_URL must begin with https://: the secret key is sent there")
	need(len(c.WebhookSecrets) > 0, "STRIPE_WEBHOOK_SECRET is missing: set the signing secret of your webhook endpoint")
	need(c.SMTP != "", "SMTP_URL is missing: set how to send mail, like smtps://user:password@mail.example.org:465")
	need(c.Keyset != "", "BURSAR_KEYSET is missing: set the path of the keyset that encrypts what is private")
	need(strings.HasPrefix(c.URL, "https://"), "BURSAR_URL must begin with https://: people sign in and pay here")
	need(c.StartsAt.IsZero(), "BURSAR_CLOCK is for the demo: real deadlines need the real time")
	return problems
}

// split reads a comma-separated list and leaves out what is empty.
func split(list string) []string {
	var parts []string
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// Live reports whether card payments move real money.
func (c *Config) Live() bool { return strings.Contains(c.StripeKey, "_live_") }

// Sandboxed reports whether the stand-in for the card processor is used.
func (c *Config) Sandboxed() bool { return c.Mode == Demo && c.StripeKey == "" }
