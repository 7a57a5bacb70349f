package award

import (
	"slices"
	"strings"

	"bursar/internal/allocation"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/money"
)

// offer is the letter about an offer. asked is what the plan answers.
func (in *Inputs) offer(asked allocation.Problem, g Grant, feedback string, fromReserve bool) Letter {
	l := in.begin(g.Applicant, OfferLetter, "We can offer you a place")
	until := g.LastDay(in.On).Long()
	first := "We are glad to offer you a place on " + g.Run.Course.Title + "."
	if fromReserve {
		first = "A place has come free, and you are next on our reserve list. " + first
	}
	l.say("", first, "Please answer by the end of "+until+". The place and the money are kept for you until then.")
	in.placeSection(&l, g)
	in.paysSection(&l, g)
	g.ownSection(&l, until)
	in.bareSection(&l, asked, g)
	l.say("Benefits", "If you get benefits, you must report the course and this money to whoever pays them, and we cannot say what they will decide.").
		Links = []Link{{"Money for training and your benefits, with a letter that you can show", l.own() + "/benefits"}}
	l.say("How to answer", "Answer on your page, or call us. You can ask for more time once. If we do not hear from you by the end of "+until+
		", the place and the money go to the next person.").Links = []Link{{"Read it and answer", l.own() + "/offer"}}
	in.endOffer(&l, feedback, fromReserve)
	return l
}

// placeSection is the place with all of its dates.
func (in *Inputs) placeSection(l *Letter, g Grant) {
	days := make([]string, len(g.Run.Blocks))
	for i, b := range g.Run.Blocks {
		days[i] = london.Days(b.StartsOn, b.EndsOn)
	}
	s := l.say("Your place")
	s.Rows = []Row{
		{"Course", g.Run.Course.Title}, {"Dates", strings.Join(days, "\n")}, {"Where", g.Run.Where()}, {"Price of the place", g.Price.String()},
	}
	if i := slices.Index(g.Runs, g.Run.Code); i > 0 {
		s.Paragraphs = []string{"These are the dates that you put " + ordinal(i+1) + ". We could not offer you dates that you put before them."}
	}
}

// paysSection is each line with what it is for.
func (in *Inputs) paysSection(l *Letter, g Grant) {
	s := l.say("What we pay")
	for _, c := range g.Costs() {
		if c.Purpose == fund.Fee {
			s.Rows = append(s.Rows, Row{"The course fee", c.Amount.String() + ". It goes straight to the course, not through your account."})
			continue
		}
		s.Rows = append(s.Rows, Row{capital(c.Purpose.Title()), "Up to " + c.Amount.String() + ". " + howPaid(g.How)})
	}
	if len(s.Rows) > 1 {
		s.Rows = append(s.Rows, Row{"Together", "Up to " + g.Choice.Award().String()})
	}
}

// howPaid says how somebody wanted the other costs to be paid.
func howPaid(how string) string {
	switch how {
	case "bank":
		return "You send us the receipts, and we pay you back."
	case "voucher":
		return "We send you vouchers for it."
	}
	return "We book it and pay for it."
}

// ownSection says what is left for the person to pay of the place.
func (g Grant) ownSection(l *Letter, until string) {
	own := g.Choice.Own
	if own == 0 {
		l.say("What you pay", "You pay nothing for the place.")
		return
	}
	s := l.say("What you pay")
	if g.Fee > 0 {
		s.Paragraphs = []string{"The place costs " + g.Price.String() + ". We pay " + g.Fee.String() + " of it. The other " + own.String() + " is for you to pay."}
	} else {
		s.Paragraphs = []string{"The place costs " + g.Price.String() + ", and you pay it."}
	}
	s.Paragraphs = append(s.Paragraphs, g.ownWhy()...)
	s.Paragraphs = append(s.Paragraphs, "You pay by card once you have said yes. You have until the end of "+until+
		", or five working days from your answer if that is later. You do not pay before you answer.")
}

// ownWhy says where the own part comes from, in the words of the application.
func (g Grant) ownWhy() (why []string) {
	switch {
	case g.FeePercent == 0:
		why = append(why, "You did not ask for help with the fee.")
	case g.Fee == 0:
		why = append(why, "From what you told us, you or an employer can pay the fee.")
	case g.FeePercent < 100 && g.Fee == percentOfPrice(g):
		why = append(why, "The list of this round says which part of the fee we pay. For what you told us about your money, it is "+itoa(g.FeePercent)+"%.")
	}
	if g.Applicant.Own > 0 {
		why = append(why, "You told us that you can pay "+g.Applicant.Own.Short()+".")
	}
	if g.Employer > 0 {
		why = append(why, "You told us that an employer would pay "+g.Employer.Short()+". Until they do, it is part of what you pay.")
	}
	return why
}

// percentOfPrice is the most that the tariff pays of the fee.
func percentOfPrice(g Grant) money.Amount { return g.Price.Percent(int64(g.FeePercent) * 100) }

// bareSection says what an offer of the fee alone leaves out, and why.
func (in *Inputs) bareSection(l *Letter, asked allocation.Problem, g Grant) {
	whole := choice(g.Run, g.Applicant)
	if len(whole.Other) == 0 || len(g.Other) > 0 {
		return
	}
	parts := make([]string, len(whole.Other))
	for i, c := range whole.Other {
		parts[i] = c.Purpose.Title() + " (" + c.Amount.Short() + ")"
	}
	said := []string{"You also asked for help with " + sequence(parts, "and") + ". We cannot pay for that this time."}
	if r, failed := in.wholeFailed(asked, g); failed {
		said = append(said, in.why(g.Applicant, whole, r)...)
	}
	l.say("What we cannot pay", append(said, "You can take the place all the same. If you could not come without this help, call us before you answer. We look with you at what can be done.")...)
}

// wholeFailed asks the allocator why the choice with all costs failed on the run that somebody is given without them:
// about that choice alone, with everybody else as they are.
func (in *Inputs) wholeFailed(asked allocation.Problem, g Grant) (allocation.Reason, bool) {
	who := slices.IndexFunc(asked.Applicants, func(a allocation.Applicant) bool { return a.ID == g.Application.Code })
	at := slices.IndexFunc(in.Choices(g.Applicant), func(c Choice) bool { return c.Run.ID == g.Run.ID })
	if who < 0 || at < 0 {
		return allocation.Reason{}, false
	}
	asked.Applicants = slices.Clone(asked.Applicants)
	asked.Applicants[who].Choices = asked.Applicants[who].Choices[at : at+1]
	plan, err := allocation.Plan(asked)
	if err != nil {
		return allocation.Reason{}, false // it was planned a moment ago with more choices
	}
	reasons := reasonsOf(plan, g.Applicant)
	if len(reasons) == 0 {
		return allocation.Reason{}, false
	}
	return reasons[0], true
}
