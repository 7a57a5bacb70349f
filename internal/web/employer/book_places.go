package employer

import (
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// mostPlaces is how many places one booking can have.
const mostPlaces = 200

type placesForm struct {
	Places string `form:"places" binding:"required,max=10" error:"Enter how many places you need, from 1 to 200"`
}

type placesPage struct {
	bookPage
	Form placesForm
}

// Each is what one place costs.
func (p *placesPage) Each() string { return p.Run.TeamPrice(1, p.now).Price.String() }

// Prices says what is taken off for how many.
func (p *placesPage) Prices() page.Table {
	t := page.Table{Caption: "What a place costs", Stacked: true, Columns: []page.Column{{Title: "Places"}, {Title: "Taken off"}, {Title: "Each place", Numeric: true}}}
	from := p.Run.Discounts.TeamFrom
	one, team := p.Run.TeamPrice(1, p.now), p.Run.TeamPrice(from, p.now)
	t.Rows = [][]page.Cell{
		{{Text: upTo(from - 1)}, {Text: takenOff(one)}, {Text: one.Price.String()}},
		{{Text: fmt.Sprintf("%d or more", from)}, {Text: takenOff(team)}, {Text: team.Price.String()}},
	}
	return t
}

func upTo(n int) string {
	if n == 1 {
		return "1"
	}
	return fmt.Sprintf("1 to %d", n)
}

// takenOff is the discount of a price in words.
func takenOff(p course.TeamPrice) string {
	switch p.Discount {
	case course.TeamDiscount:
		return fmt.Sprintf("%s for a team of %d or more", course.Percent(p.BP), p.Discounts.TeamFrom)
	case course.EarlyDiscount:
		return fmt.Sprintf("%s for booking %d days or more before", course.Percent(p.BP), p.Discounts.EarlyDays)
	}
	return "Nothing"
}

// Left says how many places can be booked.
func (p *placesPage) Left() string {
	all, general := p.Run.Places.Left(true), p.Run.Places.Left(false)
	if all == general {
		return count(all, "place") + " left on these dates."
	}
	return fmt.Sprintf("%s left on these dates. Of these %d are kept for peer supporters: people who use their own experience, or their experience as a carer, at work.",
		count(all, "place"), all-general)
}

func (v *visit) placesPage() page.Page { return &placesPage{v.bookPage(stepPlaces), v.Draft.Places} }

func (v *visit) readPlaces(c *gin.Context) error {
	err := page.Bind(c, &v.Draft.Places)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(v.Draft.Places.Places)
	wrong := page.Mistakes{}
	switch left := v.Run.Places.Left(true); {
	case err != nil || n < 1 || n > mostPlaces:
		wrong["places"] = "Enter how many places you need, from 1 to 200"
	case left == 0:
		wrong["places"] = "No places are left on these dates. You can wait for some: follow the link below"
	case n > left:
		wrong["places"] = fmt.Sprintf("Only %s left on these dates. Enter %d or fewer, and wait for the others", count(left, "place"), left)
	}
	return wrong.Refusal(nil)
}

// places is how many places are wanted.
func (v *visit) places() int {
	n, _ := strconv.Atoi(v.Draft.Places.Places) // 0 before it is answered
	return n
}

// own is what the organisation pays for the places, or 0 while that is not known.
func (v *visit) own() money.Amount {
	q, err := v.quote()
	if err != nil {
		return 0
	}
	return q.Own - v.gift()
}
