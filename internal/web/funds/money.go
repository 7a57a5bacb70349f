package funds

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// card is a fund as the list and its own page show it.
type card struct {
	fund.Holding
	Spent money.Amount // pence, since it was made, less what came back
	Alarm *fund.Alarm  // nil: no need to hurry
	Href  string
}

// cards are the funds with what they hold.
func (d desk) cards(ctx context.Context, all []fund.Holding) ([]card, error) {
	prefix := "fund/"
	if len(all) == 1 {
		prefix = account(all[0].ID, "")
	}
	accounts, err := ledger.Balances(ctx, d.DB, prefix)
	if err != nil {
		return nil, err
	}
	balances := map[string]money.Amount{}
	for _, a := range accounts {
		balances[a.Name] = a.Balance
	}
	alarms, err := fund.Alarms(ctx, d.DB, d.today())
	if err != nil {
		return nil, err
	}
	cards := make([]card, len(all))
	for i, h := range all {
		cards[i] = card{Holding: h, Spent: balances[account(h.ID, "spent")], Href: d.href(h.Fund)}
		for _, a := range alarms {
			if a.ID == h.ID {
				cards[i].Alarm = &a
			}
		}
	}
	return cards, nil
}

func account(f id.Fund, which string) string { return fmt.Sprintf("fund/%d/%s", f, which) }

// Tag is the kind of the fund, or that it is closed.
func (c card) Tag() page.Tag {
	if c.Closed() {
		return page.Tag{Text: "Closed", Colour: "grey"}
	}
	return page.Tag{Text: c.Kind.Title(), Colour: "blue"}
}

// Whose says who gave the money.
func (c card) Whose() string {
	if c.Donor != "" {
		return c.Donor
	}
	return "No single donor"
}

// Until is the last day on which it may be spent.
func (c card) Until() string {
	if c.SpendBy.IsZero() {
		return "No end"
	}
	return c.SpendBy.Medium()
}

// Warns says how little time there is for what is left, or nothing.
func (c card) Warns() string {
	switch a := c.Alarm; {
	case a == nil:
		return ""
	case a.Days < 0:
		return fmt.Sprintf("%s was to be spent by %s.", c.Available.Short(), c.SpendBy.Medium())
	case a.Days == 0:
		return c.Available.Short() + " is left, and today is the last day to spend it."
	default:
		return fmt.Sprintf("%s is left, and %s to spend it.", c.Available.Short(), count(a.Days, "day", "days"))
	}
}

// matter is something that a fund needs somebody for.
type matter struct {
	Title, Text, Href, Action string
}

// matters are what the funds need somebody for: time that runs out, rules that wait, pledges that have not come.
func (d desk) matters(ctx context.Context) ([]matter, error) {
	alarms, err := fund.Alarms(ctx, d.DB, d.today())
	if err != nil {
		return nil, err
	}
	var list []matter
	for _, a := range alarms {
		c := card{Holding: a.Holding, Alarm: &a, Href: d.href(a.Fund)}
		list = append(list, matter{a.Name, c.Warns(), c.Href, "See the fund"})
	}
	waiting, err := d.waiting(ctx)
	if err != nil {
		return nil, err
	}
	late, err := d.late(ctx)
	return append(append(list, waiting...), late...), err
}

// waiting are the rules for which a second person is needed.
func (d desk) waiting(ctx context.Context) ([]matter, error) {
	var rows []struct {
		Code, Name, Who string
		Version         int
		At              time.Time
	}
	err := d.DB.NewRaw(`
		SELECT f.code, f.name, p.name AS who, t.version, t.proposed_at AS at
		FROM   fund_terms t JOIN funds f ON f.id = t.fund_id JOIN people p ON p.id = t.proposed_by
		WHERE  t.status = 'proposed' AND f.closed_at IS NULL
		ORDER  BY t.proposed_at LIMIT 100`).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("listing rules that wait: %w", err)
	}
	var list []matter
	for _, r := range rows {
		list = append(list, matter{
			r.Name, "New rules wait for a second person. " + somebody(r.Who) + " wrote them on " + day(r.At) + ".",
			fmt.Sprintf("%s/%s/rules/%d", d.at, r.Code, r.Version), "Compare and decide",
		})
	}
	return list, nil
}

// late are the pledges whose day has passed.
func (d desk) late(ctx context.Context) ([]matter, error) {
	var rows []struct {
		Code, Name string
		fund.Gift
	}
	err := d.DB.NewRaw(`
		SELECT f.code, f.name, g.amount, g.donor, g.due_on
		FROM   gifts g JOIN funds f ON f.id = g.fund_id
		WHERE  g.status = ? AND g.due_on < ?
		ORDER  BY g.due_on, g.id LIMIT 100`, fund.GiftPledged, d.today()).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("listing late pledges: %w", err)
	}
	var list []matter
	for _, r := range rows {
		list = append(list, matter{r.Name, fmt.Sprintf("A pledge of %s was due on %s.", r.Amount.Short(), r.DueOn.Medium()), d.at + "/" + r.Code + "/gifts", "See the gifts"})
	}
	return list, nil
}

// names are what people are called.
func names(ctx context.Context, d bun.IDB, which ...id.Person) (map[id.Person]string, error) {
	var rows []struct {
		ID   id.Person
		Name string
	}
	called := map[id.Person]string{}
	if len(which) == 0 {
		return called, nil
	}
	if err := d.NewRaw("SELECT id, name FROM people WHERE id IN (?)", bun.List(which)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("reading names: %w", err)
	}
	for _, r := range rows {
		called[r.ID] = somebody(r.Name)
	}
	return called, nil
}
