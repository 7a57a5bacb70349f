package worker_test

import (
	"errors"
	"math/bits"
	"net/http"
	"slices"
	"time"

	"pgregory.net/rapid"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/sandbox"
)

// gusts is everything that may happen, and how often.
func (s *storm) gusts() []gust {
	held, confirmed, any := s.in(enrolment.Held), s.in(enrolment.Confirmed), s.in(enrolment.Held, enrolment.Confirmed, enrolment.Waiting)
	return []gust{
		{"works", 18, nil, s.works}, {"time passes", 2, nil, s.timePasses}, {"something is due", 4, nil, s.somethingIsDue},
		{"a bad day", 2, nil, s.badDay}, {"a call fails", 2, nil, s.callFails},
		{"books", 7, nil, s.books}, {"joins", 4, nil, s.joins}, {"begins to pay", 4, any, s.beginsToPay}, {"pays", 14, nil, s.pays},
		{"chooses a plan", 4, held, s.choosesPlan}, {"drops the plan", 2, held, s.dropsPlan}, {"pays a part", 3, s.planned, s.paysPart},
		{"settles early", 2, s.planned, s.settlesEarly}, {"is paused", 2, s.planned, s.isPaused}, {"goes on", 2, s.planned, s.goesOn},
		{"agrees anew", 2, s.planned, s.agreesAnew}, {"gives up", 2, any, s.givesUp}, {"gives up in the middle", 2, s.planned, s.givesUp}, {"moves", 2, confirmed, s.moves},
		{"pays a charge", 3, s.owing, s.beginsToPay}, {"is let off", 3, s.owing, s.isLetOff},
		{"is moved", 4, confirmed, s.isMoved}, {"wants the money", 4, confirmed, s.wantsMoney}, {"the office looks", 2, nil, s.officeLooks},
	}
}

// one draws one of several things, each as likely as the others. rapid's own numbers are mostly small, which would have the
// same few people do the same few things.
func one[T any](s *storm, what string, of []T) T { return of[s.number(what, len(of))] }

// number draws a number below n.
func (s *storm) number(what string, n int) int {
	return rapid.Custom(func(t *rapid.T) int {
		drawn := 0
		for range bits.Len(uint(n)) + 3 {
			drawn *= 2
			if rapid.Bool().Draw(t, "bit") {
				drawn++
			}
		}
		return drawn % n
	}).Draw(s.rt, what)
}

// in lists the claims in some statuses.
func (s *storm) in(statuses ...enrolment.Status) func() []enrolment.Enrolment {
	return func() []enrolment.Enrolment {
		return slices.DeleteFunc(s.claims(), func(e enrolment.Enrolment) bool { return !slices.Contains(statuses, e.Status) })
	}
}

// planned lists the places whose plans stand.
func (s *storm) planned() []enrolment.Enrolment {
	var places []enrolment.Enrolment
	err := s.db.NewSelect().Model(&places).
		Where("id IN (SELECT s.enrolment_id FROM plans p JOIN shares s ON s.id = p.share_id WHERE p.status IN ('active', 'paused', 'failed'))").Order("id").Scan(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	return places
}

// owing lists the places that were given up of whose charge something is not paid.
func (s *storm) owing() []enrolment.Enrolment {
	return slices.DeleteFunc(s.in(enrolment.Withdrawn)(), func(e enrolment.Enrolment) bool { return s.dueOf(e.ID) == 0 })
}

func (s *storm) try(f func(*db.Tx) error) error { return s.db.Write(s.Context(), f) }

func (s *storm) timePasses(*enrolment.Enrolment) error {
	s.clock.Advance(one(s, "for", []time.Duration{time.Minute, 20 * time.Minute, 36 * time.Minute, 7 * time.Hour, 25 * time.Hour, 4 * 24 * time.Hour, 9 * 24 * time.Hour, 31 * 24 * time.Hour}))
	return nil
}

// somethingIsDue moves the clock to just when the next thing is.
func (s *storm) somethingIsDue(*enrolment.Enrolment) error {
	var next time.Time
	err := s.db.NewRaw(`SELECT coalesce(min(at), ?0::timestamptz) FROM (
			SELECT held_until + '1 second' AS at FROM enrolments WHERE status = 'held'
			UNION ALL SELECT i.due_on + interval '9 hours' FROM instalments i JOIN plans p ON p.id = i.plan_id WHERE p.status = 'active' AND i.status = 'due'
			UNION ALL SELECT i.retry_on + interval '9 hours' FROM instalments i JOIN plans p ON p.id = i.plan_id WHERE p.status = 'active' AND i.status = 'failed'
			UNION ALL SELECT paused_until + interval '33 hours' FROM plans WHERE status = 'paused') d WHERE at > ?0`, s.clock.Now()).Scan(s.Context(), &next)
	if err != nil {
		return err
	}
	s.clock.Set(next.UTC())
	return nil
}

func (s *storm) badDay(*enrolment.Enrolment) error {
	s.box.SetFaults(sandbox.Faults{
		Duplicate: s.number("duplicates", 3), Reverse: rapid.Bool().Draw(s.rt, "reverse"),
		Refuse: one(s, "refuse", []string{"", "", "", sandbox.NoFunds, sandbox.AsksHolder, "generic_decline"}),
	})
	return nil
}

func (s *storm) callFails(*enrolment.Enrolment) error {
	how := []sandbox.Failure{sandbox.CutBefore, sandbox.CutAfter, sandbox.ErrorBefore, sandbox.ErrorAfter, sandbox.RateLimited, sandbox.Locked}
	s.box.FailNext(1+s.number("calls", 3), one(s, "which", []string{"", "POST /v1/"}), one(s, "how", how))
	return nil
}

func (s *storm) books(*enrolment.Enrolment) error {
	p, o := one(s, "who", s.people), one(s, "run", s.runs)
	fixture.Draft(s, s.db, o, p)
	return s.try(func(tx *db.Tx) error {
		_, err := admissions.Book(s.Context(), tx, enrolment.Owner{Person: p.ID}, o.Code, o.Price(course.Self))
		return err
	})
}

func (s *storm) joins(*enrolment.Enrolment) error {
	p, o := one(s, "who", s.people), one(s, "run", s.runs)
	return s.try(func(tx *db.Tx) error {
		_, err := admissions.JoinWaiting(s.Context(), tx, p.ID, o.Code, false, people.Details{Name: "Ana Reyes"})
		return err
	})
}

// beginsToPay presses the button of a place that was offered, or of what one costs more since it was moved.
func (s *storm) beginsToPay(e *enrolment.Enrolment) error {
	return s.try(func(tx *db.Tx) error {
		_, err := admissions.TakeOffered(s.Context(), tx, e.PersonID, e.Code, true)
		return err
	})
}

// pays goes to a page of the card processor, also one that was left or is not needed any more.
func (s *storm) pays(*enrolment.Enrolment) error {
	var pages []string
	open := "status = 'created'"
	if s.number("any", 4) == 0 {
		open = "true"
	}
	err := s.db.NewRaw("SELECT session_url FROM payments WHERE session_url <> '' AND "+open+" ORDER BY id").Scan(s.Context(), &pages)
	if err != nil || len(pages) == 0 {
		return err
	}
	_, err = sandbox.PayPage(s.Context(), http.DefaultClient, one(s, "page", pages), one(s, "method", methods))
	if errors.Is(err, sandbox.ErrDeclined) || errors.Is(err, sandbox.ErrPageClosed) {
		return nil
	}
	return err
}

func (s *storm) choosesPlan(e *enrolment.Enrolment) error {
	o, err := course.OfferingOf(s.Context(), s.db, e.RunID)
	if err != nil {
		return err
	}
	offers := admissions.PlanOffers(o, e, e.Price, london.DateOf(s.clock.Now()))
	if len(offers) == 0 {
		return admissions.ErrNoPlan
	}
	way := one(s, "way", offers)
	return s.try(func(tx *db.Tx) error {
		return admissions.ChoosePlan(s.Context(), tx, e.PersonID, e.Code, way.Kind, way.Parts)
	})
}

func (s *storm) dropsPlan(e *enrolment.Enrolment) error {
	return s.try(func(tx *db.Tx) error { return admissions.DropPlan(s.Context(), tx, e.PersonID, e.Code) })
}

func (s *storm) paysPart(e *enrolment.Enrolment) error     { return s.paysParts(e, false) }
func (s *storm) settlesEarly(e *enrolment.Enrolment) error { return s.paysParts(e, true) }

func (s *storm) paysParts(e *enrolment.Enrolment, all bool) error {
	return s.try(func(tx *db.Tx) error {
		_, err := admissions.PayInstalments(s.Context(), tx, e.PersonID, e.Code, all)
		return err
	})
}

func (s *storm) isPaused(e *enrolment.Enrolment) error {
	until := one(s, "until", []london.Date{{}, london.DateOf(s.clock.Now()).AddDays(10)})
	return s.try(func(tx *db.Tx) error {
		return admissions.PausePlan(s.Context(), tx, s.staff, e.Code, until, "Out of work.")
	})
}

func (s *storm) goesOn(e *enrolment.Enrolment) error {
	return s.try(func(tx *db.Tx) error {
		return admissions.ResumePlan(s.Context(), tx, s.staff, e.Code, "Found work.")
	})
}

// agreesAnew divides what is left of a plan into other parts, or into some that are a penny too much.
func (s *storm) agreesAnew(e *enrolment.Enrolment) error {
	plan, err := admissions.PlanFor(s.Context(), s.db, e)
	if err != nil || plan == nil {
		return err
	}
	n := 1 + s.number("parts", 5)
	first := london.DateOf(s.clock.Now()).AddDays(billing.NoticeDays)
	var parts []billing.Part
	for i, amount := range plan.Rest().Split(slices.Repeat([]int64{1}, n)...) {
		parts = append(parts, billing.Part{DueOn: first.AddDays(20 * i), Amount: amount})
	}
	if s.number("wrong", 5) == 0 {
		parts[0].Amount++
	}
	return s.try(func(tx *db.Tx) error {
		return admissions.ReplanPlace(s.Context(), tx, s.staff, e.Code, parts, "As we agreed by telephone.")
	})
}

func (s *storm) givesUp(e *enrolment.Enrolment) error {
	return s.try(func(tx *db.Tx) error {
		o, err := course.OfferingOf(s.Context(), tx, e.RunID)
		if err != nil {
			return err
		}
		q, err := admissions.QuoteWithdrawal(s.Context(), tx, e, o, tx.Now)
		if err != nil {
			return err
		}
		if err := admissions.Withdraw(s.Context(), tx, nil, e.PersonID, e.Code, q.Back); err != nil {
			return err
		}
		if e.Status == enrolment.Confirmed {
			s.kept[e.ID], s.owes[e.ID] = q.Kept, q.Charge-q.Kept
		}
		return nil
	})
}

// isLetOff has the office ask somebody for no more of what they owe.
func (s *storm) isLetOff(e *enrolment.Enrolment) error {
	due := s.dueOf(e.ID)
	err := s.try(func(tx *db.Tx) error {
		return admissions.LetOffCharge(s.Context(), tx, s.staff, e.Code, due, "Out of work.")
	})
	if err == nil {
		s.owes[e.ID] -= due
	}
	return err
}

func (s *storm) moves(e *enrolment.Enrolment) error {
	to := one(s, "run", s.runs)
	return s.try(func(tx *db.Tx) error { return admissions.MoveOwn(s.Context(), tx, e.PersonID, e.Code, to.Code) })
}

// isMoved has the office move a place, which costs as much as before, less or more.
func (s *storm) isMoved(e *enrolment.Enrolment) error {
	to := one(s, "run", s.runs)
	shares, err := billing.SharesOf(s.Context(), s.db, e.ID)
	if err != nil {
		return err
	}
	o := admissions.MoveOrder{To: to.Code, Reason: "They asked.", Price: e.Price, Extra: shares[0].ID}
	switch s.number("price", 6) {
	case 0:
		o.Price -= 1_001
	case 1:
		o.Price += 2_003
	}
	return s.try(func(tx *db.Tx) error { return admissions.MoveFor(s.Context(), tx, s.staff, e.Code, o) })
}

func (s *storm) wantsMoney(e *enrolment.Enrolment) error {
	return s.try(func(tx *db.Tx) error { return admissions.ChooseMoney(s.Context(), tx, e.PersonID, e.Code) })
}

// officeLooks passes free places on, and cancels a run now and then.
func (s *storm) officeLooks(*enrolment.Enrolment) error {
	o := one(s, "run", s.runs)
	if s.number("cancels", 5) > 0 || s.clock.Now().After(o.StartsOn().At(9, 0)) {
		return s.try(func(tx *db.Tx) error { return admissions.PassPlaces(s.Context(), tx, o.ID) })
	}
	if s.cancelled[o.ID].IsZero() {
		s.cancelled[o.ID] = london.DateOf(s.clock.Now()).AddDays(enrolment.AnswerDays).End()
	}
	return s.try(func(tx *db.Tx) error {
		return admissions.CancelRun(s.Context(), tx, s.staff, o.Code, "Too few have booked.")
	})
}
