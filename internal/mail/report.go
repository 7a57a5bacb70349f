package mail

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"strings"

	"bursar/internal/failure"
)

// Report is what a mail server says became of one of our mails (RFC 3464).
type Report struct {
	Key    string // of the mail, from its Message-ID
	Failed bool   // false: it was delivered or passed on, or is only late
	Hard   bool   // for good, by the enhanced status code 5.x.x (RFC 3463)
	Reason string // in one line, for staff; may hold the address
}

// ErrNoReport means that what was read is no delivery status notification about a mail with a Message-ID of ours.
var ErrNoReport = failure.New(failure.Invalid, "mail_no_report", "This is no report about the delivery of one of our emails (RFC 3464).")

const (
	// longestReport bounds what is read: a report may return a whole mail with its attachments.
	longestReport = 32 << 20
	// longestStatus bounds the part that says what happened, and the head of the mail that it returns.
	longestStatus = 256 << 10
)

// ReadReport reads a delivery status notification as a mail server hands it over. When it is about several recipients, as no mail
// of ours has, the worst of it counts.
func ReadReport(from io.Reader) (Report, error) {
	m, err := netmail.ReadMessage(bufio.NewReader(io.LimitReader(from, longestReport)))
	if err != nil {
		return Report{}, ErrNoReport.Because(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") {
		return Report{}, ErrNoReport.Because(errors.Join(err, fmt.Errorf("its type is %q", kind)))
	}
	var r Report
	told := false
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Report{}, ErrNoReport.Because(err)
		}
		switch kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind {
		case "message/delivery-status", "message/global-delivery-status":
			told = r.status(part) || told
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
			r.returned(part)
		}
	}
	if !told || r.Key == "" {
		return Report{}, ErrNoReport.Because(fmt.Errorf("it says what happened: %t; the mail's key is %q", told, r.Key))
	}
	return r, nil
}

// status reads the fields of a report: those about the mail, and then a group for each recipient. It reports whether there was any.
func (r *Report) status(part io.Reader) (any bool) {
	fields := textproto.NewReader(bufio.NewReader(io.LimitReader(part, longestStatus)))
	for {
		head, err := fields.ReadMIMEHeader()
		if action := head.Get("Action"); action != "" {
			any = true
			r.recipient(action, head)
		}
		if err != nil {
			return any
		}
	}
}

var enhanced = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)

func (r *Report) recipient(action string, head textproto.MIMEHeader) {
	if !strings.EqualFold(strings.TrimSpace(action), "failed") || r.Hard {
		return
	}
	r.Failed = true
	r.Hard = strings.HasPrefix(enhanced.FindString(head.Get("Status")), "5")
	why := head.Get("Diagnostic-Code")
	if _, said, found := strings.Cut(why, ";"); found {
		why = said
	}
	if strings.TrimSpace(why) == "" {
		why = "status " + head.Get("Status")
	}
	r.Reason = strings.ToValidUTF8(fmt.Sprintf("%.500s", strings.Join(strings.Fields(strings.Map(printable, why)), " ")), "")
}

func printable(c rune) rune {
	if c < ' ' || c == 0x7f {
		return ' '
	}
	return c
}

// ourKey is the first half of a Message-ID of ours: see send.
var ourKey = regexp.MustCompile(`^<([a-z0-9]{20,40})@[^<>\s]+>$`)

// returned reads whose report it is from the head of the mail that it returns.
func (r *Report) returned(part io.Reader) {
	head, _ := textproto.NewReader(bufio.NewReader(io.LimitReader(part, longestStatus))).ReadMIMEHeader() // cut short or not, what was read counts
	if m := ourKey.FindStringSubmatch(strings.TrimSpace(head.Get("Message-Id"))); m != nil {
		r.Key = m[1]
	}
}
