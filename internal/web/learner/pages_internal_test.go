package learner

import (
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/enrolment"
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
		enrolment.Cancelled: "We had to cancel this place", enrolment.Moved: "You have moved to other dates",
	}
	for _, status := range enrolment.Statuses() {
		p := &place{
			Enrolment: &enrolment.Enrolment{Code: "K7Q2-9M", Status: status, HeldUntil: pagetest.Now, EndedAt: pagetest.Now},
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
	p := &place{Enrolment: &enrolment.Enrolment{Code: "K7Q2-9M", HeldUntil: pagetest.Now}, Run: sample}
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
