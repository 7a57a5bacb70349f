package employer_test

import (
	"context"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/attendance"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// marks has the office mark half a day for everybody: who is not named was there.
func (p *pair) marks(day london.Date, half attendance.Half, absent ...string) {
	p.Helper()
	p.clock.Set(day.At(17, 0))
	p.do(func(ctx context.Context, tx *db.Tx) error {
		h, err := attendance.Find(ctx, tx, p.run.Code, day.String(), string(half))
		if err != nil {
			return err
		}
		sheet, err := attendance.Sheet(ctx, tx, h)
		if err != nil {
			return err
		}
		var strokes []attendance.Stroke
		for _, e := range sheet {
			mark := attendance.Present
			for _, code := range absent {
				if e.Code == code {
					mark = attendance.Absent
				}
			}
			strokes = append(strokes, attendance.Stroke{Code: e.Code, Was: e.Mark, Mark: mark})
		}
		refused, err := attendance.Save(ctx, tx, attendance.Keeper{Person: p.staff, Office: true}, h, "a-sending-"+day.String()+string(half), strokes)
		if len(refused) > 0 {
			p.Errorf("refused: %v", refused)
		}
		return err
	})
}

// toTell are the organisations that are to be told of somebody now, and tell tells them.
func (p *pair) toTell() []id.Organisation {
	p.Helper()
	list, err := attendance.ToNotify(p.Context(), p.machine, p.machine.Now(), 10)
	if err != nil {
		p.Fatal(err)
	}
	return list
}

func (p *pair) tell(of id.Organisation) {
	p.Helper()
	p.do(func(ctx context.Context, tx *db.Tx) error { return attendance.Notify(ctx, tx, of) })
}

// letters are the mails about who was not there, the latest last.
func (p *pair) letters() (list []struct{ Recipient, Subject, TextBody string }) {
	p.Helper()
	err := dbtest.Owner(p.T, p.app).NewRaw("SELECT recipient, subject, text_body FROM mails WHERE template = 'absence' ORDER BY id").Scan(p.Context(), &list)
	if err != nil {
		p.Fatal(err)
	}
	return list
}

func TestAnOrganisationSeesHowOftenItsPeopleWereThereAndIsToldOnceADay(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	codes := p.book(p.mine, admissions.TeamOrder{Places: 2, Seats: []admissions.NewSeat{{Name: "Noor Haddad", Email: "noor@westermoor.example"},
		{Name: "Tom Ferris", Email: "tom@westermoor.example"}}, Orders: []billing.NewOrder{{Number: "QX1-1", Amount: money.Pounds(6_500)}}})
	own := fixture.Confirmed(t, p.app, p.run, fixture.Person(t, p.app, "ana@post.example"))
	says(t, p.open(p.mine, p.mine.at("/places/"+codes[0])), "Attendance Not begun")
	monday := p.run.StartsOn()
	p.marks(monday, attendance.Morning)
	p.marks(monday, attendance.Afternoon, codes[0], own.Code)
	if got := p.toTell(); len(got) != 0 {
		t.Errorf("at five o’clock %v are to be told", got)
	}
	says(t, p.open(p.mine, p.mine.at("/places/"+codes[0])), "Attendance 1 of 2 half days so far")
	says(t, p.open(p.mine, p.mine.at("")), "1 of 2 half days so far", "2 of 2 half days so far")
	p.clock.Set(monday.At(18, 0))
	if got := p.toTell(); len(got) != 1 || got[0] != p.mine.of.ID {
		t.Fatalf("to be told: %v", got)
	}
	for range 2 {
		p.tell(p.mine.of.ID)
	}
	p.marks(monday.AddDays(1), attendance.Morning, codes[1])
	p.clock.Set(monday.AddDays(1).At(18, 0))
	p.tell(p.mine.of.ID)
	got := p.letters()
	if len(got) != 2 || got[0].Recipient != p.mine.who.Email {
		t.Fatalf("the mails are %+v", got)
	}
	for i, want := range []string{"Noor Haddad: Monday 8 March 2027, in the afternoon", "Tom Ferris: Tuesday 9 March 2027, in the morning"} {
		if !strings.Contains(got[i].TextBody, want) || strings.Count(got[i].TextBody, "(Open Dialogue foundation)") != 1 || strings.Contains(got[i].Subject, "Noor") {
			t.Errorf("mail %d: %+v", i, got[i])
		}
	}
	if strings.Contains(got[1].TextBody, "Noor") {
		t.Error("the same is told twice")
	}
}

func TestAnOrganisationCountsNoHalfDayOfAnother(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	codes := p.book(p.twin, admissions.TeamOrder{Places: 1, Seats: []admissions.NewSeat{{Name: "Rina Begum", Email: "rina@eastmarsh.example"}},
		Orders: []billing.NewOrder{{Number: "45-1", Amount: money.Pounds(3_250)}}})
	p.marks(p.run.StartsOn(), attendance.Morning)
	e, err := enrolment.ByCode(t.Context(), p.app, codes[0])
	if err != nil {
		t.Fatal(err)
	}
	own := dbtest.As(t, p.app, db.Employer)
	for who, want := range map[side]int{p.mine: 0, p.twin: 1} {
		err := own.WriteAs(t.Context(), db.Who{Person: who.who.ID}, func(tx *db.Tx) error {
			got, err := attendance.PresenceOf(t.Context(), tx, e.ID)
			if got[e.ID].Marked != want {
				t.Errorf("%s counts %+v", who.of.Name, got)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
