package public_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/bursary"
	"bursar/internal/db/dbtest"
	"bursar/internal/lottery"
	"bursar/internal/web/page"
)

// frozen fixes the tickets of a round.
func (h *house) frozen(r *bursary.Round, tickets ...string) {
	h.t.Helper()
	dbtest.Force(h.t, h.db, "UPDATE rounds SET status = 'frozen' WHERE id = ?", r.ID)
	for _, ticket := range tickets {
		h.plant("INSERT INTO round_tickets (round_id, ticket) VALUES (?, ?)", r.ID, ticket)
	}
}

// drawn draws the lottery of a round, with a seed of the test's own.
func (h *house) drawn(r *bursary.Round, tickets ...string) lottery.Published {
	h.t.Helper()
	h.frozen(r, tickets...)
	seed := lottery.Seed{1, 2, 3}
	facts, err := lottery.Reveal(lottery.Commit(seed), seed, "4-11-23-31-40-52", tickets)
	if err != nil {
		h.t.Fatal(err)
	}
	dbtest.Force(h.t, h.db, "UPDATE rounds SET status = 'drawn', seed = ?, commitment = ?, beacon_value = ? WHERE id = ?", seed[:], facts.Commitment, facts.Public, r.ID)
	return facts
}

func TestTheSealIsThereBeforeTheDraw(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	r := h.publish("SPRING-27", nil)
	doc := h.page("/bursaries/SPRING-27/lottery")
	says(t, "the page", doc.Find("main"), r.Commitment, r.Beacon, "The draw has not taken place yet.", "import hashlib")
	if got := h.get("/bursaries/SPRING-27/lottery/facts.txt"); got.Code != http.StatusNotFound {
		t.Errorf("facts before the draw: %d", got.Code)
	}
}

func TestAnybodyCanCheckTheDraw(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	facts := h.drawn(h.publish("SPRING-27", nil), "AAAA-01", "BBBB-02", "CCCC-03", "DDDD-04")
	order, err := facts.Order()
	if err != nil {
		t.Fatal(err)
	}
	doc := h.page("/bursaries/SPRING-27/lottery")
	says(t, "the page", doc.Find("main"), facts.Commitment, facts.Seed, "4-11-23-31-40-52")
	shown := doc.Find(".app-tickets li").Map(func(_ int, s *goquery.Selection) string { return words(s) })
	if !slices.Equal(shown, order) {
		t.Errorf("shown %q, drawn %q", shown, order)
	}
	if got := h.get("/bursaries/SPRING-27/lottery/facts.txt"); got.Body.String() != facts.Text() || got.Header().Get("Content-Disposition") != `attachment; filename="facts.txt"` {
		t.Errorf("facts: %q", got.Body)
	}
	got := h.get("/bursaries/SPRING-27/lottery/verify.py")
	if got.Body.String() != lottery.Program || strings.Count(got.Body.String(), "\n") != 20 {
		t.Errorf("program: %q", got.Body)
	}
	seed, err := hex.DecodeString(doc.Find("h3 + p code").First().Text())
	if sum := sha256.Sum256(seed); err != nil || hex.EncodeToString(sum[:]) != facts.Commitment {
		t.Error("the number on the page does not fit the seal on the page")
	}
}

func TestTheTicketsAreShownAsSoonAsTheyAreFixed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	r := h.publish("SPRING-27", nil)
	h.frozen(r, "CCCC-03", "AAAA-01", "BBBB-02")
	doc := h.page("/bursaries/SPRING-27/lottery")
	if shown := words(doc.Find(".app-tickets")); shown != "AAAA-01 BBBB-02 CCCC-03" {
		t.Errorf("shown: %q", shown)
	}
	says(t, "the page", doc.Find("main"), "The draw has not taken place yet.")
}

func TestAnOrderThatItsFactsDoNotGiveIsNotShown(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	h.drawn(h.publish("SPRING-27", nil), "AAAA-01", "BBBB-02", "CCCC-03")
	h.plant("ALTER TABLE rounds DROP CONSTRAINT rounds_sealed") // PostgreSQL holds the seed to its seal too
	dbtest.Force(t, h.db, "UPDATE rounds SET seed = decode(repeat('07', 32), 'hex')")
	for _, rest := range []string{"", "/facts.txt"} {
		if got := h.get("/bursaries/SPRING-27/lottery" + rest); got.Code != http.StatusInternalServerError {
			t.Errorf("status %d", got.Code)
		}
	}
}
