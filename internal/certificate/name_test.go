package certificate_test

import (
	"errors"
	"strings"
	"testing"

	"bursar/internal/certificate"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
)

// names chooses the name of the n-th.
func (h *house) names(n int, name string) error {
	return h.write(func(tx *db.Tx) error {
		return certificate.Name(h.Context(), tx, h.people[n].ID, h.places[n].Code, name)
	})
}

// corrects has the n-th correct the name on their certificate.
func (h *house) corrects(n int, number, name string) error {
	return h.write(func(tx *db.Tx) error {
		_, err := certificate.CorrectName(h.Context(), tx, h.people[n].ID, h.places[n].Code, number, name)
		return err
	})
}

func TestPeopleAreNamedAsTheyWant(t *testing.T) {
	t.Parallel()
	h := taught(t)
	if err := h.names(0, "  Dr  Ána  Łucja O’Reilly-Ξένια "); err != nil {
		t.Fatal(err)
	}
	for name, typed := range map[string]string{"nothing": " ", "too long": strings.Repeat("n", 201), "letters that we cannot print": "王小明", "what turns the order": "Ana\u202eseyeR", "a picture": "Ana 🙂", "an address": "See www.elsewhere.example"} {
		if f := failure.Of(h.names(1, typed)); f == nil || f.Fields["name"] == "" {
			t.Errorf("%s is taken", name)
		}
	}
	err := h.write(func(tx *db.Tx) error {
		return certificate.Name(t.Context(), tx, h.people[1].ID, h.places[0].Code, "Not Mine")
	})
	if !errors.Is(err, enrolment.ErrUnknown) {
		t.Errorf("somebody else’s place: %v", err)
	}
	h.issued(2)
	if name := h.of(0).Snapshot.Name; name != "Dr Ána Łucja O’Reilly-Ξένια" {
		t.Errorf("named %q", name)
	}
	if h.of(1).Snapshot.Name != "Ben Cole" {
		t.Error("who chose nothing is not named as elsewhere")
	}
	if err := h.names(0, "Another"); !errors.Is(err, certificate.ErrIssued) {
		t.Errorf("changed below a certificate: %v", err)
	}
	if n := h.count("SELECT count(*) FROM people WHERE name LIKE '%ucja%'"); n != 0 {
		t.Error("their other papers have the name too")
	}
}

func TestANameThatCannotBePrintedWaitsForAWord(t *testing.T) {
	t.Parallel()
	h := taught(t)
	if _, err := h.owner.NewRaw("UPDATE people SET name = '王小明' WHERE id = ?", h.people[0].ID).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h.why(0) != certificate.Letters || h.preview().Due() != 1 {
		t.Errorf("%s", h.why(0))
	}
	if err := h.names(0, "Wang Xiaoming"); err != nil {
		t.Fatal(err)
	}
	h.issued(2)
}

func TestANameIsCorrectedOnceByThemselvesAndThenByTheOffice(t *testing.T) {
	t.Parallel()
	h := taught(t)
	h.issued(2)
	first := h.of(0)
	if err := h.corrects(0, first.Number, "Ana Reyes"); err != nil || h.of(0).ID != first.ID {
		t.Errorf("the same name: %v", err)
	}
	h.clock.Set(ended.AddDays(3).At(9, 0))
	if err := h.corrects(0, first.Number, "Ana Whitfield"); err != nil {
		t.Fatal(err)
	}
	second := h.of(0)
	if second.Snapshot.Name != "Ana Whitfield" || second.Snapshot.IssuedOn != ended.AddDays(3) || second.Kind != first.Kind || second.Snapshot.Attendance() != first.Snapshot.Attendance() {
		t.Errorf("%+v", second)
	}
	old, err := certificate.ByCode(t.Context(), h.db, first.Code)
	if err != nil || old.Status != certificate.Replaced || old.ReplacedBy != second.Number || old.Snapshot.Name != "" {
		t.Errorf("the old one says %+v, %v", old, err)
	}
	if err := h.corrects(0, first.Number, "Ana Third"); !errors.Is(err, certificate.ErrNotValid) {
		t.Errorf("an old page: %v", err)
	}
	if err := h.corrects(0, second.Number, "Ana Third"); !errors.Is(err, certificate.ErrAskOffice) {
		t.Errorf("a second time: %v", err)
	}
	for range 2 { // the second time it has the name already
		h.must(func(tx *db.Tx) error {
			_, err := certificate.Reissue(t.Context(), tx, h.grace.Person, h.places[0].Code, h.of(0).Number, "Ana Third")
			return err
		})
	}
	if h.of(0).Snapshot.Name != "Ana Third" || h.count("SELECT count(*) FROM certificates WHERE enrolment_id = ?", h.places[0].ID) != 3 {
		t.Error("the office did not correct it once")
	}
	if n := h.count("SELECT count(*) FROM mails WHERE template = 'certificate' AND recipient = 'learner0@post.example'"); n != 3 {
		t.Errorf("%d mails about three certificates", n)
	}
	if n := h.count("SELECT count(*) FROM audit WHERE action = 'certificate replaced'"); n != 2 {
		t.Errorf("%d entries of the audit trail", n)
	}
}
