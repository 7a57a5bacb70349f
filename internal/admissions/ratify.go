package admissions

import (
	"context"
	"errors"
	"slices"

	"bursar/internal/allocation"
	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/secret"
)

// Ratify is the second of two people letting a round's proposal stand. In this one unit of work the money is promised,
// the places are held, everybody gets their answer, and the reserve list begins. seen is the digest of what by looked at.
// It returns the errors of award.Open, award.Stands and award.Ratify; when the money or a place went elsewhere meanwhile,
// award.ErrInputsChanged.
func Ratify(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, round, seen string) error {
	if err := lockRuns(ctx, tx, round); err != nil {
		return err
	}
	r, p, err := award.Open(ctx, tx, box, round)
	if err != nil {
		return err
	}
	if err := p.Ratify(ctx, tx, by, seen); err != nil {
		return err
	}
	if err := fund.LockOpen(ctx, tx); err != nil {
		return err
	}
	in, err := p.Stands(ctx, tx, box, by, r)
	if err != nil {
		return err
	}
	plan, err := p.Plan()
	if err != nil {
		return err
	}
	if err := decide(ctx, tx, box, by, in, plan); err != nil {
		return err
	}
	return publishUnlocks(ctx, tx, in)
}

// lockRuns locks the places of a round's runs, before everything else.
func lockRuns(ctx context.Context, tx *db.Tx, round string) error {
	r, err := bursary.FindRound(ctx, tx, round)
	if err != nil {
		return err
	}
	return lockRunsOf(ctx, tx, r.ID)
}

func lockRunsOf(ctx context.Context, tx *db.Tx, round id.Round) error {
	runs, err := bursary.RunsOf(ctx, tx, round)
	if err != nil {
		return err
	}
	slices.SortFunc(runs, func(a, b *course.Offering) int { return int(a.ID - b.ID) })
	for _, o := range runs {
		if err := course.LockPlaces(ctx, tx, o.ID); err != nil {
			return err
		}
	}
	return nil
}

// decide carries out a plan: awards for whom it funds, the reserve list for those whom money or places failed, and an
// answer for everybody.
func decide(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, in *award.Inputs, plan allocation.Result) error {
	outside, err := outsideOf(ctx, tx, box, by, in)
	if err != nil {
		return err
	}
	letters, err := lettersOf(ctx, tx, box, in, plan, outside)
	if err != nil {
		return err
	}
	if err := award.KeepFacts(ctx, tx, box, slices.Concat(in.Applicants, outside)); err != nil {
		return err
	}
	grants, err := in.Grants(plan)
	if err != nil {
		return err
	}
	made, err := grant(ctx, tx, audit.Person(by), in, grants, false)
	if err != nil {
		return err
	}
	if err := turnAway(ctx, tx, in, outside, made); err != nil {
		return err
	}
	if err := bursary.Announce(ctx, tx, by, in.Round.Code, len(in.Applicants)+len(outside), len(grants)); err != nil {
		return err
	}
	return send(ctx, tx, box, letters, made)
}

// outsideOf reads whom the panel placed in band C.
func outsideOf(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, in *award.Inputs) ([]award.Applicant, error) {
	list, err := bursary.Unranked(ctx, tx, in.Round.ID)
	if err != nil {
		return nil, err
	}
	return award.FactsOf(ctx, tx, box, by, in.Round, list)
}

func lettersOf(ctx context.Context, tx *db.Tx, box *secret.Box, in *award.Inputs, plan allocation.Result, outside []award.Applicant) ([]award.Letter, error) {
	var which []id.Application
	for _, p := range slices.Concat(in.Applicants, outside) {
		which = append(which, p.Application.ID)
	}
	feedback, err := award.Feedback(ctx, tx, box, which)
	if err != nil {
		return nil, err
	}
	return in.Letters(plan, outside, feedback)
}

// grant holds a place and promises the money for each grant. It returns the awards by application.
func grant(ctx context.Context, tx *db.Tx, by audit.Actor, in *award.Inputs, grants []award.Grant, fromReserve bool) (map[id.Application]*award.Award, error) {
	made := make(map[id.Application]*award.Award, len(grants))
	for _, g := range grants {
		a, err := grantOne(ctx, tx, in.Round.ID, g, fromReserve)
		switch {
		case errors.Is(err, fund.ErrNotEnough), errors.Is(err, course.ErrFull), errors.Is(err, enrolment.ErrAlreadyThere):
			return nil, award.ErrInputsChanged.Because(err)
		case err != nil:
			return nil, err
		}
		made[g.Application.ID] = a
		if err := award.Record(ctx, tx, by, "place offered", a, map[string]any{"until": a.UntilOn, "pays": a.Total(), "reserve": fromReserve}); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func grantOne(ctx context.Context, tx *db.Tx, round id.Round, g award.Grant, fromReserve bool) (*award.Award, error) {
	o, err := course.OfferingOf(ctx, tx, g.Run.ID) // its places as they are now, after the grants before
	if err != nil {
		return nil, err
	}
	e, err := enrolment.Offer(ctx, tx, o, enrolment.Claim{
		Person: g.Application.PersonID, Peer: true, Band: course.Peer, Until: g.LastDay(london.DateOf(tx.Now)).End(),
	})
	if err != nil {
		return nil, err
	}
	a, err := bursary.Lock(ctx, tx, g.Application.ID)
	if err != nil {
		return nil, err
	}
	if err := bursary.Decided(ctx, tx, a, bursary.Allocated); err != nil {
		return nil, err
	}
	return award.Make(ctx, tx, g, round, e.ID, fromReserve)
}

// turnAway writes down who is on the reserve list and who is not funded.
func turnAway(ctx context.Context, tx *db.Tx, in *award.Inputs, outside []award.Applicant, made map[id.Application]*award.Award) error {
	for _, p := range in.Applicants {
		to := bursary.Reserve
		switch {
		case made[p.Application.ID] != nil:
			continue
		case in.LeftOut(p):
			to = bursary.NotFunded
		}
		if err := moveTo(ctx, tx, p.Application.ID, to); err != nil {
			return err
		}
	}
	for _, p := range outside {
		if err := moveTo(ctx, tx, p.Application.ID, bursary.NotFunded); err != nil {
			return err
		}
	}
	return nil
}

func moveTo(ctx context.Context, tx *db.Tx, which id.Application, to bursary.Status) error {
	a, err := bursary.Lock(ctx, tx, which)
	if err != nil {
		return err
	}
	return bursary.Decided(ctx, tx, a, to)
}

// send answers everybody at once.
func send(ctx context.Context, tx *db.Tx, box *secret.Box, letters []award.Letter, made map[id.Application]*award.Award) error {
	for i := range letters {
		if a := made[letters[i].Application]; a != nil {
			letters[i].Award = a.ID
		}
	}
	return award.Send(ctx, tx, box, letters)
}

// publishUnlocks says what the next pounds to each fund would do, for whoever thinks of giving: pounds, and nobody.
func publishUnlocks(ctx context.Context, tx *db.Tx, in *award.Inputs) error {
	shadows, err := allocation.Shadows(in.Problem())
	if err != nil {
		return err
	}
	more := make(map[id.Fund]money.Amount, len(shadows))
	for _, s := range shadows {
		if s.More > 0 {
			more[in.Fund(s.Fund).ID] = money.Amount(s.More)
		}
	}
	return fund.SetUnlocks(ctx, tx, in.Round.ID, more)
}
