package bursary

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
)

var (
	// ErrEqualityOver means that the panel is done and the answers are counted.
	ErrEqualityOver = failure.New(failure.Conflict, "equality_over", "The time to answer these questions is over. Thank you for wanting to.")
	// ErrEqualityEmpty means that every question was left empty, so that there is nothing to keep.
	ErrEqualityEmpty = failure.New(failure.Invalid, "equality_empty", "You have not answered any question, so we have kept nothing. That is fine: you can stop here.")
	// ErrTakeBackKey means that no answers belong to the key.
	ErrTakeBackKey = failure.Field("key", "We cannot find answers with this key. Please look at it again. If you used it before, your answers are gone already.")
)

// TakeBackKey is the one thing that leads to somebody's equality answers. Only they have it: what is stored is
// its hash.
type TakeBackKey string

// takeBackSigns are Crockford's Base32: no letter that is misread for another or for a digit.
const (
	takeBackSigns  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	takeBackLength = 20 // without the hyphens
)

// NewTakeBackKey makes a key of 100 random bits, such as "7QK2M-9XR4T-B0HJN-5WZ8C".
func NewTakeBackKey() TakeBackKey {
	var raw [takeBackLength]byte
	_, _ = rand.Read(raw[:]) // never fails: the program ends instead
	for i, b := range raw {
		raw[i] = takeBackSigns[b&31]
	}
	return takeBackKey(string(raw[:]))
}

// takeBackKey writes a key in groups of five.
func takeBackKey(signs string) TakeBackKey {
	return TakeBackKey(strings.Join([]string{signs[:5], signs[5:10], signs[10:15], signs[15:]}, "-"))
}

// ParseTakeBackKey reads a key as somebody typed or pasted it, or returns ErrTakeBackKey.
func ParseTakeBackKey(typed string) (TakeBackKey, error) {
	signs := strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
	if len(signs) != takeBackLength || strings.Trim(signs, takeBackSigns) != "" {
		return "", ErrTakeBackKey
	}
	return takeBackKey(signs), nil
}

func (k TakeBackKey) hash() []byte {
	sum := sha256.Sum256([]byte(k))
	return sum[:]
}

// AsksEquality reports whether equality answers are taken: until the panel is done, so that whoever sends in the
// last minute has time for them. After that there are counts, and one more answer would stand out in them.
func (r *Round) AsksEquality() bool { return r.Status == RoundPublished || r.Status == RoundClosed }

// AnswerEquality keeps equality answers of somebody, nobody knows who: with the round, and with nothing that
// leads to a person, an application or a moment. It is for the applicant's role and must run under db.Write, in
// nobody's name. A key keeps one set of answers: sending the same page again changes nothing. The answers are
// those that form.Equality has checked. It returns ErrEqualityEmpty or ErrEqualityOver.
func AnswerEquality(ctx context.Context, tx *db.Tx, r *Round, key TakeBackKey, answers form.Answers) error {
	given := map[string]string{}
	for _, p := range form.Equality() {
		for _, q := range p.Questions {
			if answers[q.Key] != "" {
				given[q.Key] = answers[q.Key]
			}
		}
	}
	if len(given) == 0 {
		return ErrEqualityEmpty
	}
	if !r.AsksEquality() {
		return ErrEqualityOver
	}
	body, err := json.Marshal(given)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw("INSERT INTO sensitive.equality (round_id, answers, key_hash) VALUES (?, ?::jsonb, ?) ON CONFLICT DO NOTHING",
		r.ID, string(body), key.hash()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping equality answers: %w", err)
	}
	return nil
}

// TakeBackEquality deletes the answers that belong to a key, or returns ErrTakeBackKey. It is for the
// applicant's role; whoever has the key may.
func TakeBackEquality(ctx context.Context, tx *db.Tx, key TakeBackKey) error {
	var found bool
	if err := tx.NewRaw("SELECT sensitive.equality_take_back(?)", key.hash()).Scan(ctx, &found); err != nil {
		return fmt.Errorf("taking back equality answers: %w", err)
	}
	if !found {
		return ErrTakeBackKey
	}
	return nil
}

// EqualityCount is how often each answer to one question was given, as far as it may be shown.
type EqualityCount struct {
	Question form.Question
	Counts   form.Counts // its cells are in the order of the question's options
}

// EqualityCounts counts a round's equality answers, with every count that could tell something about one person
// hidden (form.Suppress). It is for the office's role. While answers are still taken, everything is hidden.
func EqualityCounts(ctx context.Context, d bun.IDB, r *Round) ([]EqualityCount, error) {
	var rows []struct {
		Question, Answer string
		People           int
	}
	if err := d.NewRaw("SELECT question, answer, people FROM sensitive.equality_counts(?)", r.ID).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("counting equality answers: %w", err)
	}
	given := map[[2]string]int{}
	for _, row := range rows {
		given[[2]string{row.Question, row.Answer}] = row.People
	}
	var counts []EqualityCount
	for _, p := range form.Equality() {
		for _, q := range p.Questions {
			cells := make([]int, len(q.Options))
			for i, o := range q.Options {
				cells[i] = given[[2]string{q.Key, o.Value}]
			}
			counts = append(counts, EqualityCount{Question: q, Counts: form.Suppress(cells)})
		}
	}
	return counts, nil
}
