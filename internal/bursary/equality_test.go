package bursary_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
)

// answered keeps equality answers with a key, in nobody's name.
func (w *world) answered(key bursary.TakeBackKey, given form.Answers) error {
	w.t.Helper()
	return w.learners.Write(w.t.Context(), func(tx *db.Tx) error {
		return bursary.AnswerEquality(w.t.Context(), tx, w.round, key, given)
	})
}

// answeredBy many people, who all answer the same.
func (w *world) answeredBy(people int, given form.Answers) {
	w.t.Helper()
	for range people {
		if err := w.answered(bursary.NewTakeBackKey(), given); err != nil {
			w.t.Fatal(err)
		}
	}
}

// reaches puts the round where a test needs it.
func (w *world) reaches(status bursary.RoundStatus) {
	w.t.Helper()
	dbtest.Force(w.t, w.app, "UPDATE rounds SET status = ? WHERE id = ?", status, w.round.ID)
	w.round.Status = status
}

// rows counts what is stored.
func (w *world) rows() (n int) {
	w.t.Helper()
	if err := dbtest.Owner(w.t, w.app).NewRaw("SELECT count(*) FROM sensitive.equality").Scan(w.t.Context(), &n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// counted is how often the answers to a question were given, as the office is shown it.
func (w *world) counted(question string) form.Counts {
	w.t.Helper()
	counts, err := bursary.EqualityCounts(w.t.Context(), w.officers, w.round)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range counts {
		if c.Question.Key == question {
			return c.Counts
		}
	}
	w.t.Fatalf("%s is not counted", question)
	return form.Counts{}
}

func TestEqualityAnswersCarryNothingThatLeadsToAnybody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.begun()
	w.answeredBy(1, form.Answers{"equality_age": "35_44", "equality_sex": "", "name": "Ana", "practice": "I listen."})
	var row string
	owner := dbtest.Owner(t, w.app)
	err := owner.NewRaw("SELECT (to_jsonb(e) - 'id' - 'key_hash' - 'round_id')::text FROM sensitive.equality e").Scan(t.Context(), &row)
	if err != nil || row != `{"answers": {"equality_age": "35_44"}}` {
		t.Errorf("stored: %s, %v", row, err)
	}
	var columns, references string
	err = owner.NewRaw(`
		SELECT (SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY column_name)
		        FROM information_schema.columns WHERE table_schema = 'sensitive' AND table_name = 'equality'),
		       (SELECT string_agg(confrelid::regclass::text, ', ') FROM pg_constraint WHERE contype = 'f' AND conrelid = 'sensitive.equality'::regclass)`).
		Scan(t.Context(), &columns, &references)
	if err != nil || columns != "answers jsonb, id uuid, key_hash bytea, round_id bigint" || references != "rounds" {
		t.Errorf("columns %s; references %s; %v", columns, references, err)
	}
}

func TestThatSomebodyAnsweredIsWrittenDownNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.begun()
	everything := func() (n int) {
		err := dbtest.Owner(t, w.app).NewRaw(`
			SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM mails) + (SELECT count(*) FROM river.river_job) +
			       (SELECT count(*) FROM sensitive.reads) + (SELECT count(*) FROM sensitive.consents) +
			       (SELECT count(*) FROM sensitive.answers)`).Scan(t.Context(), &n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := everything()
	w.answeredBy(1, form.Answers{"equality_age": "35_44"})
	if after := everything(); after != before {
		t.Errorf("%d rows came into being beside the answers", after-before)
	}
}

func TestNobodyCanListEqualityAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.answeredBy(1, form.Answers{"equality_age": "35_44"})
	for _, role := range db.Roles() {
		d := dbtest.As(t, w.app, role)
		for _, query := range []string{
			"SELECT count(*) FROM sensitive.equality", "SELECT answers FROM sensitive.equality", "SELECT key_hash FROM sensitive.equality",
			"UPDATE sensitive.equality SET answers = '{}'", "DELETE FROM sensitive.equality",
			"INSERT INTO sensitive.equality (id, round_id, answers, key_hash) VALUES (gen_random_uuid(), 1, '{}', sha256('x')) RETURNING answers",
		} {
			err := d.WriteAs(t.Context(), db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
				_, err := tx.NewRaw(query).Exec(t.Context())
				return err
			})
			if refused, ok := errors.AsType[*pgconn.PgError](err); !ok || refused.Code != "42501" {
				t.Errorf("%s may %s: %v", role, query, err)
			}
		}
	}
}

func TestOnlyTheOfficeIsShownCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reaches(bursary.RoundClosed)
	for _, role := range db.Roles() {
		_, err := bursary.EqualityCounts(t.Context(), dbtest.As(t, w.app, role), w.round)
		if (err == nil) != (role == db.Office) {
			t.Errorf("%s: %v", role, err)
		}
	}
}

func TestSmallCountsOfAnswersAndTheirNeighboursAreHidden(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.answeredBy(9, form.Answers{"equality_sex": "female", "equality_caring": form.Yes})
	w.answeredBy(6, form.Answers{"equality_sex": "male", "equality_caring": form.No})
	w.answeredBy(5, form.Answers{"equality_sex": form.PreferNot})
	w.answeredBy(2, form.Answers{"equality_caring": form.PreferNot})
	w.reaches(bursary.RoundFrozen)
	shown, hidden := func(n int) form.Cell { return form.Cell{Count: n} }, form.Cell{Hidden: true}
	sex := w.counted("equality_sex") // female, male, prefer not
	if len(sex.Cells) != 3 || sex.Cells[0] != shown(9) || sex.Cells[1] != shown(6) || sex.Cells[2] != shown(5) || sex.Total != shown(20) {
		t.Errorf("nothing is small: %+v", sex)
	}
	caring := w.counted("equality_caring") // yes, no, prefer not: two people, and the next smallest hides them
	if caring.Cells[0] != shown(9) || caring.Cells[1] != hidden || caring.Cells[2] != hidden || caring.Total != shown(17) {
		t.Errorf("two people stand out: %+v", caring)
	}
}

func TestAnswersAndCountsAreNeverThereAtTheSameTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.answeredBy(8, form.Answers{"equality_sex": "female"})
	for _, c := range []struct {
		status bursary.RoundStatus
		asks   bool
	}{{bursary.RoundPublished, true}, {bursary.RoundClosed, true}, {bursary.RoundFrozen, false}} {
		w.reaches(c.status)
		if got := w.counted("equality_sex"); (got.Total.Count > 0) == c.asks {
			t.Errorf("%s: counted %+v", c.status, got)
		}
		err := w.answered(bursary.NewTakeBackKey(), form.Answers{"equality_sex": "female"})
		if errors.Is(err, bursary.ErrEqualityOver) == c.asks {
			t.Errorf("%s: answering gives %v", c.status, err)
		}
	}
	w.round.Status = bursary.RoundPublished // a program that is wrong about the round is refused by PostgreSQL
	err := w.answered(bursary.NewTakeBackKey(), form.Answers{"equality_sex": "female"})
	if refused, ok := errors.AsType[*pgconn.PgError](err); !ok || refused.Code != "42501" {
		t.Errorf("a late answer got in: %v", err)
	}
}

func TestOnePageSentTwiceIsOneSetOfAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key := bursary.NewTakeBackKey()
	for range 2 {
		if err := w.answered(key, form.Answers{"equality_age": "35_44"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.rows(); n != 1 {
		t.Errorf("%d sets of answers", n)
	}
	if err := w.answered(bursary.NewTakeBackKey(), form.Answers{"equality_age": ""}); !errors.Is(err, bursary.ErrEqualityEmpty) || w.rows() != 1 {
		t.Errorf("a page without answers: %v", err)
	}
}

func TestWhoeverHasTheKeyTakesTheAnswersBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine, theirs := bursary.NewTakeBackKey(), bursary.NewTakeBackKey()
	for _, key := range []bursary.TakeBackKey{mine, theirs} {
		if err := w.answered(key, form.Answers{"equality_age": "35_44"}); err != nil {
			t.Fatal(err)
		}
	}
	typed := " " + strings.ToLower(strings.NewReplacer("0", "o", "1", "l", "-", " ").Replace(string(mine))) + " "
	takeBack := func(typed string) error {
		key, err := bursary.ParseTakeBackKey(typed)
		if err != nil {
			return err
		}
		return w.learners.Write(t.Context(), func(tx *db.Tx) error { return bursary.TakeBackEquality(t.Context(), tx, key) })
	}
	if err := takeBack(typed); err != nil || w.rows() != 1 {
		t.Fatalf("%q: %v, %d sets are left", typed, err, w.rows())
	}
	for _, wrong := range []string{typed, string(bursary.NewTakeBackKey()), "", "7QK2M", strings.Repeat("U", 20), strings.Repeat("é", 20)} {
		if err := takeBack(wrong); !errors.Is(err, bursary.ErrTakeBackKey) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if w.rows() != 1 {
		t.Error("somebody else's answers are gone")
	}
}

func TestATakeBackKeyIsEasyToCopyAndHardToGuess(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$`)
	seen := map[bursary.TakeBackKey]bool{}
	for range 1000 {
		key := bursary.NewTakeBackKey()
		if again, err := bursary.ParseTakeBackKey(string(key)); err != nil || again != key || !shape.MatchString(string(key)) || seen[key] {
			t.Fatalf("%q reads as %q, %v", key, again, err)
		}
		seen[key] = true
	}
}

func TestThePublicReadsTheQuestionsWithoutThePanel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := fixture.Person(t, w.app, "quentin@panel.example")
	w.plant("INSERT INTO sensitive.panel_members (round_id, person_id, name, peer, cap, status, created_at) VALUES (?, ?, 'Quentin', true, 8, 'active', now())", w.round.ID, other.ID)
	public, err := w.round.PublicQuestions(t.Context(), w.app)
	if err != nil {
		t.Fatal(err)
	}
	if len(public.Questions()) != len(form.Current().Questions()) {
		t.Errorf("%d questions", len(public.Questions()))
	}
	if q, _ := public.Question("panel_known"); len(q.Options) != 1 || strings.Contains(q.Options[0].Label, "Quentin") {
		t.Errorf("options: %v", q.Options)
	}
	if _, err := w.round.Questions(t.Context(), w.app); err == nil {
		t.Error("the public's role reads the names on the panel")
	}
}
