package browser_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"bursar/internal/app/apptest"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/london"
	"bursar/internal/people"
)

// officer is a window in which the administrator is signed in, the second factor given.
func officer(t *testing.T, w *apptest.World) *Tab {
	t.Helper()
	b := Open(t, w, telephone)
	b.verify("grace@threshold.example")
	return b
}

// pressNothing presses the first button of a page's form without filling anything in.
func (b *Tab) pressNothing(path string) {
	b.t.Helper()
	b.Visit(path)
	b.leads("pressing the button on "+path, clickFirst(`main form[method="post"] button`))
}

func TestTheOfficePreparesARoundAndItsMistakesAreExplained(t *testing.T) {
	t.Parallel()
	w := taking(t)
	asOffice(t, w, func(tx *db.Tx, by people.Person) error {
		p := fixture.SpringPlan("WINTER-27", "FND-U27")
		p.OpensOn, p.ClosesOn = london.On(2026, 12, 7), london.On(2027, 1, 11)
		p.PanelOn, p.BeaconOn, p.DecidesOn = london.On(2027, 2, 1), london.On(2027, 2, 6), london.On(2027, 2, 15)
		if _, err := bursary.Create(t.Context(), tx, w.Box, by.ID, p); err != nil {
			return err
		}
		p.Code, p.DecidesOn = "LATE-27", london.On(2027, 6, 1) // after the course has begun
		_, err := bursary.Create(t.Context(), tx, w.Box, by.ID, p)
		return err
	})
	b := officer(t, w)
	const round = "/admin/rounds/WINTER-27"
	b.everywhere(round, round+"/edit", round+"/publish", round+"/preview", "/admin/rounds/SPRING-27/extend", "/admin/rounds/LATE-27/publish")
	b.Resize(telephone)
	for path, title := range map[string]string{
		"/admin/rounds/new":                        "Error: ",
		"/admin/rounds/SPRING-27/extend":           "Error: ",
		"/admin/rounds/SPRING-27/applications/new": "Error: ",
	} {
		b.pressNothing(path)
		b.lookAt(422, title)
	}
	b.Visit(round + "/publish")
	b.Press("Publish now")
	b.See("")
	b.everywhere("/bursaries/WINTER-27", "/bursaries/WINTER-27/check")
}

func TestTheOfficeLooksAfterApplicationsAndItsMistakesAreExplained(t *testing.T) {
	t.Parallel()
	w := taking(t)
	sent := "/admin/applications/" + codeOf(handedIn(t, w, ana))
	asApplicant(t, w, ana, func(tx *db.Tx, p people.Person) error {
		return bursary.Ask(t.Context(), tx, w.Box, p.ID, codeOf(mine+sent[len("/admin/applications"):]), "May I change my dates?")
	})
	var entered string
	asOffice(t, w, func(tx *db.Tx, by people.Person) error {
		a, err := bursary.BeginOnBehalf(t.Context(), tx, by.ID, "SPRING-27", "cas@post.example")
		if err == nil {
			entered = "/admin/applications/" + a.Code
		}
		return err
	})
	b := officer(t, w)
	b.everywhere(sent, sent+"/time", sent+"/eligibility", entered, entered+"/enter")
	for _, s := range form.Current().Sections {
		b.everywhere(entered + "/enter/" + s.Key)
	}
	b.Resize(telephone)
	for _, path := range []string{sent, sent + "/time", sent + "/eligibility", entered + "/enter", "/admin/rounds/SPRING-27/eligibility"} {
		b.pressNothing(path)
		b.lookAt(422, "Error: ")
	}
	b.Visit(sent)
	b.Fill("text", "Yes, until 13 December.")
	b.Press("Send")
	b.See("")
	b.Says("Yes, until 13 December.")

	reader := Open(t, w, telephone)
	reader.enter(ana)
	reader.Visit(mine + sent[len("/admin/applications"):] + "/readers")
	reader.lookAt(200, "Who has read it")
	reader.Says("our office", "23 November 2026")
}

// silence is a second of it, as a WAVE file (RFC 2361, format 1).
func silence(t *testing.T) string {
	t.Helper()
	const rate = 8000
	var b bytes.Buffer
	b.WriteString("RIFF")
	for _, part := range []any{
		uint32(36 + 2*rate), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16),
		[]byte("data"), uint32(2 * rate), make([]byte, 2*rate),
	} {
		if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "my diagnosis.wav")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnAnswerIsSpokenAndWrittenDownByTheOffice(t *testing.T) {
	t.Parallel()
	w := taking(t)
	answers := fixture.GoodAnswers("FND-T27")
	answers["hope"] = ""
	address := written(t, w, ana, answers)
	b := WithoutScripts(t, w, telephone)
	b.enter(ana)
	b.Visit(address + "/q/hope")
	b.Press("Add a recording instead of writing")
	b.do("choosing a file", chromedp.SetUploadFiles(chromedp.ID("recording"), []string{silence(t)}))
	b.Press("Add my recording")
	b.lookAt(200, "Speak your answer")
	b.Says("It lasts 1 second.")
	b.Visit(address + "/check")
	b.Says("You added a recording.")
	b.Choose("What I wrote is true, as far as I know.")
	b.Press("Send application")
	b.See("Application sent")

	office := officer(t, w)
	office.Visit("/admin/applications/" + codeOf(address) + "/recordings/hope")
	office.lookAt(200, "")
	office.pressNothing("/admin/applications/" + codeOf(address) + "/recordings/hope")
	office.lookAt(422, "Error: ")
	office.Fill("text", "I hope to hold meetings.")
	office.Press("Save")
	office.See("")
	b.Visit(address + "/recordings/hope")
	b.lookAt(200, "Speak your answer")
	b.Says("What we wrote down", "I hope to hold meetings.")
}
