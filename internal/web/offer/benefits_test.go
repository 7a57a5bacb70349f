package offer_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

func TestTheLetterToAWorkCoachNamesEachPurposeAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(ana), w.at(ana)
	advice := b.get(at + "/benefits").page(http.StatusOK)
	says(t, advice, "You must tell them about the course", "looking for work", "Citizens Advice", "Turn2us", "regulations 68 and 70")
	for _, address := range []string{"https://www.citizensadvice.org.uk/benefits/", "https://www.turn2us.org.uk/"} {
		if advice.Find(`main a[href="`+address+`"]`).Length() != 1 {
			t.Errorf("there is no link to %s", address)
		}
	}
	letter := b.get(at + "/benefits/letter").page(http.StatusOK)
	says(t, letter, "Ana Reyes", "Open Dialogue foundation", "8 to 12 March 2027", "£3,250.00 Intended to meet tuition fees. It is paid to the training provider, and not to the person.",
		"Up to £180.00 Intended to meet travel expenses incurred as a result of attendance on the course.", "must report the course", "19 January 2027")
	for _, telling := range []string{"peer", "mental", "bursary", "application"} {
		if words := wordsOf(letter); strings.Contains(strings.ToLower(words), telling) {
			t.Errorf("the letter says %q", telling)
		}
	}
	says(t, w.of(ben).get(w.at(ben)+"/benefits/letter").page(http.StatusOK), "£1,625.00 Intended to meet tuition fees", "The rest of it, £1,625.00, is not paid by a grant of ours")

	file := b.get(at + "/benefits/letter.pdf")
	if file.Code != http.StatusOK || !bytes.HasPrefix(file.Body.Bytes(), []byte("%PDF-")) {
		t.Fatalf("the file answered %d", file.Code)
	}
	if name := file.Header().Get("Content-Disposition"); name != "attachment; filename=letter-"+w.place(ana).Code+".pdf" {
		t.Errorf("the file is %q", name)
	}
}
