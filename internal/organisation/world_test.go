package organisation_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

// world is a database with an office of three and a trust's coordinator.
type world struct {
	*db.DB
	t             *testing.T
	clock         *dbtest.Clock
	fay, abe, cat id.Person // fay and cat look after the money, abe after everything
	maud          id.Person // of a trust, who has signed nothing up yet
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d, clock := dbtest.NewAt(t, london.On(2026, 11, 23).At(9, 0))
	w := &world{DB: d, t: t, clock: clock}
	w.fay, w.abe, w.cat = w.person("fay@office.example"), w.person("abe@office.example"), w.person("cat@office.example")
	w.maud = w.person("maud@westermoor.example")
	w.write(func(tx *db.Tx) error {
		for who, role := range map[id.Person]people.Role{w.fay: people.Finance, w.cat: people.Finance, w.abe: people.Admin} {
			if err := people.Grant(t.Context(), tx, audit.System, who, role); err != nil {
				return err
			}
		}
		return people.Grant(t.Context(), tx, audit.System, w.fay, people.Admin) // one person, one mail
	})
	return w
}

func (w *world) write(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) try(f func(*db.Tx) error) error { return w.Write(w.t.Context(), f) }

func (w *world) person(email string) id.Person {
	w.t.Helper()
	var p people.Person
	w.write(func(tx *db.Tx) (err error) {
		p, err = people.Ensure(w.t.Context(), tx, email)
		return err
	})
	return p.ID
}

// details are those of a trust with everything it can have.
func details() organisation.Details {
	return organisation.Details{
		Name: "Westermoor & Tarn NHS Foundation Trust", Kind: "nhs_trust", OrgCode: "qx1", PayablesCode: "x101", GLN: "9520000 00101 8",
		Address: "PO Box 312\r\n\r\nPhoenix House", City: "Leeds", Postcode: "ls111hp", Department: "Learning", Contact: "M Ashe",
		InvoiceEmail: "Payables@Westermoor.example", PORule: "required", TermsDays: 30,
	}
}

// named are the details of a charity with a name and nothing else of note.
func named(name string) organisation.Details {
	return organisation.Details{
		Name: name, Kind: "charity", Address: "1 Mill Lane", City: "York", Postcode: "YO1 7HH", InvoiceEmail: "office@charity.example",
		PORule: "not_used", TermsDays: 30,
	}
}

func (w *world) signUp(by id.Person, d organisation.Details) *organisation.Organisation {
	w.t.Helper()
	var o *organisation.Organisation
	w.write(func(tx *db.Tx) (err error) {
		o, err = organisation.SignUp(w.t.Context(), tx, by, d)
		return err
	})
	return o
}

// approved is maud's trust, which fay has approved.
func (w *world) approved() *organisation.Organisation {
	w.t.Helper()
	o := w.signUp(w.maud, details())
	w.write(func(tx *db.Tx) (err error) {
		o, err = organisation.Approve(w.t.Context(), tx, w.fay, o.Code, false)
		return err
	})
	return o
}

// colleague is somebody who has joined an organisation on a coordinator's invitation.
func (w *world) colleague(by id.Person, o *organisation.Organisation, email string) id.Person {
	w.t.Helper()
	who := w.person(email)
	w.write(func(tx *db.Tx) error { return organisation.Invite(w.t.Context(), tx, by, o, email, "") })
	token := w.token(email)
	w.write(func(tx *db.Tx) error {
		_, err := organisation.Join(w.t.Context(), tx, who, token)
		return err
	})
	return who
}

// ask asks an organisation to pay in the name of a learner.
func (w *world) ask(name, email string) (o *organisation.Organisation, token string) {
	w.t.Helper()
	learner := w.person("learner@people.example")
	w.write(func(tx *db.Tx) (err error) {
		o, token, err = organisation.ToAsk(w.t.Context(), tx, learner, name, email, "A Contact")
		return err
	})
	return o, token
}

// invited is an organisation that was asked to pay, and the person there who has followed the link.
func (w *world) invited(name, email string) (*organisation.Organisation, id.Person) {
	w.t.Helper()
	o, token := w.ask(name, email)
	who := w.person(email)
	w.write(func(tx *db.Tx) error {
		_, err := organisation.Join(w.t.Context(), tx, who, token)
		return err
	})
	return o, who
}

// reload is an organisation with all that is known of it.
func (w *world) reload(o *organisation.Organisation) *organisation.Organisation {
	w.t.Helper()
	fresh, err := organisation.ByCode(w.t.Context(), w, o.Code)
	if err != nil {
		w.t.Fatal(err)
	}
	return fresh
}

// members are the addresses of who acts for an organisation.
func (w *world) members(o *organisation.Organisation) string {
	w.t.Helper()
	list, err := organisation.Members(w.t.Context(), w, o.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	var emails []string
	for _, m := range list {
		emails = append(emails, m.Email)
	}
	return strings.Join(emails, " ")
}

// told are the addresses that a kind of mail went to, in order.
func (w *world) told(template string) string {
	w.t.Helper()
	var to []string
	if err := w.NewRaw("SELECT recipient FROM mails WHERE template = ? ORDER BY recipient, id", template).Scan(w.t.Context(), &to); err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(to, " ")
}

var joinLink = regexp.MustCompile(`/employer/join/([A-Za-z0-9_-]{43})`)

// token is that of the latest invitation sent to an address.
func (w *world) token(email string) string {
	w.t.Helper()
	var m mail.Mail
	err := w.NewSelect().Model(&m).Where("recipient = ? AND template = 'organisation-invitation'", email).Order("id DESC").Limit(1).Scan(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	found := joinLink.FindStringSubmatch(m.Text)
	if found == nil || !m.Secret || !strings.Contains(m.HTML, found[0]) {
		w.t.Fatalf("the invitation is secret: %v, and says\n%s", m.Secret, m.Text)
	}
	return found[1]
}

// done lists what was recorded about an organisation, first to last.
func (w *world) done(o *organisation.Organisation) string {
	w.t.Helper()
	var actions []string
	err := w.NewRaw("SELECT action FROM audit WHERE subject = 'organisation' AND subject_id = ? ORDER BY id", o.ID).Scan(w.t.Context(), &actions)
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(actions, ", ")
}

// field is the sentence beside a form field, or what else was answered.
func field(err error, name string) string {
	if f := failure.Of(err); f != nil && f.Kind == failure.Invalid {
		return f.Fields[name]
	}
	return fmt.Sprintf("not about a field: %v", err)
}

// race begins the second unit of work before the first has committed, which it does once the second waits for it.
func (w *world) race(first, second func(*db.Tx) error) (firstSays, secondSays error) {
	w.t.Helper()
	owner := dbtest.Owner(w.t, w.DB)
	answer := make(chan error, 1)
	firstSays = w.try(func(tx *db.Tx) error {
		if err := first(tx); err != nil {
			return err
		}
		go func() { answer <- w.try(second) }()
		for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
			var waiting int
			err := owner.NewRaw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").
				Scan(w.t.Context(), &waiting)
			if err != nil || waiting > 0 {
				return err
			}
		}
		return errors.New("nobody waits")
	})
	return firstSays, <-answer
}
