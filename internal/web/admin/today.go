package admin

import (
	"strconv"

	"bursar/internal/money"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

// task is how much of something needs somebody, where it is listed, and where all of it is done at once.
type task struct {
	Title, Hint string
	Links       []page.Link
}

// tasksOf are what needs somebody, in words, what has a day first. Whoever does not act is told only of what they may look at.
func tasksOf(t report.Today, acts bool) []task {
	var list []task
	add := func(n int, one, many, hint, href, action string, open bool, atOnce ...page.Link) {
		if n == 0 || !acts && !open {
			return
		}
		t := task{count(n, one, many), hint, []page.Link{{Text: action, Href: href}}}
		if acts {
			t.Links = append(t.Links, atOnce...)
		}
		list = append(list, t)
	}
	add(t.Offers, "offer is about to lapse", "offers are about to lapse", "Their last day to answer is within a week.", "/admin/offers", "See whose", false)
	add(t.Reviews, "review to answer", "reviews to answer", "Somebody asked us to look at a decision again.", "/admin/reviews?show=waiting", "Answer", false)
	add(t.Applied, "course application to answer", "course applications to answer", "People and organisations ask for a place on a course.", "/admin/queue?kind=applied", "Read and answer", false)
	add(t.Cohorts, "cohort has too few people", "cohorts have too few people", "The day of deciding whether they go ahead has come.", "/admin/runs?show=undecided", "Decide", true)
	add(t.Choices, "place is on dates that we cancelled", "places are on dates that we cancelled", "Whoever has them chooses other dates, or the money, within 14 days. Ring employers above all.",
		"/admin/places?needs=choice", "See whose", true)
	add(t.Registers, "register is missing", "registers are missing", "Half days that were taught, and nobody wrote down who was there.", "/admin/registers", "Fill in", false)
	add(t.Names, "place has no name", "places have no name", "An organisation has not said who comes.", "/admin/places?needs=name", "See which", true, page.Link{Text: "Ask for the names", Href: "/admin/places/names"})
	add(t.Orders, "place has no purchase order", "places have no purchase order", "Organisations that pay by purchase order have not sent it.", "/admin/places?needs=order", "See which", true,
		page.Link{Text: "Remind them", Href: "/finance/chase?show=order"})
	add(t.Plans, "plan has stopped", "plans have stopped", "An instalment was refused, and trying again by itself does not help.", "/admin/plans", "Talk with them", true)
	add(t.Charges, "charge is not paid", "charges are not paid", "People gave their place up, and owe a part of what we keep.", chargesAt, "Talk with them", true)
	add(t.Questions, "question to answer", "questions to answer", "People with a place asked us something.", "/admin/questions?show=waiting", "Answer", false)
	add(t.Answers, "offered place is not answered yet", "offered places are not answered yet", "People who applied or waited have until their deadline. You need to do nothing, unless they call.",
		"/admin/places?needs=answer", "See whose", true)
	add(t.Overdue, "invoice is overdue", "invoices are overdue", together(t.OverdueSum), "/finance/invoices?status=overdue", "See which", true, page.Link{Text: "Chase them", Href: "/finance/chase"})
	add(t.BankLines, "line of the bank to match", "lines of the bank to match", together(t.BankSum), "/finance/bank/lines", "Match", true)
	add(t.Agreements, "refund or write-off to agree", "refunds or write-offs to agree", "A second person agrees.", "/finance/agreements", "Agree or refuse", true)
	add(t.Doubts, "doubt about a payment", "doubts about payments", "Money came late, or what the card service said does not agree with our books.", "/finance/doubts", "See what it says", true)
	add(t.Claims, "claim to decide or to pay", "claims to decide or to pay", "Costs of people with an award.", "/admin/claims", "Decide or pay", false)
	add(t.Mails, "email could not be sent", "emails could not be sent", "Of the last two weeks. Tell them in another way.", "/admin/outbox/failed", "See whom", true)
	add(t.Returned, "address does not work", "addresses do not work", "Emails come back from there.", "/admin/mails/returned", "Put right", false)
	return list
}

func together(sum money.Amount) string { return "Together " + sum.String() + "." }

// count is a number with its noun: "1 place has no name".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
