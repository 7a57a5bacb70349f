package course

import (
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Discounts are what a run takes off the organisation's price: for a team, or for booking early, and never both.
type Discounts struct {
	bun.BaseModel `bun:"table:run_discounts"`

	RunID     id.Run `bun:"run_id,pk"`
	TeamFrom  int    `bun:"team_from"` // places from which on it is a team
	TeamBP    int64  `bun:"team_bp"`   // basis points: 1000 is a tenth
	EarlyDays int    `bun:"early_days"`
	EarlyBP   int64  `bun:"early_bp"`
}

// Discount says what was taken off.
type Discount string

// The discounts.
const (
	NoDiscount    Discount = "none"
	TeamDiscount  Discount = "team"
	EarlyDiscount Discount = "early"
	AgreedPrice   Discount = "agreed" // another price, agreed by staff with a reason
)

// TeamPrice is what one place costs an organisation that books several, with its working.
type TeamPrice struct {
	List       money.Amount // pence, before any discount
	Discount   Discount
	BP         int64        // what is taken off
	Price      money.Amount // of one place
	Places     int
	Total      money.Amount
	DaysBefore int // left before the first day
	Discounts  Discounts
}

// TeamPrice works out what an organisation pays that books places at an instant: the better of the two discounts.
func (o *Offering) TeamPrice(places int, now time.Time) TeamPrice {
	p := TeamPrice{List: o.Price(Organisation), Discount: NoDiscount, Places: places,
		DaysBefore: london.DateOf(now).DaysUntil(o.StartsOn()), Discounts: o.Discounts}
	if o.Discounts.TeamFrom > 0 && places >= o.Discounts.TeamFrom {
		p.Discount, p.BP = TeamDiscount, o.Discounts.TeamBP
	}
	if o.Discounts.EarlyDays > 0 && p.DaysBefore >= o.Discounts.EarlyDays && o.Discounts.EarlyBP > p.BP {
		p.Discount, p.BP = EarlyDiscount, o.Discounts.EarlyBP
	}
	if p.BP == 0 {
		p.Discount = NoDiscount
	}
	p.Price = p.List - p.List.Percent(p.BP)
	p.Total = p.Price * money.Amount(places)
	return p
}
