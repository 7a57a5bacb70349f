package mail_test

import (
	"errors"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/mail"
)

func TestSeveralAreWrittenToAtOnceOrNobody(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ana, ben := mail.Copy{To: "ana@x.example", Data: greeting{"Ana"}}, mail.Copy{To: "ben@x.example", Data: greeting{"Ben"}}
	all := func(to ...mail.Copy) error {
		return d.Write(t.Context(), func(tx *db.Tx) error { return mail.SendAllFrom(t.Context(), tx, desk, "hello", to) })
	}
	if err := all(ana, mail.Copy{To: "Ben <ben@x.example>", Data: greeting{"Ben"}}); !errors.Is(err, mail.ErrAddress) {
		t.Errorf("a name in an address: %v", err)
	}
	if err := all(); err != nil {
		t.Error(err)
	}
	if err := all(ana, ben); err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Recipient, Subject, TextBody, Status, Name string }
	err := d.NewRaw(`SELECT m.recipient, m.subject, m.text_body, m.status, m.facts ->> 'Name' AS name FROM mails m
		JOIN river.river_job j ON (j.args ->> 'mail_id')::bigint = m.id AND j.kind = 'mail_delivery' AND j.queue = 'mail' ORDER BY m.id`).Scan(t.Context(), &rows)
	if err != nil || len(rows) != 2 {
		t.Fatalf("%+v, %v", rows, err)
	}
	if rows[0].Recipient != "ana@x.example" || rows[0].Subject != "Hello Ana" || rows[0].Status != "queued" || rows[1].Subject != "Hello Ben" || rows[1].Name != "Ben" {
		t.Errorf("%+v", rows)
	}
}
