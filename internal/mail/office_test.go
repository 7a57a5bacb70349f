package mail_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// office is a mail server that does what a test tells it to. Each hook may be nil.
type office struct {
	onFrom  func() error
	onTo    func() error
	onData  func(*smtp.Conn) error // after the whole mail was read
	onReset func(*smtp.Conn)       // after it was accepted

	mu       sync.Mutex
	arrived  []string // every mail that was transmitted in full, accepted or not
	accepted []string
	to       []string
	logins   []string
	server   *smtp.Server
	address  string
}

// openOffice starts o on a port of its own; secure gives it a certificate. The pool trusts that certificate.
func openOffice(t *testing.T, o *office, secure, tlsOnly bool) *x509.CertPool {
	t.Helper()
	o.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{o, c}, nil }))
	o.server.ErrorLog = silent{}
	pool := x509.NewCertPool()
	if secure {
		certified := httptest.NewTLSServer(nil)
		certified.Close()
		o.server.TLSConfig = &tls.Config{Certificates: certified.TLS.Certificates}
		pool.AddCert(certified.Certificate())
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.address = listener.Addr().String()
	if tlsOnly {
		listener = tls.NewListener(listener, o.server.TLSConfig)
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = o.server.Serve(listener) })
	t.Cleanup(func() {
		_ = o.server.Close()
		serving.Wait()
	})
	return pool
}

// mails returns what was transmitted in full and what of it was accepted.
func (o *office) mails() (arrived, accepted []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.arrived, o.accepted
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

type session struct {
	o *office
	c *smtp.Conn
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		s.o.mu.Lock()
		defer s.o.mu.Unlock()
		s.o.logins = append(s.o.logins, username+":"+password)
		if password != "right" {
			return errors.New("wrong")
		}
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.o.onFrom != nil {
		return s.o.onFrom()
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.o.mu.Lock()
	s.o.to = append(s.o.to, to)
	s.o.mu.Unlock()
	if s.o.onTo != nil {
		return s.o.onTo()
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.o.mu.Lock()
	s.o.arrived = append(s.o.arrived, string(text))
	s.o.mu.Unlock()
	if s.o.onData != nil {
		if err := s.o.onData(s.c); err != nil {
			return err
		}
	}
	s.o.mu.Lock()
	s.o.accepted = append(s.o.accepted, string(text))
	s.o.mu.Unlock()
	return nil
}

func (s *session) Reset() {
	if _, accepted := s.o.mails(); len(accepted) > 0 && s.o.onReset != nil {
		s.o.onReset(s.c)
	}
}

func (s *session) Logout() error { return nil }

// answer is a refusal with a code.
func answer(code int) error { return &smtp.SMTPError{Code: code, Message: "no, ana@x.example"} }
