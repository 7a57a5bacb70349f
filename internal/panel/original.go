package panel

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// The parts of a supporter's statement, as copies are keyed.
const (
	StatementKnown     = "statement_known"
	StatementStrengths = "statement_strengths"
	StatementSupport   = "statement_support"
)

// originals is an application as the office has it: what was said, and how far the copies are.
type originals struct {
	file      *bursary.File
	statement *bursary.Statement // what was received; may be nil
	parts     []Part
	rows      map[string]*copyRow
}

// lockOriginals reads what copies are made of, when they may be made: nobody can change it any more.
func lockOriginals(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code string) (*originals, error) {
	a, err := bursary.ByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if _, err := bursary.Lock(ctx, tx, a.ID); err != nil {
		return nil, err
	}
	o, err := readOriginals(ctx, tx, box, by, code)
	if err != nil {
		return nil, err
	}
	switch {
	case o.file.Status != bursary.Submitted && o.file.Status != bursary.InReview:
		return nil, ErrNotToCopy
	case o.file.Changeable(tx.Now):
		return nil, bursary.ErrStillOpen
	}
	return o, nil
}

func readOriginals(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, code string) (*originals, error) {
	f, err := bursary.Read(ctx, tx, box, reader, code)
	if err != nil {
		return nil, err
	}
	o := &originals{file: f}
	recordings, err := bursary.Recordings(ctx, tx, box, f.ID)
	if err != nil {
		return nil, err
	}
	statements, err := bursary.ReadStatements(ctx, tx, box, f.ID)
	if err != nil {
		return nil, err
	}
	if o.rows, err = loadCopies(ctx, tx, box, f.ID); err != nil {
		return nil, err
	}
	o.addAnswers(recordings)
	o.addStatement(statements)
	for i := range o.parts {
		if row := o.rows[o.parts[i].Key]; row != nil {
			o.parts[i].Copy, o.parts[i].Made, o.parts[i].Ready = row.text, true, row.Ready
		}
	}
	return o, nil
}

// addAnswers takes the answers that are scored; what was spoken stands in place of what was written.
func (o *originals) addAnswers(recordings map[string]*bursary.Recording) {
	for _, q := range o.file.Questions.Questions() {
		if !q.Scored {
			continue
		}
		p := Part{Key: q.Key, Title: q.Label, Original: o.file.Answers[q.Key]}
		if r := recordings[q.Key]; r != nil {
			p.Spoken, p.Original, p.Wanting = true, r.Transcript, r.TranscribedAt.IsZero()
		}
		o.parts = append(o.parts, p)
	}
}

func (o *originals) addStatement(statements []*bursary.Statement) {
	for _, s := range statements {
		if s.Status != bursary.StatementReceived {
			continue
		}
		o.statement = s
		o.parts = append(o.parts,
			Part{Key: StatementKnown, Title: "A supporter: how they know the person", Original: s.Words.Known},
			Part{Key: StatementStrengths, Title: "A supporter: what the person would bring", Original: s.Words.Strengths},
			Part{Key: StatementSupport, Title: "A supporter: what would help the person on the course", Original: s.Words.Support})
		return
	}
}

// secrets are what the application itself tells that no reader should meet, and the panel with its organisations.
func (o *originals) secrets(ctx context.Context, tx *db.Tx) (Secrets, error) {
	a := o.file.Answers
	p, err := people.ByID(ctx, tx, o.file.PersonID)
	if err != nil {
		return Secrets{}, err
	}
	s := Secrets{
		Names:         []string{p.Name, a["name"], a["legal_name"], a["panel_other"]},
		Organisations: []string{a["organisation"]},
		Contacts:      []string{p.Email, p.Phone, a["phone"]},
	}
	if o.statement != nil {
		s.Names = append(s.Names, o.statement.Name, o.statement.About, o.statement.Words.Writer)
		s.Contacts = append(s.Contacts, o.statement.Email)
	}
	panel, err := Members(ctx, tx, o.file.RoundID)
	if err != nil {
		return Secrets{}, err
	}
	for _, member := range panel {
		s.Names, s.Others = append(s.Names, member.Name), append(s.Others, member.Organisation)
	}
	s.Places = o.places()
	return s, nil
}

// places are where the answers say that the person lives, works or travels from.
func (o *originals) places() []string {
	a := o.file.Answers
	var all []string
	for _, key := range []string{"region", "work_region"} {
		q, _ := o.file.Questions.Question(key)
		for _, option := range q.Options {
			if a.Has(key, option.Value) {
				all = append(all, option.Label)
			}
		}
	}
	if a.Has("cumbria", form.Yes) {
		all = append(all, "Cumbria")
	}
	for line := range strings.FieldsFuncSeq(a["post_address"], func(r rune) bool { return r == '\n' || r == ',' }) {
		all = append(all, strings.TrimSpace(line))
	}
	for key, text := range a {
		if strings.HasSuffix(key, "_what") {
			all = append(all, capitalised(text)...)
		}
	}
	return all
}

func fingerprint(texts ...string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(texts, "\x00"))))[:16]
}
