package organisation_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/organisation"
	"bursar/internal/state"
)

func TestAnOrganisationThatSignsUpWaitsForStaff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.reload(w.signUp(w.maud, details()))
	if o.Status != organisation.Pending || o.LikeID != 0 || !o.DecidedAt.IsZero() {
		t.Errorf("it is %s, like %d, decided %s", o.Status, o.LikeID, o.DecidedAt)
	}
	want := details()
	want.OrgCode, want.PayablesCode, want.GLN, want.Postcode = "QX1", "X101", "9520000001018", "LS11 1HP"
	want.Address, want.InvoiceEmail = "PO Box 312\nPhoenix House", "payables@westermoor.example"
	if o.Details() != want {
		t.Errorf("stored are %+v", o.Details())
	}
	if got := w.members(o); got != "maud@westermoor.example" {
		t.Errorf("its coordinators are %s", got)
	}
	if got := w.told("organisation-pending"); got != "abe@office.example cat@office.example fay@office.example" {
		t.Errorf("told are %s", got)
	}
	if got := w.done(o); got != "signed up" {
		t.Errorf("recorded: %s", got)
	}
}

func TestEverythingWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := organisation.Details{
		Name: "Ours, see www.evil.example", Kind: "bank", CompanyNumber: "12", CharityNumber: "x", OrgCode: "Q!", PayablesCode: "1", GLN: "9520000001019",
		Address: strings.Repeat("line\n", 7), City: strings.Repeat("x", 101), Postcode: "LS", Department: "\u202eevil", Contact: strings.Repeat("x", 201),
		InvoiceEmail: "nobody", PORule: "never", TermsDays: 91,
	}
	err := w.try(func(tx *db.Tx) error {
		_, err := organisation.SignUp(t.Context(), tx, w.maud, d)
		return err
	})
	for _, name := range strings.Fields(`name kind company_number charity_number org_code payables_code gln address city postcode department contact
		invoice_email po_rule terms_days`) {
		if field(err, name) == "" {
			t.Errorf("nothing is said about %s", name)
		}
	}
	empty := failure.Of(organisation.Details{}.Check())
	for _, name := range strings.Fields("name kind address city postcode invoice_email po_rule") {
		if empty == nil || empty.Fields[name] == "" {
			t.Errorf("an empty %s is taken", name)
		}
	}
	if empty != nil && len(empty.Fields) != 7 {
		t.Errorf("what may be empty is asked for: %v", empty.Fields)
	}
	if n, err := w.NewSelect().Table("organisations").Count(t.Context()); err != nil || n != 0 {
		t.Errorf("%d organisations, %v", n, err)
	}
}

func TestAPayablesCodeNeedsItsOrganisationCode(t *testing.T) {
	t.Parallel()
	d := details()
	d.OrgCode = ""
	if field(d.Check(), "org_code") == "" {
		t.Error("a payables code is taken alone")
	}
}

func TestALookAlikeIsWarnedOfAndOnlyStaffSeeIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.approved()
	d := named("The Westermoor and Tarn Trust")
	second := w.reload(w.signUp(w.person("eve@elsewhere.example"), d))
	like, err := organisation.LikeOf(t.Context(), w, second)
	if err != nil || like == nil || like.ID != first.ID {
		t.Fatalf("it looks like %v, %v", like, err)
	}
	if none, err := organisation.LikeOf(t.Context(), w, w.reload(first)); err != nil || none != nil {
		t.Errorf("the first looks like %v, %v", none, err)
	}
	own, err := organisation.ByID(t.Context(), w, second.ID)
	if err != nil || own.LikeID != 0 {
		t.Errorf("the organisation's own view says so: %v, %v", own, err)
	}
	var text string
	if err := w.NewRaw("SELECT text_body FROM mails WHERE template = 'organisation-pending' ORDER BY id DESC LIMIT 1").Scan(t.Context(), &text); err != nil ||
		!strings.Contains(text, "looks like another") {
		t.Errorf("staff are told %s, %v", text, err)
	}
}

func TestTheSameNumberIsALookAlikeWhateverTheName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := named("Kestrel House Wellbeing")
	d.CharityNumber, d.CompanyNumber = "1234567", "7654321"
	first := w.signUp(w.maud, d)
	for i, change := range []func(*organisation.Details){
		func(d *organisation.Details) { d.CharityNumber = "1234567" },
		func(d *organisation.Details) { d.CompanyNumber = "07654321" },
	} {
		other := named([]string{"Northern Sparrows", "Southern Finches"}[i])
		change(&other)
		if o := w.reload(w.signUp(w.person([]string{"a@x.example", "b@x.example"}[i]), other)); o.LikeID != first.ID {
			t.Errorf("%s looks like %d", o.Name, o.LikeID)
		}
	}
}

func TestWhoWritesFromATrustedDomainIsNotLookedAtAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.signUp(w.maud, details())
	w.write(func(tx *db.Tx) error {
		_, err := organisation.Approve(t.Context(), tx, w.fay, first.Code, true)
		return err
	})
	ned := w.person("ned@westermoor.example")
	o := w.reload(w.signUp(ned, named("Community Gardens")))
	if o.Status != organisation.Approved || o.DecidedBy != 0 || o.DecidedAt.IsZero() {
		t.Errorf("it is %s, decided by %d at %s", o.Status, o.DecidedBy, o.DecidedAt)
	}
	if got := w.done(o); got != "signed up, approved" {
		t.Errorf("recorded: %s", got)
	}
	if like := w.reload(w.signUp(ned, named("Westermoor and Tarn"))); like.Status != organisation.Pending {
		t.Errorf("one that looks like another is %s", like.Status)
	}
	if below := w.signUp(w.person("x@pupils.westermoor.example"), named("Blue Anchors")); below.Status != organisation.Pending {
		t.Errorf("one from another domain is %s", below.Status)
	}
	domains, err := organisation.Domains(t.Context(), w, first.ID)
	if err != nil || len(domains) != 1 || domains[0] != "westermoor.example" {
		t.Errorf("trusted are %v, %v", domains, err)
	}
	w.write(func(tx *db.Tx) error { return organisation.Distrust(t.Context(), tx, w.fay, " Westermoor.example ") })
	w.write(func(tx *db.Tx) error { return organisation.Distrust(t.Context(), tx, w.fay, "westermoor.example") })
	if o := w.signUp(ned, named("Red Kites")); o.Status != organisation.Pending {
		t.Errorf("from a domain that is trusted no more it is %s", o.Status)
	}
}

func TestADomainThatManyShareIsNeverTrusted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.signUp(w.person("kim@gmail.com"), named("Kestrel House Wellbeing"))
	approve := func(domain bool) error {
		return w.try(func(tx *db.Tx) error {
			_, err := organisation.Approve(t.Context(), tx, w.fay, o.Code, domain)
			return err
		})
	}
	if err := approve(true); !errors.Is(err, organisation.ErrSharedDomain) || w.reload(o).Status != organisation.Pending {
		t.Errorf("with the domain: %v", err)
	}
	if err := approve(false); err != nil {
		t.Error(err)
	}
	// Not even when it stands in the list.
	_, err := w.NewRaw("INSERT INTO organisation_domains (domain, organisation_id, added_at, added_by) VALUES ('gmail.com', ?, now(), ?)", o.ID, w.fay).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if other := w.signUp(w.person("lou@gmail.com"), named("Lark Lane")); other.Status != organisation.Pending {
		t.Errorf("from the same free mail it is %s", other.Status)
	}
}

func TestPressingTwiceSignsUpOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	answers := make([]error, 4)
	for i := range answers {
		all.Go(func() {
			answers[i] = w.try(func(tx *db.Tx) error {
				_, err := organisation.SignUp(t.Context(), tx, w.maud, details())
				return err
			})
		})
	}
	all.Wait()
	made := 0
	for _, err := range answers {
		if err == nil {
			made++
		} else if !errors.Is(err, organisation.ErrYours) {
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d of 4 signed up", made)
	}
	if err := w.try(func(tx *db.Tx) error {
		_, err := organisation.SignUp(t.Context(), tx, w.maud, named("Another Body"))
		return err
	}); err != nil {
		t.Errorf("one person serves several: %v", err)
	}
}

func TestTwoOfOneNameAtOnceSeeEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	for _, email := range []string{"a@a.example", "b@b.example", "c@c.example"} {
		who := w.person(email)
		all.Go(func() {
			if err := w.try(func(tx *db.Tx) error {
				_, err := organisation.SignUp(t.Context(), tx, who, named("Kestrel House"))
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n, err := w.NewSelect().Table("organisations").Where("like_id IS NULL").Count(t.Context()); err != nil || n != 1 {
		t.Errorf("%d of 3 look like no other, %v", n, err)
	}
}

func TestDetailsChangeFreelyUntilStaffHaveDecided(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.signUp(w.maud, details())
	save := func(change func(*organisation.Details)) error {
		d := w.reload(o).Details()
		change(&d)
		return w.try(func(tx *db.Tx) error { return organisation.SaveDetails(t.Context(), tx, w.maud, o, d) })
	}
	if err := save(func(d *organisation.Details) { d.City, d.TermsDays = "York", 45 }); err != nil || w.reload(o).City != "York" || o.City != "York" {
		t.Errorf("while it waits: %v", err)
	}
	w.write(func(tx *db.Tx) error {
		_, err := organisation.Approve(t.Context(), tx, w.fay, o.Code, false)
		return err
	})
	if err := save(func(d *organisation.Details) { d.City = "Hull" }); !errors.Is(err, organisation.ErrAddressChecked) {
		t.Errorf("another address: %v", err)
	}
	if err := save(func(d *organisation.Details) { d.TermsDays = 90 }); !errors.Is(err, organisation.ErrTermsAgreed) {
		t.Errorf("longer to pay: %v", err)
	}
	if err := save(func(d *organisation.Details) { d.PORule, d.CompanyNumber = "may_follow", "1234567" }); err != nil {
		t.Errorf("the rest: %v", err)
	}
	if w.told("organisation-renamed") != "" {
		t.Error("staff were told of no new name")
	}
	if err := save(func(d *organisation.Details) { d.Name = "Westermoor Trust" }); err != nil || w.told("organisation-renamed") == "" {
		t.Errorf("a new name: %v", err)
	}
	fresh := w.reload(o)
	if fresh.City != "York" || fresh.TermsDays != 45 || fresh.PORule != organisation.POMayFollow || fresh.CompanyNumber != "01234567" || fresh.Name != "Westermoor Trust" {
		t.Errorf("in the end: %+v", fresh)
	}
	stranger := w.person("eve@elsewhere.example")
	if err := w.try(func(tx *db.Tx) error { return organisation.SaveDetails(t.Context(), tx, stranger, o, fresh.Details()) }); !errors.Is(err, organisation.ErrUnknown) {
		t.Errorf("a stranger: %v", err)
	}
}

func TestWhatIsToBeCompletedCannotBeSaved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, ida := w.invited("Lantern Vale ICB", "ida@lantern.example")
	err := w.try(func(tx *db.Tx) error { return organisation.SaveDetails(t.Context(), tx, ida, o, details()) })
	if !errors.Is(err, state.ErrMovedOn) {
		t.Error(err)
	}
}
