package employer_test

import (
	"net/http"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/web/page/pagetest"
)

func TestSomebodyElseIsAskedToAgreeToTheCost(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.book(p.mine, admissions.TeamOrder{Places: 1, ApproverName: "Una Vale", ApproverEmail: "una@wrong.example"})
	var booking string
	if err := p.app.NewRaw("SELECT code FROM team_bookings WHERE organisation_id = ?", p.mine.of.ID).Scan(t.Context(), &booking); err != nil {
		t.Fatal(err)
	}
	at := p.mine.at("/bookings/" + booking)
	says(t, p.open(p.mine, at), "Ask again, or somebody else, to agree to the cost")
	wrong := p.post(p.mine, at+"/agreement", "approver_name", "Una Vale", "approver_email", "una")
	if doc := pagetest.Check(t, wrong.Body.String()); wrong.Code != http.StatusUnprocessableEntity || doc.Find("#approver_email").AttrOr("value", "") != "una" {
		t.Errorf("status %d", wrong.Code)
	}
	p.led(p.post(p.mine, at+"/agreement", "approver_name", "Una Vale", "approver_email", "una@westermoor.example"), at)
	var links int
	err := p.app.NewRaw("SELECT count(*) FROM mails WHERE template = 'cost-approval' AND recipient = 'una@westermoor.example'").Scan(t.Context(), &links)
	if err != nil || links != 1 {
		t.Errorf("%d links were sent, %v", links, err)
	}
	if w := p.get(p.twin, p.twin.at("/bookings/"+booking+"/agreement")); w.Code != http.StatusNotFound {
		t.Errorf("another organisation gets %d", w.Code)
	}
}
