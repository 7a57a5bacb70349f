package ranking

import (
	"fmt"
	"strings"

	"bursar/internal/bursary"
	"bursar/internal/calibration"
	"bursar/internal/london"
	"bursar/internal/panel"
)

// section is a part of the minutes, the same on the page and in the file.
type section struct {
	Title      string
	Lines      []line
	Paragraphs []string
}

type line struct{ Name, Text string }

func (s *section) line(name, text string) { s.Lines = append(s.Lines, line{name, text}) }

func (s *section) say(text string) { s.Paragraphs = append(s.Paragraphs, text) }

// sections are the minutes.
func (f office) sections(p *panel.Proceedings) []section {
	return []section{
		aboutRound(p), aboutMeeting(p), aboutPanel(p), aboutApplications(p), aboutScores(p),
		aboutBands(p), aboutCrossings(p), aboutAgreements(p), f.aboutDraw(p),
	}
}

func aboutRound(p *panel.Proceedings) section {
	s, r := section{Title: "The round"}, p.Round
	s.line("Name", r.Name+" ("+r.Code+")")
	s.line("Open", "From "+r.OpensOn.Long()+" to "+r.ClosesOn.Long())
	s.line("The panel", "Announced for "+r.PanelOn.Long())
	s.line("Everybody is told by", r.DecidesOn.Long())
	s.line("Announced", fmt.Sprintf("Places: %d. Money: %s.", r.Places, r.Money))
	return s
}

func aboutMeeting(p *panel.Proceedings) section {
	s := section{Title: "The meeting"}
	s.line("Who was there", none(p.Minutes.Present))
	s.line("Who left the room, and for which application", none(p.Minutes.Left))
	s.line("Notes", none(p.Minutes.Notes))
	return s
}

// aboutPanel says how many are peers and not who: that is everybody's own to say.
func aboutPanel(p *panel.Proceedings) section {
	s := section{Title: "Who read"}
	peers, readers := p.Peers()
	s.line("Peers among those who read", fmt.Sprintf("%d of %d", peers, readers))
	for _, seat := range p.Seats {
		s.line(seat.Name, "Read: "+strings.ToLower(applications(seat.Read)))
	}
	return s
}

func aboutApplications(p *panel.Proceedings) section {
	s := section{Title: "The applications"}
	s.line("Sent", fmt.Sprint(p.Tally.Sent))
	s.line("Withdrawn after that", fmt.Sprint(p.Tally.Withdrawn))
	s.line("Not eligible", fmt.Sprint(p.Tally.Ineligible))
	s.line("Entered by staff for the applicant", entered(p.Tally))
	s.line("Ranked", fmt.Sprint(len(p.Standings)))
	s.line("Readings asked for each", fmt.Sprint(p.Round.Readers))
	return s
}

// entered says how many applications staff wrote down, and how those were confirmed.
func entered(t panel.Tally) string {
	if t.Entered == 0 {
		return "None"
	}
	said := fmt.Sprintf("%d. Not confirmed by the applicant: %d. Confirmed on the telephone: %d", t.Entered, t.Unconfirmed, t.ByCall)
	if t.ByOne > 0 {
		said += fmt.Sprintf(", of which %d noted by whoever had entered it", t.ByOne)
	}
	return said + "."
}

func aboutScores(p *panel.Proceedings) section {
	s := section{Title: "How the scores were compared"}
	if !p.Calibrated() {
		for _, why := range refusals(p.Ranking) {
			s.say(why)
		}
		s.say("So the plain means were used.")
		return s
	}
	s.say(fmt.Sprintf("Each reader's leaning was taken off the means, as far as the scores carry it (shrinkage %d). After ± stands the standard error.", calibration.Shrinkage))
	for _, l := range p.Leanings {
		s.line(l.Name, fmt.Sprintf("Has read %s; %s", readings(l.Readings), leaning(l)))
	}
	return s
}

func aboutBands(p *panel.Proceedings) section {
	s := section{Title: "The bands"}
	for _, c := range columns(cards(p.Ranking)) {
		if c.Band == "" && len(c.Cards) == 0 {
			continue
		}
		var codes []string
		for _, one := range c.Cards {
			codes = append(codes, fmt.Sprintf("%s (%s)", one.Code, one.Settled))
		}
		if len(codes) == 0 {
			codes = []string{"None"}
		}
		s.line(c.Title(), strings.Join(codes, ", "))
	}
	return s
}

// aboutCrossings lists every placing that has a reason.
func aboutCrossings(p *panel.Proceedings) section {
	s := section{Title: "Placings with a reason"}
	for _, one := range p.Placings {
		if one.Reason != "" {
			s.line(fmt.Sprintf("%s, %s", one.Code, moved(one)), one.Reason+" ("+one.Name+")")
		}
	}
	if len(s.Lines) == 0 {
		s.say("Every application stands where its mean puts it, and none was moved from one band to another.")
	}
	return s
}

func moved(p panel.Placing) string {
	switch {
	case p.Band == p.Was:
		return "in band " + string(p.Band)
	case p.Was == "":
		return "put in band " + string(p.Band)
	case p.Band == "":
		return "taken out of band " + string(p.Was)
	}
	return fmt.Sprintf("moved from band %s to %s", p.Was, p.Band)
}

func aboutAgreements(p *panel.Proceedings) section {
	s := section{Title: "Who agreed to the bands"}
	seen := p.Seen()
	for _, a := range p.Agreements {
		if p.Round.Status == bursary.RoundClosed && a.Seen != seen {
			continue // something has changed since
		}
		s.line(a.Name, london.Stamp(a.At))
	}
	if len(s.Lines) == 0 {
		s.say("Nobody yet.")
	}
	return s
}

func (f office) aboutDraw(p *panel.Proceedings) section {
	s, r := section{Title: "The draw"}, p.Round
	s.line("Seal of the secret number, published with the round", r.Commitment)
	s.line("The public draw that was named beforehand", r.Beacon)
	s.line("Its day", r.BeaconOn.Long())
	if p.Draw == nil {
		s.say("It has not taken place yet.")
		return s
	}
	s.line("What was mixed in", p.Draw.Facts.Public)
	s.line("The secret number", p.Draw.Facts.Seed)
	s.line("The tickets in the order in which they were drawn", strings.Join(p.Draw.Order, ", "))
	var codes []string
	for _, one := range ordered(cards(p.Ranking)) {
		codes = append(codes, one.Code)
	}
	if len(codes) == 0 {
		codes = []string{"Nobody is in band A or B."}
	}
	s.line("The order for allocation", strings.Join(codes, ", "))
	s.say("Anybody can work it out again: " + f.Site.URL + "/bursaries/" + r.Code + "/lottery")
	return s
}
