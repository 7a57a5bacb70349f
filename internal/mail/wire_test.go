package mail_test

import (
	"crypto/tls"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"bursar/internal/db/dbtest"
	"bursar/internal/mail"
)

// wire is a mail as it went over the wire, decoded.
type wire struct {
	head        netmail.Header
	plain, rich string
	files       []file
}

type file struct {
	name, kind string
	params     map[string]string
	body       []byte
}

func parse(t *testing.T, text string) wire {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	w := wire{head: m.Header}
	w.part(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body)
	return w
}

func (w *wire) part(t *testing.T, contentType, encoding, filename string, body io.Reader) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(contentType, err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			w.part(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.FileName(), p)
		}
	}
	switch encoding {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case filename != "":
		w.files = append(w.files, file{filename, kind, params, content})
	case kind == "text/plain":
		w.plain = strings.ReplaceAll(string(content), "\r\n", "\n")
	case kind == "text/html":
		w.rich = string(content)
	}
}

func TestWhatArrivesIsWhatWasMeant(t *testing.T) {
	t.Parallel()
	d, o := dbtest.New(t), &office{}
	if _, err := deliver(t, d, to(t, o), send(t, d, hello())); err != nil {
		t.Fatal(err)
	}
	_, accepted := o.mails()
	w := parse(t, accepted[0])
	if from, err := w.head.AddressList("From"); err != nil || len(from) != 1 || *from[0] != (netmail.Address{Name: site.Name, Address: site.Email}) {
		t.Errorf("from %v, %v", from, err)
	}
	if to := w.head.Get("To"); to != "<ana@x.example>" {
		t.Errorf("to %q", to)
	}
	if subject, err := new(mime.WordDecoder).DecodeHeader(w.head.Get("Subject")); err != nil || subject != "Hello Zoë & Łukasz" {
		t.Errorf("subject %q, %v", subject, err)
	}
	if date, err := w.head.Date(); err != nil || !date.Equal(d.Now()) {
		t.Errorf("date %v, %v", date, err)
	}
	if w.head.Get("Auto-Submitted") != "auto-generated" {
		t.Error("it does not say that it is automatic")
	}
	for name := range w.head {
		switch name {
		case "From", "To", "Subject", "Date", "Message-Id", "Auto-Submitted", "Mime-Version", "Content-Type":
		default:
			t.Errorf("it says %s: %v", name, w.head[name])
		}
	}
	want := "Dear Zoë & Łukasz,\n\nSee https://bursar.example/my.\n\n-- \nÖpen Dialogue & Co\nTelephone: 020 7946 0000\nEmail: office@bursar.example\n1 High Street, Leeds\nhttps://bursar.example\n"
	if strings.TrimRight(w.plain, "\n") != strings.TrimRight(want, "\n") {
		t.Errorf("plain text is\n%s\nwant\n%s", w.plain, want)
	}
	for _, want := range []string{
		`<p>Dear Zoë &amp; Łukasz,</p>`, `href="https://bursar.example/my?a=1&amp;b=2"`, `<title>Hello Zoë &amp; Łukasz</title>`,
		`<header>Öpen Dialogue &amp; Co</header>`,
	} {
		if !strings.Contains(w.rich, want) {
			t.Errorf("the HTML lacks %s:\n%s", want, w.rich)
		}
	}
	if strings.Contains(w.rich, "<img") || strings.Contains(accepted[0], "site.invalid") {
		t.Error("it tracks its reader or leads nowhere")
	}
}

func TestAPasswordNeverTravelsInTheOpen(t *testing.T) {
	t.Parallel()
	d, o := dbtest.New(t), &office{}
	openOffice(t, o, false, false)
	o.server.AllowInsecureAuth = true
	got, err := deliver(t, d, sender(t, "smtp://ana:right@"+o.address), send(t, d, hello()))
	wantOwed(t, got, err, 1)
	if len(o.logins) != 0 {
		t.Errorf("the server was told %v", o.logins)
	}
}

func TestTheServerIsSpokenToOverTLSAndItsNameChecked(t *testing.T) {
	t.Parallel()
	for scheme, tlsOnly := range map[string]bool{"smtp": false, "smtps": true} {
		d, o := dbtest.New(t), &office{}
		pool := openOffice(t, o, true, tlsOnly)
		s, m := sender(t, scheme+"://ana:right@"+o.address), send(t, d, hello())
		got, err := deliver(t, d, s, m)
		wantOwed(t, got, err, 1)
		if len(o.logins) != 0 {
			t.Errorf("%s: a server nobody vouches for was told %v", scheme, o.logins)
		}
		s.Trust(&tls.Config{RootCAs: pool, ServerName: "127.0.0.1"})
		got, err = deliver(t, d, s, m)
		wantSent(t, d, got, err, 2)
		if len(o.logins) != 1 || o.logins[0] != "ana:right" {
			t.Errorf("%s: logged in as %v", scheme, o.logins)
		}
	}
}

func TestAWrongPasswordIsASettingToMend(t *testing.T) {
	t.Parallel()
	d, o := dbtest.New(t), &office{}
	pool := openOffice(t, o, true, true)
	s, m := sender(t, "smtps://ana:wrong@"+o.address), send(t, d, hello())
	s.Trust(&tls.Config{RootCAs: pool, ServerName: "127.0.0.1"})
	got, err := deliver(t, d, s, m)
	wantOwed(t, got, err, 1)
}

func TestSTARTTLSCanBeRequired(t *testing.T) {
	t.Parallel()
	d, o := dbtest.New(t), &office{}
	openOffice(t, o, false, false)
	got, err := deliver(t, d, sender(t, "smtp://"+o.address+"?starttls=required"), send(t, d, hello()))
	wantOwed(t, got, err, 1)
	if arrived, _ := o.mails(); len(arrived) != 0 {
		t.Error("it was sent in the open")
	}
}

func TestSettingsThatWouldSpoilEveryMailAreRefusedAtStart(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"mail.example", "http://mail.example", "smtp://", "smtp://ana:se cret@mail.example"} {
		if _, err := mail.NewSender(url, site); err == nil || strings.Contains(err.Error(), "se cret") {
			t.Errorf("%q: got %v", url, err)
		}
	}
	for name, spoil := range map[string]func(*mail.Site){
		"a final slash": func(s *mail.Site) { s.URL += "/" },
		"no scheme":     func(s *mail.Site) { s.URL = "bursar.example" },
		"no address":    func(s *mail.Site) { s.Email = "" },
		"no name":       func(s *mail.Site) { s.Name = "" },
		"two lines":     func(s *mail.Site) { s.Name = "A\r\nBcc: b@x.example" },
	} {
		spoilt := site
		spoil(&spoilt)
		if _, err := mail.NewSender("", spoilt); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestAMailWrittenLongAgoKeepsItsDate(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	o := &office{}
	s, m := to(t, o), send(t, d, hello())
	clock.Advance(48 * time.Hour)
	if _, err := deliver(t, d, s, m); err != nil {
		t.Fatal(err)
	}
	_, accepted := o.mails()
	if date, err := parse(t, accepted[0]).head.Date(); err != nil || !date.Equal(m.CreatedAt) {
		t.Errorf("dated %v, %v, want %v", date, err, m.CreatedAt)
	}
}
