// Package mail owes people letters and pays them. Send writes a mail, and the job to deliver it, in the unit of
// work that it tells of; Deliver sends it over SMTP afterwards, between two units of work, until it is taken or
// refused for good.
//
// A mail is rendered when it is owed, so that it says what was true then. It is stored without the layout:
// the provider's name and the address of the site are known to the Site of whoever sends or shows it.
// Subjects are neutral: anybody may see them on the screen of a telephone.
package mail

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/state"
)

// Message is what to send to whom.
type Message struct {
	To          string    // a bare address
	Person      id.Person // whose address that is; zero for somebody not known yet
	Template    string    // templates/mail/<name>.txt and .html
	Data        any       // what the templates are given
	Secret      bool      // it lets somebody in: its words are forgotten once it is sent, and staff never see it
	Private     bool      // it is about an application: only bursary staff can see that there is such a mail
	News        bool      // nobody needs it: whoever has said so is not sent it, and it says how to say so
	Attachments []Attachment
}

// Attachment is a file that goes with a mail.
type Attachment struct {
	bun.BaseModel `bun:"table:mail_attachments"`
	MailID        id.Mail `bun:"mail_id,pk"`
	Position      int     `bun:"position,pk"`
	Name          string  `bun:"name"`         // of the file: "invitation.ics"
	ContentType   string  `bun:"content_type"` // "text/calendar; method=PUBLISH; charset=utf-8"
	Body          []byte  `bun:"body"`
}

// Mail is a mail that is or was owed.
type Mail struct {
	bun.BaseModel `bun:"table:mails"`
	ID            id.Mail    `bun:"id,pk,autoincrement"`
	Key           string     `bun:"key"` // random; makes the Message-ID, the same at every attempt
	To            string     `bun:"recipient"`
	Person        id.Person  `bun:"person_id,nullzero"`
	Template      string     `bun:"template"`
	Subject       string     `bun:"subject"`
	Text          string     `bun:"text_body"`
	HTML          string     `bun:"html_body"`
	Names         []string   `bun:"names,array"` // the codes that the words name, which outlast them
	Secret        bool       `bun:"secret"`
	Private       bool       `bun:"private"`
	Status        Status     `bun:"status"`
	Attempts      int        `bun:"attempts"`
	LastError     string     `bun:"last_error"`        // for staff; may hold the address
	StopKey       string     `bun:"stop_key,nullzero"` // random; empty for a mail that its reader needs
	CreatedAt     time.Time  `bun:"created_at"`
	SentAt        *time.Time `bun:"sent_at"`

	Attachments []Attachment `bun:"-"` // read by Open and DemoOpen only
}

// Delivery is the job of delivering one mail; it has a queue of its own, because a mail server may be slow.
type Delivery struct {
	MailID id.Mail `json:"mail_id"`
}

// Kind names the job.
func (Delivery) Kind() string { return "mail_delivery" }

// Queue is the mails' own.
func (Delivery) Queue() string { return "mail" }

// ErrAddress refuses an address that no mail can be sent to.
var ErrAddress = failure.New(failure.Invalid, "mail_address", "Enter an email address in the correct format, like name@example.com.")

// Send owes m to its recipient from when tx commits.
func Send(ctx context.Context, tx *db.Tx, m Message) error {
	return send(ctx, tx, letters(), m)
}

func send(ctx context.Context, tx *db.Tx, l library, m Message) error {
	if a, err := mail.ParseAddress(m.To); err != nil || a.Address != m.To {
		return ErrAddress.Because(err)
	}
	if m.News {
		if stopped, err := Stopped(ctx, tx, m.To); err != nil || stopped {
			return err
		}
	}
	owed, facts, err := l.write(ctx, tx, m)
	if err != nil {
		return fmt.Errorf("writing mail %s: %w", m.Template, err)
	}
	owed.Key = strings.ToLower(rand.Text())
	if m.News {
		owed.StopKey = strings.ToLower(rand.Text())
	}
	owed.To, owed.Person, owed.Secret, owed.Private = m.To, m.Person, m.Secret, m.Private
	owed.Status, owed.CreatedAt = Queued, tx.Now
	if err := insert(ctx, tx, &owed, facts); err != nil {
		return fmt.Errorf("queueing mail %s: %w", m.Template, err)
	}
	if err := attach(ctx, tx, owed.ID, m.Attachments); err != nil {
		return fmt.Errorf("attaching to mail %s: %w", m.Template, err)
	}
	return tx.Enqueue(ctx, Delivery{owed.ID})
}

// write writes a mail in the words that hold now, and gives what stood for each placeholder, unless the mail is secret.
func (l library) write(ctx context.Context, tx *db.Tx, m Message) (owed Mail, facts []byte, err error) {
	words, err := edited(ctx, tx, m.Template)
	if err != nil {
		return owed, nil, err
	}
	return l.word(m, words)
}

// word writes a mail in the words of staff, or in the built-in ones where there are none.
func (l library) word(m Message, words *Text) (owed Mail, facts []byte, err error) {
	if owed, err = l.render(m.Template, m.Data); err != nil {
		return owed, nil, err
	}
	said, err := l.patterns[m.Template].facts(m.Data)
	if err != nil {
		return owed, nil, err
	}
	if words != nil {
		owed.reword(words, said)
	}
	if m.Secret {
		owed.Names = []string{}
		return owed, nil, nil
	}
	owed.Names = id.Codes(owed.Text)
	facts, err = json.Marshal(said)
	return owed, facts, err
}

// insert numbers the mail beforehand: whoever sends a private one may not read it back.
func insert(ctx context.Context, tx *db.Tx, owed *Mail, facts []byte) error {
	n, err := tx.NextID(ctx, "mails")
	if err != nil {
		return err
	}
	owed.ID = id.Mail(n)
	_, err = tx.NewRaw(`
		INSERT INTO mails (id, key, recipient, person_id, template, subject, text_body, html_body, names, secret, private, status, created_at, stop_key, facts)
		OVERRIDING SYSTEM VALUE VALUES (?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, '')::jsonb)`,
		owed.ID, owed.Key, owed.To, owed.Person, owed.Template, owed.Subject, owed.Text, owed.HTML, pgdialect.Array(owed.Names), owed.Secret, owed.Private,
		owed.Status, owed.CreatedAt, owed.StopKey, string(facts)).Exec(ctx)
	return err
}

func attach(ctx context.Context, tx *db.Tx, to id.Mail, attachments []Attachment) error {
	if len(attachments) == 0 {
		return nil
	}
	rows := make([]Attachment, len(attachments))
	for i, a := range attachments {
		if !oneLine(a.Name) || !oneLine(a.ContentType) {
			return errHeader
		}
		a.MailID, a.Position = to, i
		rows[i] = a
	}
	_, err := tx.NewInsert().Model(&rows).Returning("NULL").Exec(ctx)
	return err
}

// errHeader stops what would start another line in a mail's head.
var errHeader = errors.New("a control character in a mail's header")

// oneLine reports whether s can stand in a mail's head: nothing in it begins another line or hides.
func oneLine(s string) bool { return s != "" && strings.IndexFunc(s, unicode.IsControl) < 0 }

// Status says how far a mail has come.
type Status string

// The statuses of a mail.
const (
	Queued Status = "queued" // owed; attempts may have failed
	Sent   Status = "sent"   // a mail server has taken it
	Shown  Status = "shown"  // in the demonstration, where nothing leaves the machine
	Failed Status = "failed" // refused for good, or given up
	// Bounced: taken by a mail server, which said later that it could not be delivered.
	Bounced Status = "bounced"
)

var moves = state.Moves[Status]{
	Queued:  {Sent, Shown, Failed},
	Sent:    {Bounced},
	Shown:   {},
	Failed:  {},
	Bounced: {},
}

// giveUpAfter is how long a mail is tried. Somebody must then be told in another way.
const giveUpAfter = 72 * time.Hour

func (m *Mail) move(to Status) error {
	if err := moves.Allow(m.Status, to); err != nil {
		return err
	}
	m.Status = to
	if m.Secret && to != Shown {
		m.Text, m.HTML = "", ""
	}
	return nil
}

// sent notes that a mail server has taken the mail.
func (m *Mail) sent(now time.Time) error {
	m.Attempts++
	m.SentAt, m.LastError = &now, ""
	return m.move(Sent)
}

// shown notes that the mail can be seen in the demonstration.
func (m *Mail) shown(now time.Time) error {
	m.SentAt = &now
	return m.move(Shown)
}

// refused notes a refusal for good.
func (m *Mail) refused(reason string) error {
	m.Attempts++
	m.LastError = reason
	return m.move(Failed)
}

// deferred notes an attempt that failed for now, which becomes for good when the mail has been tried for 72 hours.
func (m *Mail) deferred(now time.Time, reason string) error {
	m.Attempts++
	m.LastError = reason
	if now.Sub(m.CreatedAt) < giveUpAfter {
		return nil
	}
	m.LastError = "given up after 72 hours: " + reason
	return m.move(Failed)
}
