package public

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/certificate"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/web/page"
)

// How often one network address may try codes: so many at once, then one after each pause. A personnel department that
// checks a pile of papers has room; whoever guesses has not.
const (
	checksAtOnce = 60
	checksEvery  = 5 * time.Second
)

// errTooManyChecks is said to everybody behind a network address that has tried too often.
var errTooManyChecks = failure.New(failure.Unavailable, "too_many_checks",
	"Too many certificates have been checked from your network in a short time. Wait a few minutes and try again.")

type certificateForm struct {
	Code string `form:"code" binding:"required,max=200" error:"Enter the code from the certificate" error-max:"The code has 12 letters and numbers"`
}

type certificatesPage struct {
	page.Base
	Form certificateForm
}

// certificates asks for the code of a certificate.
func (p *Public) certificates(c *gin.Context) error {
	page.Share(c)
	return page.Render(c, "public/certificates", &certificatesPage{})
}

// numbered is the form of a certificate's number, which many will type instead of the code.
var numbered = regexp.MustCompile(`^[Cc] ?-? ?[0-9]{5,}$`)

// findCertificate leads to what is public of a certificate.
func (p *Public) findCertificate(c *gin.Context) error {
	var form certificateForm
	err := page.Bind(c, &form)
	if err == nil {
		var code string
		if code, err = p.codeOf(c, form.Code); err == nil {
			return page.Redirect(c, "/certificates/"+code)
		}
	}
	return page.Again(c, err, "public/certificates", &certificatesPage{Form: form})
}

// codeOf is the code of a certificate that there is, or what is wrong with what was typed.
func (p *Public) codeOf(c *gin.Context, typed string) (string, error) {
	code := id.NormaliseLongCode(typed)
	switch {
	case numbered.MatchString(strings.TrimSpace(typed)):
		return "", failure.Field("code", "That is the number of the certificate. Enter the code: the 12 letters and numbers at the end of the address below it")
	case code == "":
		return "", failure.Field("code", "The code has 12 letters and numbers, like K7Q2-9MXA-3BTF")
	}
	switch _, err := p.checked(c, code); {
	case errors.Is(err, certificate.ErrUnknown):
		return "", failure.Field("code", "We know no certificate with this code. Check each letter and number of it")
	case err != nil:
		return "", err
	}
	return code, nil
}

func (p *Public) checked(c *gin.Context, code string) (*certificate.Public, error) {
	if !p.checks.Allow(c.ClientIP(), p.DB.Now()) {
		return nil, errTooManyChecks
	}
	return certificate.ByCode(c.Request.Context(), p.DB, code)
}

type certificatePage struct {
	page.Base
	*certificate.Public
	Facts page.Summary
}

// certificate says whether a certificate holds, to whoever has its code. No cache or search engine keeps the page.
func (p *Public) certificate(c *gin.Context) error {
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex, nofollow")
	code := id.NormaliseLongCode(c.Param("code"))
	k, err := p.checked(c, code)
	if err != nil {
		return err
	}
	if code != c.Param("code") {
		return page.Redirect(c, "/certificates/"+code)
	}
	shown := &certificatePage{Public: k}
	shown.Back = "/certificates"
	did := map[certificate.Kind]string{certificate.Attended: "Attended", certificate.Completed: "Completed"}[k.Kind]
	if k.Snapshot.Name != "" {
		shown.Facts.Rows = append(shown.Facts.Rows, page.Row{Key: "Name", Value: k.Snapshot.Name})
	}
	shown.Facts.Rows = append(shown.Facts.Rows, page.Row{Key: "Attended or completed", Value: did}, page.Row{Key: "Course", Value: k.Snapshot.Course},
		page.Row{Key: "Dates", Lines: k.Snapshot.Dates()}, page.Row{Key: "Number", Value: k.Number})
	return page.Render(c, "public/certificate", shown)
}
