package mail_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/mail"
)

var site = mail.Site{Name: "Öpen Dialogue & Co", URL: "https://bursar.example", Email: "office@bursar.example", Phone: "020 7946 0000", Address: "1 High Street, Leeds"}

func sender(t *testing.T, url string) *mail.Sender {
	t.Helper()
	s, err := mail.NewSender(url, site)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// to opens an office and gives a sender to it.
func to(t *testing.T, o *office) *mail.Sender {
	t.Helper()
	openOffice(t, o, false, false)
	return sender(t, "smtp://"+o.address)
}

// deliver delivers a mail and returns it as it stands afterwards.
func deliver(t *testing.T, d *db.DB, s *mail.Sender, m *mail.Mail) (*mail.Mail, error) {
	t.Helper()
	err := mail.Deliver(t.Context(), d, s, m.ID)
	return open(t, d, m.ID), err
}

func wantSent(t *testing.T, d *db.DB, m *mail.Mail, err error, attempts int) {
	t.Helper()
	if err != nil || m.Status != mail.Sent || m.SentAt == nil || !m.SentAt.Equal(d.Now()) || m.Attempts != attempts || m.LastError != "" {
		t.Fatalf("got %+v, %v, want it sent at attempt %d", m, err, attempts)
	}
}

func wantOwed(t *testing.T, m *mail.Mail, err error, attempts int) {
	t.Helper()
	if !errors.Is(err, mail.ErrNotSent) || failure.KindOf(err) != failure.Unavailable || m.Status != mail.Queued || m.Attempts != attempts || m.LastError == "" {
		t.Fatalf("got %+v, %v, want it owed after attempt %d", m, err, attempts)
	}
	if strings.Contains(err.Error(), "ana@") {
		t.Errorf("the error that is logged names the recipient: %v", err)
	}
}

func TestAMailIsSentOnceHoweverOftenItIsDelivered(t *testing.T) {
	t.Parallel()
	d, o := dbtest.New(t), &office{}
	s, m := to(t, o), send(t, d, hello())
	for range 3 {
		got, err := deliver(t, d, s, m)
		wantSent(t, d, got, err, 1)
	}
	if arrived, _ := o.mails(); len(arrived) != 1 || o.to[0] != "ana@x.example" {
		t.Errorf("arrived %d times, to %v", len(arrived), o.to)
	}
	if err := mail.Deliver(t.Context(), d, s, 404); !errors.Is(err, mail.ErrNotFound) {
		t.Errorf("delivering none gives %v", err)
	}
}

func TestARefusalForNowIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]*office{
		"451 to the recipient":    {onTo: once(answer(451))},
		"452 to the contents":     {onData: onceWith(answer(452))},
		"421 to us":               {onFrom: once(answer(421))},
		"550 to our own address":  {onFrom: once(answer(550))},
		"a connection cut before": {onData: onceCut()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.New(t)
			s, m := to(t, o), send(t, d, hello())
			got, err := deliver(t, d, s, m)
			wantOwed(t, got, err, 1)
			got, err = deliver(t, d, s, m)
			wantSent(t, d, got, err, 2)
			if _, accepted := o.mails(); len(accepted) != 1 {
				t.Errorf("accepted %d times", len(accepted))
			}
		})
	}
}

func once(err error) func() error {
	var asked atomic.Bool
	return func() error {
		if asked.Swap(true) {
			return nil
		}
		return err
	}
}

func onceWith(err error) func(*smtp.Conn) error {
	answer := once(err)
	return func(*smtp.Conn) error { return answer() }
}

var errCut = errors.New("cut")

func onceCut() func(*smtp.Conn) error {
	answer := once(errCut)
	return func(c *smtp.Conn) error {
		err := answer()
		if err != nil {
			_ = c.Conn().Close()
		}
		return err
	}
}

func TestASecondAttemptIsTheSameMail(t *testing.T) {
	t.Parallel()
	d, o := dbtest.New(t), &office{onData: onceCut()}
	s, m := to(t, o), send(t, d, hello())
	_, _ = deliver(t, d, s, m)
	if _, err := deliver(t, d, s, m); err != nil {
		t.Fatal(err)
	}
	arrived, _ := o.mails()
	if len(arrived) != 2 {
		t.Fatalf("arrived %d times, want 2", len(arrived))
	}
	first, second := parse(t, arrived[0]), parse(t, arrived[1])
	if id := first.head.Get("Message-Id"); id != "<"+m.Key+"@bursar.example>" || id != second.head.Get("Message-Id") {
		t.Errorf("sent as %s and %s", id, second.head.Get("Message-Id"))
	}
	if first.head.Get("Date") != second.head.Get("Date") {
		t.Error("the date differs")
	}
}

func TestARefusalForGoodIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]*office{
		"550 to the recipient": {onTo: func() error { return answer(550) }},
		"554 to the contents":  {onData: func(*smtp.Conn) error { return answer(554) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.New(t)
			s, m := to(t, o), send(t, d, hello())
			for range 2 {
				got, err := deliver(t, d, s, m)
				if err != nil || got.Status != mail.Failed || got.Attempts != 1 || got.SentAt != nil || !strings.Contains(got.LastError, name[:3]) {
					t.Errorf("got %+v, %v", got, err)
				}
			}
			if len(o.to) != 1 {
				t.Errorf("tried %d times", len(o.to))
			}
		})
	}
}

func TestAMailIsGivenUpAfterSeventyTwoHours(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	s, m := to(t, &office{onTo: func() error { return answer(451) }}), send(t, d, hello())
	clock.Advance(72*time.Hour - time.Second)
	got, err := deliver(t, d, s, m)
	wantOwed(t, got, err, 1)
	clock.Advance(time.Second)
	got, err = deliver(t, d, s, m)
	if list := marked(t, d, got.To); len(list) != 1 || list[0].Hard {
		t.Errorf("marked %+v", list)
	}
	if err != nil || got.Status != mail.Failed || !strings.HasPrefix(got.LastError, "given up after 72 hours: ") {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAConnectionLostAfterTheAnswerIsNoReasonToSendAgain(t *testing.T) {
	t.Parallel()
	d, o := dbtest.New(t), &office{onReset: func(c *smtp.Conn) { _ = c.Conn().Close() }}
	s, m := to(t, o), send(t, d, hello())
	got, err := deliver(t, d, s, m)
	wantSent(t, d, got, err, 1)
}

func TestAServerThatHangsIsLeftInTime(t *testing.T) {
	t.Parallel()
	released := make(chan struct{})
	d, o := dbtest.New(t), &office{onData: func(*smtp.Conn) error { <-released; return errCut }}
	s, m := to(t, o), send(t, d, hello())
	t.Cleanup(func() { close(released) })
	s.Impatient(200 * time.Millisecond)
	began := time.Now()
	got, err := deliver(t, d, s, m)
	wantOwed(t, got, err, 1)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestAServerThatIsNotThereIsTriedAgain(t *testing.T) {
	t.Parallel()
	d, o := dbtest.New(t), &office{}
	s, m := to(t, o), send(t, d, hello())
	if err := o.server.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := deliver(t, d, s, m)
	wantOwed(t, got, err, 1)
}

func TestWhatWasSentIsNotedWhileTheProgramStops(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	d := dbtest.New(t)
	s, m := to(t, &office{onData: func(*smtp.Conn) error { stop(); return nil }}), send(t, d, hello())
	err := mail.Deliver(ctx, d, s, m.ID)
	wantSent(t, d, open(t, d, m.ID), err, 1)
}

func TestASecretIsForgottenOnceItIsSentOrRefused(t *testing.T) {
	t.Parallel()
	for status, o := range map[mail.Status]*office{mail.Sent: {}, mail.Failed: {onTo: func() error { return answer(550) }}} {
		d := dbtest.New(t)
		m := hello()
		m.Secret = true
		got, err := deliver(t, d, to(t, o), send(t, d, m))
		if err != nil || got.Status != status || got.Text != "" || got.HTML != "" {
			t.Errorf("%s: got %+v, %v", status, got, err)
		}
	}
}

func TestWithoutAServerMailsAreShown(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	m := hello()
	m.Secret = true
	got, err := deliver(t, d, sender(t, ""), send(t, d, m))
	if err != nil || got.Status != mail.Shown || got.Text == "" || got.SentAt == nil || got.Attempts != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAnAttachmentArrivesAsItWas(t *testing.T) {
	t.Parallel()
	d, o := dbtest.New(t), &office{}
	body := []byte("BEGIN:VCALENDAR\r\nSUMMARY:Grundläggande\r\nEND:VCALENDAR\r\n" + strings.Repeat("x", 300) + "\r\n.\r\n")
	m := hello()
	m.Attachments = []mail.Attachment{
		{Name: "block-1.ics", ContentType: "text/calendar; charset=utf-8; method=PUBLISH", Body: body},
		{Name: "block-2.ics", ContentType: "text/calendar; charset=utf-8; method=PUBLISH", Body: []byte("second")},
	}
	got, err := deliver(t, d, to(t, o), send(t, d, m))
	wantSent(t, d, got, err, 1)
	_, accepted := o.mails()
	arrived := parse(t, accepted[0])
	if len(arrived.files) != 2 {
		t.Fatalf("%d attachments arrived", len(arrived.files))
	}
	first := arrived.files[0]
	if first.name != "block-1.ics" || first.kind != "text/calendar" || first.params["method"] != "PUBLISH" || first.params["charset"] != "utf-8" || !bytes.Equal(first.body, body) {
		t.Errorf("got %+v", first)
	}
	if second := arrived.files[1]; second.name != "block-2.ics" || string(second.body) != "second" {
		t.Errorf("got %+v", second)
	}
}
