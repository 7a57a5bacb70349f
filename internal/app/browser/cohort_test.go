package browser_test

import (
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/app/apptest"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/london"
)

// cohort is a run that somebody in the office makes of another and sees through to its end.
type cohort struct {
	*apptest.World
	t      *testing.T
	office *Tab
}

// on makes it a time of another day, on which the office comes back.
func (c *cohort) on(day london.Date, hour, minute int) {
	c.t.Helper()
	c.Clock.Set(day.At(hour, minute))
	c.Settle()
	c.office.verify("grace@threshold.example")
}

const copied = "/admin/runs/INT-0227"

func TestACohortFromItsCopyToTheCertificates(t *testing.T) {
	t.Parallel()
	c := &cohort{World: demonstration(t), t: t}
	c.office = officer(t, c.World)
	c.planned()
	run, err := course.FindOffering(t.Context(), c.DB, "INT-0227")
	if err != nil {
		t.Fatal(err)
	}
	whole, half := c.booked(run, "whole@post.example"), c.booked(run, "half@post.example")
	c.decided()
	c.taught(run)
	c.completed()

	learner := Open(t, c.World, telephone)
	learner.enter("whole@post.example")
	learner.Visit("/my/places/" + whole.Code)
	learner.inBoth(200, "Your place: ")
	learner.Says("You have completed this course.", "certificate")
	learner.enter("half@post.example")
	learner.Visit("/my/places/" + half.Code)
	learner.Says("certificate")
	var number, kind string
	for place, want := range map[string]string{whole.Code: "completed", half.Code: "attended"} {
		err := c.Machine.NewRaw("SELECT f.code, f.kind FROM certificates f JOIN enrolments e ON e.id = f.enrolment_id WHERE e.code = ?", place).Scan(t.Context(), &number, &kind)
		if err != nil || kind != want {
			t.Fatalf("the certificate of %s says %q, %v", place, kind, err)
		}
		stranger := Open(t, c.World, telephone)
		stranger.Visit("/certificates/" + number)
		stranger.inBoth(200, "Check a certificate")
		stranger.Says("This certificate is valid", "Ana Reyes", run.Course.Title)
	}
}

// booked is a place that somebody has booked and paid for in one step: nothing happens by itself in between.
func (c *cohort) booked(run *course.Offering, email string) (e *enrolment.Enrolment) {
	c.t.Helper()
	who := fixture.Person(c.t, c.DB, email)
	draft := fixture.Draft(c.t, c.DB, run, who)
	err := c.Machine.Write(c.t.Context(), func(tx *db.Tx) (err error) {
		if e, err = admissions.Book(c.t.Context(), tx, enrolment.Owner{Person: who.ID}, run.Code, run.Price(draft.Band())); err != nil {
			return err
		}
		shares, err := billing.SharesOf(c.t.Context(), tx, e.ID)
		if err != nil {
			return err
		}
		p, err := billing.OpenPayment(c.t.Context(), tx, shares[0])
		if err != nil {
			return err
		}
		return admissions.Settle(c.t.Context(), tx, p.ID, billing.Standing{Session: "cs_test_" + p.Code, Reference: p.Code, State: billing.PageComplete, Paid: true,
			Intent: "pi_" + p.Code, Amount: p.Amount, Captured: p.Amount, Currency: "gbp", ExpiresAt: p.ExpiresAt})
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return e
}

// planned copies dates, says who teaches them, and publishes them.
func (c *cohort) planned() {
	b := c.office
	b.Visit("/admin/courses")
	b.atDesk(200, "Courses and dates")
	b.Press("INT-0127")
	b.atDesk(200, "INT-0127: planning")
	b.Press("Copy these dates")
	b.Fill("code", "FND-M27")
	b.Fill("first_day", "11")
	b.Fill("first_day-month", "2")
	b.Fill("first_day-year", "2027")
	b.Press("Show the dates")
	b.Says("11 to 12 February 2027")
	b.Press("Make this copy")
	b.Refused(422, "Copy INT-0127", "code")
	b.Fill("code", "INT-0227")
	b.Press("Make this copy")
	b.atDesk(200, "INT-0227: planning")
	b.Says("The copy is a draft", "Nobody is down to teach these dates yet")
	b.Press("Who teaches")
	b.Choose("Kofi Mensah")
	b.Press("Save")
	b.Says("There is no peer trainer")
	b.Press("Publish")
	b.atDesk(200, "INT-0227: planning")
	b.Says("The dates are published.", "Booking is open")
}

// decided says that they go ahead.
func (c *cohort) decided() {
	c.on(london.On(2027, time.January, 4), 9, 0)
	b := c.office
	b.Visit(copied + "/status")
	b.Says("Does it go ahead?", "2 places are confirmed")
	b.Press("It goes ahead: tell everybody")
	b.Says("It goes ahead. Everybody who has a confirmed place is being told.")
	c.Settle()
	(&trading{World: c.World}).tells("whole@post.example", "goes ahead")
}

// taught marks the four half days: one person misses the first of them.
func (c *cohort) taught(run *course.Offering) {
	for n, day := range []london.Date{run.StartsOn(), run.EndsOn()} {
		c.Clock.Set(day.At(14, 0))
		c.Settle()
		b := Open(c.t, c.World, telephone)
		b.Be("Kofi Mensah")
		for _, at := range []string{"am", "pm"} {
			b.Visit("/teach/INT-0227/" + day.String() + "/" + at)
			b.See("Register: ")
			if n == 0 && at == "am" {
				b.tap(1, "Not there")
				b.registerSays("Saved at")
			}
			b.do("everybody else", clickFirst(`button[name="everybody"]`))
			b.until("all of them", func() bool {
				return c.Count(`SELECT count(*) FROM attendance_marks m JOIN registers g ON g.id = m.register_id JOIN blocks k ON k.id = g.block_id
					WHERE k.run_id = ? AND g.day = ? AND g.half = ?`, run.ID, day, at) == 2
			})
		}
	}
}

// completed completes the cohort and issues the certificates.
func (c *cohort) completed() {
	c.on(london.On(2027, time.February, 15), 9, 30)
	b := c.office
	b.Visit(copied + "/attendance")
	b.atDesk(200, "Attendance of INT-0227")
	b.Says("75%", "100%")
	b.Visit(copied + "/attendance/complete")
	b.atDesk(200, "Complete INT-0227")
	b.Choose("Complete 1 of them")
	b.Press("Complete this cohort")
	b.Visit(copied + "/certificates")
	b.atDesk(200, "Certificates of INT-0227")
	b.Choose("Issue 2, and tell each person by email")
	b.Press("Issue the certificates")
	b.atDesk(200, "Certificates of INT-0227")
	b.Says("Nothing is to be issued just now.")
	b.Visit(copied + "/status")
	b.Press("All is done: these dates are finished")
	b.Says("These dates are finished.")
}
