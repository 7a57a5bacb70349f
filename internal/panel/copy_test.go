package panel_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/london"
	"bursar/internal/panel"
)

func TestAnAssessorReadsApprovedCopiesAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newCopyDesk(t)
	if got := w.readable(); len(got) != 0 {
		t.Errorf("before there are copies: %v", got)
	}
	if err := w.prepare(); err != nil {
		t.Fatal(err)
	}
	if got := w.readable(); len(got) != 0 {
		t.Errorf("before they are approved: %v", got)
	}
	p := w.part("practice")
	if want := "I am [name] of [organisation], [contact]. I run a group in [place]."; p.Copy != want {
		t.Errorf("the proposal is %q", p.Copy)
	}
	if err := w.revise("practice", p.Copy, p.Seen(), true); err != nil {
		t.Fatal(err)
	}
	got := w.readable()
	if len(got) != 1 || got["practice"] != p.Copy {
		t.Errorf("the assessor reads %v", got)
	}
	for _, table := range []string{"answers", "recordings", "statements", "messages"} {
		err := w.as(w.assessors, w.reader.ID, func(tx *db.Tx) error {
			_, err := tx.NewRaw("SELECT * FROM sensitive." + table).Exec(t.Context())
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", table, err)
		}
	}
}

func TestACopyThatIsTakenBackOrClearedIsNothingToRead(t *testing.T) {
	t.Parallel()
	w := newCopyDesk(t)
	w.approved("practice")
	p := w.part("practice")
	if err := w.revise("practice", " \r\n", p.Seen(), true); failure.Of(err) == nil || failure.Of(err).Fields["body"] == "" {
		t.Errorf("an empty copy is approved: %v", err)
	}
	if got := w.readable(); got["practice"] != p.Copy {
		t.Errorf("the refusal changed what is read: %v", got)
	}
	if err := w.revise("practice", "", p.Seen(), false); err != nil {
		t.Fatal(err)
	}
	if got := w.readable(); len(got) != 0 {
		t.Errorf("after it was cleared: %v", got)
	}
	if err := w.prepare(); err != nil {
		t.Fatal(err)
	}
	if got := w.part("practice"); got.Copy != "" || got.Ready || !got.Made {
		t.Errorf("preparing again brought it back: %+v", got)
	}
}

func TestWhatWasApprovedMustBeWhatWasSeen(t *testing.T) {
	t.Parallel()
	w := newCopyDesk(t)
	w.approved("hope")
	if err := w.revise("hope", "Other words.", "another page", true); !errors.Is(err, panel.ErrOriginalChanged) {
		t.Errorf("got %v", err)
	}
	if err := w.revise("name", "Ana", "", true); !errors.Is(err, panel.ErrUnknownCopy) {
		t.Errorf("a part that is not for the panel: %v", err)
	}
	if err := w.revise(panel.StatementKnown, "x", "", true); !errors.Is(err, panel.ErrUnknownCopy) {
		t.Errorf("a statement that did not come: %v", err)
	}
}

func TestAnAnswerThatChangesAfterwardsIsNotReady(t *testing.T) {
	t.Parallel()
	w := newCopyDesk(t)
	w.approved("hope")
	w.approved("benefit")
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		return bursary.GiveMoreTime(t.Context(), tx, w.admin.ID, w.a.ID, london.On(2026, 12, 20), bursary.SiteFailed)
	})
	w.must(w.learners, w.a.PersonID, func(tx *db.Tx) error {
		f, err := bursary.Open(t.Context(), tx, w.box, w.a.PersonID, w.a.Code)
		if err != nil {
			return err
		}
		q, _ := f.Questions.Question("hope")
		_, err = bursary.Save(t.Context(), tx, w.box, w.a.PersonID, w.a.Code, []form.Question{q}, form.Answers{"hope": "I am Ana."}, f.Marks, tx.Now)
		return err
	})
	if got := slices.Collect(maps.Keys(w.readable())); len(got) != 1 || got[0] != "benefit" {
		t.Errorf("the assessor reads %v", got)
	}
	p := w.part("hope")
	if err := w.revise("hope", p.Copy, p.Seen(), true); !errors.Is(err, bursary.ErrStillOpen) {
		t.Errorf("approved while it can change: %v", err)
	}
	if err := w.prepare(); !errors.Is(err, bursary.ErrStillOpen) {
		t.Errorf("copied while it can change: %v", err)
	}
}

func TestWhatWasSpokenIsCopiedOnceItIsWrittenDown(t *testing.T) {
	t.Parallel()
	w := newCopyDesk(t)
	sealed, err := w.box.Seal([]byte("sound"), "sensitive.recordings", "body", 900)
	if err != nil {
		t.Fatal(err)
	}
	w.plant(`INSERT INTO sensitive.recordings (id, application_id, key, content_type, seconds, body, created_at) VALUES (900, ?, 'hope', 'audio/mpeg', 60, ?, now())`, w.a.ID, sealed)
	if err := w.prepare(); err != nil {
		t.Fatal(err)
	}
	if p := w.part("hope"); !p.Wanting || p.Made || p.Original != "" {
		t.Fatalf("before it is written down: %+v", p)
	}
	write := func(text string) {
		w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
			return bursary.Transcribe(t.Context(), tx, w.box, w.admin.ID, w.a.Code, 900, text)
		})
	}
	write("It is Ana speaking.")
	w.approved("hope")
	if got := w.readable(); got["hope"] != "It is [name] speaking." {
		t.Errorf("the assessor reads %v", got)
	}
	write("It is Ana, speaking again.")
	if got := w.readable(); len(got) != 0 {
		t.Errorf("after it was written down again: %v", got)
	}
}

func TestWhatWasTakenBackIsNotCopied(t *testing.T) {
	t.Parallel()
	w := newCopyDesk(t)
	w.must(w.learners, w.a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.Withdraw(t.Context(), tx, w.a.PersonID, w.a.Code)
		return err
	})
	if err := w.prepare(); !errors.Is(err, panel.ErrNotToCopy) {
		t.Errorf("got %v", err)
	}
}

func TestASupportersStatementIsCopiedAndNotReadyWhenItChanges(t *testing.T) {
	t.Parallel()
	w := newCopyDesk(t)
	seal := func(column, text string) []byte {
		sealed, err := w.box.Seal([]byte(text), "sensitive.statements", column, 800)
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	w.plant(`INSERT INTO sensitive.statements (id, application_id, status, name, email, about, link_hash, expires_at, writer, known, strengths, support, asked_at, received_at)
		VALUES (800, ?, 'received', ?, ?, ?, sha256('x'), now(), ?, ?, ?, ?, now(), now())`, w.a.ID, seal("name", "Dilys Haddad"), seal("email", "dilys@kestrel.example"),
		seal("about", "Annie"), seal("writer", "Owen Pryce"), seal("known", "I am Dilys, and Annie works with Owen."), seal("strengths", "Calm."), seal("support", ""))
	w.approved(panel.StatementKnown)
	w.approved(panel.StatementStrengths)
	w.approved(panel.StatementSupport) // the original is empty too
	w.approved("hope")
	if got := w.readable(); len(got) != 4 || got[panel.StatementKnown] != "I am [name], and [name] works with [name]." {
		t.Errorf("the assessor reads %v", got)
	}
	w.plant("UPDATE sensitive.statements SET known = ? WHERE id = 800", seal("known", "Other words."))
	if got := w.readable(); len(got) != 1 || got["hope"] == "" {
		t.Errorf("after it changed the assessor reads %v", got)
	}
}
