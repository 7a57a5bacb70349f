package panel_test

import (
	"errors"
	"slices"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/panel"
	"bursar/internal/people"
)

func (m *meeting) write(who people.Person, minutes panel.Minutes) error {
	return m.as(who, func(tx *db.Tx) error { return panel.WriteMinutes(m.Context(), tx, m.box, who.ID, m.round.ID, minutes) })
}

func (m *meeting) proceedings() (p *panel.Proceedings) {
	m.Helper()
	m.must(m.as(m.hugh, func(tx *db.Tx) (err error) {
		p, err = panel.ProceedingsOf(m.Context(), tx, m.box, m.round.Code)
		return err
	}))
	return p
}

func TestMinutesOfTwoPeopleNeverOverwriteEachOther(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	first := m.proceedings().Minutes
	if first != (panel.Minutes{}) {
		t.Errorf("before anybody wrote: %+v", first)
	}
	m.must(m.write(m.grace, panel.Minutes{Present: "Grace, Hugh", Notes: "We met at ten."}))
	if err := m.write(m.hugh, panel.Minutes{Present: "Hugh", Version: first.Version}); !errors.Is(err, panel.ErrMinutesChanged) {
		t.Errorf("over what Grace wrote: %v", err)
	}
	now := m.proceedings().Minutes
	if now.Present != "Grace, Hugh" || now.Version != 1 {
		t.Errorf("%+v", now)
	}
	now.Left = "Hugh, for AAAA-00"
	m.must(m.write(m.hugh, now))
	if again := m.proceedings().Minutes; again.Left != "Hugh, for AAAA-00" || again.Notes != "We met at ten." || again.Version != 2 {
		t.Errorf("%+v", again)
	}
	if n := m.number("SELECT count(*) FROM sensitive.minutes WHERE position('Grace' IN encode(body, 'escape')) > 0"); n != 0 {
		t.Error("the minutes are stored in clear")
	}
}

func TestTwoWhoWriteTheFirstMinutesAtOnceAreToldApart(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	var grace, hugh error
	together(
		func() { grace = m.write(m.grace, panel.Minutes{Notes: "Grace"}) },
		func() { hugh = m.write(m.hugh, panel.Minutes{Notes: "Hugh"}) },
	)
	lost := errors.Join(grace, hugh)
	if (grace == nil) == (hugh == nil) || !errors.Is(lost, panel.ErrMinutesChanged) {
		t.Errorf("%v and %v", grace, hugh)
	}
}

func TestTheProceedingsCountEverybodyAndNameWhoRead(t *testing.T) {
	t.Parallel()
	m := newWideMeeting(t)
	m.reader() // has read nothing
	m.sent("BBBB-00")
	m.sent("BBBB-01")
	m.sent("BBBB-02")
	m.plant("UPDATE sensitive.applications SET status = 'ineligible', eligible = false WHERE code = 'BBBB-00'")
	m.plant("UPDATE sensitive.applications SET status = 'withdrawn', ended_at = now() WHERE code = 'BBBB-01'")
	m.plant("UPDATE sensitive.applications SET status = 'draft', submitted_at = NULL WHERE code = 'BBBB-02'")
	m.placeAll()
	m.must(m.place(panel.Placement{Code: "AAAA-01", Band: "C", Reason: "She has done it already."}))
	m.must(m.agree(m.grace))
	m.must(m.agree(m.hugh))
	m.must(m.draw("4-11-23"))
	p := m.proceedings()
	peers, readers := p.Peers()
	if p.Tally != (panel.Tally{Sent: 10, Ineligible: 1, Withdrawn: 1}) || peers != 3 || readers != 6 || len(p.Seats) != 7 || p.Seats[0].Read != 4 {
		t.Errorf("%+v, %d of %d are peers, %+v", p.Tally, peers, readers, p.Seats)
	}
	if last := p.Placings[len(p.Placings)-1]; last.Code != "AAAA-01" || last.Was != "A" || last.Reason != "She has done it already." {
		t.Errorf("%+v", last)
	}
	var who []string
	for _, a := range p.Agreements {
		who = append(who, a.Name)
	}
	if len(who) != 2 || p.Draw == nil || !slices.Contains(p.Draw.Facts.Tickets, "TAAAA-07") || p.Round.Status != bursary.RoundDrawn {
		t.Errorf("agreed %q, drawn %+v", who, p.Draw)
	}
}
