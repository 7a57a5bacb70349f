package award_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
)

func TestRatifyingSendsEverybodyTheirLetterOnceByMailToo(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	kinds := []award.LetterKind{award.OfferLetter, award.NotFundedLetter, award.ReserveLetter, award.NotFundedLetter}
	for n, kind := range kinds {
		all := w.lettersOf(n)
		if len(all) != 1 || all[0].Kind != kind || all[0].Code != w.all[n].Code || all[0].Called != "Ana" || (all[0].Award != 0) != (kind == award.OfferLetter) {
			t.Errorf("%d has %+v", n, all)
			continue
		}
		var subject, text, html string
		err := w.owner.NewRaw("SELECT subject, text_body, html_body FROM mails WHERE template = 'letter' AND private AND person_id = ?", w.all[n].PersonID).
			Scan(t.Context(), &subject, &text, &html)
		if err != nil || subject != "Our answer to your application" {
			t.Errorf("the mail of %d is headed %q, %v", n, subject, err)
		}
		for _, s := range all[0].Sections {
			for _, p := range s.Paragraphs {
				if !strings.Contains(text, p) || !strings.Contains(html, strings.ReplaceAll(p, "’", "’")) {
					t.Errorf("%q is missing in the mail", p)
				}
			}
			for _, k := range s.Links {
				if !strings.Contains(text, k.Path) || !strings.Contains(html, k.Path) {
					t.Errorf("the link to %s is missing", k.Path)
				}
			}
		}
	}
	if text := spelled(w.lettersOf(ben)[0]); !strings.Contains(text, "Another funder pays for this place.") {
		t.Errorf("the reason of those who decided is missing:\n%s", text)
	}
}

func TestALetterIsSealedAndNobodyElseReadsIt(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	var bodies [][]byte
	if err := w.owner.NewRaw("SELECT body FROM sensitive.letters").Scan(t.Context(), &bodies); err != nil || len(bodies) != 4 {
		t.Fatalf("%d letters, %v", len(bodies), err)
	}
	if slices.ContainsFunc(bodies, func(b []byte) bool { return bytes.Contains(b, []byte("place")) }) {
		t.Error("a letter is not sealed")
	}
	read := func(tx *db.Tx) error {
		all, err := award.LettersOf(t.Context(), tx, w.house.Box, w.all[ana].ID)
		if len(all) > 0 {
			t.Error("somebody else reads Ana's letter")
		}
		return err
	}
	if err := w.learner(dan, read); err != nil {
		t.Errorf("another applicant: %v", err)
	}
	if err := w.office(w.grace, read); err != nil {
		t.Errorf("staff without a note: %v", err)
	}
	if err := w.house.App.Write(t.Context(), read); err == nil {
		t.Error("the role of the public pages may read letters")
	}
	w.as(w.grace, func(tx *db.Tx) error {
		if err := bursary.Note(t.Context(), tx, w.all[ana].ID, w.grace, form.Office); err != nil {
			return err
		}
		all, err := award.LettersOf(t.Context(), tx, w.house.Box, w.all[ana].ID)
		if len(all) != 1 {
			t.Errorf("staff with a note read %d letters", len(all))
		}
		return err
	})
}

func TestALetterThatWasSentStands(t *testing.T) {
	t.Parallel()
	w := decidedRound(t)
	for _, change := range []string{"UPDATE sensitive.letters SET kind = 'offer'", "DELETE FROM sensitive.letters"} {
		err := w.office(w.grace, func(tx *db.Tx) error {
			if err := bursary.Note(t.Context(), tx, w.all[ana].ID, w.grace, form.Office); err != nil {
				return err
			}
			_, err := tx.NewRaw(change).Exec(t.Context())
			return err
		})
		if err == nil {
			t.Errorf("staff may %s", change)
		}
	}
}

func TestALetterOnPaperHasAllItsWordsAndIsTheSameTwice(t *testing.T) {
	t.Parallel()
	in := letterWorld()
	example(in)
	l := letters(t, in, nil, nil)["AAAA-02"]
	from := award.Sender{Name: "Threshold", Address: "1 Mill Lane, Leeds", Email: "office@threshold.example", Phone: "0113 496 0000", URL: "https://threshold.example"}
	one, err := l.PDF(from, in.On.At(9, 0))
	if err != nil || !bytes.HasPrefix(one, []byte("%PDF-")) {
		t.Fatalf("%.20q, %v", one, err)
	}
	again, err := l.PDF(from, in.On.At(9, 0))
	if err != nil || !bytes.Equal(one, again) {
		t.Errorf("another file, %v", err)
	}
	both, err := award.Print(from, in.On.At(9, 0), award.Addressed{Letter: l, Address: "2 High Street\nLeeds"}, award.Addressed{Letter: l})
	if pages := bytes.Count(both, []byte("/Type /Page\n")); err != nil || pages != 2*bytes.Count(one, []byte("/Type /Page\n")) {
		t.Errorf("two letters are on %d pages, %v", pages, err)
	}
}

func (w *decided) writes(n int, words string) error {
	return w.office(w.grace, func(tx *db.Tx) error {
		return award.SaveFeedback(w.t.Context(), tx, w.house.Box, w.grace, w.all[n].Code, words)
	})
}

func (w *decided) feedback() (all map[id.Application]string) {
	w.t.Helper()
	w.as(w.grace, func(tx *db.Tx) error {
		which := []id.Application{w.all[ana].ID, w.all[dan].ID}
		unread, err := award.Feedback(w.t.Context(), tx, w.house.Box, which)
		if err != nil || len(unread) > 0 {
			w.t.Errorf("read without a note: %v, %v", unread, err)
		}
		if err := bursary.NoteAll(w.t.Context(), tx, which, w.grace); err != nil {
			return err
		}
		all, err = award.Feedback(w.t.Context(), tx, w.house.Box, which)
		return err
	})
	return all
}

func TestFeedbackStandsInTheLetterAsStaffLastWroteIt(t *testing.T) {
	t.Parallel()
	w := undecided(t)
	for _, words := range []string{"First words.", "  You know your work well.\r\nSay more of what you hope for.\x00 "} {
		if err := w.writes(dan, words); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.writes(ana, "   "); err != nil {
		t.Fatal(err)
	}
	want := "You know your work well.\nSay more of what you hope for."
	if all := w.feedback(); len(all) != 1 || all[w.all[dan].ID] != want {
		t.Errorf("kept %v", all)
	}
	if n := w.count("SELECT count(*) FROM sensitive.feedback WHERE position('hope'::bytea IN body) > 0"); n != 0 {
		t.Error("feedback is not sealed")
	}
	w.ratify()
	if s := rest(w.lettersOf(dan)[0], "What the readers said").Sections; len(s) != 1 || strings.Join(s[0].Paragraphs, "\n") != want {
		t.Errorf("the letter says %+v", s)
	}
	if err := w.writes(dan, "Too late."); !errors.Is(err, award.ErrAnswered) {
		t.Errorf("after the letters: %v", err)
	}
}

func TestFeedbackOfImpossibleLengthIsRefusedBesideItsField(t *testing.T) {
	t.Parallel()
	w := undecided(t)
	if fields := fieldsOf(w.writes(dan, strings.Repeat("é", 3001))); fields["feedback"] == "" {
		t.Errorf("taken: %v", fields)
	}
	if err := w.writes(dan, strings.Repeat("é", 3000)); err != nil {
		t.Error(err)
	}
}
