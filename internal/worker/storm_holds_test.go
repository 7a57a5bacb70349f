package worker_test

import (
	"strings"
	"time"

	"bursar/internal/billing"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/sandbox"
)

// always is what is wrong in the database, whatever has happened: rules 1, 2, 3 and 7 of the product, and what plans and
// waiting lists promise.
const always = `
	SELECT 'places are miscounted or oversold' FROM run_places p WHERE p.held + p.confirmed > p.capacity OR (p.held, p.confirmed) <>
		(SELECT count(*) FILTER (WHERE e.status = 'held'), count(*) FILTER (WHERE e.status IN ('confirmed', 'completed')) FROM enrolments e WHERE e.run_id = p.run_id)
	UNION ALL SELECT 'two claims of one person' FROM enrolments WHERE status IN ('waiting', 'held', 'confirmed', 'completed') GROUP BY run_id, person_id HAVING count(*) > 1
	UNION ALL SELECT 'two in one place of a queue' FROM enrolments WHERE status = 'waiting' GROUP BY run_id, queue HAVING count(*) > 1
	UNION ALL SELECT 'shares miss the price of ' || e.id FROM enrolments e WHERE e.status <> 'waiting'
		AND e.price <> (SELECT coalesce(sum(s.amount), 0) FROM shares s WHERE s.enrolment_id = e.id)
	UNION ALL SELECT 'a plan misses its share' FROM plans p JOIN shares s ON s.id = p.share_id WHERE p.status IN ('active', 'paused', 'failed')
		AND s.amount <> (SELECT sum(i.amount) FROM instalments i WHERE i.plan_id = p.id AND i.status <> 'cancelled')
	UNION ALL SELECT 'a plan and the books differ' FROM plans p JOIN shares s ON s.id = p.share_id JOIN accounts a ON a.name = 'share/' || s.id || '/due'
		WHERE p.status IN ('active', 'paused', 'failed') AND EXISTS (SELECT FROM enrolments e WHERE e.id = s.enrolment_id AND e.status IN ('held', 'confirmed', 'completed'))
		AND a.balance <> (SELECT coalesce(sum(i.amount), 0) FROM instalments i WHERE i.plan_id = p.id AND i.status NOT IN ('cancelled', 'paid'))
	UNION ALL SELECT 'a plan goes on for what nobody has' FROM plans p JOIN shares s ON s.id = p.share_id JOIN enrolments e ON e.id = s.enrolment_id
		WHERE p.status IN ('active', 'paused', 'failed') AND e.status NOT IN ('held', 'confirmed', 'completed')
	UNION ALL SELECT 'a charge of who waits' FROM payments p JOIN shares s ON s.id = p.share_id JOIN enrolments e ON e.id = s.enrolment_id
		WHERE e.status = 'waiting' AND p.status IN ('created', 'pending')
	UNION ALL SELECT 'something is due of who waits' FROM accounts a JOIN shares s ON a.name = 'share/' || s.id || '/due' JOIN enrolments e ON e.id = s.enrolment_id
		WHERE e.status IN ('waiting', 'lapsed', 'cancelled') AND a.balance <> 0
	UNION ALL SELECT 'what is outstanding and the books differ' FROM shares s JOIN enrolments e ON e.id = s.enrolment_id JOIN accounts a ON a.name = 'share/' || s.id || '/due'
		WHERE e.status = 'withdrawn' AND a.balance <> s.outstanding
	UNION ALL SELECT 'something is outstanding of who has a place' FROM shares s JOIN enrolments e ON e.id = s.enrolment_id WHERE s.outstanding <> 0 AND e.status <> 'withdrawn'
	UNION ALL SELECT 'more went back than came' FROM payments WHERE refunded > captured
	UNION ALL SELECT 'a held place with no end' FROM enrolments WHERE status = 'held' AND held_until IS NULL`

// holds checks all rules after a step.
func (s *storm) holds() {
	s.Helper()
	var wrong []string
	if err := s.db.NewRaw(always).Scan(s.Context(), &wrong); err != nil || len(wrong) > 0 {
		s.rt.Fatalf("after %s: %v, %v", s.did, wrong, err)
	}
	if problems, err := ledger.Verify(s.Context(), s.db); err != nil || len(problems) > 0 {
		s.rt.Fatalf("after %s the books: %v, %v", s.did, problems, err)
	}
	if left := s.balance(billing.Clearing); left != 0 {
		s.rt.Fatalf("after %s %s is left in clearing", s.did, left)
	}
	s.fair()
	if s.quiet {
		s.explained()
	}
}

func (s *storm) balance(account string) money.Amount {
	s.Helper()
	b, err := ledger.Balance(s.Context(), s.db, account)
	if err != nil {
		s.Fatal(err)
	}
	return b
}

// claims are all claims on places there ever were.
func (s *storm) claims() []enrolment.Enrolment {
	s.Helper()
	var all []enrolment.Enrolment
	if err := s.db.NewSelect().Model(&all).Order("id").Scan(s.Context()); err != nil {
		s.Fatal(err)
	}
	return all
}

// fair checks that nobody stands elsewhere than before but by their own act, by the office's, or because their time was up,
// and that whoever waits is served in turn.
func (s *storm) fair() {
	s.Helper()
	now := map[id.Enrolment]enrolment.Enrolment{}
	for _, e := range s.claims() {
		now[e.ID] = e
	}
	for which, e := range now {
		was := s.stand[which]
		if was.RunID != 0 && was.RunID != e.RunID && !(s.by == which && (s.did == "moves" || s.did == "is moved")) {
			s.rt.Fatalf("%s took place %d to other dates", s.did, which)
		}
		if was.Status == e.Status {
			continue
		}
		s.tally[string(was.Status)+" → "+string(e.Status)]++
		if !s.may(was, e) {
			s.rt.Fatalf("%s by %d made place %d %s that was %s until %s, at %s", s.did, s.by, which, e.Status, was.Status, was.HeldUntil, s.clock.Now())
		}
		if was.Status == enrolment.Waiting && e.Status == enrolment.Held {
			for other, o := range s.stand {
				if o.Status == enrolment.Waiting && now[other].Status == enrolment.Waiting && o.RunID == was.RunID && *o.Queue < *was.Queue {
					s.rt.Fatalf("%d was offered a place before %d, who waited in front", which, other)
				}
			}
		}
	}
	s.stand = now
}

// may says whether a claim may have gone from one status to another in the last step.
func (s *storm) may(was, now enrolment.Enrolment) bool {
	own, worked := s.by == now.ID, s.did == "works"
	switch was.Status + "→" + now.Status {
	case "→held":
		return s.did == "books"
	case "→waiting":
		return s.did == "joins"
	case "held→withdrawn", "confirmed→withdrawn", "waiting→withdrawn":
		return own && strings.HasPrefix(s.did, "gives up")
	case "held→confirmed", "lapsed→confirmed", "lapsed→waiting":
		return worked
	case "waiting→held":
		return worked || s.did == "the office looks"
	case "held→lapsed":
		return worked && (!s.clock.Now().Before(was.HeldUntil) || s.refused(now.ID))
	case "held→cancelled":
		return worked && !s.cancelled[now.RunID].IsZero()
	case "waiting→cancelled":
		return !s.cancelled[now.RunID].IsZero() || !london.DateOf(s.clock.Now()).Before(s.startOf(now.RunID))
	case "confirmed→cancelled":
		over := s.cancelled[now.RunID]
		return !over.IsZero() && (own && s.did == "wants the money" || worked && s.clock.Now().After(over))
	}
	return worked && s.multiple(was.Status, now.Status)
}

// multiple says whether several moves can come together while everything is worked that waits.
func (s *storm) multiple(was, now enrolment.Status) bool {
	switch was + "→" + now {
	case "held→waiting", // its money came late, and the place had gone
		"lapsed→held",                       // and then another was free
		"lapsed→cancelled", "lapsed→lapsed": // or the run was cancelled, or it lapsed again
		return true
	}
	return false
}

func (s *storm) startOf(run id.Run) london.Date {
	for _, o := range s.runs {
		if o.ID == run {
			return o.StartsOn()
		}
	}
	return london.Date{}
}

// refused reports whether a bank said no to a payment of a place.
func (s *storm) refused(which id.Enrolment) bool {
	return s.count("SELECT count(*) FROM payments p JOIN shares s ON s.id = p.share_id WHERE s.enrolment_id = ? AND p.status = 'failed'", which) > 0
}

// explained checks, once everything was worked, that the card processor has of everybody exactly what their place says: what of
// it is not due any more, what they agreed to leave, or nothing. No hold is left that nobody will end.
func (s *storm) explained() {
	s.Helper()
	has := map[id.Enrolment]money.Amount{}
	var total money.Amount
	for _, at := range s.box.Truth() {
		left := at.Captured
		for _, r := range at.Refunds {
			left -= r.Amount
		}
		has[s.placeOf(at.Reference)] += left
		total += left
	}
	if books := s.balance(billing.Processor); books != total {
		s.rt.Fatalf("the processor has %s, the books say %s", total, books)
	}
	var owed money.Amount
	for which, e := range s.stand {
		want, due := s.kept[which], s.dueOf(which)
		owed += due
		if e.HasPlace() {
			want = e.Price - due
		} else if due > s.owes[which] {
			s.rt.Fatalf("%s are due of place %d, which is %s: it should be at most %s", due, which, e.Status, s.owes[which])
		} else {
			want += s.owes[which] - due // they paid it later
		}
		if has[which] != want {
			s.rt.Fatalf("the processor has %s of place %d, which is %s: it should have %s", has[which], which, e.Status, want)
		}
		if e.Status == enrolment.Held && !s.clock.Now().Before(e.HeldUntil.Add(time.Minute)) {
			s.rt.Fatalf("place %d was held until %s, and is at %s", which, e.HeldUntil, s.clock.Now())
		}
	}
	var explained money.Amount
	for _, o := range s.runs {
		explained -= s.balance(billing.Deferred(o.ID)) + s.balance(billing.Earned(o.ID)) + s.balance(billing.Kept(o.ID))
	}
	if explained != total+owed {
		s.rt.Fatalf("%s are explained by runs, %s were taken and %s are due", explained, total, owed)
	}
}

func (s *storm) placeOf(payment string) (which id.Enrolment) {
	s.Helper()
	err := s.db.NewRaw("SELECT s.enrolment_id FROM payments p JOIN shares s ON s.id = p.share_id WHERE p.code = ?", payment).Scan(s.Context(), &which)
	if err != nil {
		s.Fatalf("payment %q: %v", payment, err)
	}
	return which
}

func (s *storm) dueOf(which id.Enrolment) (sum money.Amount) {
	s.Helper()
	shares, err := billing.SharesOf(s.Context(), s.db, which)
	if err != nil {
		s.Fatal(err)
	}
	for _, share := range shares {
		sum += s.balance(billing.Due(share.ID))
	}
	return sum
}

// methods are how people pay. The last ones come to nothing, at once or later.
var methods = []string{sandbox.CardPays, sandbox.CardPays, sandbox.CardAuthenticate, sandbox.BankPays, sandbox.CardDeclinedLater, sandbox.CardAsksAlways, sandbox.CardDeclined, sandbox.BankRefuses}
