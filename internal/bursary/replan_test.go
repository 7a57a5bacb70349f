package bursary_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/money"
)

// replan changes the plan of a round as change says.
func (w *world) replan(code string, change func(*bursary.Plan)) error {
	w.t.Helper()
	return w.office(func(tx *db.Tx) error {
		r, err := bursary.FindRound(w.t.Context(), tx, code)
		if err != nil {
			return err
		}
		p, err := bursary.PlanOf(w.t.Context(), tx, r)
		if err != nil {
			return err
		}
		change(&p)
		_, err = bursary.Replan(w.t.Context(), tx, w.admin.ID, code, p)
		return err
	})
}

// drafted makes a round that is not published.
func (w *world) drafted(p bursary.Plan) {
	w.t.Helper()
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		_, err := bursary.Create(w.t.Context(), tx, w.box, w.admin.ID, p)
		return err
	})
}

func (w *world) planOf(code string) (p bursary.Plan) {
	w.t.Helper()
	r, err := bursary.FindRound(w.t.Context(), w.app, code)
	if err == nil {
		p, err = bursary.PlanOf(w.t.Context(), w.app, r)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func TestEverythingAboutADraftButItsCodeCanChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fixture.Run(t, w.app, "FND-X27", 20)
	w.drafted(fixture.SpringPlan("SUMMER-27", "FND-T27"))
	want := fixture.SpringPlan("SUMMER-27", "FND-X27", "FND-T27")
	want.Name, want.OpensOn, want.ClosesOn, want.PanelOn, want.DecidesOn = "Summer 2027", london.On(2026, 11, 1), london.On(2026, 12, 1), london.On(2027, 1, 2), london.On(2027, 1, 3)
	want.Places, want.Money, want.Readers, want.Beacon, want.BeaconOn = 2, money.Pounds(10), 2, "", london.On(2027, 1, 2)
	want.Tariff.Lines, want.Tariff.Circumstances = want.Tariff.Lines[:1], want.Tariff.Circumstances[:1]
	want.Summary, want.Who, want.Contact = "Half.", "You.", bursary.Contact{Name: "Martin", Email: "m@threshold.example", Phone: "1"}
	for range 2 {
		if err := w.replan("SUMMER-27", func(p *bursary.Plan) { *p = want; p.Code = "ELSE" }); err != nil {
			t.Fatal(err)
		}
	}
	got := w.planOf("SUMMER-27")
	if got.Code != "SUMMER-27" || !slices.Equal(got.Runs, want.Runs) || !slices.Equal(got.Tariff.Lines, want.Tariff.Lines) ||
		got.ClosesOn != want.ClosesOn || got.Contact != want.Contact || got.Readers != 2 || got.Beacon != "" {
		t.Errorf("kept %+v", got)
	}
	if n := w.count("SELECT count(*) FROM audit WHERE action = 'round changed' AND detail->'changed' ? 'tariff'"); n != 1 {
		t.Errorf("it is on the record %d times: saying the same again changes nothing", n)
	}
}

func TestAPublishedRoundKeepsWhatPeopleRelyOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fixture.Run(t, w.app, "FND-X27", 20)
	for field, change := range map[string]func(*bursary.Plan){
		"name":       func(p *bursary.Plan) { p.Name = "Another" },
		"runs":       func(p *bursary.Plan) { p.Runs = append(p.Runs, "FND-X27") },
		"readers":    func(p *bursary.Plan) { p.Readers++ },
		"beacon_on":  func(p *bursary.Plan) { p.Beacon = "A coin" }, // on the same day
		"tariff":     func(p *bursary.Plan) { p.Tariff.Lines[1].Cap++ },
		"opens_on":   func(p *bursary.Plan) { p.OpensOn = p.OpensOn.AddDays(1) }, // it has opened
		"closes_on":  func(p *bursary.Plan) { p.ClosesOn = p.ClosesOn.AddDays(1) },
		"panel_on":   func(p *bursary.Plan) { p.PanelOn = p.PanelOn.AddDays(-1) },
		"decides_on": func(p *bursary.Plan) { p.DecidesOn = p.DecidesOn.AddDays(-1) },
		"places":     func(p *bursary.Plan) { p.Places-- },
		"money":      func(p *bursary.Plan) { p.Money-- },
	} {
		err := w.replan(w.round.Code, func(p *bursary.Plan) { p.Summary = "Changed too."; change(p) })
		if f := failure.Of(err); f == nil || f.Code != "round_promised" || f.Fields[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	if got := w.planOf(w.round.Code); got.Summary == "Changed too." {
		t.Error("a refused change was kept in part")
	}
}

func TestThePublicDrawCanBePutOffUntilItHasBegun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	putOff := func(p *bursary.Plan) { p.Beacon, p.BeaconOn = "The draw a week later", p.BeaconOn.AddDays(7) }
	if err := w.replan(w.round.Code, putOff); err != nil {
		t.Fatal(err)
	}
	if got := w.planOf(w.round.Code); got.Beacon != "The draw a week later" || got.BeaconOn != london.On(2027, 1, 23) {
		t.Errorf("kept %q on %s", got.Beacon, got.BeaconOn)
	}
	w.clock.Set(london.On(2027, 1, 23).At(0, 0))
	if f := failure.Of(w.replan(w.round.Code, func(p *bursary.Plan) { p.BeaconOn = p.BeaconOn.AddDays(1) })); f == nil || f.Fields["beacon_on"] == "" {
		t.Errorf("on its day it can be put off: %v", f)
	}
}

func TestAPublishedRoundMayPromiseMoreAndLaterAndSayItBetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.replan(w.round.Code, func(p *bursary.Plan) {
		p.Summary, p.Who, p.Contact.Name = "Better said.", "Everybody.", "Martin"
		p.Places, p.Money = p.Places+1, p.Money+1
		p.PanelOn, p.DecidesOn = p.PanelOn.AddDays(2), p.DecidesOn.AddDays(2)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.planOf(w.round.Code); got.Summary != "Better said." || got.Places != 7 || got.PanelOn != london.On(2027, 1, 16) {
		t.Errorf("kept %+v", got)
	}
	w.drafted(fixture.SpringPlan("LATER-27", "FND-T27"))
	later := func(p *bursary.Plan) { p.OpensOn = london.On(2026, 12, 1) }
	if err := w.replan("LATER-27", later); err != nil {
		t.Fatal(err)
	}
	if err := w.publish("LATER-27"); err != nil {
		t.Fatal(err)
	}
	if err := w.replan("LATER-27", func(p *bursary.Plan) { p.OpensOn = london.On(2026, 12, 2) }); err != nil {
		t.Errorf("putting off a day that lies ahead: %v", err)
	}
	if f := failure.Of(w.replan("LATER-27", later)); f == nil || f.Fields["opens_on"] == "" {
		t.Errorf("opening earlier than published: %v", f)
	}
}

func TestAPlanThatDoesNotAddUpIsRefusedFieldByField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.drafted(fixture.SpringPlan("SUMMER-27", "FND-T27"))
	for field, change := range map[string]func(*bursary.Plan){
		"name":          func(p *bursary.Plan) { p.Name = "" },
		"closes_on":     func(p *bursary.Plan) { p.ClosesOn = p.OpensOn.AddDays(-1) },
		"panel_on":      func(p *bursary.Plan) { p.PanelOn = p.ClosesOn },
		"decides_on":    func(p *bursary.Plan) { p.DecidesOn = p.PanelOn.AddDays(-1) },
		"runs":          func(p *bursary.Plan) { p.Runs = []string{"FND-???"} },
		"places":        func(p *bursary.Plan) { p.Places = 0 },
		"money":         func(p *bursary.Plan) { p.Money = -1 },
		"readers":       func(p *bursary.Plan) { p.Readers = 0 },
		"tariff":        func(p *bursary.Plan) { p.Tariff.Circumstances[1].Key = p.Tariff.Circumstances[0].Key },
		"contact_phone": func(p *bursary.Plan) { p.Contact.Phone = "" },
	} {
		if f := failure.Of(w.replan("SUMMER-27", change)); f == nil || f.Kind != failure.Invalid || f.Fields[field] == "" {
			t.Errorf("%s: %v", field, f)
		}
	}
	if err := w.replan("NEVER-27", func(*bursary.Plan) {}); !errors.Is(err, bursary.ErrUnknownRound) {
		t.Errorf("a round that is not there: %v", err)
	}
}

func (w *world) publish(code string) error {
	w.t.Helper()
	return w.office(func(tx *db.Tx) error {
		_, err := bursary.Publish(w.t.Context(), tx, w.admin.ID, code)
		return err
	})
}

func TestARoundThatIsNotReadyIsNotPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	past := fixture.SpringPlan("PAST-26", "FND-T27")
	past.OpensOn, past.ClosesOn = london.On(2026, 11, 1), london.On(2026, 11, 22)
	late := fixture.SpringPlan("LATE-27", "FND-T27")
	late.DecidesOn = london.On(2027, 3, 8) // the first day of the course
	w.drafted(past)
	w.drafted(late)
	w.drafted(fixture.SpringPlan("GONE-27", "FND-T27"))
	for code, want := range map[string]string{"PAST-26": "22 November 2026, has passed", "LATE-27": "begins on 8 March 2027"} {
		if f := failure.Of(w.publish(code)); f == nil || f.Kind != failure.Invalid || !strings.Contains(f.Message, want) {
			t.Errorf("%s: %v", code, f)
		}
	}
	w.plant("UPDATE runs SET status = 'cancelled'")
	if f := failure.Of(w.publish("GONE-27")); f == nil || !strings.Contains(f.Message, "FND-T27 does not take place") {
		t.Errorf("a cancelled run: %v", f)
	}
	w.plant("UPDATE runs SET status = 'open'")
	if err := w.publish("GONE-27"); err != nil {
		t.Errorf("it opened three weeks ago and has no panel yet: %v", err)
	}
}
