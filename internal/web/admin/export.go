package admin

import (
	"cmp"
	"context"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/report"
	"bursar/internal/sheet"
	"bursar/internal/web/page"
)

// saved is a list that can be saved as a spreadsheet: with the filter of its page, and all of it.
type saved struct {
	everybody bool // auditors too
	list      func(f office, c *gin.Context) (page.List, error)
}

// savedLists are the lists by the names of their files.
var savedLists = map[string]saved{
	"people":   {false, office.savePeople},
	"places":   {true, office.savePlaces},
	"waiting":  {true, office.saveWaiting},
	"cohorts":  {true, office.saveCohorts},
	"payments": {true, office.savePayments},
	"plans":    {true, office.savePlans},
	"charges":  {true, office.saveCharges},
	"mails":    {false, office.saveMails},
	"offers":   {false, office.saveOffers},
}

// export answers with a list as a spreadsheet, and keeps who saved which.
func (f office) export(c *gin.Context) error {
	name, format, ok := page.FormatOf(c.Param("file"))
	which, known := savedLists[name]
	if !ok || !known || !which.everybody && !acts(c) {
		return page.ErrNotFound
	}
	list, err := which.list(f, c)
	if err != nil {
		return err
	}
	return page.Save(c, name, format, list, func(rows int) error {
		return f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return report.NoteSaved(ctx, tx, by, c.Param("file"), rows, c.Request.URL.Query())
		})
	})
}

func (f office) savePeople(c *gin.Context) (page.List, error) {
	var q searchForm
	if err := page.Query(c, &q); err != nil {
		return page.List{}, err
	}
	ctx := c.Request.Context()
	return page.List{Columns: []string{"Reference", "Name", "Email address", "Telephone", "Known since"}, Rows: page.Walk(
		func(after id.Person, limit int) ([]people.Person, error) {
			return people.Search(ctx, f.DB, q.Typed, after, limit)
		},
		func(last people.Person) id.Person { return last.ID },
		func(p people.Person) []sheet.Cell {
			return []sheet.Cell{sheet.Text(p.Code), sheet.Text(p.Name), sheet.Text(p.Email), sheet.Text(p.Phone), sheet.Moment(p.CreatedAt)}
		})}, nil
}

func (f office) savePlaces(c *gin.Context) (page.List, error) {
	var q placesQuery
	if err := page.Query(c, &q); err != nil {
		return page.List{}, err
	}
	if !q.known() {
		return page.List{}, page.ErrNotFound
	}
	addresses := acts(c) // an auditor saves nobody's
	return page.List{Columns: []string{"Place", "Name", "Email address", "Cohort", "Course", "How it stands", "Held until", "Booked", "Booked by", "Price for", "Price",
		"The learner pays", "Organisations pay", "Awards pay"}, Rows: page.Walk(f.readPlaces(c, q.filter()), func(last report.Place) id.Enrolment { return last.ID },
		func(p report.Place) []sheet.Cell {
			if !addresses {
				p.Email = ""
			}
			return []sheet.Cell{sheet.Text(p.Code), sheet.Text(p.Name), sheet.Text(p.Email), sheet.Text(p.Run), sheet.Text(p.Course), sheet.Text(statusWords[p.Status]),
				sheet.Moment(p.HeldUntil), sheet.Moment(p.BookedAt), sheet.Text(p.By), sheet.Text(bandWords[p.Band]), sheet.Money(p.Price),
				sheet.Money(p.Learner), sheet.Money(p.Organisation), sheet.Money(p.Award)}
		})}, nil
}

type waitingQuery struct {
	Run string `form:"run"`
}

// saveWaiting is the waiting list of one run, in order.
func (f office) saveWaiting(c *gin.Context) (page.List, error) {
	var q waitingQuery
	if err := page.Query(c, &q); err != nil {
		return page.List{}, err
	}
	ctx, turn := c.Request.Context(), 0
	o, err := offering(ctx, f.DB, codeOf(q.Run))
	if err != nil {
		return page.List{}, err
	}
	return page.List{Columns: []string{"Turn", "Reference", "Who", "Places", "Peer", "Since"}, Rows: page.Walk(
		func(after *int64, limit int) ([]enrolment.Waiter, error) {
			from := int64(-1 << 62) // whoever was let in late stands below zero
			if after != nil {
				from = *after
			}
			return enrolment.QueueOf(ctx, f.DB, o.ID, from, limit)
		},
		func(last enrolment.Waiter) *int64 { return &last.Queue },
		func(w enrolment.Waiter) []sheet.Cell {
			turn++
			return []sheet.Cell{sheet.Number(turn), sheet.Text(w.Code), sheet.Text(w.Name), sheet.Number(w.Places), sheet.Text(yes(w.Peer)), sheet.Moment(w.Since)}
		})}, nil
}

func (f office) saveCohorts(c *gin.Context) (page.List, error) {
	var q showQuery
	if err := page.Query(c, &q); err != nil {
		return page.List{}, err
	}
	kind := report.CohortKind(q.Show)
	if q.Show == "" {
		kind = report.CohortsToCome
	}
	ctx, today := c.Request.Context(), london.DateOf(f.DB.Now())
	return page.List{Columns: []string{"Cohort", "Course", "City", "How it stands", "First day", "Last day", "To be decided by", "Places", "Needs", "Confirmed", "Held", "Waiting"}, Rows: page.Walk(
		func(before report.CohortKey, limit int) ([]report.Cohort, error) {
			return report.Cohorts(ctx, f.DB, kind, today, before, limit)
		},
		func(last report.Cohort) report.CohortKey {
			return report.CohortKey{StartsOn: last.StartsOn, ID: last.ID}
		},
		func(r report.Cohort) []sheet.Cell {
			return []sheet.Cell{sheet.Text(r.Code), sheet.Text(r.Course), sheet.Text(r.City), sheet.Text(runWords[r.Status]), sheet.Day(r.StartsOn), sheet.Day(r.EndsOn),
				sheet.Day(r.DecideBy), sheet.Number(r.Capacity), sheet.Number(r.Minimum), sheet.Number(r.Confirmed), sheet.Number(r.Held), sheet.Number(r.Waiting)}
		})}, nil
}

func (f office) savePayments(c *gin.Context) (page.List, error) {
	var q showQuery
	if err := page.Query(c, &q); err != nil {
		return page.List{}, err
	}
	ctx := c.Request.Context()
	return page.List{Columns: []string{"Payment", "Place", "Learner", "Cohort", "Begun", "Settled", "How it stands", "Amount", "Captured", "Went back"}, Rows: page.Walk(
		func(before id.Payment, limit int) ([]report.Receipt, error) {
			return report.Receipts(ctx, f.DB, billing.PaymentStatus(q.Show), before, limit)
		},
		func(last report.Receipt) id.Payment { return last.ID },
		func(r report.Receipt) []sheet.Cell {
			return []sheet.Cell{sheet.Text(r.Code), sheet.Text(r.Place), sheet.Text(r.Name), sheet.Text(r.Run), sheet.Moment(r.CreatedAt), sheet.Moment(r.SettledAt),
				sheet.Text(paymentWords[r.Status]), sheet.Money(r.Amount), sheet.Money(r.Captured), sheet.Money(r.Refunded)}
		})}, nil
}

func (f office) savePlans(c *gin.Context) (page.List, error) {
	var q plansQuery
	if err := page.Query(c, &q); err != nil {
		return page.List{}, err
	}
	ctx, kind := c.Request.Context(), report.PlanKind(cmp.Or(q.Status, string(report.StoppedPlans)))
	return page.List{Columns: []string{"Place", "Learner", "Cohort", "Next part due", "Refused so often", "Still to be paid"}, Rows: page.Walk(
		func(after id.Plan, limit int) ([]report.Plan, error) {
			return report.Plans(ctx, f.DB, kind, after, limit)
		},
		func(last report.Plan) id.Plan { return last.ID },
		func(p report.Plan) []sheet.Cell {
			return []sheet.Cell{sheet.Text(p.Place), sheet.Text(p.Name), sheet.Text(p.Run), sheet.Day(p.DueOn), sheet.Number(p.Tries), sheet.Money(p.Rest)}
		})}, nil
}

// saveMails is what was sent to whom, without the words.
func (f office) saveMails(c *gin.Context) (page.List, error) {
	ctx := c.Request.Context()
	return page.List{Columns: []string{"Subject", "To", "Written", "Sent", "How it stands"}, Rows: page.Walk(
		func(before id.Mail, limit int) ([]mail.Mail, error) {
			return mail.Outbox(ctx, f.DB, before, limit)
		},
		func(last mail.Mail) id.Mail { return last.ID },
		func(m mail.Mail) []sheet.Cell {
			var sent time.Time
			if m.SentAt != nil {
				sent = *m.SentAt
			}
			return []sheet.Cell{sheet.Text(m.Subject), sheet.Text(m.To), sheet.Moment(m.CreatedAt), sheet.Moment(sent), sheet.Text(mailWords[m.Status])}
		})}, nil
}

func (f office) saveOffers(c *gin.Context) (page.List, error) {
	return page.List{Columns: []string{"Place", "Who", "Cohort", "Round", "Last day to answer"}, Rows: page.Walk(
		func(after report.OfferKey, limit int) (rows []report.Offer, err error) {
			err = f.inOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
				rows, err = report.OffersLapsing(ctx, tx, after, limit)
				return err
			})
			return rows, err
		},
		func(last report.Offer) report.OfferKey { return report.OfferKey{UntilOn: last.UntilOn, ID: last.ID} },
		func(o report.Offer) []sheet.Cell {
			return []sheet.Cell{sheet.Text(o.Place), sheet.Text(o.Name), sheet.Text(o.Run), sheet.Text(o.Round), sheet.Day(o.UntilOn)}
		})}, nil
}

func yes(is bool) string {
	if is {
		return "Yes"
	}
	return "No"
}
