package employer

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/attendance"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// portion is how many rows of a long list are shown at a time.
const portion = 50

// portal mounts what an organisation sees of what it pays for, below its own address.
func (e *employer) portal(own gin.IRouter) {
	own.GET("", page.Handle(e.home))
	own.GET("/places.csv", page.Handle(e.placesCSV))
	own.GET("/dates.ics", page.Handle(e.dates))

	place := own.Group("/places/:code")
	place.GET("", page.Handle(e.place))
	place.GET("/name", page.Handle(e.name))
	place.POST("/name", page.Handle(e.saveName))
	place.GET("/give-up", page.Handle(e.giveUp))
	place.POST("/give-up", page.Handle(e.giveUpNow))
	place.GET("/left", page.Handle(e.left))
	place.POST("/left", page.Handle(e.tellLeft))
	place.POST("/left/take-back", page.Handle(e.takeBackLeft))
	place.GET("/payers", page.Handle(e.payers))
	place.POST("/payers", page.Handle(e.savePayers))

	own.GET("/orders", page.Handle(e.orders))
	own.GET("/orders/add", page.Handle(e.addOrder))
	own.POST("/orders/add", page.Handle(e.saveOrder))
	own.GET("/orders/:order", page.Handle(e.order))
	own.POST("/orders/:order/bind", page.Handle(e.bind))
	own.POST("/orders/:order/unbind", page.Handle(e.unbind))
	own.POST("/orders/:order/close", page.Handle(e.closeOrder))

	own.GET("/requests/:code", page.Handle(e.request))
	own.POST("/requests/:code", page.Handle(e.answerRequest))

	own.GET("/invoices", page.Handle(e.invoices))
	own.GET("/invoices/:number", page.Handle(e.invoice))
	own.GET("/invoices/:number/pay", page.Handle(e.pay))
	own.POST("/invoices/:number/pay", page.Handle(e.startPaying))
	own.GET("/invoices/:number/paid", page.Handle(e.paid))
	own.GET("/credit-notes/:number", page.Handle(e.creditNote))
	own.GET("/statement", page.Handle(e.statement))
	own.GET("/statement.csv", page.Handle(e.statementCSV))
	own.GET("/statement.pdf", page.Handle(e.statementPDF))
}

// see reads as whoever asks for the organisation in the address, which row security shows that organisation's own rows
// and nobody else's.
func (e *employer) see(c *gin.Context, read func(context.Context, *db.Tx, *organisation.Organisation) error) (of *organisation.Organisation, err error) {
	ctx, me := c.Request.Context(), page.ViewerOf(c).Person
	err = e.Own.WriteAs(ctx, db.Who{Person: me}, func(tx *db.Tx) (err error) {
		if of, err = organisation.Acting(ctx, tx, me, c.Param("org")); err != nil {
			return err
		}
		return read(ctx, tx, of)
	})
	return of, err
}

// act changes something for the organisation in the address, after making sure that whoever asks acts for it.
func (e *employer) act(c *gin.Context, do func(context.Context, *db.Tx, id.Person, *organisation.Organisation) error) error {
	ctx, me := c.Request.Context(), page.ViewerOf(c).Person
	return e.Machine.Write(ctx, func(tx *db.Tx) error {
		of, err := organisation.Acting(ctx, tx, me, c.Param("org"))
		if err != nil {
			return err
		}
		return do(ctx, tx, me, of)
	})
}

// path is an address of an organisation's own pages.
func path(of *organisation.Organisation, rest string) string { return "/employer/" + of.Code + rest }

// within are the links above a page of an organisation.
func within(of *organisation.Organisation, more ...page.Link) []page.Link {
	return append([]page.Link{{Text: of.Name, Href: path(of, "")}}, more...)
}

type homePage struct {
	page.Base
	Of     *organisation.Organisation
	Wants  page.Tasks
	Groups []page.Table // one for each run
	Links  page.Pagination
	Chosen string // which places are listed, when not all of them
	Waits  page.Table
	Asked  []asked  // what it has applied for
	Begun  []unsent // what whoever looks has begun to apply for
}

type homeQuery struct {
	Show string `form:"show"` // a lack
	Run  string `form:"run"`  // code
}

func (q homeQuery) filter() enrolment.SeatFilter {
	return enrolment.SeatFilter{Run: q.Run, Lacks: enrolment.Lack(q.Show)}
}

// words say which places were chosen; nothing for all of them. They are not known for what cannot be chosen.
func (q homeQuery) words() (words string, known bool) {
	words, known = chosenWords[enrolment.Lack(q.Show)]
	if q.Show == "" {
		known = true
	}
	if words == "" && q.Run != "" {
		words = "These are your places on the dates " + q.Run + "."
	}
	return words, known
}

var chosenWords = map[enrolment.Lack]string{
	enrolment.NoOrder:  "These places have no purchase order yet.",
	enrolment.NoName:   "These places have no name yet.",
	enrolment.NoAnswer: "For these places we wait for your answer.",
}

// home is what is missing, and then every place that the organisation pays for.
func (e *employer) home(c *gin.Context) error {
	var q homeQuery
	if err := page.Query(c, &q); err != nil {
		return err
	}
	p := &homePage{}
	var known bool
	if p.Chosen, known = q.words(); !known {
		return page.ErrNotFound
	}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (err error) {
		if p.Groups, p.Links, err = portionOf(c, tx, of, q.filter()); err != nil {
			return err
		}
		if p.Asked, err = askedFor(ctx, tx, of); err != nil {
			return err
		}
		p.Wants, err = wants(ctx, tx, of)
		return err
	})
	if err != nil {
		return err
	}
	p.Of = of
	if p.Begun, err = e.unsentForms(c); err != nil {
		return err
	}
	if p.Waits, err = e.waitTable(c.Request.Context(), of); err != nil {
		return err
	}
	return page.Render(c, "employer/home", p)
}

// portionOf reads the places that the address asks for, in portions.
func portionOf(c *gin.Context, tx *db.Tx, of *organisation.Organisation, f enrolment.SeatFilter) ([]page.Table, page.Pagination, error) {
	ctx := c.Request.Context()
	var after enrolment.SeatKey
	if _, err := page.After(c, &after); err != nil {
		return nil, page.Pagination{}, err
	}
	list, err := enrolment.ListSeats(ctx, tx, of.ID, f, after, portion+1)
	if err != nil {
		return nil, page.Pagination{}, err
	}
	list, links, err := page.Portion(c, list, portion, func(s enrolment.Seat) enrolment.SeatKey { return enrolment.SeatKey{Run: s.RunID, Place: s.ID} })
	if err != nil {
		return nil, links, err
	}
	seats, err := seatsOf(ctx, tx, of, list)
	return grouped(seats), links, err
}

// seat is a place with what pages say of it.
type seat struct {
	enrolment.Seat
	Of                  *organisation.Organisation
	Run                 *course.Offering
	Shares              []billing.Share // the organisation's own
	Orders              []string        // the numbers of the purchase orders that they are charged to
	attendance.Presence                 // of whoever sits there
}

// seatsOf completes places.
func seatsOf(ctx context.Context, tx *db.Tx, of *organisation.Organisation, list []enrolment.Seat) ([]seat, error) {
	runs, places := make([]id.Run, len(list)), make([]id.Enrolment, len(list))
	for i, s := range list {
		runs[i], places[i] = s.RunID, s.ID
	}
	offerings, err := course.OfferingsOf(ctx, tx, runs)
	if err != nil {
		return nil, err
	}
	shares, err := billing.OwnShares(ctx, tx, of.ID, places...)
	if err != nil {
		return nil, err
	}
	present, err := attendance.PresenceOf(ctx, tx, places...)
	if err != nil {
		return nil, err
	}
	orders, err := billing.OrdersOf(ctx, tx, of.ID)
	if err != nil {
		return nil, err
	}
	numbers := make(map[id.PurchaseOrder]string, len(orders))
	for _, o := range orders {
		numbers[o.ID] = o.Number
	}
	seats := make([]seat, len(list))
	for i, s := range list {
		seats[i] = seat{Seat: s, Of: of, Run: offerings[s.RunID], Shares: shares[s.ID], Presence: present[s.ID]}
		for _, share := range shares[s.ID] {
			if share.PurchaseOrderID != 0 {
				seats[i].Orders = append(seats[i].Orders, numbers[share.PurchaseOrderID])
			}
		}
	}
	return seats, nil
}
