package browser_test

import (
	"testing"

	"bursar/internal/app/apptest"
)

// paid is the code of a place in London that somebody has paid for alone, and their address.
func paid(t *testing.T, w *apptest.World) (code, email string) {
	t.Helper()
	err := w.Machine.NewRaw(`
		SELECT e.code, p.email FROM enrolments e JOIN people p ON p.id = e.person_id JOIN runs r ON r.id = e.run_id JOIN shares s ON s.enrolment_id = e.id
		WHERE  r.code = 'FND-L27' AND e.status = 'confirmed' AND e.team_booking_id IS NULL
		GROUP  BY e.id, p.email HAVING count(*) = 1 AND min(s.payer) = 'learner' AND min(s.amount) = 325000 ORDER BY e.id LIMIT 1`).Scan(t.Context(), &code, &email)
	if err != nil {
		t.Fatal(err)
	}
	return code, email
}

func TestTheOfficeMovesAPersonToOtherDatesAndTheLearnerSeesIt(t *testing.T) {
	t.Parallel()
	w := demonstration(t)
	code, email := paid(t, w)
	b := officer(t, w)
	at := "/admin/places/" + code
	b.Visit(at)
	b.atDesk(200, "Place ")
	b.Press("Move it to other dates")
	b.atDesk(200, "Move place "+code)
	b.Press("See what it means")
	b.Refused(422, "Move place "+code, "to", "reason")
	b.do("choosing Manchester", clickFirst(`input[name="to"][value="FND-M27"]`))
	b.Fill("price", "3,000")
	b.Fill("reason", "They live in Manchester now. Talked on the telephone.")
	b.Press("See what it means")
	b.atDesk(200, "What moving place "+code+" means")
	b.Says("from FND-L27, 1 February to 3 December 2027, to FND-M27", "£3,250.00 £3,000.00 £250.00 goes back to where it came from", "Nothing has been done yet.")
	b.Press("Move the place")
	b.atDesk(200, "Place ")
	b.Says("FND-M27", "The place has moved. Whoever sits there has been told.")
	b.Visit(at + "/move")
	b.Says("£3,000.00")
	w.Settle()
	(&trading{World: w}).tells(email, "8 March", "Manchester", "We are sending £250.00 back")

	learner := Open(t, w, telephone)
	learner.enter(email)
	learner.Visit("/my/places/" + code)
	learner.inBoth(200, "Your place: ")
	learner.Says("Manchester", "8 March")
	learner.Visit("/my")
	learner.Says("Manchester")
}
