package organisation_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/organisation"
	"bursar/internal/state"
)

func TestAnApprovedOrganisationTakesNoNameLikeAnothersBeforeStaffAgree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	trust := w.approved()
	eve := w.person("eve@elsewhere.example")
	o := w.signUp(eve, named("Elsewhere Care"))
	w.write(func(tx *db.Tx) error {
		_, err := organisation.Approve(t.Context(), tx, w.fay, o.Code, false)
		return err
	})
	rename := func(name string) {
		w.write(func(tx *db.Tx) error {
			return organisation.SaveDetails(t.Context(), tx, eve, o, named(name))
		})
	}
	rename(trust.Name)
	fresh := w.reload(o)
	if fresh.Name != "Elsewhere Care" || fresh.AskedName != trust.Name || fresh.LikeID != trust.ID || fresh.Status != organisation.Approved {
		t.Fatalf("it is %q, asks for %q, like %d, %s", fresh.Name, fresh.AskedName, fresh.LikeID, fresh.Status)
	}
	var told string
	err := w.NewRaw("SELECT text_body FROM mails WHERE template = 'organisation-renamed' ORDER BY id DESC LIMIT 1").Scan(t.Context(), &told)
	if err != nil || !strings.Contains(told, "Elsewhere Care would like to be called "+trust.Name) || !strings.Contains(told, "looks like another") {
		t.Errorf("staff are told %q, %v", told, err)
	}
	decide := func(verb func(*db.Tx) error) error { return w.try(verb) }
	agree := func(name string) error {
		return decide(func(tx *db.Tx) error { return organisation.AgreeName(t.Context(), tx, w.fay, o.Code, name) })
	}
	if err := agree("Another Name"); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("agreeing to what is not asked for: %v", err)
	}
	if err := decide(func(tx *db.Tx) error { return organisation.RefuseName(t.Context(), tx, w.fay, o.Code, trust.Name) }); err != nil {
		t.Fatal(err)
	}
	if fresh := w.reload(o); fresh.Name != "Elsewhere Care" || fresh.AskedName != "" || fresh.LikeID != 0 {
		t.Errorf("refused, it is %q, asks for %q, like %d", fresh.Name, fresh.AskedName, fresh.LikeID)
	}
	if err := agree(trust.Name); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("agreeing after a refusal: %v", err)
	}
	rename("Westermoor and Tarn Friends")
	if err := agree("Westermoor and Tarn Friends"); err == nil {
		t.Error("a name like no other was only asked for")
	}
	rename("Westermoor & Tarn Trust")
	if err := agree("Westermoor & Tarn Trust"); err != nil || w.reload(o).Name != "Westermoor & Tarn Trust" {
		t.Errorf("agreed, it is %q, %v", w.reload(o).Name, err)
	}
	if got := w.told("organisation-name"); got != "eve@elsewhere.example eve@elsewhere.example" {
		t.Errorf("told are %s", got)
	}
}

func TestOfOrganisationsThatLookTheSameAListShowsTheCode(t *testing.T) {
	t.Parallel()
	got := organisation.Labels([]organisation.Organisation{
		{Code: "AAAA-AA", Name: "Kestrel House"}, {Code: "BBBB-BB", Name: "Westermoor Trust"}, {Code: "CCCC-CC", Name: "The Westermoor NHS Trust"}, {Code: "DDDD-DD", Name: "Lark Lane", LikeID: 7},
	})
	want := []string{"Kestrel House", "Westermoor Trust (BBBB-BB)", "The Westermoor NHS Trust (CCCC-CC)", "Lark Lane (DDDD-DD)"}
	if !slices.Equal(got, want) {
		t.Errorf("the list shows %q", got)
	}
}

func TestMailsToStrangersHaveAnEndInADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.signUp(w.maud, details())
	write := func(letters int) error {
		return w.try(func(tx *db.Tx) error { return organisation.CountLetters(t.Context(), tx, o, letters) })
	}
	if err := errors.Join(write(12), write(8)); err != nil {
		t.Fatal(err)
	}
	if err := write(1); !errors.Is(err, organisation.ErrTooManyLetters) {
		t.Errorf("one more for an organisation that is not approved: %v", err)
	}
	if other := w.signUp(w.person("ned@elsewhere.example"), named("Blue Anchors")); w.try(func(tx *db.Tx) error { return organisation.CountLetters(t.Context(), tx, other, 1) }) != nil {
		t.Error("one organisation's mails are another's")
	}
	o.Status = organisation.Approved
	if err := write(180); err != nil {
		t.Errorf("for one that is approved: %v", err)
	}
	if err := write(1); !errors.Is(err, organisation.ErrTooManyLetters) {
		t.Errorf("one more for one that is approved: %v", err)
	}
	w.clock.Set(w.Now().AddDate(0, 0, 1))
	if err := write(200); err != nil {
		t.Errorf("on the next day: %v", err)
	}
}
