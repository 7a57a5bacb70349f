package year_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/sandbox"
)

// arrives is somebody new, or an employer, or a donor.
func (y *year) arrives() {
	y.t.Helper()
	switch n := y.dice.IntN(100); {
	case n < 40:
		y.learner(y.soon(y.intros))
	case n < 78:
		y.learner(y.soon(y.runs))
	case n < 90:
		y.books(y.employers[y.dice.IntN(len(y.employers))], y.soon(y.runs))
	default:
		y.visitors++
		y.try("a gift", func(tx *db.Tx) error {
			_, err := admissions.Give(y.t.Context(), tx, fund.CardGift{
				Fund: y.fund.Code, Amount: money.Pounds(int64(5 + y.dice.IntN(200))), Donor: "A friend", Email: fmt.Sprintf("donor%d@people.example", y.visitors)})
			return err
		})
	}
}

// soon is a run that has not begun: mostly one of the next.
func (y *year) soon(of []*course.Offering) *course.Offering {
	today := london.DateOf(y.Clock.Now())
	coming := slices.DeleteFunc(slices.Clone(of), func(o *course.Offering) bool { return !today.Before(o.StartsOn()) })
	if len(coming) == 0 {
		return of[len(of)-1]
	}
	return coming[min(y.dice.IntN(len(coming)), y.dice.IntN(len(coming)))]
}

// learner books a place over HTTP. Whoever finds the run full waits, mostly; some choose to pay in parts.
func (y *year) learner(o *course.Offering) {
	y.t.Helper()
	y.visitors++
	var who people.Person
	var session string
	peer := y.chance(40)
	price := o.Price(course.Self)
	if peer {
		price = o.Price(course.Peer)
	}
	y.write(func(tx *db.Tx) (err error) {
		if who, err = people.Ensure(y.t.Context(), tx, fmt.Sprintf("learner%d@people.example", y.visitors)); err != nil {
			return err
		}
		_, err = enrolment.SaveBooking(y.t.Context(), tx, enrolment.Owner{Person: who.ID}, o.ID, func(b *enrolment.Booking) {
			b.Learner, b.Payer, b.Name, b.Email = enrolment.LearnerMyself, enrolment.PayerMyself, fmt.Sprint("Learner ", y.visitors), who.Email
			if b.Peer, b.ExpressStart = enrolment.No, enrolment.Yes; peer {
				b.Peer = enrolment.Yes
			}
		})
		if err != nil {
			return err
		}
		session, err = people.StartSession(y.t.Context(), tx, who.ID, "Firefox on Android")
		return err
	})
	place := y.orders(session, o.Code, price)
	switch {
	case place != "" && len(o.Blocks) > 1 && y.chance(50):
		y.choosesPlan(who.ID, place)
	case place == "" && y.chance(70):
		y.try("waiting", func(tx *db.Tx) error {
			_, err := admissions.JoinWaiting(y.t.Context(), tx, who.ID, o.Code, peer, people.Details{Name: fmt.Sprint("Learner ", y.visitors)})
			return err
		})
	}
}

// orders presses the button that orders a place, and returns the place's code, or "" when there is none.
func (y *year) orders(session, run string, price money.Amount) string {
	y.t.Helper()
	form := url.Values{"price": {strconv.FormatInt(int64(price), 10)}}.Encode()
	r, err := http.NewRequestWithContext(y.t.Context(), http.MethodPost, y.Config.URL+"/runs/"+run+"/book/check", strings.NewReader(form))
	if err != nil {
		y.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "session", Value: session})
	answer, err := y.client.Do(r)
	if err != nil {
		y.t.Fatal(err)
	}
	_ = answer.Body.Close()
	code, booked := strings.CutPrefix(answer.Header.Get("Location"), "/my/places/")
	switch {
	case answer.StatusCode == http.StatusSeeOther && booked:
		y.tally["booked"]++
		code, _, _ = strings.Cut(code, "/")
		return code
	case answer.StatusCode == http.StatusConflict:
		y.tally["full or closed"]++
		return ""
	}
	y.t.Fatalf("booking %s answered %s to %q", run, answer.Status, answer.Header.Get("Location"))
	return ""
}

func (y *year) choosesPlan(who id.Person, place string) {
	y.t.Helper()
	y.try("a plan", func(tx *db.Tx) error {
		e, err := enrolment.ByCode(y.t.Context(), tx, place)
		if err != nil {
			return err
		}
		o, err := course.OfferingOf(y.t.Context(), tx, e.RunID)
		if err != nil {
			return err
		}
		offers := admissions.PlanOffers(o, e, e.Price, london.DateOf(tx.Now))
		if len(offers) == 0 {
			return admissions.ErrNoPlan
		}
		offer := offers[y.dice.IntN(len(offers))]
		return admissions.ChoosePlan(y.t.Context(), tx, who, place, offer.Kind, offer.Parts)
	})
}

// cards are what people pay with, those that come to nothing included.
var cards = []string{
	sandbox.CardPays, sandbox.CardPays, sandbox.CardPays, sandbox.CardPays, sandbox.CardAuthenticate, sandbox.CardAsksAlways,
	sandbox.CardDeclinedLater, sandbox.CardRefundLater, sandbox.CardDeclined, sandbox.CardNoFunds, sandbox.BankPays, sandbox.BankRefuses,
}

// pays has most of those pay whose page is open; some leave it.
func (y *year) pays() {
	y.t.Helper()
	for _, page := range ask[string](y, "SELECT session_url FROM payments WHERE status = 'created' AND session_url <> '' ORDER BY id") {
		if y.chance(15) {
			y.tally["left the page"]++
			continue
		}
		switch _, err := sandbox.PayPage(y.t.Context(), y.client, page, cards[y.dice.IntN(len(cards))]); {
		case err == nil:
			y.tally["paid"]++
		case errors.Is(err, sandbox.ErrDeclined), errors.Is(err, sandbox.ErrPageClosed):
			y.tally["declined"]++
		default:
			y.t.Fatal(err)
		}
	}
}

// ask reads a list.
func ask[T any](y *year, query string, args ...any) []T {
	y.t.Helper()
	var list []T
	if err := y.Machine.NewRaw(query, args...).Scan(y.t.Context(), &list); err != nil {
		y.t.Fatal(err)
	}
	return list
}

// own are places of people who booked themselves.
const own = "SELECT * FROM enrolments WHERE team_booking_id IS NULL AND status IN (?) ORDER BY id"

// some are a few of a list, so many in a thousand.
func some[T any](y *year, perMille int, list []T) (few []T) {
	for _, one := range list {
		if y.dice.IntN(1000) < perMille {
			few = append(few, one)
		}
	}
	return few
}

// offered answers what was offered from a waiting list: most begin to pay.
func (y *year) answers() {
	y.t.Helper()
	for _, e := range ask[enrolment.Enrolment](y, own, "held") {
		if e.OfferedAt.IsZero() || !y.chance(50) {
			continue
		}
		y.try("taking an offer", func(tx *db.Tx) error {
			_, err := admissions.TakeOffered(y.t.Context(), tx, e.PersonID, e.Code, true)
			return err
		})
	}
	for _, e := range ask[enrolment.Enrolment](y, `SELECT e.* FROM enrolments e WHERE e.id IN (SELECT s.enrolment_id FROM plans p JOIN shares s ON s.id = p.share_id
			WHERE p.status IN ('active', 'paused', 'failed') AND EXISTS (SELECT FROM instalments i WHERE i.plan_id = p.id AND i.status = 'failed')) ORDER BY e.id`) {
		if y.chance(40) {
			y.paysParts(&e, false)
		}
	}
}

func (y *year) paysParts(e *enrolment.Enrolment, all bool) {
	y.t.Helper()
	y.try("paying a part", func(tx *db.Tx) error {
		_, err := admissions.PayInstalments(y.t.Context(), tx, e.PersonID, e.Code, all)
		return err
	})
}

// givesUp is somebody who agrees to what the page says goes back to them.
func (y *year) givesUp(e *enrolment.Enrolment) {
	y.t.Helper()
	y.try("giving up", func(tx *db.Tx) error {
		o, err := course.OfferingOf(y.t.Context(), tx, e.RunID)
		if err != nil {
			return err
		}
		q, err := admissions.QuoteWithdrawal(y.t.Context(), tx, e, o, tx.Now)
		if err != nil {
			return err
		}
		return admissions.Withdraw(y.t.Context(), tx, y.Box, e.PersonID, e.Code, q.Back)
	})
}

// planned are the places whose plans stand.
func (y *year) planned() []enrolment.Enrolment {
	y.t.Helper()
	return ask[enrolment.Enrolment](y, `SELECT e.* FROM enrolments e WHERE e.id IN (SELECT s.enrolment_id FROM plans p JOIN shares s ON s.id = p.share_id
		WHERE p.status IN ('active', 'paused', 'failed')) ORDER BY e.id`)
}

// replans divides what is left of a plan into three.
func (y *year) replans(e *enrolment.Enrolment, today london.Date) {
	y.t.Helper()
	y.try("agreeing anew", func(tx *db.Tx) error {
		plan, err := admissions.PlanFor(y.t.Context(), tx, e)
		if err != nil || plan == nil {
			return err
		}
		var parts []billing.Part
		for i, amount := range plan.Rest().Split(1, 1, 1) {
			parts = append(parts, billing.Part{DueOn: today.AddDays(billing.NoticeDays + 15*i), Amount: amount})
		}
		return admissions.ReplanPlace(y.t.Context(), tx, y.office, e.Code, parts, "As agreed.")
	})
}
