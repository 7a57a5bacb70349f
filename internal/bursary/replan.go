package bursary

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// PlanOf is what staff have decided about a round so far: where changing it begins, and a copy for the next one.
func PlanOf(ctx context.Context, d bun.IDB, r *Round) (Plan, error) {
	runs, err := RunsOf(ctx, d, r.ID)
	if err != nil {
		return Plan{}, err
	}
	p := Plan{
		Code: r.Code, Name: r.Name, OpensOn: r.OpensOn, ClosesOn: r.ClosesOn, PanelOn: r.PanelOn, DecidesOn: r.DecidesOn,
		Places: r.Places, Money: r.Money, Readers: r.Readers, Tariff: r.Tariff, Summary: r.Summary, Who: r.Who,
		Contact: Contact{Name: r.ContactName, Email: r.ContactEmail, Phone: r.ContactPhone}, Beacon: r.Beacon, BeaconOn: r.BeaconOn,
	}
	for _, o := range runs {
		p.Runs = append(p.Runs, o.Code)
	}
	return p, nil
}

// Replan changes a round; its code never changes. Of a draft everything else can. Once the round is published,
// people rely on what they read: wording and contact may change, places and money may grow, and days may be put
// off, the public draw to another one as long as it has not begun, for nobody can know what it gives; the closing day is moved by Extend, which tells everybody. All else is refused with a sentence for each
// field, as what Check finds is.
func Replan(ctx context.Context, tx *db.Tx, by id.Person, code string, p Plan) (*Round, error) {
	r, err := lockRound(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	before, err := PlanOf(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	p.Code = r.Code
	if r.Public() {
		if err := p.keepsPromises(before, london.DateOf(tx.Now)); err != nil {
			return nil, err
		}
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	changed := p.changes(before)
	if len(changed) == 0 {
		return r, nil
	}
	p.into(r)
	if err := saveRound(ctx, tx, r); err != nil {
		return nil, err
	}
	if slices.Contains(changed, "runs") {
		if err := coverRuns(ctx, tx, r.ID, p.Runs); err != nil {
			return nil, err
		}
	}
	return r, recordRound(ctx, tx, by, "round changed", r, map[string]any{"changed": changed})
}

// changes names the fields in which a plan differs from what it was before.
func (p *Plan) changes(before Plan) []string {
	var changed []string
	for _, f := range []struct {
		field string
		same  bool
	}{
		{"name", p.Name == before.Name},
		{"opens_on", p.OpensOn == before.OpensOn},
		{"closes_on", p.ClosesOn == before.ClosesOn},
		{"panel_on", p.PanelOn == before.PanelOn},
		{"decides_on", p.DecidesOn == before.DecidesOn},
		{"runs", slices.Equal(p.Runs, before.Runs)},
		{"places", p.Places == before.Places},
		{"money", p.Money == before.Money},
		{"readers", p.Readers == before.Readers},
		{"tariff", p.Tariff.same(before.Tariff)},
		{"summary", p.Summary == before.Summary},
		{"who", p.Who == before.Who},
		{"contact", p.Contact == before.Contact},
		{"beacon", p.Beacon == before.Beacon},
		{"beacon_on", p.BeaconOn == before.BeaconOn},
	} {
		if !f.same {
			changed = append(changed, f.field)
		}
	}
	return changed
}

func (t Tariff) same(other Tariff) bool {
	return slices.Equal(t.Lines, other.Lines) && slices.Equal(t.Circumstances, other.Circumstances)
}

// keepsPromises refuses to change what people who apply rely on.
func (p *Plan) keepsPromises(before Plan, today london.Date) error {
	const (
		fixed = "This is fixed since the round was published."
		later = "This day is published. It can be put off, but not come earlier."
		more  = "This is published. It can become more, but not less."
	)
	fields := map[string]string{}
	wrong := func(bad bool, field, sentence string) {
		if bad && fields[field] == "" {
			fields[field] = sentence
		}
	}
	for _, field := range p.changes(before) {
		wrong(slices.Contains([]string{"name", "runs", "readers", "tariff"}, field), field, fixed)
		wrong(field == "closes_on", field, "Extend the round to move its closing day: everybody who has begun is then told.")
		wrong(field == "opens_on" && !before.OpensOn.After(today), field, "The round has opened already, so its opening day stays.")
	}
	wrong(p.OpensOn.Before(before.OpensOn), "opens_on", later)
	wrong(p.PanelOn.Before(before.PanelOn), "panel_on", later)
	if p.Beacon != before.Beacon || p.BeaconOn != before.BeaconOn {
		wrong(!before.BeaconOn.After(today), "beacon_on", "The public draw that was named has begun, so it stays.")
		wrong(!p.BeaconOn.After(before.BeaconOn), "beacon_on", "The public draw is published. It can be put off to another on a later day, before it has begun.")
	}
	wrong(p.DecidesOn.Before(before.DecidesOn), "decides_on", later)
	wrong(p.Places < before.Places, "places", more)
	wrong(p.Money < before.Money, "money", more)
	if len(fields) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "round_promised", Message: "People rely on some of what you changed.", Fields: fields}
}
