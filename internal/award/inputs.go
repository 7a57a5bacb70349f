package award

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/secret"
)

// Inputs is everything an allocation depends on, as it stands at one moment.
type Inputs struct {
	Round      *bursary.Round
	On         london.Date        // today
	Applicants []Applicant        // in their order, who wait for a decision
	Runs       []*course.Offering // that the round covers
	Free       map[id.Run]int     // places that a peer can take, those held by live offers left out
	Funds      []fund.Holding     // by code
	Heads      map[id.Fund]int    // how many people each fund pays for already, live offers of this round left out
	Offers     []Standing         // live offers, which come out as they went in
	Accepted   []Standing         // they keep their slots where a fund limits heads
	Departures []Departure        // of people, from the order
}

// Standing is somebody with a live award.
type Standing struct {
	Applicant
	Award *Award
}

// Load reads what the allocation of a drawn round depends on, for staff: reading the facts is noted for each.
// Nothing is locked; Ratify looks again under locks.
func Load(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, r *bursary.Round) (*Inputs, error) {
	ranked, err := bursary.Ranked(ctx, tx, r.ID, bursary.Banded)
	if err != nil {
		return nil, err
	}
	in := &Inputs{Round: r, On: london.DateOf(tx.Now)}
	if in.Applicants, err = FactsOf(ctx, tx, box, reader, r, ranked); err != nil {
		return nil, err
	}
	return in, in.surroundings(ctx, tx)
}

// LoadReserve reads what the reserve list of a ratified round depends on. It goes by the facts that were kept, and by
// the rules that funds have today.
func LoadReserve(ctx context.Context, tx *db.Tx, box *secret.Box, r *bursary.Round) (*Inputs, error) {
	in := &Inputs{Round: r, On: london.DateOf(tx.Now)}
	waiting, err := reserveList(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	if in.Applicants, err = KeptFacts(ctx, tx, box, waiting); err != nil {
		return nil, err
	}
	enrolled, err := enrolledOn(ctx, tx, r.ID, idsOf(waiting))
	if err != nil {
		return nil, err
	}
	before, err := lastAwards(ctx, tx, idsOf(waiting))
	if err != nil {
		return nil, err
	}
	for i, p := range in.Applicants { // as it is now: they may have booked, or been funded in another round, since
		in.Applicants[i].Enrolled, in.Applicants[i].Facts.LastAward = enrolled[p.Application.ID], before[p.Application.ID]
	}
	live, err := OfRound(ctx, tx, r.ID, Offered, Accepted, Spent)
	if err != nil {
		return nil, err
	}
	placed, err := bursary.Ranked(ctx, tx, r.ID, bursary.Allocated)
	if err != nil {
		return nil, err
	}
	facts, err := KeptFacts(ctx, tx, box, placed)
	if err != nil {
		return nil, err
	}
	in.stand(live, facts)
	return in, in.surroundings(ctx, tx)
}

// reserveList is who waits for a place that comes free: first who asked for a review and was right, then by the order.
func reserveList(ctx context.Context, tx *db.Tx, r *bursary.Round) ([]*bursary.Application, error) {
	waiting, err := bursary.Ranked(ctx, tx, r.ID, bursary.Upheld, bursary.Reserve)
	slices.SortStableFunc(waiting, func(a, b *bursary.Application) int {
		return cmp.Compare(rank(a.Status), rank(b.Status))
	})
	return waiting, err
}

func rank(s bursary.Status) int {
	if s == bursary.Upheld {
		return 0
	}
	return 1
}

// stand divides live awards into those that wait for an answer and those that have one.
func (in *Inputs) stand(live []*Award, facts []Applicant) {
	byID := make(map[id.Application]Applicant, len(facts))
	for _, p := range facts {
		byID[p.Application.ID] = p
	}
	for _, a := range live {
		s := Standing{byID[a.ApplicationID], a}
		if a.Status == Offered {
			in.Offers = append(in.Offers, s)
		} else {
			in.Accepted = append(in.Accepted, s)
		}
	}
}

// surroundings reads the places and the funds.
func (in *Inputs) surroundings(ctx context.Context, tx *db.Tx) (err error) {
	if in.Runs, err = bursary.RunsOf(ctx, tx, in.Round.ID); err != nil {
		return err
	}
	in.Free = make(map[id.Run]int, len(in.Runs))
	for _, o := range in.Runs {
		in.Free[o.ID] = o.Places.Left(true)
	}
	if in.Funds, err = fund.Holdings(ctx, tx); err != nil {
		return err
	}
	in.Heads, err = heads(ctx, tx, in.Round.ID)
	return err
}

// heads counts the live awards that each fund pays something of, but for a round's offers.
func heads(ctx context.Context, tx *db.Tx, round id.Round) (map[id.Fund]int, error) {
	var rows []struct {
		FundID id.Fund
		Heads  int
	}
	err := tx.NewRaw(`
		SELECT p.fund_id, count(DISTINCT a.id) AS heads
		FROM   sensitive.awards a JOIN sensitive.award_lines l ON l.award_id = a.id JOIN sensitive.award_parts p ON p.line_id = l.id
		WHERE  a.status IN ('offered', 'accepted', 'spent') AND NOT (a.round_id = ? AND a.status = 'offered')
		GROUP  BY p.fund_id`, round).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("counting whom funds pay for: %w", err)
	}
	count := make(map[id.Fund]int, len(rows))
	for _, row := range rows {
		count[row.FundID] = row.Heads
	}
	return count, nil
}

// Run finds one of the round's runs by its number.
func (in *Inputs) Run(which id.Run) *course.Offering {
	for _, o := range in.Runs {
		if o.ID == which {
			return o
		}
	}
	return nil
}

// RunByCode finds one of the round's runs.
func (in *Inputs) RunByCode(code string) *course.Offering {
	for _, o := range in.Runs {
		if o.Code == code {
			return o
		}
	}
	return nil
}

// Fund finds a fund by its code.
func (in *Inputs) Fund(code string) *fund.Holding {
	for i, h := range in.Funds {
		if h.Code == code {
			return &in.Funds[i]
		}
	}
	return nil
}

// Applicant finds somebody who waits by the code of their application.
func (in *Inputs) Applicant(code string) *Applicant {
	for i, p := range in.Applicants {
		if p.Application.Code == code {
			return &in.Applicants[i]
		}
	}
	return nil
}

// Choice is one way of helping somebody: a run, what of its price an award would pay, and what else.
type Choice struct {
	Run   *course.Offering
	Price money.Amount
	Fee   money.Amount // of the price, by the tariff and what they and an employer pay
	Own   money.Amount // Price = Fee + Own
	Other []Cost       // in the order of fund.Purposes
}

// Cost is what is asked for a purpose other than the fee.
type Cost struct {
	Purpose fund.Purpose
	Amount  money.Amount // pence
}

// Choices are the ways of helping somebody, the best first: on each run in their order all that they asked for, then on
// each run the fee alone, so that a fund for travel that is used up shuts nobody out of the course.
func (in *Inputs) Choices(p Applicant) []Choice {
	var whole, bare []Choice
	for _, code := range p.Runs {
		o := in.RunByCode(code)
		if o == nil || !in.startsInTime(o, p) || slices.Contains(p.Enrolled, code) {
			continue
		}
		c := choice(o, p)
		whole = append(whole, c)
		if len(c.Other) > 0 && c.Fee > 0 {
			c.Other = nil
			bare = append(bare, c)
		}
	}
	return append(whole, bare...)
}

// startsInTime leaves out a run that will not be held, that begins before an offer could be answered, or too soon for who
// said so.
func (in *Inputs) startsInTime(o *course.Offering, p Applicant) bool {
	if o.Status == course.Cancelled || o.Status == course.Finished {
		return false
	}
	days := in.On.DaysUntil(o.StartsOn())
	return days > 1 && (p.LateStart || days > LateNotice)
}

func choice(o *course.Offering, p Applicant) Choice {
	c := Choice{Run: o, Price: o.Price(course.Peer)}
	if p.FeePercent > 0 {
		c.Fee = max(0, min(c.Price.Percent(int64(p.FeePercent)*100), c.Price-p.Own-p.Employer))
	}
	c.Own = c.Price - c.Fee
	for _, purpose := range fund.Purposes() {
		if amount := p.Asked[purpose]; amount > 0 {
			c.Other = append(c.Other, Cost{purpose, amount})
		}
	}
	return c
}

// Costs are all that an award would pay.
func (c Choice) Costs() []Cost {
	var all []Cost
	if c.Fee > 0 {
		all = append(all, Cost{fund.Fee, c.Fee})
	}
	return append(all, c.Other...)
}

// Award is what an award for this choice pays in all.
func (c Choice) Award() (sum money.Amount) {
	for _, cost := range c.Costs() {
		sum += cost.Amount
	}
	return sum
}

// Whole is what the place costs in all, whoever pays: the price and the other costs.
func (c Choice) Whole() money.Amount {
	whole := c.Price
	for _, cost := range c.Other {
		whole += cost.Amount
	}
	return whole
}
