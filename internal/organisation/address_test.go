package organisation_test

import (
	"errors"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/state"
)

// elsewhere is another address than that of details.
var elsewhere = organisation.AddressDetails{Address: "2 Quay Street", City: "Hull", Postcode: "hu11aa", InvoiceEmail: "pay@westermoor.example", OrgCode: "QX1", PayablesCode: "x102"}

func (w *world) askAddress(o *organisation.Organisation) id.AddressChange {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { return organisation.AskAddress(w.t.Context(), tx, w.maud, o, elsewhere) })
	list, err := organisation.AddressChanges(w.t.Context(), w, 0)
	if err != nil || len(list) != 1 {
		w.t.Fatalf("waiting are %v, %v", list, err)
	}
	return list[0].ID
}

func (w *world) check(by id.Person, which id.AddressChange) error {
	return w.try(func(tx *db.Tx) error {
		return organisation.CheckAddress(w.t.Context(), tx, by, which, "rang the switchboard")
	})
}

func (w *world) agree(by id.Person, which id.AddressChange) error {
	return w.try(func(tx *db.Tx) error { return organisation.AgreeAddress(w.t.Context(), tx, by, which) })
}

func TestTwoOfTheStaffChangeWhereInvoicesGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	ned := w.colleague(w.maud, o, "ned@westermoor.example")
	which := w.askAddress(o)
	if got := w.told("organisation-address-asked"); got != "abe@office.example cat@office.example fay@office.example" {
		t.Errorf("told are %s", got)
	}
	if err := w.agree(w.fay, which); !errors.Is(err, organisation.ErrUnchecked) {
		t.Errorf("unchecked: %v", err)
	}
	if err := w.try(func(tx *db.Tx) error { return organisation.CheckAddress(t.Context(), tx, w.fay, which, " ") }); field(err, "how") == "" {
		t.Errorf("checked nohow: %v", err)
	}
	if err := w.check(w.maud, which); !errors.Is(err, organisation.ErrSecondPerson) {
		t.Errorf("checked by who asked: %v", err)
	}
	if err := w.check(ned, which); !errors.Is(err, organisation.ErrSecondPerson) {
		t.Errorf("checked by one of them: %v", err)
	}
	if err := w.check(w.fay, which); err != nil {
		t.Fatal(err)
	}
	if err := w.check(w.cat, which); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("checked again: %v", err)
	}
	for name, by := range map[string]id.Person{"who checked": w.fay, "who asked": w.maud, "one of them": ned} {
		if err := w.agree(by, which); !errors.Is(err, organisation.ErrSecondPerson) {
			t.Errorf("agreed by %s: %v", name, err)
		}
	}
	if w.reload(o).AddressDetails() != o.AddressDetails() {
		t.Error("it has changed before anybody agreed")
	}
	if err := w.agree(w.abe, which); err != nil {
		t.Fatal(err)
	}
	want := elsewhere
	want.Postcode, want.PayablesCode = "HU1 1AA", "X102"
	if fresh := w.reload(o); fresh.AddressDetails() != want || fresh.Name != o.Name || fresh.Status != organisation.Approved {
		t.Errorf("now it is %+v", fresh)
	}
	if got := w.told("organisation-address-agreed"); got != "maud@westermoor.example ned@westermoor.example" {
		t.Errorf("told are %s", got)
	}
	history, err := organisation.AddressChanges(t.Context(), w, o.ID)
	if err != nil || len(history) != 1 || history[0].Outcome != organisation.AddressAgreed || history[0].CheckedBy != w.fay ||
		history[0].CheckedHow != "rang the switchboard" || history[0].DecidedBy != w.abe || history[0].AskedBy != w.maud {
		t.Errorf("written down is %+v, %v", history, err)
	}
}

// What the program refuses, PostgreSQL refuses too.
func TestPostgreSQLTakesNoChangeOfAddressByOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	which := w.askAddress(w.approved())
	for name, set := range map[string]string{
		"unchecked": "decided_by = 2", "who checked": "checked_by = 1, decided_by = 1", "who asked": "checked_by = 1, decided_by = asked_by",
	} {
		_, err := dbtest.Owner(t, w.DB).Exec("UPDATE address_changes SET outcome = 'agreed', "+set+" WHERE id = ?", which)
		if !db.Violates(err, "address_changes_two_people") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOfTwoStaffWhoAgreeOneDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	which := w.askAddress(w.approved())
	if err := w.check(w.fay, which); err != nil {
		t.Fatal(err)
	}
	agree := func(by id.Person) func(*db.Tx) error {
		return func(tx *db.Tx) error { return organisation.AgreeAddress(t.Context(), tx, by, which) }
	}
	if first, second := w.race(agree(w.abe), agree(w.cat)); first != nil || !errors.Is(second, state.ErrMovedOn) {
		t.Errorf("they are told %v and %v", first, second)
	}
	if got := w.told("organisation-address-agreed"); got != "maud@westermoor.example" {
		t.Errorf("told are %s", got)
	}
}

func TestAChangeOfAddressIsRefusedOrTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.approved()
	which := w.askAddress(o)
	refuse := func(by id.Person) error {
		return w.try(func(tx *db.Tx) error { return organisation.RefuseAddress(t.Context(), tx, by, which) })
	}
	if err := refuse(w.maud); !errors.Is(err, organisation.ErrSecondPerson) {
		t.Errorf("refused by who asked: %v", err)
	}
	if err := refuse(w.fay); err != nil {
		t.Fatal(err)
	}
	if err := refuse(w.cat); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("refused again: %v", err)
	}
	if got := w.told("organisation-address-refused"); got != "maud@westermoor.example" {
		t.Errorf("told are %s", got)
	}
	second := w.askAddress(o)
	mine, err := organisation.AddressChangeOf(t.Context(), w, o.ID)
	if err != nil || mine == nil || mine.ID != second || mine.AskedBy != 0 || mine.City != "Hull" {
		t.Errorf("they see %+v, %v", mine, err)
	}
	takeBack := func() error {
		return w.try(func(tx *db.Tx) error { return organisation.TakeBackAddress(t.Context(), tx, w.maud, o) })
	}
	if err := takeBack(); err != nil {
		t.Fatal(err)
	}
	if err := takeBack(); !errors.Is(err, organisation.ErrAddressUnknown) {
		t.Errorf("taken back again: %v", err)
	}
	if err := w.agree(w.fay, second); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("agreed after that: %v", err)
	}
	if none, err := organisation.AddressChangeOf(t.Context(), w, o.ID); err != nil || none != nil {
		t.Errorf("they see %+v, %v", none, err)
	}
	if w.reload(o).AddressDetails() != o.AddressDetails() {
		t.Error("the address has changed")
	}
}

func TestOneChangeOfAddressAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	waiting := w.signUp(w.maud, named("Blue Anchors"))
	o := w.approved()
	ask := func(o *organisation.Organisation, a organisation.AddressDetails) error {
		return w.try(func(tx *db.Tx) error { return organisation.AskAddress(t.Context(), tx, w.maud, o, a) })
	}
	if err := ask(o, o.AddressDetails()); !errors.Is(err, organisation.ErrAddressSame) {
		t.Errorf("the same: %v", err)
	}
	if err := ask(o, organisation.AddressDetails{}); field(err, "postcode") == "" {
		t.Errorf("nothing: %v", err)
	}
	if err := ask(waiting, elsewhere); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("before staff have decided: %v", err)
	}
	w.askAddress(o)
	if err := ask(o, elsewhere); !errors.Is(err, organisation.ErrAddressAsked) {
		t.Errorf("a second: %v", err)
	}
	if err := w.agree(w.fay, 999); !errors.Is(err, organisation.ErrAddressUnknown) {
		t.Errorf("one that is none: %v", err)
	}
}
