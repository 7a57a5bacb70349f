package award

import (
	"strconv"
	"strings"
)

// endUnfunded adds what every letter without an offer ends with, and what can be done. outside says that the panel left no
// place for them in the order.
func (in *Inputs) endUnfunded(l *Letter, outside bool, feedback string) {
	l.feedback(feedback)
	if outside {
		l.say("How we decided", "The panel decided this. No computer program did.", askHow)
	} else {
		in.howDecided(l)
	}
	until := in.On.AddWorking(ReviewDays)
	s := l.say("Asking for a review",
		"If you think that something went wrong, you can ask us to look at it again. You have "+strconv.Itoa(ReviewDays)+
			" working days: until the end of "+until.Long()+". Somebody who was not on the panel looks at it. They answer within "+
			strconv.Itoa(ReviewDays)+" working days. To ask does not count against you. You can ask for one of these reasons:")
	s.Items = grounds()
	s.Links = []Link{{"Ask for a review", l.own() + "/review"}}
	l.say("Your answers", "You can keep your answers for the next round, for a year. Then you do not have to write it all again.").
		Links = []Link{{"Keep my answers for next time", l.own() + "/letter"}}
	in.contact(l)
}

// endReserve is endUnfunded for who may still have an offer: to ask for a review now would take them off the list.
func (in *Inputs) endReserve(l *Letter, feedback string) {
	l.feedback(feedback)
	in.howDecided(l)
	days := strconv.Itoa(ReviewDays)
	l.say("If you think that something went wrong",
		"Call us or write to us now, and a person looks at it with you. You stay on the list.",
		"If you have no offer when the list ends, we write to you again. You then have "+days+" working days to ask for a review. Somebody who was not on the panel "+
			"looks at it, and answers within "+days+" working days. You can ask for one of these reasons:").
		Items = grounds()
	in.contact(l)
}

func (in *Inputs) endOffer(l *Letter, feedback string, fromReserve bool) {
	l.feedback(feedback)
	if fromReserve {
		l.say("How we decided", "Two people decided about this round and its reserve list. When something comes free, a computer program works out who is next on the list and can be paid. "+
			"It goes by the same rules as before.", askHow)
	} else {
		in.howDecided(l)
	}
	l.say("If something here is wrong", "Call us or write to us before you answer, and a person looks at it with you. "+
		"For example: we got a fact wrong, we did not follow our own rules, or an amount is not right.")
	in.contact(l)
}

func grounds() []string {
	var all []string
	for _, g := range Grounds() {
		all = append(all, g.Words()+".")
	}
	return all
}

const askHow = "You can ask us how it works, tell us what you think of it, and have a person look at it."

// howDecided says that a program worked it out and that people decided, as the law asks (UK GDPR Art. 22C).
func (in *Inputs) howDecided(l *Letter) {
	s := l.say("How we decided",
		"A computer program worked out who could be paid. It went by the order of the applications, the money in each fund and the places on each course. "+
			"Then two people looked at it, and they decided.",
		askHow)
	if d := in.departureOf(l.Code); d != nil && d.Kind == First {
		s.Paragraphs = append(s.Paragraphs, "For you, they went by something else than the order: they put you first. This is their reason: "+d.Reason)
	}
}

// departureOf finds how people departed from the order for somebody, or nil.
func (in *Inputs) departureOf(code string) *Departure {
	for i, d := range in.Departures {
		if d.Code == code {
			return &in.Departures[i]
		}
	}
	return nil
}

// feedback adds what the readers said, as staff put it.
func (l *Letter) feedback(said string) { l.words("What the readers said", said) }

// words adds what somebody wrote, unless they wrote nothing.
func (l *Letter) words(heading, words string) {
	var paragraphs []string
	for line := range strings.SplitSeq(words, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			paragraphs = append(paragraphs, line)
		}
	}
	if len(paragraphs) > 0 {
		l.say(heading, paragraphs...)
	}
}

func (in *Inputs) contact(l *Letter) {
	r := in.Round
	l.say("Talk to somebody", "Call "+r.ContactName+" on "+r.ContactPhone+", or write to "+r.ContactEmail+". Your reference is "+l.Code+".")
}

// own is the path of the application's own pages.
func (l *Letter) own() string { return "/my/applications/" + l.Code }
