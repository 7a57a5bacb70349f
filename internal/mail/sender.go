package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Sender speaks to one mail server in the name of one site. Without a server it only shows: mails stay where
// the demonstration's outbox finds them.
type Sender struct {
	site    Site
	server  *url.URL // nil: only show
	timeout time.Duration
	trust   *tls.Config
}

// NewSender reads an address such as smtp://user:password@host:587. smtps:// speaks TLS from the start (port
// 465); smtp:// (port 25) changes to TLS when the server offers it, and insists on that when there is a
// password or the address ends in ?starttls=required. An empty address only shows.
func NewSender(smtpURL string, site Site) (*Sender, error) {
	letters()
	if err := site.check(); err != nil {
		return nil, err
	}
	s := &Sender{site: site, timeout: 30 * time.Second}
	if smtpURL == "" {
		return s, nil
	}
	u, err := url.Parse(smtpURL)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" {
		return nil, errors.New("the mail server's address must have the form smtp://user:password@host:port") // err would show the password
	}
	s.server = u
	return s, nil
}

// client is made for each mail: it is cheap, and go-mail's keeps state.
func (s *Sender) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithTimeout(s.timeout), gomail.WithoutNoop()}
	if s.trust != nil {
		options = append(options, gomail.WithTLSConfig(s.trust))
	}
	password, login := s.server.User.Password()
	port := 25
	switch {
	case s.server.Scheme == "smtps":
		port = 465
		options = append(options, gomail.WithSSL())
	case login || s.server.Query().Get("starttls") == "required":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if given, err := strconv.Atoi(s.server.Port()); err == nil {
		port = given
	}
	if login {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(s.server.User.Username()), gomail.WithPassword(password))
	}
	return gomail.NewClient(s.server.Hostname(), append(options, gomail.WithPort(port))...)
}

// message is m as it goes over the wire. All its headers are the same at every attempt.
func (s *Sender) message(m *Mail) (*gomail.Msg, error) {
	plain, rich, err := s.site.Letter(m)
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.FromFormat(s.site.Name, s.site.Email), msg.To(m.To)); err != nil {
		return nil, err
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(s.site.messageID(m))
	msg.SetDateWithValue(m.CreatedAt)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answer from an absent person's robot
	if at := s.site.stopAt(m); at != "" {                // RFC 8058: a reader's program can end such mails by one POST
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+at+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, plain)
	msg.AddAlternativeString(gomail.TypeTextHTML, rich)
	for _, a := range m.Attachments {
		if err := msg.AttachReader(a.Name, bytes.NewReader(a.Body), gomail.WithFileContentType(gomail.ContentType(a.ContentType))); err != nil {
			return nil, err
		}
	}
	return msg, nil
}

// transmit hands m to the server. It has succeeded when the server has said that it took the mail, whatever
// becomes of the connection afterwards.
func (s *Sender) transmit(ctx context.Context, m *Mail) error {
	msg, err := s.message(m)
	if err != nil {
		return err
	}
	client, err := s.client()
	if err != nil {
		return err
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return err
	}
	err = client.SendWithSMTPClient(connection, msg)
	_ = client.CloseWithSMTPClient(connection) // says QUIT; the mail is taken or not by now
	if msg.IsDelivered() {
		return nil
	}
	return err
}

// forGood reports whether the server refused this recipient or these contents for ever (RFC 5321 §4.2.1: 5yz).
// A 5yz to our login or our own address is a mistake in the settings, which somebody will mend.
func forGood(err error) bool {
	refusal, ok := errors.AsType[*gomail.SendError](err)
	if !ok || refusal.ErrorCode()/100 != 5 {
		return false
	}
	return refusal.Reason == gomail.ErrSMTPRcptTo || refusal.Reason == gomail.ErrSMTPData || refusal.Reason == gomail.ErrSMTPDataClose
}

// inShort describes a failed attempt for logs, without anybody's address.
func inShort(err error) error {
	if refusal, ok := errors.AsType[*gomail.SendError](err); ok && refusal.ErrorCode() != 0 {
		return fmt.Errorf("the mail server answered %d", refusal.ErrorCode())
	}
	return errors.New("no answer from the mail server")
}

// inFull describes a failed attempt for staff, in one line.
func inFull(err error) string {
	return strings.ToValidUTF8(fmt.Sprintf("%.500s", strings.Join(strings.Fields(err.Error()), " ")), "")
}
