package employer

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// wants is what an organisation is waited for, what ends soonest first: answers, purchase orders, names, invoices.
func wants(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (page.Tasks, error) {
	var t page.Tasks
	if of.Status == organisation.Invited {
		t.Items = append(t.Items, page.Task{Text: "Tell us about your organisation", Hint: "We need it for your invoices.", Href: path(of, "/details"), Status: "Missing"})
	}
	for _, add := range []func(context.Context, *db.Tx, *organisation.Organisation) ([]page.Task, error){
		wantedOffers, wantedDates, wantedAnswers, wantedOrdersAndNames, wantedApprovals, wantedMoney} {
		tasks, err := add(ctx, tx, of)
		if err != nil {
			return t, err
		}
		t.Items = append(t.Items, tasks...)
	}
	return t, nil
}

func wantedOffers(ctx context.Context, tx *db.Tx, of *organisation.Organisation) ([]page.Task, error) {
	offers, err := enrolment.OffersOf(ctx, tx, of.ID)
	if err != nil {
		return nil, err
	}
	runs := make([]id.Run, len(offers))
	for i, o := range offers {
		runs[i] = o.RunID
	}
	offerings, err := course.OfferingsOf(ctx, tx, runs)
	if err != nil {
		return nil, err
	}
	tasks := make([]page.Task, len(offers))
	for i, o := range offers {
		tasks[i] = page.Task{Text: fmt.Sprintf("Say yes or no to %s on %s", count(o.Held, "place"), runName(offerings[o.RunID])),
			Hint: fmt.Sprintf("Kept for you until the end of %s. You owe nothing until you say yes.", london.DateOf(o.HeldUntil).Long()),
			Href: path(of, "/waits/"+o.Code), Status: "Your answer"}
	}
	return tasks, nil
}

// wantedDates asks what becomes of places on dates that we cancelled.
func wantedDates(ctx context.Context, tx *db.Tx, of *organisation.Organisation) ([]page.Task, error) {
	lost, err := enrolment.LostOf(ctx, tx, of.ID, london.DateOf(tx.Now))
	if err != nil {
		return nil, err
	}
	runs := make([]id.Run, len(lost))
	for i, l := range lost {
		runs[i] = l.RunID
	}
	offerings, err := course.OfferingsOf(ctx, tx, runs)
	if err != nil {
		return nil, err
	}
	var tasks []page.Task
	for _, l := range lost {
		if o := offerings[l.RunID]; l.Places > 0 {
			tasks = append(tasks, page.Task{Text: fmt.Sprintf("Tell us what becomes of %s on %s", count(l.Places, "place"), runName(o)),
				Hint: fmt.Sprintf("We had to cancel these dates. Write to us by the end of %s if your staff should come on others. You owe nothing for what is not moved.", l.AnswerBy.Long()),
				Href: path(of, "?run="+url.QueryEscape(o.Code)), Status: "Your answer"})
		}
	}
	return tasks, nil
}

func wantedAnswers(ctx context.Context, tx *db.Tx, of *organisation.Organisation) ([]page.Task, error) {
	requests, err := billing.OpenRequests(ctx, tx, of.ID)
	tasks := make([]page.Task, len(requests))
	for i, r := range requests {
		tasks[i] = page.Task{Text: "You are asked to pay a part, reference " + r.Code, Hint: "Asked on " + london.DateOf(r.CreatedAt).Medium() + ".",
			Href: path(of, "/requests/"+r.Code), Status: "Your answer"}
	}
	return tasks, err
}

func wantedOrdersAndNames(ctx context.Context, tx *db.Tx, of *organisation.Organisation) ([]page.Task, error) {
	list, err := enrolment.WantingOf(ctx, tx, of.ID)
	if err != nil {
		return nil, err
	}
	runs := make([]id.Run, len(list))
	for i, w := range list {
		runs[i] = w.RunID
	}
	offerings, err := course.OfferingsOf(ctx, tx, runs)
	if err != nil {
		return nil, err
	}
	var tasks []page.Task
	for _, w := range list {
		o := offerings[w.RunID]
		if o.Status == course.Cancelled {
			continue
		}
		query := "run=" + url.QueryEscape(o.Code)
		if w.Orders > 0 && of.PORule != organisation.PONotUsed {
			t := page.Task{Text: fmt.Sprintf("Give us a purchase order for %s on %s", count(w.Orders, "place"), runName(o)), Href: path(of, "/orders/add?"+query), Status: "Missing"}
			if w.Held > 0 {
				t.Hint = fmt.Sprintf("Held for you until the end of %s. After that we may have to give %s to others.", london.DateOf(w.HeldFor).Long(), count(w.Held, "place"))
			}
			tasks = append(tasks, t)
		}
		if w.Names > 0 {
			tasks = append(tasks, page.Task{Text: fmt.Sprintf("Say who takes %s on %s", count(w.Names, "place"), runName(o)),
				Hint: "You can do this until the course begins.", Href: path(of, "?show=name&"+query), Status: "Missing"})
		}
	}
	return tasks, nil
}

// recentTeams is how many of the latest bookings are looked through for one that waits for somebody's agreement.
const recentTeams = 100

func wantedApprovals(ctx context.Context, tx *db.Tx, of *organisation.Organisation) ([]page.Task, error) {
	teams, err := enrolment.TeamsOf(ctx, tx, of.ID, 0, recentTeams)
	if err != nil {
		return nil, err
	}
	teams = slices.DeleteFunc(teams, func(b enrolment.TeamBooking) bool {
		return b.Approval != enrolment.ApprovalAsked && b.Approval != enrolment.ApprovalRefused
	})
	runs := make([]id.Run, len(teams))
	for i, b := range teams {
		runs[i] = b.RunID
	}
	offerings, err := course.OfferingsOf(ctx, tx, runs)
	if err != nil {
		return nil, err
	}
	tasks := make([]page.Task, len(teams))
	for i, b := range teams {
		o := offerings[b.RunID]
		tasks[i] = page.Task{Text: b.ApproverName + " has not agreed to the cost yet", Status: "Waiting"}
		if b.Approval == enrolment.ApprovalRefused {
			tasks[i] = page.Task{Text: b.ApproverName + " did not agree to the cost", Status: "Refused"}
		}
		tasks[i].Hint, tasks[i].Href = runName(o), path(of, "?run="+url.QueryEscape(o.Code))
	}
	return tasks, nil
}

func wantedMoney(ctx context.Context, tx *db.Tx, of *organisation.Organisation) ([]page.Task, error) {
	list, err := invoice.List(ctx, tx, invoice.Filter{Organisation: of.ID, DueBefore: london.DateOf(tx.Now)}, 0, recentTeams)
	if err != nil {
		return nil, err
	}
	waits, err := waitingRuns(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	var tasks []page.Task
	for _, in := range list {
		if waits[in.RunID] {
			continue
		}
		tasks = append(tasks, page.Task{Text: fmt.Sprintf("Pay %s of invoice %s", in.Outstanding(), in.Number), Hint: "It was due on " + in.DueOn.Medium() + ".",
			Href: path(of, "/invoices/"+in.Number), Status: "Late"})
	}
	return tasks, nil
}

// waitingRuns are the runs that we cancelled and for which other dates can still be chosen: what was invoiced for them need not be
// paid, because most of it is about to be credited.
func waitingRuns(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (map[id.Run]bool, error) {
	lost, err := enrolment.LostOf(ctx, tx, of.ID, london.DateOf(tx.Now))
	waits := map[id.Run]bool{}
	for _, l := range lost {
		waits[l.RunID] = true
	}
	return waits, err
}
