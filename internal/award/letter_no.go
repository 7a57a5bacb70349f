package award

import (
	"slices"

	"bursar/internal/allocation"
	"bursar/internal/bursary"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/money"
)

// notFunded is the letter to somebody who is not funded and not on the reserve list.
func (in *Inputs) notFunded(p Applicant, why []Section, feedback string) Letter {
	l := in.begin(p, NotFundedLetter, "We cannot offer you a place this time")
	l.say("", "We are sorry. We cannot offer you a place this time. This letter says why, and what you can do.")
	l.Sections = append(l.Sections, why...)
	in.endUnfunded(&l, p.Application.Band == bursary.BandC, feedback)
	return l
}

// criteriaWhy is the reason of the panel.
func (in *Inputs) criteriaWhy() []Section {
	return []Section{{
		Heading: "Why",
		Paragraphs: []string{
			"The panel put your application in band C. That means: not this time. It is about the answers that are scored. It was not about money, and no lottery was part of it.",
			capital(number(in.Round.Readers)) + " people read each application. They did not see the names. They scored the three long answers by a list of points that everybody can read.",
		},
		Links: []Link{{"The questions and the points", "/bursaries/" + in.Round.Code + "/questions"}},
	}}
}

// leftOutWhy is the reason of the two who decided.
func (in *Inputs) leftOutWhy(p Applicant) []Section {
	return []Section{{
		Heading:    "Why",
		Paragraphs: []string{"The two people who decided went by something else than the order for you: they left you out of it. This is their reason:", in.departure(p).Reason},
	}}
}

// reserve is the letter to somebody whom money or places failed. at is their place on the list, from 0.
func (in *Inputs) reserve(l Letter, p Applicant, at int, reasons []allocation.Reason, feedback string) Letter {
	l.say("", "Your application was good enough to fund. There was not enough money, or there were not enough places, for everybody. We are sorry that we cannot offer you a place now.",
		"You are "+ordinal(at+1)+" on the reserve list.")
	in.reasonSections(&l, p, reasons)
	in.bandSection(&l, p)
	l.say("What happens next", "When somebody gives up a place, or more money comes in, we offer it to the next person on the list whom it fits. "+
		"We write to you at once if that is you. You do not have to do anything.",
		"The list ends when the last course of this round begins: on "+in.lastStart().Long()+".")
	in.endReserve(&l, feedback)
	return l
}

// lastStart is the first day of the last course.
func (in *Inputs) lastStart() (last london.Date) {
	for _, o := range in.Runs {
		if last.IsZero() || o.StartsOn().After(last) {
			last = o.StartsOn()
		}
	}
	return last
}

// bandSection says where in the order somebody stands, and how to work it out again.
func (in *Inputs) bandSection(l *Letter, p Applicant) {
	if p.Application.Band == bursary.BandA {
		l.say("The order", "The panel put your application in band A. That means: fund it if there is money. Within band A, the scores of the readers make the order.")
		return
	}
	l.say("The order", "The panel put your application in band B. That means: good enough to fund, and a lottery makes the order. "+
		"Your ticket in the lottery is "+p.Application.Ticket+". Anybody can work the order out again and see that it is right.").
		Links = []Link{{"The lottery of this round", "/bursaries/" + in.Round.Code + "/lottery"}}
}

// reasonSections says why the best choice failed, and shortly why the others did.
func (in *Inputs) reasonSections(l *Letter, p Applicant, reasons []allocation.Reason) {
	choices := in.Choices(p)
	if len(choices) == 0 || len(reasons) == 0 {
		l.say("Why", "None of the dates that you can take is open to you now. They begin too soon, or you have a place on them already.")
		return
	}
	l.say("Why", append([]string{"We looked first at " + called(p, choices[0]) + "."}, in.why(p, choices[0], reasons[0])...)...)
	if len(choices) == 1 {
		return
	}
	s := l.say("Your other choices", "We looked at these too:")
	for i, c := range choices[1:] {
		s.Rows = append(s.Rows, Row{capital(called(p, c)), shortly(reasons[i+1])})
	}
}

// called is a choice in a few words: "the dates 8 March to 10 December 2027, with the course fee and travel".
func called(p Applicant, c Choice) string {
	costs := c.Costs()
	names := make([]string, len(costs))
	for i, cost := range costs {
		names[i] = cost.Purpose.Title()
	}
	text := "the dates " + dates(c) + ", with " + sequence(names, "and")
	if len(costs) == 1 && len(p.Asked) > 0 {
		text += " alone"
	}
	return text
}

func dates(c Choice) string {
	days := london.Days(c.Run.StartsOn(), c.Run.EndsOn())
	if c.Run.City == "Online" {
		return days + " online"
	}
	return days + " in " + c.Run.City
}

// shortly says in a few words what was missing.
func shortly(r allocation.Reason) string {
	switch {
	case r.Short > 0 && len(r.Full) > 0:
		return money.Amount(r.Short).String() + " was missing, and there was no place left."
	case r.Short > 0:
		return money.Amount(r.Short).String() + " was missing."
	}
	return "There was no place left."
}

// unpayable are the purposes of a choice for which the rules of no fund let it pay for this person: no gift would help.
func (in *Inputs) unpayable(p Applicant, c Choice) (all []fund.Purpose) {
	for _, cost := range c.Costs() {
		if !slices.ContainsFunc(in.Funds, func(h fund.Holding) bool { return in.Closed(h, p, c, cost.Purpose) == nil }) {
			all = append(all, cost.Purpose)
		}
	}
	return all
}

// why says in whole sentences what was missing for a choice. It names only funds that could pay for this person, or whose
// rules keep this person out.
func (in *Inputs) why(p Applicant, c Choice, r allocation.Reason) (said []string) {
	could := in.usable(p, c, r.Binding)
	capped, limited := in.usable(p, c, r.Capped), in.usable(p, c, r.Limited)
	said = append(said, couldPay(could, money.Amount(r.Short) == c.Award())...)
	for _, h := range capped {
		said = append(said, mostOf(h, c)...)
	}
	for _, h := range limited {
		said = append(said, "By its rules, "+named(h)+" pays for a set number of people, and that number is reached.")
	}
	nobody := in.unpayable(p, c)
	if len(could)+len(capped)+len(limited) > 0 {
		for _, purpose := range nobody {
			said = append(said, "No fund of ours can pay for "+purpose.Title()+" for you.")
		}
	}
	switch {
	case r.Short > 0 && len(could)+len(capped)+len(limited) == 0:
		said = append(said, "No fund of ours can pay for it. "+money.Amount(r.Short).String()+" was missing.")
	case r.Short > 0 && len(capped)+len(limited)+len(r.Full)+len(nobody) == 0:
		said = append(said, money.Amount(r.Short).String()+" more would have paid for it.")
	case r.Short > 0:
		said = append(said, money.Amount(r.Short).String()+" was missing.")
	}
	said = append(said, in.shut(p, c, r.Closed)...)
	if len(r.Full) > 0 {
		said = append(said, "There is no place left on these dates.")
	}
	return said
}

// usable are those of some funds that may pay for somebody's choice.
func (in *Inputs) usable(p Applicant, c Choice, codes []string) (all []fund.Holding) {
	for _, h := range in.Funds {
		if slices.Contains(codes, h.Code) && in.pays(h, p, c) {
			all = append(all, h)
		}
	}
	return all
}

// couldPay names the funds that could pay, and says that people above use them.
func couldPay(funds []fund.Holding, whole bool) []string {
	names := make([]string, len(funds))
	for i, h := range funds {
		names[i] = named(h)
	}
	used, rest := "It is used up by people placed above you.", "After the people placed above you, there was not enough left in it."
	switch len(funds) {
	case 0:
		return nil
	case 1:
		names[0] = "One fund could have paid: " + names[0] + "."
	default:
		names[0] = capital(number(len(funds))) + " funds could have paid: " + sequence(names, "and") + "."
		used, rest = "They are used up by people placed above you.", "After the people placed above you, there was not enough left in them."
	}
	if whole {
		return []string{names[0] + " " + used}
	}
	return []string{names[0] + " " + rest}
}

// mostOf says which limits of a fund for one person were too low for a choice.
func mostOf(h fund.Holding, c Choice) (said []string) {
	if most := h.Terms.CapOfAll(c.Whole()); most < c.Award() {
		said = append(said, "By its rules, "+named(h)+" pays at most "+most.String()+" for one person here.")
	}
	for _, cost := range c.Costs() {
		if most := h.Terms.CapOf(cost.Purpose, c.Price); most > 0 && most < cost.Amount {
			said = append(said, "By its rules, "+named(h)+" pays at most "+most.String()+" for "+cost.Purpose.Title()+" of one person.")
		}
	}
	return said
}

// shut names the funds that have money left and whose rules keep this person out, with those rules.
func (in *Inputs) shut(p Applicant, c Choice, closed []allocation.Closed) (said []string) {
	for _, one := range closed {
		h := in.Fund(one.Fund)
		if h == nil {
			continue
		}
		var rules []string
		for _, cost := range c.Costs() {
			for _, r := range in.Closed(*h, p, c, cost.Purpose) {
				if !slices.Contains(rules, r.Sentence) {
					rules = append(rules, r.Sentence)
				}
			}
		}
		if len(rules) > 0 {
			said = append(said, capital(named(*h))+" has money left, but "+lower(rules[0])+after(rules[1:]))
		}
	}
	return said
}
