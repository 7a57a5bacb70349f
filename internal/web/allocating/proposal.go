package allocating

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/allocation"
	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// proposalPage is a proposal as it was kept, and whether it still fits what it was made from.
type proposalPage struct {
	about
	*desk
	Proposal   *award.Proposal
	Asked      allocation.Problem
	Plan       allocation.Result
	Shadows    []allocation.Shadow
	Staff      map[id.Person]string // names of who made it, agreed to it and ratified it
	Reproduced bool                 // worked out again just now: the same bytes
	Changed    []string             // what has changed since it was made; empty: nothing
	Departs    *effect              // what its departures change; nil when there are none or it is no longer open
	Gone       []award.Departure    // about people who are no longer in the order
	All        []*award.Proposal    // of the round, the latest first
}

// readProposal works a proposal that is open out again and compares it with how things stand.
func (f office) readProposal(ctx context.Context, tx *db.Tx, c *gin.Context, now *desk, proposal *award.Proposal) (*proposalPage, error) {
	r := now.Inputs.Round
	p := &proposalPage{about: aboutRound(c, r), desk: now, Proposal: proposal}
	if err := p.read(ctx, tx); err != nil {
		return nil, err
	}
	now.Inputs.Departures = proposal.Departures
	p.Changed = award.Differences(p.Asked, now.Inputs.Problem())
	var err error
	if _, p.Gone, err = award.Carried(ctx, tx, r.ID, proposal.Departures); err != nil {
		return nil, err
	}
	if len(proposal.Departures) > 0 {
		p.Departs, err = effectOf(now.Inputs.Undeparted(), now.Inputs)
	}
	return p, err
}

// read opens what the proposal keeps, and works it out again.
func (p *proposalPage) read(ctx context.Context, tx *db.Tx) (err error) {
	if p.Asked, err = p.Proposal.Asked(); err != nil {
		return err
	}
	if p.Plan, err = p.Proposal.Plan(); err != nil {
		return err
	}
	if p.Shadows, err = allocation.Shadows(p.Asked); err != nil {
		return err
	}
	if p.Reproduced, err = p.Proposal.Reproduced(); err != nil {
		return err
	}
	if p.All, err = award.Proposals(ctx, tx, p.Round.ID); err != nil {
		return err
	}
	p.Staff, err = staff(ctx, tx, p.Proposal.MadeBy, p.Proposal.AgreedBy, p.Proposal.RatifiedBy)
	return err
}

// staff are the names of some who work here.
func staff(ctx context.Context, tx *db.Tx, who ...id.Person) (map[id.Person]string, error) {
	all := map[id.Person]string{}
	for _, one := range who {
		if one == 0 || all[one] != "" {
			continue
		}
		p, err := people.ByID(ctx, tx, one)
		if err != nil {
			return nil, err
		}
		all[one] = p.Name
	}
	return all, nil
}

// earlier shows any proposal of a round as it was kept.
func (f office) earlier(c *gin.Context) error {
	var p *proposalPage
	err := f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = f.readEarlier(ctx, tx, c)
		return err
	})
	if err != nil {
		return err
	}
	if p.Open() {
		return page.Redirect(c, p.Href())
	}
	return page.Render(c, "allocating/earlier", p)
}

func (f office) readEarlier(ctx context.Context, tx *db.Tx, c *gin.Context) (*proposalPage, error) {
	r, err := findRound(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	proposal, err := award.FindProposal(ctx, tx, f.Box, r.ID, c.Param("proposal"))
	if err != nil {
		return nil, err
	}
	done, err := award.RatifiedOf(ctx, tx, r.ID)
	if err != nil {
		return nil, err
	}
	p := &proposalPage{about: aboutRound(c, r, toAllocation(r)), Proposal: proposal}
	if done == nil {
		p.desk, err = f.lookAt(ctx, tx, c, r)
	} else {
		p.desk, err = f.lookBack(ctx, tx, c, r, london.DateOf(proposal.MadeAt))
	}
	if err != nil {
		return nil, err
	}
	return p, p.read(ctx, tx)
}

// Open reports whether the proposal waits for somebody to agree to it.
func (p *proposalPage) Open() bool {
	return p.Proposal.Status == award.Proposed || p.Proposal.Status == award.Agreed
}

// Agreed reports whether one person has agreed to it, and Mine whether that is who looks.
func (p *proposalPage) Agreed() bool { return p.Proposal.Status == award.Agreed }

// Mine reports whether who looks is the one who agreed.
func (p *proposalPage) Mine() bool { return p.Proposal.AgreedBy == p.Viewer.Person }

// Stands reports whether it can be agreed to and ratified.
func (p *proposalPage) Stands() bool { return p.Reproduced && len(p.Changed) == 0 }

// Tag says how far it has come.
func (p *proposalPage) Tag() page.Tag { return statusWords[p.Proposal.Status] }

// Short is the beginning of the digest, enough to compare by eye.
func (p *proposalPage) Short() string { return short(p.Proposal.Digest) }

func short(digest string) string { return digest[len("sha256:"):][:12] }

// Persons are everybody in the plan; their names only when they are asked for.
func (p *proposalPage) Persons() []person {
	all := p.persons(p.Asked, p.Plan, p.Proposal.Departures)
	for i := range all {
		if !p.Names {
			all[i].Called = ""
		}
	}
	return all
}

// Said is what the plan comes to, in a sentence.
func (p *proposalPage) Said() string {
	return fmt.Sprintf("%d of %s can be funded.", p.Plan.Count, peopleOf(len(p.Asked.Applicants)))
}

// Others says whether another order would reach more people, and whom it would skip.
func (p *proposalPage) Others() string {
	if p.Plan.Possible == p.Plan.Count {
		return "No other order of the same people was found that funds more of them."
	}
	text := fmt.Sprintf("In another order %d would be possible", p.Plan.Possible)
	if len(p.Plan.Skipped) > 0 {
		text += fmt.Sprintf(". That would skip %s, who can be funded in this one", list(p.Plan.Skipped))
	}
	return text + ". The program never does that by itself."
}

// Kinds are the ways to depart from the order.
func (p *proposalPage) Kinds() []page.Choice {
	return []page.Choice{
		{Value: string(award.First), Label: "Serve this person before everybody else"},
		{Value: string(award.LeftOut), Label: "Leave this person out"},
	}
}

// KindOf says what a departure does.
func (p *proposalPage) KindOf(d award.Departure) string { return kindWords[d.Kind] }

// listed is one of the round's proposals.
type listed struct {
	*award.Proposal
	Href string
	Tag  page.Tag
}

// Before are the round's other proposals, the latest first.
func (p *proposalPage) Before() []listed { return others(p.All, p.Proposal, p.Href()) }

func others(all []*award.Proposal, but *award.Proposal, href string) (list []listed) {
	for _, one := range all {
		if one.ID != but.ID {
			list = append(list, listed{one, href + "/" + one.Code, statusWords[one.Status]})
		}
	}
	return list
}
