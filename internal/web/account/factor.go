package account

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/pquerna/otp"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

type factorForm struct {
	Code string `form:"code" binding:"required" error:"Enter the six-digit code from your authenticator app"`
	Next string `form:"next"`
}

type factorPage struct {
	page.Base
	Form    factorForm
	Begun   bool   // an app is set up, or being set up
	Pending bool   // it is being set up: the picture and the key are shown
	Key     string // to type instead of the picture, in groups of four
	Account string // as the app will name it
}

// factor asks for the code of the app, or helps to set the app up.
func (a *Account) factor(c *gin.Context) error {
	p, _ := presentOf(c)
	next := people.SafeNext(c.Query("next"))
	if !p.NeedsFactor() {
		return a.goOn(c, p.Session, next)
	}
	shown, err := a.factorPage(c, p, factorForm{Next: next})
	if err != nil {
		return err
	}
	return page.Render(c, "account/second-factor", shown)
}

func (a *Account) factorPage(c *gin.Context, p present, form factorForm) (*factorPage, error) {
	shown := &factorPage{Form: form, Account: p.Person.Email}
	key, err := people.PendingTOTP(c.Request.Context(), a.DB, a.Box, p.Person, a.Issuer)
	switch {
	case errors.Is(err, people.ErrNoFactor):
		return shown, nil
	case errors.Is(err, people.ErrFactorSet):
		shown.Begun = true
		return shown, nil
	case err != nil:
		return nil, err
	}
	shown.Begun, shown.Pending, shown.Key = true, true, grouped(key.Secret())
	return shown, nil
}

func (a *Account) enrol(c *gin.Context) error {
	p, _ := presentOf(c)
	next := people.SafeNext(c.Query("next"))
	if !p.NeedsFactor() {
		return a.goOn(c, p.Session, next)
	}
	err := a.DB.Write(c.Request.Context(), func(tx *db.Tx) error { return people.EnrolTOTP(c.Request.Context(), tx, a.Box, p.Person.ID) })
	if err != nil && !errors.Is(err, people.ErrFactorSet) {
		return err
	}
	return page.Redirect(c, withNext("/sign-in/second-factor", next))
}

func (a *Account) giveFactor(c *gin.Context) error {
	p, _ := presentOf(c)
	var form factorForm
	err := page.Bind(c, &form)
	form.Next = people.SafeNext(form.Next)
	if !p.NeedsFactor() {
		return a.goOn(c, p.Session, form.Next)
	}
	if err == nil {
		err = a.limit(c, a.tries)
	}
	var in entry
	if err == nil {
		in, err = a.verify(c, p.token, form.Code)
	}
	if err != nil {
		shown, broken := a.factorPage(c, p, form)
		if broken != nil {
			return broken
		}
		return page.Again(c, err, "account/second-factor", shown)
	}
	in.next = form.Next
	return a.enter(c, in)
}

// verify commits a wrong try as well, and then refuses.
func (a *Account) verify(c *gin.Context, token, code string) (entry, error) {
	var in entry
	err := a.DB.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
		if in.token, err = people.Verify(c.Request.Context(), tx, a.Box, token, code); err != nil || in.token == "" {
			return err
		}
		in.session, err = people.SessionOf(c.Request.Context(), tx, in.token, tx.Now)
		return err
	})
	switch {
	case errors.Is(err, people.ErrTooManyCodes):
		return in, failure.Field("code", people.ErrTooManyCodes.Message)
	case err == nil && in.token == "":
		return in, failure.Field("code", "That code is not right. Wait for your app to show the next one and enter that")
	}
	return in, err
}

// picture is the key as a QR code while an app is being set up, at an address of its own because pages show
// no pictures but the site's files.
func (a *Account) picture(c *gin.Context) error {
	p, _ := presentOf(c)
	key, err := people.PendingTOTP(c.Request.Context(), a.DB, a.Box, p.Person, a.Issuer)
	if err != nil {
		return err
	}
	data, err := qr(key)
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "image/png", data)
	return nil
}

// The picture's side in pixels, and the white around it that readers need (ISO/IEC 18004: four modules).
const qrSide, qrMargin = 240, 24

func qr(key *otp.Key) ([]byte, error) {
	code, err := key.Image(qrSide, qrSide)
	if err != nil {
		return nil, err
	}
	framed := image.NewGray(image.Rect(0, 0, qrSide+2*qrMargin, qrSide+2*qrMargin))
	draw.Draw(framed, framed.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(framed, code.Bounds().Add(image.Pt(qrMargin, qrMargin)), code, code.Bounds().Min, draw.Src)
	var buf bytes.Buffer
	if err := png.Encode(&buf, framed); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// grouped writes a key in groups of four, as people copy it.
func grouped(key string) string {
	var b strings.Builder
	for i, r := range key {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
