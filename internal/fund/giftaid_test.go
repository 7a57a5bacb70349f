package fund_test

import (
	"strings"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fund"
	"bursar/internal/london"
)

func declaring(f *fund.Fund) fund.CardGift {
	g := giving(f, 50*pound)
	g.Aid = &fund.AidDeclaration{FirstName: "Dee", LastName: "Ray-Jones", House: "14", Postcode: " m1  4bt"}
	return g
}

func TestADeclarationStandsBesideItsGift(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.sponsored("LANTERN")
	with, without := w.begun(declaring(f)), w.begun(giving(f, pound))
	for g, want := range map[*fund.Gift]bool{with: true, without: false} {
		if got, err := fund.Aided(t.Context(), w, g.ID); err != nil || got != want {
			t.Errorf("declared: %v, %v, want %v", got, err, want)
		}
	}
	if got := fund.AidWords("The Lantern"); !strings.Contains(got, "to The Lantern. I am a UK taxpayer") {
		t.Errorf("it says %q", got)
	}
}

func TestADeclarationSaysWhoAndWhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.sponsored("LANTERN")
	for name, change := range map[string]func(*fund.AidDeclaration){
		"first_name": func(d *fund.AidDeclaration) { d.FirstName = "" },
		"last_name":  func(d *fund.AidDeclaration) { d.LastName = strings.Repeat("é", 36) },
		"house":      func(d *fund.AidDeclaration) { d.House = "" },
		"postcode":   func(d *fund.AidDeclaration) { d.Postcode = "Manchester" },
	} {
		c := declaring(f)
		change(c.Aid)
		if _, err := w.begin(c); field(err, name) == "" || strings.HasPrefix(field(err, name), "not about") {
			t.Errorf("%s: %v", name, err)
		}
	}
	empty := declaring(f)
	*empty.Aid = fund.AidDeclaration{}
	_, err := w.begin(empty)
	for _, name := range []string{"first_name", "last_name", "house", "postcode"} {
		if field(err, name) == "" {
			t.Errorf("nothing is said of %s: %v", name, err)
		}
	}
	abroad := declaring(f)
	abroad.Aid.Postcode = "x"
	w.begun(abroad)
	if gifts, err := fund.GiftsOf(t.Context(), w, f.ID, 0, 10); err != nil || len(gifts) != 1 {
		t.Errorf("%d gifts were begun, %v", len(gifts), err)
	}
}

func TestGiftAidIsClaimedByTheMonthInLondonOfWhatWasReceived(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.sponsored("LANTERN")
	for _, at := range []string{"2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z", "2027-03-31T22:59:59Z", "2027-03-31T23:00:00Z"} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Set(moment)
		w.begun(declaring(f)) // never paid
		if err := w.paid(w.begun(declaring(f))); err != nil {
			t.Fatal(err)
		}
		if err := w.paid(w.begun(giving(f, pound))); err != nil {
			t.Fatal(err)
		}
	}
	months, err := fund.AidMonths(t.Context(), w, w.Now())
	if err != nil {
		t.Fatal(err)
	}
	want := []london.Date{london.On(2027, 4, 1), london.On(2027, 3, 1), london.On(2026, 12, 1), london.On(2026, 11, 1)}
	if len(months) != len(want) {
		t.Fatalf("months %+v", months)
	}
	for i, m := range months {
		if m.From != want[i] || m.Gifts != 1 || m.Total != 50*pound {
			t.Errorf("month %d: %+v", i, m)
		}
		claims, err := fund.AidClaims(t.Context(), w, m.From, 0, 10)
		if err != nil || len(claims) != 1 || claims[0].Postcode != "M1 4BT" || claims[0].Amount != 50*pound {
			t.Errorf("claims of %s: %+v, %v", m.From, claims, err)
		}
		if rest, err := fund.AidClaims(t.Context(), w, m.From, 1, 10); err != nil || len(rest) != 0 {
			t.Errorf("after the first of %s: %+v, %v", m.From, rest, err)
		}
	}
	w.clock.Advance(6 * 365 * 24 * time.Hour)
	if months, err := fund.AidMonths(t.Context(), w, w.Now()); err != nil || len(months) != 0 {
		t.Errorf("after six years: %+v, %v", months, err)
	}
}

func TestADeclarationCannotBeChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.begun(declaring(w.sponsored("LANTERN")))
	for _, statement := range []string{"UPDATE gift_aid SET house = '1'", "DELETE FROM gift_aid"} {
		if _, err := w.NewRaw(statement).Exec(t.Context()); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if _, err := dbtest.As(t, w.DB, db.Assessor).NewRaw("SELECT * FROM gift_aid").Exec(t.Context()); err == nil {
		t.Error("an assessor reads who gave")
	}
}
