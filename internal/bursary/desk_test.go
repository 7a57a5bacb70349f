package bursary_test

import (
	"errors"
	"maps"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fixture"
)

func TestTheDeskCountsWhatEachRoundWaitsForWithoutOpeningAWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.drafted(fixture.SpringPlan("SUMMER-27", "FND-T27"))
	draft, sent, decided, withdrawn := w.begun(), w.beginner("ben@post.example"), w.beginner("cas@post.example"), w.beginner("dov@post.example")
	w.markSent(sent)
	w.markSent(decided)
	w.plant("UPDATE sensitive.applications SET eligible = true WHERE id = ?", decided.ID)
	w.plant("UPDATE sensitive.applications SET entered_by = ? WHERE id = ?", w.admin.ID, draft.ID)
	w.plant("UPDATE sensitive.applications SET status = 'withdrawn', ended_at = created_at WHERE id = ?", withdrawn.ID)
	for _, a := range []*bursary.Application{draft, sent} {
		w.plant("INSERT INTO sensitive.messages (application_id, author_id, from_office, body, at) VALUES (?, ?, false, '\\x00', now())", a.ID, a.PersonID)
		w.plant("INSERT INTO sensitive.recordings (application_id, key, content_type, seconds, body, created_at) VALUES (?, 'hope', 'audio/ogg', 9, '\\x00', now())", a.ID)
	}
	w.plant("INSERT INTO sensitive.messages (application_id, author_id, from_office, body, at) VALUES (?, ?, true, '\\x00', now())", sent.ID, w.admin.ID)

	var desk []*bursary.Standing
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) (err error) {
		desk, err = bursary.Desk(t.Context(), tx)
		return err
	})
	if len(desk) != 2 {
		t.Fatalf("%d rounds", len(desk))
	}
	if s := desk[0]; s.Code != "SUMMER-27" || len(s.Counts) != 0 || s.Sent()+s.Messages+s.Recordings+s.Unconfirmed+s.Undecided+s.Panel != 0 {
		t.Errorf("an empty round: %+v", s)
	}
	s := desk[1]
	if want := map[bursary.Status]int{bursary.Draft: 1, bursary.Submitted: 2, bursary.Withdrawn: 1}; !maps.Equal(s.Counts, want) || s.Sent() != 2 {
		t.Errorf("counts %v, sent %d", s.Counts, s.Sent())
	}
	if s.Messages != 2 || s.Recordings != 1 || s.Unconfirmed != 1 || s.Undecided != 1 {
		t.Errorf("messages %d, recordings %d, unconfirmed %d, undecided %d", s.Messages, s.Recordings, s.Unconfirmed, s.Undecided)
	}
	if n := w.count("SELECT count(*) FROM sensitive.reads"); n != 0 {
		t.Errorf("%d readings were noted", n)
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		one, err := bursary.DeskOf(t.Context(), tx, "SPRING-27")
		if err == nil && one.Messages != 2 {
			t.Errorf("the round alone: %+v", one)
		}
		if _, err := bursary.DeskOf(t.Context(), tx, "NEVER-27"); !errors.Is(err, bursary.ErrUnknownRound) {
			t.Errorf("a round that is not there: %v", err)
		}
		return err
	})
	if err := w.as(w.learners, w.applicant.ID, func(tx *db.Tx) error {
		_, err := bursary.Desk(t.Context(), tx)
		return err
	}); err == nil {
		t.Error("an applicant's role may count what the office waits for")
	}
}
