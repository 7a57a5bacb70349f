package mail_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/id"
	"bursar/internal/mail"
)

// dsn is a report about a mail as Postfix writes it, with other lines in place of its own.
func dsn(messageID string, changed ...string) string {
	text := strings.NewReplacer("\n", "\r\n", "KEY", messageID).Replace(`From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: office@bursar.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="0A1B2C.1764000000/mx.example"

This is a MIME-encapsulated message.

--0A1B2C.1764000000/mx.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--0A1B2C.1764000000/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 0A1B2C
Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0000 (GMT)

Final-Recipient: rfc822; ana@x.example
Original-Recipient: rfc822;ana@x.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.x.example
Diagnostic-Code: smtp; 550 5.1.1 <ana@x.example>: Recipient address
    rejected: User unknown

--0A1B2C.1764000000/mx.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <office@bursar.example>
Message-ID: KEY
Subject: Hello

--0A1B2C.1764000000/mx.example--
`)
	return strings.NewReplacer(changed...).Replace(text)
}

// sent is a mail that a server has taken, with its Message-ID.
func sent(t *testing.T, d *db.DB, m mail.Message) (*mail.Mail, string) {
	t.Helper()
	o := &office{}
	got, err := deliver(t, d, to(t, o), send(t, d, m))
	if err != nil || got.Status != mail.Sent {
		t.Fatal(got, err)
	}
	_, accepted := o.mails()
	return got, parse(t, accepted[0]).head.Get("Message-Id")
}

// comesBack hands a report over as bursar bounce does.
func comesBack(t *testing.T, d *db.DB, text string) (*mail.Mail, error) {
	t.Helper()
	r, err := mail.ReadReport(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	var m *mail.Mail
	err = d.Write(t.Context(), func(tx *db.Tx) (err error) {
		m, err = mail.Returned(t.Context(), tx, r)
		return err
	})
	return m, err
}

func marked(t *testing.T, d *db.DB, address string) []mail.Bounce {
	t.Helper()
	list, err := mail.BouncesOf(t.Context(), d, address)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAReportThatAMailDidNotArriveMarksTheMailAndTheAddress(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	m, key := sent(t, d, hello())
	for range 2 { // the mail server may pipe it again
		if _, err := comesBack(t, d, dsn(key)); err != nil {
			t.Fatal(err)
		}
	}
	got := open(t, d, m.ID)
	if got.Status != mail.Bounced || got.SentAt == nil || !strings.Contains(got.LastError, "User unknown") || strings.Contains(got.LastError, "\n") {
		t.Errorf("the mail is %+v", got)
	}
	list := marked(t, d, "ANA@x.example")
	if len(list) != 1 || !list[0].Hard || list[0].MailID != m.ID || list[0].Subject != "Hello Zoë & Łukasz" || !list[0].At.Equal(d.Now()) {
		t.Errorf("marked %+v", list)
	}
}

func TestAReportOfWhatIsNotForGoodMarksNoAddressForGood(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for name, c := range map[string]struct {
		change []string
		status mail.Status
		marks  int
	}{
		"late":             {[]string{"Action: failed", "Action: delayed", "Status: 5.1.1", "Status: 4.4.1"}, mail.Sent, 0},
		"delivered":        {[]string{"Action: failed", "Action: delivered", "Status: 5.1.1", "Status: 2.0.0"}, mail.Sent, 0},
		"given up in vain": {[]string{"Status: 5.1.1", "Status: 4.4.7"}, mail.Bounced, 1},
	} {
		message := hello()
		message.To = strings.ReplaceAll(name, " ", "-") + "@x.example"
		m, key := sent(t, d, message)
		if _, err := comesBack(t, d, dsn(key, c.change...)); err != nil {
			t.Fatal(name, err)
		}
		list := marked(t, d, message.To)
		if got := open(t, d, m.ID); got.Status != c.status || len(list) != c.marks || c.marks > 0 && list[0].Hard {
			t.Errorf("%s: %s, %+v", name, got.Status, list)
		}
	}
}

func TestWhatIsNoReportOfOursIsHandedBack(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	m, key := sent(t, d, hello())
	for name, text := range map[string]string{
		"nothing":            "",
		"an answer":          "From: ana@x.example\r\nContent-Type: text/plain\r\n\r\nI am away.\r\n",
		"no status":          dsn(key, "message/delivery-status", "text/plain"),
		"another kind":       dsn(key, "report-type=delivery-status", "report-type=disposition-notification"),
		"no mail":            dsn(key, "text/rfc822-headers", "text/plain"),
		"somebody's mail":    dsn("<CAE-12345@mail.example>"),
		"a part cut short":   dsn(key)[:700],
		"no recipient in it": dsn(key, "Action: failed", "X-Action: failed"),
	} {
		if _, err := comesBack(t, d, text); !errors.Is(err, mail.ErrNoReport) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := comesBack(t, d, dsn("<"+strings.Repeat("a", 26)+"@bursar.example>")); !errors.Is(err, mail.ErrNotFound) {
		t.Errorf("a mail that we never sent: %v", err)
	}
	if got := open(t, d, m.ID); got.Status != mail.Sent {
		t.Errorf("the mail is %s", got.Status)
	}
}

func TestASecretsWordsStayForgottenWhenItComesBack(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	secret := hello()
	secret.Secret = true
	m, key := sent(t, d, secret)
	if _, err := comesBack(t, d, dsn(key)); err != nil {
		t.Fatal(err)
	}
	if list := marked(t, d, secret.To); len(list) != 1 || list[0].Subject != "" || open(t, d, m.ID).Text != "" {
		t.Errorf("marked %+v", list)
	}
}

func TestARefusalForGoodMarksTheAddressAtOnceAndOneForNowDoesNot(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for code, want := range map[int]int{550: 1, 450: 0} {
		m := hello()
		m.To = fmt.Sprintf("ana%d@x.example", code)
		o := &office{onTo: func() error { return answer(code) }}
		if _, err := deliver(t, d, to(t, o), send(t, d, m)); (err == nil) != (want == 1) {
			t.Errorf("%d: %v", code, err)
		}
		if list := marked(t, d, m.To); len(list) != want || want == 1 && !strings.Contains(list[0].Reason, "550") {
			t.Errorf("%d: marked %+v", code, list)
		}
	}
}

func TestAMarkStaysUntilStaffClearItAndANewOneComesBack(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	var grace id.Person
	if err := dbtest.Owner(t, d).NewRaw("INSERT INTO people (email, created_at) VALUES ('grace@x.example', now()) RETURNING id").Scan(t.Context(), &grace); err != nil {
		t.Fatal(err)
	}
	bounce := func(to string) {
		m := hello()
		m.To = to
		_, key := sent(t, d, m)
		if _, err := comesBack(t, d, dsn(key)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		bounce("Ana@x.example")
		clock.Advance(time.Hour)
	}
	bounce("bo@x.example")
	list, err := mail.Bounces(t.Context(), d, 0, 10)
	if err != nil || len(list) != 2 || list[0].Address != "bo@x.example" || list[1].Address != "ana@x.example" {
		t.Fatalf("the list is %+v, %v", list, err)
	}
	if rest, err := mail.Bounces(t.Context(), d, list[0].ID, 10); err != nil || len(rest) != 1 || rest[0].ID != list[1].ID {
		t.Errorf("behind the first: %+v, %v", rest, err)
	}
	clear := func() (n int) {
		if err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
			n, err = mail.ClearBounces(t.Context(), tx, grace, "ANA@x.example")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if a, b := clear(), clear(); a != 2 || b != 0 || len(marked(t, d, "ana@x.example")) != 0 {
		t.Errorf("cleared %d and %d", a, b)
	}
	bounce("ana@x.example")
	if len(marked(t, d, "ana@x.example")) != 1 {
		t.Error("a new one is not marked")
	}
}
