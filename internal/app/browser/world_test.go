package browser_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"bursar/internal/app"
	"bursar/internal/app/apptest"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/people"
)

// demonstration is the whole program with the demonstration's people, in which things happen by themselves.
func demonstration(t *testing.T) *apptest.World {
	t.Helper()
	return apptest.Run(t, apptest.Settings(t), app.Options{})
}

// catalogue is the same with the courses alone, every place free.
func catalogue(t *testing.T) *apptest.World {
	t.Helper()
	w := apptest.Run(t, apptest.Settings(t), app.Options{Empty: true})
	if err := fixture.Catalogue(t.Context(), w.DB); err != nil {
		t.Fatal(err)
	}
	return w
}

// Be is done by everybody who tries the demonstration: they choose who to be.
func (b *Tab) Be(name string) {
	b.t.Helper()
	b.Visit("/demo")
	b.Press("Be " + name)
}

var sixDigits = regexp.MustCompile(`(?m)^\d{6}$`)

// Code reads the newest sign-in code among the demonstration's emails, in a window of its own.
func Code(t *testing.T, w *apptest.World) string {
	t.Helper()
	b := Open(t, w, telephone)
	b.until("an email", func() bool {
		b.Visit("/demo/mails")
		return script[bool](b, `document.querySelector("main tbody a") !== null`)
	})
	b.leads("opening the newest email", clickFirst(`main tbody a`))
	b.See("")
	code := sixDigits.FindString(script[string](b, `document.querySelector("pre").innerText`))
	if code == "" {
		t.Fatalf("no code in %s", b.Path())
	}
	return code
}

// link is a sign-in link for an address, as the office makes one.
func link(t *testing.T, w *apptest.World, email string) string {
	t.Helper()
	var made string
	err := w.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		made, err = people.NewLink(t.Context(), tx, email)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// appCode is what an authenticator app with a key shows at a time.
func appCode(t *testing.T, key string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(key, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
