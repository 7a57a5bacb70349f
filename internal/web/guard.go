package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/failure"
	"bursar/internal/web/applicant"
	"bursar/internal/web/finance"
	"bursar/internal/web/funds"
	"bursar/internal/web/mails"
	"bursar/internal/web/offer"
	"bursar/internal/web/page"
)

const (
	// bodyLimit is far above any form. Some addresses take files: see uploads.
	bodyLimit = 1 << 20
	// answerWithin bounds a request: a statement may take 10 seconds, and the server cuts the answer at 60.
	answerWithin = 25 * time.Second
	// uploadWithin bounds one that brings a file: a telephone on a weak line is slow.
	uploadWithin = 3 * time.Minute
)

var errOtherSite = failure.New(failure.Forbidden, "other_site",
	"What you sent came from another website, so we have not done anything with it. Open the page here and try again.")

// sameSite refuses what a browser sends from another site's page. Programs, such as the card processor, send
// none of the headers by which that is told and pass. So does a click in a mail program that runs within a browser: what it sends is
// proved by the key in its address and by nothing that the browser adds (RFC 8058, section 3.2).
func sameSite() gin.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	for _, route := range mails.OneClick() {
		protection.AddInsecureBypassPattern("POST " + route)
	}
	return func(c *gin.Context) {
		if err := protection.Check(c.Request); err != nil {
			page.Fail(c, errOtherSite.Because(err))
		}
	}
}

// uploads are the patterns of the addresses that take files, and how many bytes each may be sent.
var uploads = files()

func files() map[string]int64 {
	all := map[string]int64{applicant.RecordingRoute: applicant.RecordingBody}
	all[offer.ClaimRoute] = offer.ClaimBody
	all[finance.BankUpload] = finance.BankBody
	for _, route := range funds.Uploads() {
		all[route] = funds.UploadBody
	}
	return all
}

// bound limits what a request may send and how long it may take.
func bound(c *gin.Context) {
	limit, within := int64(bodyLimit), answerWithin
	most, upload := uploads[c.FullPath()]
	if upload = upload && c.Request.Method == http.MethodPost; upload {
		limit, within = most, uploadWithin
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), within)
	defer cancel()
	if upload {
		outlast(ctx, c)
	}
	c.Request = c.Request.WithContext(ctx)
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
	c.Next()
}

// outlast lets a request go on beyond the server's own limits, until its context ends and the answer is written.
func outlast(ctx context.Context, c *gin.Context) {
	end, _ := ctx.Deadline()
	connection := http.NewResponseController(c.Writer)
	for _, err := range []error{connection.SetReadDeadline(end), connection.SetWriteDeadline(end.Add(answerWithin))} {
		if err != nil && !errors.Is(err, http.ErrNotSupported) {
			slog.WarnContext(ctx, "an upload keeps the server's limits", "request", page.RequestID(c), "error", err)
		}
	}
}

// headers tells browsers what an answer may do. Handlers may set a stricter or, for what is not a page of the
// site, another policy.
func headers(o Options) gin.HandlerFunc {
	all := map[string]string{
		"Content-Security-Policy":      policy(o.PayAt),
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
	}
	if secure(o) {
		all["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
	}
	return func(c *gin.Context) {
		for name, value := range all {
			c.Header(name, value)
		}
	}
}

// policy allows files of ours and nothing else. Browsers hold the redirect after a form against form-action
// too, so it names the pages on which people pay.
func policy(payAt []string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "connect-src 'self'",
		"form-action " + strings.Join(append([]string{"'self'"}, payAt...), " "), "base-uri 'none'", "frame-ancestors 'none'",
	}, "; ")
}

// keepNothing has no browser or cache keep the pages of somebody who is signed in.
func keepNothing(c *gin.Context) {
	if page.ViewerOf(c).SignedIn() {
		c.Header("Cache-Control", "no-store")
	}
}
