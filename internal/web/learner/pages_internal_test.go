package learner

import (
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

var sample = &course.Offering{
	Run:    course.Run{Code: "FND-M27", City: "Manchester", DayStarts: "09:30:00", DayEnds: "16:00:00"},
	Course: course.Course{Title: "Foundation"},
	Blocks: []course.Block{{Number: 1, StartsOn: london.On(2027, 3, 8), EndsOn: london.On(2027, 3, 12)}},
}

func TestEveryStatusIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	words := map[enrolment.Status]string{
		enrolment.Waiting: "You are on the waiting list", enrolment.Held: "Your place is held for you",
		enrolment.Confirmed: "Your place is confirmed", enrolment.Completed: "You have completed this course",
		enrolment.Lapsed: "not paid for in time", enrolment.Withdrawn: "You cancelled this place",
		enrolment.Cancelled: "We had to cancel this place",
	}
	for _, status := range enrolment.Statuses() {
		p := &place{
			Enrolment: &enrolment.Enrolment{Code: "K7Q2-9M", Status: status, Price: 325_000, HeldUntil: pagetest.Now, EndedAt: pagetest.Now},
			Run:       sample, Payments: []billing.Payment{{Status: billing.Created, ExpiresAt: pagetest.Now.Add(time.Minute)}},
		}
		doc := pagetest.Render(t, "learner/place", &placePage{
			place: p, Stage: p.stage(pagetest.Now), Tag: tag(status), Facts: p.facts(), Money: p.moneyTable(), Cancel: p.mayCancel()})
		if got := doc.Find("main").Text(); words[status] == "" || !strings.Contains(got, words[status]) {
			t.Errorf("%s is not said: %s", status, got)
		}
		if tag(status).Text == "" || strings.EqualFold(tag(status).Text, "pending") {
			t.Errorf("%s has no words for a list", status)
		}
	}
}

func TestAPlaceThatOthersPayForIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	agreed := billing.Share{Payer: billing.Organisation, Amount: 275_000, OrganisationID: 7, AgreedAt: pagetest.Now}
	own, paid := billing.Share{Payer: billing.Learner, Amount: 50_000}, billing.Share{Payer: billing.Learner, Amount: 50_000, SecuredAt: pagetest.Now}
	secured := agreed
	secured.SecuredAt = pagetest.Now
	team := &sharing{Booked: "Westermoor", names: map[id.Organisation]string{7: "Westermoor"}}
	alone := &sharing{names: team.names}
	open := []billing.Payment{{Status: billing.Created, ExpiresAt: pagetest.Now.Add(time.Minute)}}
	for name, c := range map[string]struct {
		status   enrolment.Status
		sharing  *sharing
		shares   []billing.Share
		payments []billing.Payment
		says     string
		never    string
	}{
		"to be paid":            {enrolment.Held, alone, []billing.Share{own, agreed}, nil, "Please pay your part, £500.00", "confirmed when"},
		"to be paid, the last":  {enrolment.Held, alone, []billing.Share{own, secured}, nil, "Your place is confirmed when you have paid", "We wait"},
		"its page open":         {enrolment.Held, alone, []billing.Share{own, agreed}, open, "Please pay your part, £500.00", "Continue"},
		"its page over":         {enrolment.Held, alone, []billing.Share{own, agreed}, []billing.Payment{{Status: billing.Created, ExpiresAt: pagetest.Now}}, "try again in a few minutes", "given to others"},
		"at the bank":           {enrolment.Held, alone, []billing.Share{own, agreed}, []billing.Payment{{Status: billing.Pending}}, "Your bank is confirming", "pay your part"},
		"waiting for an order":  {enrolment.Held, alone, []billing.Share{paid, agreed}, nil, "what Westermoor has still to send us", "pay your part"},
		"sent, an order lacks":  {enrolment.Held, team, []billing.Share{agreed}, nil, "what Westermoor has still to send us", "£"},
		"lapsed":                {enrolment.Lapsed, alone, []billing.Share{paid, agreed}, nil, "You owe nothing", "not paid for in time"},
		"confirmed":             {enrolment.Confirmed, alone, []billing.Share{paid, secured}, nil, "Your employer pays", "pay it when you can"},
		"kept, a part is owed":  {enrolment.Confirmed, alone, []billing.Share{secured, own}, nil, "A part of the price has become yours: £500.00", "We wait"},
		"kept, its page over":   {enrolment.Confirmed, alone, []billing.Share{secured, own}, []billing.Payment{{Status: billing.Created, ExpiresAt: pagetest.Now}}, "whether your payment is under way", "by card"},
		"kept, paid at a bank":  {enrolment.Confirmed, alone, []billing.Share{secured, own}, []billing.Payment{{Status: billing.Pending}}, "Please do not pay again", "by card"},
		"given up by it":        {enrolment.Withdrawn, team, []billing.Share{secured}, nil, "please ask Westermoor", "You cancelled"},
		"given up, booked self": {enrolment.Withdrawn, alone, []billing.Share{paid, secured}, nil, "You cancelled", "was given up"},
	} {
		e := &enrolment.Enrolment{Code: "K7Q2-9M", Status: c.status, Price: 325_000, HeldUntil: pagetest.Now, EndedAt: pagetest.Now}
		if c.sharing == team {
			e.TeamID = 3
		}
		p := &place{Enrolment: e, Run: sample, Shares: c.shares, Payments: c.payments, sharing: c.sharing}
		doc := pagetest.Render(t, "learner/place", &placePage{
			place: p, Stage: p.stage(pagetest.Now), Owes: p.owes(pagetest.Now), Tag: p.tag(), Facts: p.facts(), Money: p.moneyTable(), Cancel: p.mayCancel()})
		got := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
		if !strings.Contains(got, c.says) || strings.Contains(got, c.never) {
			t.Errorf("%s: want %q and not %q in %s", name, c.says, c.never, got)
		}
		if offered := strings.Contains(got, "Cancel this place"); offered != (c.sharing == alone && e.HasPlace()) {
			t.Errorf("%s: may cancel: %t", name, offered)
		}
	}
}

func TestARefundIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	for _, status := range []billing.RefundStatus{billing.RefundRequested, billing.RefundSent, billing.RefundArrived, billing.RefundRejected} {
		p := &place{
			Enrolment: &enrolment.Enrolment{Code: "K7Q2-9M", Status: enrolment.Withdrawn, EndedAt: pagetest.Now},
			Run:       sample, Refunds: []billing.Refund{{Code: "R1", Status: status, Amount: 100}},
		}
		if got := refundWords(p.Refunds[0]); strings.HasSuffix(got, " ") {
			t.Errorf("%s: %q", status, got)
		}
		doc := pagetest.Render(t, "learner/place", &placePage{
			place: p, Stage: p.stage(pagetest.Now), Facts: p.facts(), Money: p.moneyTable(), CameBack: status == billing.RefundRejected})
		if warned := doc.Find(".govuk-warning-text").Length() == 1; warned != (status == billing.RefundRejected) {
			t.Errorf("%s: warned %t", status, warned)
		}
	}
}

func TestARefundThatCameBackIsNotCountedAsGivenBack(t *testing.T) {
	t.Parallel()
	p := &place{
		Payments: []billing.Payment{{Captured: 325_000}},
		Refunds:  []billing.Refund{{Amount: 100_000, Status: billing.RefundArrived}, {Amount: 50_000, Status: billing.RefundRejected}},
	}
	if got := p.left(); got != 225_000 {
		t.Errorf("%s is left", got)
	}
}

func TestHoursAreWrittenShort(t *testing.T) {
	t.Parallel()
	if got := hours(sample); got != "9:30am to 4pm each day" {
		t.Errorf("hours %q", got)
	}
}

func TestPagesThatNobodyReachesInATestAreSoundToo(t *testing.T) {
	t.Parallel()
	p := &place{Enrolment: &enrolment.Enrolment{Code: "K7Q2-9M", Status: enrolment.Held, HeldUntil: pagetest.Now}, Run: sample}
	for _, slow := range []bool{false, true} {
		for _, name := range []string{"learner/preparing", "learner/checking"} {
			doc := pagetest.Render(t, name, &waitPage{place: p, Slow: slow})
			if doc.Find("meta[http-equiv]").Length() != 0 || (doc.Find(".govuk-inset-text").Length() == 1) != slow {
				t.Errorf("%s, slow %t", name, slow)
			}
		}
	}
	for _, why := range []obstacle{full, kept, closed, apply, later} {
		doc := pagetest.Render(t, "learner/dates", &datesPage{Run: sample, Why: why, Typed: true})
		if !strings.Contains(doc.Find("main").Text(), page.Tel(pagetest.Site.Phone)) && doc.Find(`main a[href^="tel:"]`).Length() == 0 {
			t.Errorf("%s: the office is not named", why)
		}
	}
}
