package award_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

const wronged = "The letter says two dates that I never chose."

func (w *decided) asks(n int, pressed time.Time) error {
	return w.learner(n, func(tx *db.Tx) error {
		return award.AskReview(w.t.Context(), tx, w.house.Box, w.all[n].PersonID, w.all[n].Code, award.WrongFact, wronged, pressed)
	})
}

func (w *decided) decides(by id.Person, n int, outcome award.Outcome, answer string) error {
	return w.office(by, func(tx *db.Tx) error {
		return award.DecideReview(w.t.Context(), tx, w.house.Box, by, w.all[n].Code, outcome, answer)
	})
}

func (w *decided) reserveRuns() int {
	return w.count("SELECT count(*) FROM river.river_job WHERE kind = 'reserve_run'")
}

func TestAReviewIsAskedOnceAndStaffAreToldWithoutAName(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	for range 2 {
		if err := w.asks(dan, w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if w.status(dan) != bursary.ReviewRequested {
		t.Errorf("the application is %s", w.status(dan))
	}
	var r *award.Review
	err := w.learner(dan, func(tx *db.Tx) (err error) {
		r, err = award.OwnReview(t.Context(), tx, w.house.Box, w.all[dan].PersonID, w.all[dan].Code)
		return err
	})
	if err != nil || r.Ground != award.WrongFact || r.Words != wronged || r.AnswerBy != london.On(2027, 2, 9) || r.Outcome != "" {
		t.Errorf("%+v, %v", r, err)
	}
	var mails []string
	if err := w.owner.NewRaw("SELECT text_body FROM mails WHERE template = 'staff-review-asked' AND private ORDER BY id").Scan(t.Context(), &mails); err != nil || len(mails) != 2 {
		t.Fatalf("%d mails to two administrators, %v", len(mails), err)
	}
	if strings.Contains(mails[0], w.all[dan].Code) || strings.Contains(mails[0], "Ana") {
		t.Errorf("the mail names somebody: %s", mails[0])
	}
	var body []byte
	if err := w.owner.NewRaw("SELECT words FROM sensitive.reviews").Scan(t.Context(), &body); err != nil || bytes.Contains(body, []byte("dates")) {
		t.Errorf("the words are not sealed, %v", err)
	}
}

func TestAReviewCanBeAskedUntilTheEndOfTheFifteenthWorkingDay(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	last := london.On(2027, 2, 9) // 15 working days after Tuesday 19 January
	w.clock.Set(last.AddDays(1).At(0, 5))
	if err := w.asks(ben, w.clock.Now()); !errors.Is(err, award.ErrReviewLate) {
		t.Errorf("pressed the day after: %v", err)
	}
	if err := w.asks(ben, last.End()); err != nil {
		t.Errorf("pressed in time, and late on the way: %v", err)
	}
}

func TestOnlyWhoWasToldNoCanAskForAReview(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	for _, n := range []int{ana, cleo} {
		if err := w.asks(n, w.clock.Now()); !errors.Is(err, award.ErrNoReview) {
			t.Errorf("%s asks: %v", w.status(n), err)
		}
	}
	err := w.learner(cleo, func(tx *db.Tx) error {
		return award.AskReview(t.Context(), tx, w.house.Box, w.all[cleo].PersonID, w.all[dan].Code, award.WrongFact, wronged, tx.Now)
	})
	if !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("somebody else's: %v", err)
	}
}

func TestWhoIsNotEligibleCanAskAfterTheDayTheyWereTold(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	told := london.On(2027, 1, 5).At(12, 0)
	if _, err := w.owner.NewRaw("ALTER TABLE sensitive.applications DISABLE TRIGGER USER").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.owner.NewRaw("UPDATE sensitive.applications SET status = 'ineligible', band = NULL, updated_at = ? WHERE id = ?", told, w.all[dan].ID).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.asks(dan, london.On(2027, 1, 27).At(9, 0)); !errors.Is(err, award.ErrReviewLate) {
		t.Errorf("late: %v", err)
	}
	if err := w.asks(dan, london.On(2027, 1, 26).At(9, 0)); err != nil {
		t.Errorf("in time: %v", err)
	}
}

func TestAReviewNeedsAGroundAndWords(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	for _, c := range []struct {
		field  string
		ground award.Ground
		words  string
	}{
		{"ground", "luck", wronged},
		{"words", award.Partial, " \r\n "},
		{"words", award.Partial, strings.Repeat("é", 5001)},
	} {
		err := w.learner(dan, func(tx *db.Tx) error {
			return award.AskReview(t.Context(), tx, w.house.Box, w.all[dan].PersonID, w.all[dan].Code, c.ground, c.words, tx.Now)
		})
		if fieldsOf(err)[c.field] == "" {
			t.Errorf("%s: %v", c.field, err)
		}
	}
}

func TestAReviewIsAnsweredOnceInWritingByALetter(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	if err := w.asks(dan, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	for field, c := range map[string][2]string{"outcome": {"perhaps", "No."}, "answer": {"dismissed", "  "}} {
		if err := w.decides(w.hugh, dan, award.Outcome(c[0]), c[1]); fieldsOf(err)[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	for range 2 {
		if err := w.decides(w.hugh, dan, award.Dismissed, "We looked at all five pages.\n\nThe dates are those of your first page."); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.decides(w.grace, dan, award.Upheld, "I see it otherwise."); !errors.Is(err, award.ErrReviewDecided) {
		t.Errorf("decided again: %v", err)
	}
	all := w.lettersOf(dan)
	if w.status(dan) != bursary.Dismissed || len(all) != 2 || w.reserveRuns() != 0 {
		t.Fatalf("%s with %d letters", w.status(dan), len(all))
	}
	golden(t, "review-dismissed", unnamed(all[0]))
	if err := w.asks(dan, w.clock.Now()); !errors.Is(err, award.ErrNoReview) {
		t.Errorf("asked a second time: %v", err)
	}
}

// unnamed puts a fixed code into a letter in place of a random one.
func unnamed(l award.Letter) award.Letter {
	for i, s := range l.Sections {
		for k, p := range s.Paragraphs {
			l.Sections[i].Paragraphs[k] = strings.ReplaceAll(p, l.Code, "AAAA-01")
		}
	}
	l.Code = "AAAA-01"
	return l
}

func TestWhoWasWrongedStandsFirstOnTheReserveListWhichRunsAtOnce(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	if err := w.asks(ben, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := w.decides(w.hugh, ben, award.Upheld, "Nobody else pays for you. We misread a line."); err != nil {
		t.Fatal(err)
	}
	if w.status(ben) != bursary.Upheld || w.reserveRuns() != 1 {
		t.Errorf("%s, %d runs", w.status(ben), w.reserveRuns())
	}
	golden(t, "review-upheld", unnamed(w.lettersOf(ben)[0]))
	err := w.house.Machine.Write(t.Context(), func(tx *db.Tx) error {
		r, err := bursary.RoundByID(t.Context(), tx, w.all[ben].RoundID)
		if err != nil {
			return err
		}
		list, err := award.ReserveOf(t.Context(), tx, r)
		if len(list) != 2 || list[0].ID != w.all[ben].ID || list[1].ID != w.all[cleo].ID {
			t.Errorf("the list is %v", list)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWhoWasWrongedOutsideTheOrderIsNotPromisedAPlaceInIt(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	if err := w.asks(dan, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := w.decides(w.hugh, dan, award.Upheld, "One of the readers had a part of it only."); err != nil {
		t.Fatal(err)
	}
	if n := w.reserveRuns(); n != 0 {
		t.Errorf("%d runs of the reserve list", n)
	}
	golden(t, "review-upheld-outside", unnamed(w.lettersOf(dan)[0]))
}

func TestSomebodyOfThePanelDecidesNoReview(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	if err := w.asks(dan, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	_, err := w.owner.NewRaw(`
		INSERT INTO sensitive.panel_members (round_id, person_id, name, peer, cap, status, created_at)
		VALUES (?, ?, 'Hugh', false, 8, 'left', now())`, w.all[dan].RoundID, w.hugh).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = w.decides(w.hugh, dan, award.Dismissed, "The panel was right.")
	if !errors.Is(err, award.ErrOfPanel) || failure.Of(err).Kind != failure.Conflict {
		t.Errorf("%v", err)
	}
	if w.status(dan) != bursary.ReviewRequested || len(w.lettersOf(dan)) != 1 {
		t.Error("something was decided")
	}
	for who, want := range map[id.Person]bool{w.hugh: true, w.grace: false} {
		w.as(who, func(tx *db.Tx) error {
			of, err := award.OfPanel(t.Context(), tx, who, w.all[dan].RoundID)
			if of != want {
				t.Errorf("%d is of the panel: %t", who, of)
			}
			return err
		})
	}
}

func TestReviewsAreListedByWhatIsMostUrgentWithoutAWord(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	for i, n := range []int{dan, ben} {
		if err := w.asks(n, w.clock.Now().AddDate(0, 0, -i)); err != nil { // the second was pressed on the day before
			t.Fatal(err)
		}
	}
	if err := w.decides(w.hugh, ben, award.Dismissed, "No."); err != nil {
		t.Fatal(err)
	}
	w.as(w.grace, func(tx *db.Tx) error {
		all, err := award.Reviews(t.Context(), tx, award.ReviewCursor{}, 10)
		if err != nil || len(all) != 2 || all[0].Code != w.all[dan].Code || all[1].Outcome != award.Dismissed || all[0].Round != "SPRING-27" {
			t.Errorf("%+v, %v", all, err)
			return err
		}
		next, err := award.Reviews(t.Context(), tx, award.ReviewCursor{AnswerBy: all[0].AnswerBy, Application: all[0].ApplicationID}, 10)
		if err != nil || len(next) != 1 || next[0].Code != all[1].Code {
			t.Errorf("after the first: %+v", next)
		}
		_, _, err = award.ReadReview(t.Context(), tx, w.house.Box, w.grace, w.all[ana].Code)
		if !errors.Is(err, award.ErrReviewUnknown) {
			t.Errorf("a review that nobody asked for: %v", err)
		}
		_, r, err := award.ReadReview(t.Context(), tx, w.house.Box, w.grace, w.all[dan].Code)
		if err == nil && r.Words != wronged {
			t.Errorf("it reads %q", r.Words)
		}
		return err
	})
}

func TestStaffReadNoReviewWithoutANote(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	if err := w.asks(dan, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.as(w.grace, func(tx *db.Tx) error {
		var n int
		err := tx.NewRaw("SELECT count(*) FROM sensitive.reviews").Scan(t.Context(), &n)
		if n != 0 {
			t.Error("staff read a review without a note")
		}
		return err
	})
	err := w.learner(ben, func(tx *db.Tx) error {
		_, err := award.OwnReview(t.Context(), tx, w.house.Box, w.all[ben].PersonID, w.all[dan].Code)
		return err
	})
	if !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("another applicant: %v", err)
	}
}
