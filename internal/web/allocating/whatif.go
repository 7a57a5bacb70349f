package allocating

import (
	"context"
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// whatIfPage compares how things stand with how they would be. Nothing of it is kept.
type whatIfPage struct {
	about
	*desk
	If     whatIfForm
	Effect *effect // nil until something is asked
}

// whatIfForm is what somebody imagines. The amounts of funds and runs have a field each, named by their codes.
type whatIfForm struct {
	Fund    string `form:"fund" binding:"max=20" error:"Choose one of the funds"`
	Cap     string `form:"cap" binding:"max=20" error:"Enter an amount in pounds, like 500"`
	Purpose string `form:"purpose" binding:"max=20" error:"Choose one of the purposes"`
	Anybody string `form:"anybody" binding:"max=3" error:"Tick the box or leave it"`
	Code    string `form:"code" binding:"max=20" error:"Enter the reference of an application, like K7Q2-9M"`
	Spot    string `form:"spot" binding:"max=10" error:"Choose where this person shall stand"`

	Typed map[string]string // the amounts, by the names of their fields
}

// whatIf shows what would be if something were otherwise.
func (f office) whatIf(c *gin.Context) error {
	p := new(whatIfPage)
	if err := f.work(c, func(ctx context.Context, tx *db.Tx) error { return f.readWhatIf(ctx, tx, c, p) }); err != nil {
		return err
	}
	err := page.Query(c, &p.If)
	p.If.Typed = map[string]string{}
	for name, values := range c.Request.URL.Query() {
		p.If.Typed[name] = values[0]
	}
	if err == nil && len(p.If.Typed) > 0 {
		err = p.imagine()
	}
	if err != nil {
		return page.Again(c, err, "allocating/what-if", p)
	}
	return page.Render(c, "allocating/what-if", p)
}

func (f office) readWhatIf(ctx context.Context, tx *db.Tx, c *gin.Context, p *whatIfPage) error {
	r, err := findRound(ctx, tx, c)
	if err != nil {
		return err
	}
	done, err := award.RatifiedOf(ctx, tx, r.ID)
	switch {
	case err != nil:
		return err
	case done != nil:
		return award.ErrRatified
	case r.Status != bursary.RoundDrawn:
		return award.ErrNotDrawn
	}
	p.about = aboutRound(c, r, toAllocation(r))
	if p.desk, err = f.lookAt(ctx, tx, c, r); err != nil {
		return err
	}
	current, err := award.Current(ctx, tx, f.Box, r.ID)
	if err == nil && current != nil {
		p.Inputs.Departures = current.Departures
	}
	return err
}

// imagine works both plans out.
func (p *whatIfPage) imagine() error {
	change, err := p.change()
	if err != nil {
		return err
	}
	p.Effect, err = effectOf(p.Inputs, p.Inputs.With(change))
	return err
}

// amount is a field for one fund or run.
type amount struct{ Name, Label, Hint, Value string }

// Funds are the fields for money.
func (p *whatIfPage) Funds() []amount {
	all := make([]amount, len(p.Inputs.Funds))
	for i, h := range p.Inputs.Funds {
		name := "money-" + h.Code
		all[i] = amount{name, h.Name, h.Code + " has " + h.Available.String() + " now.", p.If.Typed[name]}
	}
	return all
}

// Runs are the fields for places.
func (p *whatIfPage) Runs() []amount {
	all := make([]amount, len(p.Inputs.Runs))
	for i, o := range p.Inputs.Runs {
		name := "places-" + o.Code
		all[i] = amount{name, p.run(o.Code), "Free now: " + strconv.Itoa(p.Inputs.Free[o.ID]) + ".", p.If.Typed[name]}
	}
	return all
}

// Sources are the funds to choose one from.
func (p *whatIfPage) Sources() []page.Choice {
	all := []page.Choice{{Value: "", Label: "No fund"}}
	for _, h := range p.Inputs.Funds {
		all = append(all, page.Choice{Value: h.Code, Label: h.Name})
	}
	return all
}

// Purposes are what a fund could pay for also, or no longer.
func (p *whatIfPage) Purposes() []page.Choice {
	all := []page.Choice{{Value: "", Label: "As it is"}}
	for _, purpose := range fund.Purposes() {
		all = append(all, page.Choice{Value: also + "-" + string(purpose), Label: "Also for " + purpose.Title()})
	}
	for _, purpose := range fund.Purposes() {
		all = append(all, page.Choice{Value: never + "-" + string(purpose), Label: "No longer for " + purpose.Title()})
	}
	return all
}

// Spots are where somebody could stand.
func (p *whatIfPage) Spots() []page.Choice {
	words := map[award.Spot]string{award.Front: "First in the order", award.Back: "Last in the order", award.Outside: "Not in the order"}
	all := []page.Choice{{Value: "", Label: "Where they stand now"}}
	for _, spot := range award.Spots() {
		all = append(all, page.Choice{Value: string(spot), Label: words[spot]})
	}
	return all
}

// Sums are both plans in numbers.
func (p *whatIfPage) Sums() page.Table {
	was, now := p.Effect.Was, p.Effect.Now
	t := page.Table{Caption: "Side by side", Stacked: true, Columns: []page.Column{{Title: ""}, {Title: "As things stand", Numeric: true}, {Title: "What if", Numeric: true}, {Title: "Difference", Numeric: true}}}
	count := func(name string, a, b int) {
		t.Rows = append(t.Rows, []page.Cell{{Text: name}, {Text: strconv.Itoa(a)}, {Text: strconv.Itoa(b)}, {Text: signed(b-a, strconv.Itoa(b-a))}})
	}
	pounds := func(name string, a, b money.Amount) {
		t.Rows = append(t.Rows, []page.Cell{{Text: name}, {Text: a.String()}, {Text: b.String()}, {Text: signed(int(b-a), (b - a).String())}})
	}
	t.Columns[0].Title = "What"
	count("People funded", was.Plan.Count, now.Plan.Count)
	count("Possible in another order", was.Plan.Possible, now.Plan.Possible)
	pounds("Money used", was.Used(), now.Used())
	pounds("Money left", was.Left(), now.Left())
	for i, f := range now.Plan.Funds {
		pounds("Left in "+p.fund(f.ID), money.Amount(was.Plan.Funds[i].Left), money.Amount(f.Left))
	}
	for i, place := range now.Plan.Places {
		count("Places left on "+place.ID, was.Plan.Places[i].Left, place.Left)
	}
	return t
}

func signed(n int, text string) string {
	switch {
	case n > 0:
		return "+" + text
	case n == 0:
		return "–"
	}
	return text
}

// Everybody is what both plans mean for each person, in the order that was drawn.
func (p *whatIfPage) Everybody() page.Table {
	t := page.Table{Caption: "Each person", Stacked: true, Columns: []page.Column{{Title: "Application"}, {Title: "As things stand"}, {Title: "What if"}}}
	for _, somebody := range p.Inputs.Applicants {
		code := somebody.Application.Code
		was, now := p.Effect.Was.outcome(code), p.Effect.Now.outcome(code)
		if was == now {
			now = "The same"
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: code}, {Text: was}, {Text: now}})
	}
	return t
}

// Said is what the change comes to, in a sentence.
func (p *whatIfPage) Said() string {
	more := p.Effect.Now.Plan.Count - p.Effect.Was.Plan.Count
	switch {
	case p.Effect.None():
		return "That would change nothing for anybody."
	case more == 0:
		return fmt.Sprintf("As many people would be funded, %d, but not the same.", p.Effect.Was.Plan.Count)
	case more > 0:
		return fmt.Sprintf("%s more would be funded: %d instead of %d.", capital(peopleOf(more)), p.Effect.Now.Plan.Count, p.Effect.Was.Plan.Count)
	}
	return fmt.Sprintf("%s fewer would be funded: %d instead of %d.", capital(peopleOf(-more)), p.Effect.Now.Plan.Count, p.Effect.Was.Plan.Count)
}

// Anybody is the checkbox that lets a fund pay for anybody, as it was left.
func (p *whatIfPage) Anybody() []string { return []string{p.If.Anybody} }
