package admissions_test

import (
	"fmt"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

const second = time.Second

func (g *gale) try(do func(*db.Tx) error) error { return g.db.Write(g.Context(), do) }

func (g *gale) newOrder() billing.NewOrder {
	return billing.NewOrder{Number: fmt.Sprint("PO ", g.number()), Amount: some[money.Amount](g, 33_300, 151_200, 386_700, 420_000, 840_000, 1_890_000)}
}

func (g *gale) booksTeam() error {
	e := g.someone()
	t := admissions.TeamOrder{Places: 1 + g.dice.IntN(5), Parts: g.parts(), HoldUntil: london.DateOf(g.db.Now()).AddDays(1 + g.dice.IntN(10))}
	for range g.dice.IntN(t.Places + 1) {
		n := g.number()
		t.Seats = append(t.Seats, admissions.NewSeat{Name: fmt.Sprint("Person ", n), Email: fmt.Sprintf("person%d@staff.example", n), Peer: g.dice.IntN(9) == 0})
	}
	for range g.dice.IntN(3) {
		t.Orders = append(t.Orders, g.newOrder())
	}
	if g.dice.IntN(5) == 0 {
		email := fmt.Sprintf("approver%d@boss.example", g.number())
		t.ApproverName, t.ApproverEmail = "Max Boss", email
	}
	if g.dice.IntN(5) == 0 {
		t.Gift, t.GiftFund = 5_000, g.fund.Code
	}
	t = g.order(t.Places, func(o *admissions.TeamOrder) { *o = t })
	_, err := g.bookTeam(e, t)
	if err == nil && t.ApproverEmail != "" {
		g.approvers = append(g.approvers, t.ApproverEmail)
	}
	return err
}

func (g *gale) booksInHouse() error {
	e := g.someone()
	return g.try(func(tx *db.Tx) error {
		today := london.DateOf(tx.Now)
		_, err := admissions.BookInHouse(g.Context(), tx, g.ann, admissions.InHouse{Organisation: e.Code, Run: "FND-L27", Places: 3, PeerPlaces: 1, Flat: 1_000_001,
			Stages: []admissions.Stage{{Label: "Deposit", BP: 2_500, On: today}, {Label: "Rest", BP: 7_500, On: today.AddDays(14)}}, HoldUntil: today.AddDays(7)})
		return err
	})
}

func (g *gale) booksShared() error {
	n := g.number()
	who, e := fmt.Sprintf("learner%d@home.example", n), some(g, g.employers...)
	owner := enrolment.Owner{Person: g.person(who), VisitorHash: fmt.Appendf(nil, "browser %d", n)}
	return g.try(func(tx *db.Tx) error {
		_, err := enrolment.SaveBooking(g.Context(), tx, owner, g.run, func(b *enrolment.Booking) {
			b.Learner, b.Payer, b.Peer, b.Name, b.Email = enrolment.LearnerMyself, enrolment.PayerShared, enrolment.No, "Ana Reyes", who
			b.Ask(enrolment.Employer{Name: e.Name, Contact: "Nia", Email: "coordinator@" + e.Name + ".example", Amount: some(g, "1,000", "3,250", "0.01")})
		})
		if err != nil {
			return err
		}
		_, err = admissions.BookShared(g.Context(), tx, owner, "FND-L27", fee)
		return err
	})
}

// places picks some places that one organisation pays for.
func (g *gale) places(where string) (e employer, codes []string) {
	e, code := g.place(where)
	for range g.dice.IntN(3) {
		codes = append(codes, g.placeOf(e, where))
	}
	return e, append(codes, code)
}

// place picks an organisation and a place that it pays for, most often one that it booked.
func (g *gale) place(where string) (e employer, code string) {
	if g.dice.IntN(5) > 0 {
		where += " AND EXISTS (SELECT FROM team_bookings t WHERE t.id = e.team_booking_id AND t.organisation_id = s.organisation_id)"
	}
	for _, n := range g.dice.Perm(len(g.employers)) {
		e = g.again(g.employers[n])
		if code = g.placeOf(e, where); code != "" {
			break
		}
	}
	return e, code
}

func (g *gale) placeOf(e employer, where string) string {
	return pick[string](g, `SELECT e.code FROM enrolments e WHERE EXISTS (SELECT FROM shares s WHERE s.enrolment_id = e.id AND s.organisation_id = ? `+where+`) ORDER BY e.id`, e.ID)
}

func (g *gale) addsOrder() error {
	e, seats := g.places("AND s.purchase_order_id IS NULL AND s.kept IS NULL AND s.agreed_at IS NOT NULL")
	return g.try(func(tx *db.Tx) error {
		_, err := admissions.AddOrder(g.Context(), tx, e.by, e.Organisation, g.newOrder(), seats)
		return err
	})
}

func (g *gale) binds() error {
	e, seats := g.places(`AND s.purchase_order_id IS NULL AND EXISTS (SELECT FROM purchase_orders o WHERE o.organisation_id = s.organisation_id
		AND o.closed_at IS NULL AND o.amount + o.over - o.used >= s.amount)`)
	order := pick[string](g, "SELECT code FROM purchase_orders WHERE organisation_id = ? AND used < amount ORDER BY id", e.ID)
	return g.try(func(tx *db.Tx) error {
		return admissions.BindOrder(g.Context(), tx, e.by, e.Organisation, order, seats)
	})
}

func (g *gale) unbinds() error {
	e, seats := g.places("AND s.purchase_order_id IS NOT NULL")
	return g.try(func(tx *db.Tx) error {
		order := pick[string](g, "SELECT o.code FROM purchase_orders o JOIN shares s ON s.purchase_order_id = o.id JOIN enrolments e ON e.id = s.enrolment_id WHERE e.code = ?", seats[0])
		return admissions.UnbindOrder(g.Context(), tx, e.by, e.Organisation, order, seats)
	})
}

func (g *gale) allowsOver() error {
	code := pick[string](g, "SELECT code FROM purchase_orders ORDER BY id")
	return g.try(func(tx *db.Tx) error {
		return billing.AllowOver(g.Context(), tx, g.ann, code, some[money.Amount](g, 0, 1, 420_000), "Agreed on the telephone")
	})
}

func (g *gale) closesOrder() error {
	code := pick[string](g, "SELECT code FROM purchase_orders WHERE closed_at IS NULL ORDER BY id")
	of := pick[id.Organisation](g, "SELECT organisation_id FROM purchase_orders WHERE code = ?", code)
	return g.try(func(tx *db.Tx) error { return billing.CloseOrder(g.Context(), tx, g.ann, of, code) })
}

func (g *gale) approves() error {
	if len(g.approvers) == 0 {
		return nil
	}
	token := g.tokenIn(some(g, g.approvers...), "/approve/")
	return g.try(func(tx *db.Tx) error {
		if g.dice.IntN(4) == 0 {
			return admissions.RefuseCost(g.Context(), tx, token, "No")
		}
		a, err := admissions.ApprovalOf(g.Context(), tx, token)
		if err != nil {
			return err
		}
		return admissions.ApproveCost(g.Context(), tx, token, a.Total)
	})
}

func (g *gale) approvesOrganisation() error {
	e := g.employers[len(g.employers)-1]
	return g.try(func(tx *db.Tx) error { return admissions.ApproveOrganisation(g.Context(), tx, g.ann, e.Code, true) })
}

// asked picks a request to an organisation, most often one that waits for an answer.
func (g *gale) asked() (e employer, code string) {
	var waiting []employer
	for _, e := range g.employers {
		if pick[string](g, "SELECT code FROM pay_requests WHERE organisation_id = ? AND status = 'asked'", e.ID) != "" {
			waiting = append(waiting, e)
		}
	}
	if len(waiting) == 0 || g.dice.IntN(10) == 0 {
		e = g.someone()
		return e, pick[string](g, "SELECT code FROM pay_requests ORDER BY id")
	}
	e = g.again(some(g, waiting...))
	return e, pick[string](g, "SELECT code FROM pay_requests WHERE organisation_id = ? AND status = 'asked' ORDER BY id", e.ID)
}

func (g *gale) agrees() error {
	e, code := g.asked()
	var order billing.NewOrder
	if g.dice.IntN(3) > 0 {
		order = g.newOrder()
	}
	return g.try(func(tx *db.Tx) error {
		return admissions.AgreeToPay(g.Context(), tx, e.by, e.Organisation, code, order)
	})
}

func (g *gale) declines() error {
	e, code := g.asked()
	return g.try(func(tx *db.Tx) error {
		return admissions.DeclineToPay(g.Context(), tx, e.by, e.Organisation, code, "Not this year")
	})
}

func (g *gale) takesBack() error {
	code := pick[string](g, "SELECT code FROM pay_requests ORDER BY (status = 'asked') DESC, id LIMIT 10")
	by := pick[id.Person](g, "SELECT asked_by FROM pay_requests WHERE code = ?", code)
	return g.try(func(tx *db.Tx) error { return admissions.TakeBackRequest(g.Context(), tx, by, code) })
}

func (g *gale) names() error {
	e, seat := g.place("AND s.kept IS NULL")
	n := g.number() - g.dice.IntN(3)
	return g.try(func(tx *db.Tx) error {
		return admissions.NameSeat(g.Context(), tx, e.by, e.Organisation, seat, fmt.Sprint("Person ", n), fmt.Sprintf("person%d@staff.example", n))
	})
}

func (g *gale) withdrawsSeat() error {
	e, seat := g.place("AND s.kept IS NULL")
	return g.try(func(tx *db.Tx) error {
		q, err := admissions.QuoteSeat(g.Context(), tx, e.Organisation, seat, tx.Now)
		if err != nil {
			return err
		}
		return admissions.WithdrawSeat(g.Context(), tx, e.by, e.Organisation, seat, q.Kept)
	})
}

func (g *gale) tellsLeft() error {
	e, seat := g.place("AND s.kept IS NULL AND e.person_id IS NOT NULL")
	return g.try(func(tx *db.Tx) error { return admissions.TellLeft(g.Context(), tx, e.by, e.Organisation, seat) })
}

func (g *gale) takesBackLeft() error {
	e, seat := g.place("AND EXISTS (SELECT FROM seat_departures d WHERE d.enrolment_id = e.id AND d.outcome IS NULL)")
	return g.try(func(tx *db.Tx) error { return admissions.TakeBackLeft(g.Context(), tx, e.by, e.Organisation, seat) })
}

// left picks a place about which its holder is asked.
func (g *gale) left() (who id.Person, place string) {
	place = pick[string](g, "SELECT e.code FROM enrolments e JOIN seat_departures d ON d.enrolment_id = e.id AND d.outcome IS NULL ORDER BY e.id")
	return g.holder(place), place
}

func (g *gale) holder(place string) id.Person {
	return pick[id.Person](g, "SELECT coalesce(person_id, 0) FROM enrolments WHERE code = ?", place)
}

func (g *gale) keeps() error {
	who, place := g.left()
	return g.try(func(tx *db.Tx) error {
		d, err := admissions.DepartureOf(g.Context(), tx, who, place, tx.Now)
		if err != nil {
			return err
		}
		return admissions.KeepSeat(g.Context(), tx, who, place, d.Rest)
	})
}

func (g *gale) givesUp() error {
	who, place := g.left()
	return g.try(func(tx *db.Tx) error { return admissions.GiveUpSeat(g.Context(), tx, who, place) })
}

// decides at times waits until the last day of the answer is over.
func (g *gale) decides() error {
	_, place := g.left()
	last := pick[time.Time](g, "SELECT (d.answer_by + 1)::timestamptz FROM seat_departures d JOIN enrolments e ON e.id = d.enrolment_id WHERE e.code = ? AND d.outcome IS NULL", place)
	if waits := g.dice.IntN(3) == 0; waits && g.db.Now().Before(last) {
		g.clock.Set(last.Add(9 * time.Hour))
	}
	return g.try(func(tx *db.Tx) error {
		return admissions.DecideLeft(g.Context(), tx, g.ann, place, g.dice.IntN(2) == 0, "They did not answer")
	})
}

func (g *gale) asks() error {
	place := pick[string](g, "SELECT e.code FROM enrolments e JOIN shares s ON s.enrolment_id = e.id AND s.payer = 'learner' AND s.secured_at IS NULL WHERE e.person_id IS NOT NULL ORDER BY e.id")
	e := some(g, g.employers...)
	return g.try(func(tx *db.Tx) error {
		return admissions.AskToPay(g.Context(), tx, g.holder(place), place,
			admissions.Ask{Name: e.Name, Email: "coordinator@" + e.Name + ".example", Contact: "Nia", Amount: some[money.Amount](g, 1, 50_000, 210_000, 386_700)})
	})
}

func (g *gale) reshares() error {
	e, seat := g.place("AND s.kept IS NULL AND e.status = 'held'")
	parts := g.parts()
	return g.try(func(tx *db.Tx) error { return admissions.Reshare(g.Context(), tx, e.by, e.Organisation, seat, parts) })
}

func (g *gale) agreesPrice() error {
	team := pick[string](g, "SELECT code FROM team_bookings WHERE status = 'placed' ORDER BY id")
	return g.try(func(tx *db.Tx) error {
		return admissions.AgreePrice(g.Context(), tx, g.ann, team, some[money.Amount](g, 100_000, 333_333, 450_000), "A pilot")
	})
}

func (g *gale) holdsLonger() error {
	team := pick[string](g, "SELECT t.code FROM team_bookings t WHERE t.status = 'placed' ORDER BY t.id")
	return g.try(func(tx *db.Tx) error {
		return admissions.KeepSeats(g.Context(), tx, g.ann, team, london.DateOf(tx.Now).AddDays(1+g.dice.IntN(20)), "They wait for a signature")
	})
}

// timePasses moves the clock on and lets end what has come to its end, and reminds of what will.
func (g *gale) timePasses() error {
	g.moved = true
	g.clock.Set(g.db.Now().Add(time.Duration(1+g.dice.IntN(40)) * time.Hour))
	due, err := enrolment.DueTeams(g.Context(), g.db, g.db.Now(), 1_000)
	if err != nil {
		return err
	}
	for _, e := range due {
		if err := g.try(func(tx *db.Tx) error { return admissions.LapseSeat(g.Context(), tx, e) }); err != nil {
			return err
		}
	}
	teams, err := admissions.TeamsToRemind(g.Context(), g.db, 100)
	if err != nil {
		return err
	}
	for _, team := range teams {
		if err := g.try(func(tx *db.Tx) error { return admissions.RemindTeam(g.Context(), tx, team) }); err != nil {
			return err
		}
	}
	if late := pick[string](g, "SELECT code FROM enrolments WHERE status = 'held' AND held_until < ?", g.db.Now()); late != "" {
		g.Errorf("place %s is held beyond its day", late)
	}
	return nil
}
