package awards_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

func TestLettersAreShownAsTheyWouldBeSentAndNothingIsSent(t *testing.T) {
	t.Parallel()
	w := newDesk(t)
	w.says(w.open(lettersAt), "There is no proposal yet", "0 of 3 have feedback.", "No letter yet")
	w.says(w.open(w.at(ana)), "There is no letter to show yet.", "There is no proposal yet")
	w.propose()
	doc := w.open(lettersAt)
	w.says(doc, "Nothing is sent from here", "Offer", "Reserve list", "Not funded", "Asked for a phone call", "0113 496 0999", "Leave no message.", "Asked for a letter by post")
	w.says(w.open(w.at(ana)), "Letter 1 of 3", "As it would be sent now", "We can offer you a place", "You pay nothing for the place.")
	w.says(w.open(w.at(ben)), "They asked for a letter by post.", "You are first on the reserve list.")
	w.says(w.open(w.at(dan)), "The panel put your application in band C.")
	var sent int
	if err := w.owner.NewRaw("SELECT (SELECT count(*) FROM sensitive.letters) + (SELECT count(*) FROM mails WHERE template = 'letter')").Scan(t.Context(), &sent); err != nil || sent != 0 {
		t.Errorf("%d letters were sent by looking, %v", sent, err)
	}
}

func TestLettersThatWouldBeOthersNowAreNotShown(t *testing.T) {
	t.Parallel()
	w := newDesk(t)
	w.propose()
	if _, err := w.owner.NewRaw("UPDATE funds SET closed_at = now()").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	doc := w.open(w.at(ana))
	w.says(doc, "Something has changed since the proposal was made", "There is no letter to show yet.")
	if strings.Contains(doc.Find("main").Text(), "We can offer you a place") {
		t.Error("a letter is shown that would not be sent")
	}
}

func TestFeedbackIsWrittenBesideWhatTheReadersWroteOneAfterTheOther(t *testing.T) {
	t.Parallel()
	w := newDesk(t)
	w.wrote(ana)
	w.propose()
	doc := w.open(w.at(ana))
	w.says(doc, "Reader A", "3 of 4", "A group that people trust.")
	if doc.Find(`a[href="`+w.at(ben)+`"]`).Length() != 1 {
		t.Error("nothing leads to the next")
	}
	answer := w.post(w.at(ana), w.asGrace, "feedback", "You know your work well.", "then", "next")
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != w.at(ben) {
		t.Fatalf("%d, %s", answer.Code, answer.Header().Get("Location"))
	}
	if answer := w.post(w.at(dan), w.asGrace, "feedback", "Say more.", "then", "next"); answer.Header().Get("Location") != w.at(dan) {
		t.Errorf("after the last: %s", answer.Header().Get("Location"))
	}
	w.says(w.open(lettersAt), "2 of 3 have feedback.")
	doc = w.open(w.at(ana))
	w.says(doc, "What the readers said", "You know your work well.")
	if typed := strings.TrimSpace(doc.Find("textarea").Text()); typed != "You know your work well." {
		t.Errorf("the box has %q", typed)
	}
}

func TestFeedbackThatIsRefusedIsGivenBack(t *testing.T) {
	t.Parallel()
	w := newDesk(t)
	long := strings.Repeat("x", 3001)
	doc := w.checked(w.post(w.at(ana), w.asGrace, "feedback", long), http.StatusUnprocessableEntity)
	w.says(doc, "Use 3,000 characters or fewer.")
	if strings.TrimSpace(doc.Find("textarea").Text()) != long {
		t.Error("what was typed is lost")
	}
	w.ratify()
	doc = w.checked(w.post(w.at(ana), w.asGrace, "feedback", "Too late."), http.StatusConflict)
	w.says(doc, "The letters have been sent")
	if strings.TrimSpace(doc.Find("textarea").Text()) != "Too late." {
		t.Error("what was typed is lost after the letters were sent")
	}
}

func TestTheLettersThatWereSentCanBePrinted(t *testing.T) {
	t.Parallel()
	w := newDesk(t)
	w.propose()
	for _, early := range []string{lettersAt + ".pdf", w.at(ana) + "/letter.pdf?number=1"} {
		if answer := w.get(early, w.asGrace); answer.Code != http.StatusNotFound {
			t.Errorf("%s before anything was sent: %d", early, answer.Code)
		}
	}
	w.ratify()
	w.says(w.open(lettersAt), "as they were sent", "All letters that go by post, as one PDF file", "Call them if nobody has.")
	doc := w.open(w.at(ana))
	w.says(doc, "As it was sent", "We can offer you a place")
	if doc.Find("textarea").Length() != 0 {
		t.Error("a letter that was sent can be changed")
	}
	link := doc.Find(`main a[href*="letter.pdf"]`).AttrOr("href", "")
	for _, address := range []string{link, lettersAt + ".pdf"} {
		answer := w.get(address, w.asGrace)
		head := answer.Header()
		if answer.Code != http.StatusOK || !bytes.HasPrefix(answer.Body.Bytes(), []byte("%PDF-")) || head.Get("Content-Type") != "application/pdf" ||
			!strings.HasPrefix(head.Get("Content-Disposition"), "attachment;") {
			t.Errorf("%s: %d, %v", address, answer.Code, head)
		}
	}
	for _, none := range []string{"0", "2", "-1", "x"} {
		if answer := w.get(w.at(ana)+"/letter.pdf?number="+none, w.asGrace); answer.Code != http.StatusNotFound {
			t.Errorf("letter %s: %d", none, answer.Code)
		}
	}
}

func TestOpeningLettersIsNotedForTheApplicant(t *testing.T) {
	t.Parallel()
	w := newDesk(t)
	w.ratify()
	reads := func() (n int) {
		if err := w.owner.NewRaw("SELECT count(*) FROM sensitive.reads WHERE application_id = ? AND reader_id = ?", w.all[dan].ID, w.grace).Scan(t.Context(), &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := reads()
	w.open(w.at(dan))
	if reads() <= before {
		t.Error("nobody noted that Grace read it")
	}
}

func TestTheLettersArePagesOfStaffAlone(t *testing.T) {
	t.Parallel()
	w := newDesk(t)
	w.ratify()
	applicant := w.signedIn(w.all[ana].PersonID)
	for _, address := range []string{lettersAt, w.at(ana), lettersAt + ".pdf", "/admin/reviews", "/admin/reviews/" + w.all[dan].Code} {
		for who, cookie := range map[string]*http.Cookie{"an applicant": applicant, "a visitor": nil} {
			if answer := w.get(address, cookie); answer.Code == http.StatusOK {
				t.Errorf("%s opens %s", who, address)
			}
		}
	}
	for _, unknown := range []string{"/admin/rounds/NONE-27/letters", lettersAt + "/AAAA-00", "/admin/reviews/AAAA-00", "/admin/reviews/" + w.all[ana].Code} {
		if answer := w.get(unknown, w.asGrace); answer.Code != http.StatusNotFound {
			t.Errorf("%s: %d", unknown, answer.Code)
		}
	}
}
