package offer

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/failure"
	"bursar/internal/web/page"
)

const (
	// ClaimRoute is the pattern of the one address of the area that takes files, for whoever limits what a request may
	// send. As many receipts as award.MaxReceipts, each at award.ReceiptLimit, fit.
	ClaimRoute = "/my/applications/:code/claims/new"
	// ClaimBody is how many bytes a request to it may have.
	ClaimBody = award.MaxReceipts*award.ReceiptLimit + 1<<20

	// longestField is how many bytes anything typed may have: four for each character that the longest takes, and more.
	longestField = 16 << 10
)

var (
	errTooMuch = failure.Field("receipts", "The files are too large together. Send fewer, or smaller ones.")
	errUnread  = failure.New(failure.Invalid, "form_unread", "We could not read what was sent. Go back and try again.")
)

// claimFields are the fields of the form in the order of the page.
var claimFields = []string{"claim", "purpose", "amount", "about", "receipts", "bank_name", "sort_code", "account"}

// sentClaimForm reads the form with its files. What the browser says of a file, its name included, is not looked at. What
// could be read of the words is returned in any case.
func sentClaimForm(c *gin.Context) (claimForm, []award.Upload, error) {
	defer func() { _, _ = io.Copy(io.Discard, c.Request.Body) }() // what is read to the end gets an answer in every browser
	var form claimForm
	if _, err := page.Posted(c, claimFields); err != nil { // nothing is in it; it is told the order of the fields
		return form, nil, err
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return form, nil, errUnread.Because(err)
	}
	var files []award.Upload
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return form, files, nil
		}
		if err != nil {
			return form, nil, unread(err)
		}
		if files, err = form.take(part, files); err != nil {
			return form, nil, unread(err)
		}
	}
}

// take reads one field of the form.
func (f *claimForm) take(part *multipart.Part, files []award.Upload) ([]award.Upload, error) {
	to := map[string]*string{
		"claim": &f.Claim, "purpose": &f.Purpose, "amount": &f.Amount, "about": &f.About,
		"bank_name": &f.Name, "sort_code": &f.Sort, "account": &f.Account,
	}[part.FormName()]
	if to != nil {
		text, err := io.ReadAll(io.LimitReader(part, longestField))
		if err == nil && (!utf8.Valid(text) || strings.ContainsRune(string(text), 0)) {
			err = errUnread
		}
		*to = strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(string(text), "\r\n", "\n"), ""))
		return files, err
	}
	if part.FormName() != "receipts" || part.FileName() == "" || len(files) > award.MaxReceipts {
		return files, nil // a browser sends an empty part where no file was chosen; one too many is refused as such
	}
	body, err := io.ReadAll(io.LimitReader(part, award.ReceiptLimit+1)) // one byte too many is refused as too large
	return append(files, award.Upload{Body: body}), err
}

// unread says what is wrong with a request that could not be read to its end.
func unread(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errTooMuch.Because(err)
	}
	return errUnread.Because(err)
}
