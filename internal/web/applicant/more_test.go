package applicant_test

import (
	"bytes"
	"encoding/binary"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/web/page/pagetest"
)

// typedByPeople holds what people have written themselves.
const typedByPeople = ".app-text, .app-copied dd p:not(.app-copied__seen), .govuk-summary-list, table"

// wav is a sound file of some seconds of silence.
func wav(t *testing.T, seconds int) []byte {
	t.Helper()
	const rate = 8000
	samples := make([]byte, rate*seconds)
	var b bytes.Buffer
	for _, v := range []any{
		[]byte("RIFF"), uint32(36 + len(samples)), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(rate), uint16(1), uint16(8),
		[]byte("data"), uint32(len(samples)), samples,
	} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// upload sends a file as a form does.
func (b *browser) upload(path, name string, file []byte) answer {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("recording", name)
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	b.engine.ServeHTTP(w, r)
	return answer{w, b.t}
}

// letter is the latest mail of a template.
func (w *world) letter(template string) mail.Mail {
	w.t.Helper()
	var m mail.Mail
	err := dbtest.Owner(w.t, w.app).NewSelect().Model(&m).Where("template = ?", template).Order("id DESC").Limit(1).Scan(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func TestSomebodyIsAskedForAFewWordsSentTheLinkAgainAndReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	doc := b.get(at + "/statement").page(http.StatusOK)
	pagetest.Easy(t, doc, typedByPeople)

	doc = b.post(at+"/statement", "name", "Leila Haddad", "email", "leila", "about", "Ana").page(http.StatusUnprocessableEntity)
	says(t, doc, "Enter their email address")
	if got := doc.Find("#name").AttrOr("value", ""); got != "Leila Haddad" {
		t.Errorf("the name became %q", got)
	}
	b.post(at+"/statement", "name", "Leila Haddad", "email", "leila@post.example", "about", "Ana").to(at + "/statement")
	doc = b.get(at + "/statement").page(http.StatusOK)
	says(t, doc, "We have sent the link", "Leila Haddad", "23 November 2026", "Not yet", "Send it again")
	pagetest.Easy(t, doc, typedByPeople)

	says(t, b.post(at+"/statement/again").page(http.StatusConflict), "less than an hour ago", "Leila Haddad")
	pagetest.Easy(t, b.get(at+"/statement/change").page(http.StatusOK), typedByPeople)
	doc = b.post(at+"/statement/change", "name", "Cleo", "email", "", "about", "Ana").page(http.StatusUnprocessableEntity)
	says(t, doc, "The link that Leila Haddad has stops working")
	b.post(at+"/statement/change", "name", "Cleo", "email", "cleo@post.example", "about", "Ana").to(at + "/statement")
	if m := w.letter("supporter-asked"); m.To != "cleo@post.example" {
		t.Errorf("the link went to %s", m.To)
	}
	b.post(at + "/statement/stop").to(at + "/statement")
	says(t, b.get(at+"/statement").page(http.StatusOK), "You have stopped asking", "Send the link")
	b.get(at + "/statement/change").to(at + "/statement")

	w.clock.Set(w.round.PanelOn.At(9, 0))
	says(t, b.post(at+"/statement", "name", "Leila", "email", "leila@post.example", "about", "Ana").page(http.StatusConflict), "too late")
}

func TestAnAnswerIsSpokenListenedToReplacedAndRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	spoken := at + "/recordings/hope"
	pagetest.Easy(t, b.get(spoken).page(http.StatusOK), typedByPeople)

	damaged := append([]byte("RIFF\x00\x00\x00\x00WAVE"), make([]byte, 10_000_000)...)
	for want, file := range map[string][]byte{
		"not a recording that we can play": []byte("MZ not a sound"), "3 minutes and 20 seconds long": wav(t, 200), "larger than 10 MB": damaged,
	} {
		doc := b.upload(spoken, "hope.wav", file).page(http.StatusUnprocessableEntity)
		if got := doc.Find("#recording-error").Text(); !strings.Contains(got, want) {
			t.Errorf("%d bytes: %q", len(file), got)
		}
	}
	says(t, b.post(spoken, "recording", "").page(http.StatusUnprocessableEntity), "Choose a recording first")

	for _, seconds := range []int{2, 65} {
		b.upload(spoken, "bursary.exe", wav(t, seconds)).to(spoken)
	}
	a := b.get(spoken)
	doc := a.page(http.StatusOK)
	says(t, doc, "It lasts 1 minute 5 seconds", "write it down", "They do not hear your voice")
	pagetest.Easy(t, doc, typedByPeople)
	if policy := a.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "media-src 'self'") {
		t.Errorf("the page may not play it: %q", policy)
	}
	heard := b.get(spoken + "/audio")
	if h := heard.Header(); heard.Code != http.StatusOK || !bytes.Equal(heard.Body.Bytes(), wav(t, 65)) || h.Get("Content-Type") != "audio/wav" ||
		h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Disposition") != "" {
		t.Errorf("listening answered %d with %v", heard.Code, h)
	}
	part := httptest.NewRequest(http.MethodGet, spoken+"/audio", nil)
	part.Header.Set("Range", "bytes=0-1") // as Safari asks first
	got := httptest.NewRecorder()
	b.engine.ServeHTTP(got, part)
	if got.Code != http.StatusPartialContent || got.Body.String() != "RI" {
		t.Errorf("asked for two bytes it answered %d with %d", got.Code, got.Body.Len())
	}
	says(t, b.get(at+"/q/hope").page(http.StatusOK), "You added a recording")

	other := w.browser(fixture.Person(t, w.app, "ben@post.example"))
	for _, path := range []string{spoken, spoken + "/audio"} {
		if got := other.get(path).Code; got != http.StatusNotFound {
			t.Errorf("somebody else's GET %s answered %d", path, got)
		}
	}
	if got := other.post(spoken + "/remove").Code; got != http.StatusNotFound {
		t.Errorf("somebody else's removing answered %d", got)
	}
	b.get(at + "/recordings/name").page(http.StatusNotFound)

	b.post(spoken + "/remove").to(spoken)
	b.post(spoken + "/remove").to(spoken)
	b.get(spoken + "/audio").page(http.StatusNotFound)
	w.closed()
	says(t, b.upload(spoken, "hope.wav", wav(t, 2)).page(http.StatusConflict), "This round has closed")
}

func TestAQuestionIsAskedAndItsAnswerReadHere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	pagetest.Easy(t, b.get(at+"/questions").page(http.StatusOK), typedByPeople)
	long := strings.Repeat("Can I bring my dog? ", 300)
	doc := b.post(at+"/questions", "text", long).page(http.StatusUnprocessableEntity)
	if got := doc.Find("#text").Text(); strings.TrimSpace(got) != strings.TrimSpace(long) {
		t.Error("the words are lost")
	}
	b.post(at+"/questions", "text", "Can I bring my dog?").to(at + "/questions")
	w.office(func(tx *db.Tx) error {
		return bursary.Answer(t.Context(), tx, w.box, w.admin.ID, codeOf(at), "Yes, please do.")
	})
	doc = b.get(at + "/questions").page(http.StatusOK)
	says(t, doc, "We have your message", "You, 23 November 2026 at 9am", "Can I bring my dog?", "Our office", "Yes, please do.")
	if got := w.browser(fixture.Person(t, w.app, "ben@post.example")).post(at+"/questions", "text", "And me?").Code; got != http.StatusNotFound {
		t.Errorf("somebody else's question answered %d", got)
	}
}

func TestTheCopyHoldsEverythingThatWasTypedAndSaysNothingOutside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	answers := fixture.GoodAnswers(w.run)
	b.fillIn(w, at, answers)
	b.twice(at, "From the telephone.", "From the computer.")
	b.post(at+"/statement", "name", "Leila Haddad", "email", "leila@post.example", "about", "Ana").to(at + "/statement")
	b.upload(at+"/recordings/hope", "hope.wav", wav(t, 2)).to(at + "/recordings/hope")
	b.post(at+"/questions", "text", "Can I bring my dog?").to(at + "/questions")

	doc := b.get(at + "/copy").page(http.StatusOK)
	says(t, doc, "Ana", answers["hope"], "North West", "From the telephone.", "From the computer.", "Leila Haddad, leila@post.example",
		"You spoke this answer (2 seconds", "Can I bring my dog?", "A seat near the door", "Our access officer sees it.",
		"The panel reads it, but not your name.", "Started 23 November 2026")
	pagetest.Easy(t, doc, typedByPeople)

	file := b.get(at + "/copy.pdf")
	if h := file.Header(); file.Code != http.StatusOK || h.Get("Content-Type") != "application/pdf" ||
		h.Get("Content-Disposition") != "attachment; filename=copy-"+codeOf(at)+".pdf" {
		t.Errorf("the file answered %d with %v", file.Code, h)
	}
	if !bytes.HasPrefix(file.Body.Bytes(), []byte("%PDF-")) || regexp.MustCompile(`(?i)bursar[iy]|peer|health`).Match(file.Body.Bytes()) {
		t.Error("the file is no PDF or says what it is about outside its pages")
	}
	for _, path := range []string{"/copy", "/copy.pdf", "/readers", "/questions", "/statement"} {
		if got := w.browser(fixture.Person(t, w.app, path[1:]+"@post.example")).get(at + path).Code; got != http.StatusNotFound {
			t.Errorf("somebody else's GET %s answered %d", path, got)
		}
	}
}

func TestTheApplicantSeesWhoHasReadIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.handedIn()
	doc := b.get(at + "/readers").page(http.StatusOK)
	says(t, doc, "Nobody has read it so far")
	pagetest.Easy(t, doc, typedByPeople)
	for range 2 {
		w.office(func(tx *db.Tx) error {
			_, err := bursary.Read(t.Context(), tx, w.box, w.admin.ID, codeOf(at))
			return err
		})
	}
	doc = b.get(at + "/readers").page(http.StatusOK)
	says(t, doc, "our office 23 November 2026 at 9am 2")
	pagetest.Easy(t, doc, typedByPeople)
}

func TestEveryMailBesideTheAnswersIsEasyToRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	b.post(at+"/statement", "name", "Leila", "email", "leila@post.example", "about", "Ana").to(at + "/statement")
	w.office(func(tx *db.Tx) error {
		return bursary.Answer(t.Context(), tx, w.box, w.admin.ID, codeOf(at), "Yes.")
	})
	owner := dbtest.Owner(t, w.app)
	for _, end := range []string{"status = 'received', received_at = asked_at", "status = 'declined', received_at = NULL"} {
		var which id.Statement
		if err := owner.NewRaw("UPDATE sensitive.statements SET "+end+" RETURNING id").Scan(t.Context(), &which); err != nil {
			t.Fatal(err)
		}
		err := dbtest.As(t, w.app, db.Worker).Write(t.Context(), func(tx *db.Tx) error { return bursary.TellAnswered(t.Context(), tx, which) })
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, template := range []string{"supporter-asked", "question-answered", "words-received", "words-declined"} {
		m := w.letter(template)
		neutral(t, m.Subject+m.Text+m.HTML)
		if age := pagetest.ReadingAge(m.Subject + "\n" + regexp.MustCompile(`https?://\S+`).ReplaceAllString(m.Text, "")); age > 11 {
			t.Errorf("mail %s needs a reader of %.1f years:\n%s", template, age, m.Text)
		}
	}
}

func TestAVisitorIsAskedToSignInBeforeAnythingBesideTheAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, at := w.begun()
	visitor := w.stranger()
	for _, path := range []string{"/statement", "/statement/change", "/recordings/hope", "/recordings/hope/audio", "/questions", "/copy", "/copy.pdf", "/readers"} {
		if got := visitor.get(at + path); got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), "/sign-in") {
			t.Errorf("GET %s answered %d", path, got.Code)
		}
	}
	for _, path := range []string{"/statement", "/statement/change", "/statement/again", "/statement/stop", "/recordings/hope", "/recordings/hope/remove", "/questions"} {
		if got := visitor.post(at + path).Code; got != http.StatusConflict {
			t.Errorf("POST %s answered %d", path, got)
		}
	}
}
