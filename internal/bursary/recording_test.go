package bursary_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"bursar/internal/audio"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/form"
)

// hum is a recording of some seconds of silence.
func hum(t *testing.T, seconds int) audio.Recording {
	t.Helper()
	const rate = 8000
	samples := make([]byte, rate*seconds)
	var b bytes.Buffer
	b.WriteString("RIFF")
	for _, v := range []any{
		uint32(36 + len(samples)), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(rate), uint16(1), uint16(8),
		[]byte("data"), uint32(len(samples)), samples,
	} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	found, err := audio.Check(&b, bursary.RecordingLimits)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (w *world) speaks(a *bursary.Application, key string, spoken audio.Recording) error {
	w.t.Helper()
	return w.as(w.learners, a.PersonID, func(tx *db.Tx) error {
		return bursary.KeepRecording(w.t.Context(), tx, w.box, a.PersonID, a.Code, key, spoken, w.clock.Now())
	})
}

// recordings are those of an application as its applicant sees them.
func (w *world) recordings(a *bursary.Application) (all map[string]*bursary.Recording) {
	w.t.Helper()
	w.must(w.learners, a.PersonID, func(tx *db.Tx) (err error) {
		all, err = bursary.Recordings(w.t.Context(), tx, w.box, a.ID)
		return err
	})
	return all
}

func TestWhatIsSpokenCountsAsAnAnswerAndCanBeReplacedAndRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	for _, seconds := range []int{1, 2} {
		if err := w.speaks(a, "hope", hum(t, seconds)); err != nil {
			t.Fatal(err)
		}
	}
	if all := w.recordings(a); len(all) != 1 || all["hope"].Seconds != 2 || all["hope"].ContentType != "audio/wav" || all["hope"].Body != nil {
		t.Fatalf("kept %+v", all)
	}
	if !w.open(a).Answers.Spoken("hope") {
		t.Error("the form does not know that it was spoken")
	}
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		r, err := bursary.Listen(t.Context(), tx, w.box, a.PersonID, a.Code, "hope")
		if err == nil && !bytes.Equal(r.Body, hum(t, 2).Data) {
			t.Error("it sounds different")
		}
		return err
	})
	remove := func() error {
		return w.as(w.learners, a.PersonID, func(tx *db.Tx) error {
			return bursary.RemoveRecording(t.Context(), tx, a.PersonID, a.Code, "hope", tx.Now)
		})
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	if err := remove(); !errors.Is(err, bursary.ErrNoRecording) || len(w.recordings(a)) != 0 || w.open(a).Answers.Spoken("hope") {
		t.Errorf("removing it again gives %v", err)
	}
}

func TestARecordingIsSealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.speaks(w.begun(), "hope", hum(t, 1)); err != nil {
		t.Fatal(err)
	}
	var body []byte
	if err := dbtest.Owner(t, w.app).NewRaw("SELECT body FROM sensitive.recordings").Scan(t.Context(), &body); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(body, []byte("WAVE")) || bytes.Contains(body, make([]byte, 100)) {
		t.Error("the database holds the sound itself")
	}
}

func TestOnlyTheLongAnswersCanBeSpokenAndOnlyInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	for _, key := range []string{"name", "nothing"} {
		if err := w.speaks(a, key, hum(t, 1)); !errors.Is(err, bursary.ErrUnknown) {
			t.Errorf("speaking %s gives %v", key, err)
		}
	}
	w.clock.Set(w.round.Deadline().Add(time.Second))
	if err := w.speaks(a, "hope", hum(t, 1)); !errors.Is(err, bursary.ErrClosed) {
		t.Errorf("after the deadline: %v", err)
	}
}

func TestARecordingIsHeardByItsOwnerAndWithANoteByTheOffice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	if err := w.speaks(a, "hope", hum(t, 1)); err != nil {
		t.Fatal(err)
	}
	other := fixture.Person(t, w.app, "ben@post.example")
	err := w.as(w.learners, other.ID, func(tx *db.Tx) error {
		if all, err := bursary.Recordings(t.Context(), tx, w.box, a.ID); len(all) != 0 || err != nil {
			t.Errorf("somebody else sees %v, %v", all, err)
		}
		_, err := bursary.Listen(t.Context(), tx, w.box, other.ID, a.Code, "hope")
		return err
	})
	if !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("somebody else's listening gives %v", err)
	}
	for _, role := range []string{db.App, db.Assessor, db.Access, db.Supporter} {
		err := w.as(dbtest.As(t, w.app, role), w.admin.ID, func(tx *db.Tx) error {
			_, err := tx.NewRaw("SELECT body FROM sensitive.recordings").Exec(t.Context())
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s listening gives %v", role, err)
		}
	}
	w.handIn(a)
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		if all, err := bursary.Recordings(t.Context(), tx, w.box, a.ID); len(all) != 0 || err != nil {
			t.Errorf("without a note the office sees %v, %v", all, err)
		}
		r, err := bursary.ListenOffice(t.Context(), tx, w.box, w.admin.ID, a.Code, "hope")
		if err == nil && len(r.Body) == 0 {
			t.Error("the office hears nothing")
		}
		return err
	})
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		seen, err := bursary.Readings(t.Context(), tx, a.ID)
		if len(seen) != 1 || seen[0].Audience != form.Office {
			t.Errorf("the applicant sees %+v", seen)
		}
		return err
	})
}

func TestWhatStaffWriteDownBelongsToThatRecordingOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	if err := w.speaks(a, "hope", hum(t, 1)); err != nil {
		t.Fatal(err)
	}
	w.handIn(a)
	first := w.recordings(a)["hope"].ID
	transcribe := func(text string) error {
		return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
			return bursary.Transcribe(t.Context(), tx, w.box, w.admin.ID, a.Code, first, text)
		})
	}
	if err := transcribe(" "); failure.Of(err) == nil || failure.Of(err).Fields["text"] == "" {
		t.Errorf("writing nothing gives %v", err)
	}
	for _, text := range []string{"I hope so.", "I do hope so."} {
		if err := transcribe(text); err != nil {
			t.Fatal(err)
		}
	}
	if r := w.recordings(a)["hope"]; r.Transcript != "I do hope so." || !r.TranscribedAt.Equal(w.clock.Now()) {
		t.Errorf("the applicant reads %+v", r)
	}
	if err := w.speaks(a, "hope", hum(t, 2)); err != nil {
		t.Fatal(err)
	}
	if r := w.recordings(a)["hope"]; r.Transcript != "" {
		t.Errorf("the next recording says %q", r.Transcript)
	}
	if err := transcribe("I hope so."); !errors.Is(err, bursary.ErrRecordingReplaced) {
		t.Errorf("writing down what was replaced gives %v", err)
	}
}
