package bursary

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// Verdict is what the facts say about who is eligible. It decides nothing.
type Verdict struct {
	Application *Application
	Name        string // of the applicant, as their account has it
	OK          bool
	Reasons     []form.Reason
}

// Talk reports whether somebody has to speak to the applicant before anything is decided.
func (v Verdict) Talk() bool {
	return slices.ContainsFunc(v.Reasons, func(r form.Reason) bool { return r.Talk })
}

// Told is what the facts tell somebody who is not eligible: each reason, and what they can do instead.
func (v Verdict) Told() string {
	var told []string
	for _, r := range v.Reasons {
		if !r.Talk {
			told = append(told, r.Sentence, r.Instead)
		}
	}
	return strings.Join(told, "\n")
}

// factKeys are the answers that form.Eligibility asks about.
func factKeys() []string {
	return []string{"adult", "region", "work_region", "role_kind", "own_experience", "employer_full"}
}

// Verdicts lists what the facts say about applications to a round that were sent, by when they were begun, after
// one of them; undecided leaves out those about which somebody has decided. Reading the facts is reading: it is
// noted for each.
func Verdicts(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, r *Round, undecided bool, after id.Application, limit int) ([]Verdict, error) {
	var sent []*Application
	q := tx.NewSelect().Model(&sent).Where("round_id = ? AND id > ? AND status IN (?, ?, ?)", r.ID, after, Submitted, InReview, Ineligible)
	if undecided {
		q = q.Where("eligible IS NULL")
	}
	if err := q.Order("id").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing applications that were sent: %w", err)
	}
	return factsOf(ctx, tx, box, reader, sent)
}

// Propose is what the facts say about some of a round's applications, by code, which are locked meanwhile; a code
// that is none of the round's, or of somebody who has not sent theirs or took it back, is left out. It notes the readings.
func Propose(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, r *Round, codes []string) ([]Verdict, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	var some []*Application
	err := tx.NewSelect().Model(&some).Where("round_id = ? AND code IN (?) AND status IN (?, ?, ?)", r.ID, bun.List(codes), Submitted, InReview, Ineligible).Order("id").For("NO KEY UPDATE").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading applications to decide about: %w", err)
	}
	return factsOf(ctx, tx, box, reader, some)
}

// factsOf reads the facts of several applications at once and notes the readings.
func factsOf(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, list []*Application) ([]Verdict, error) {
	if len(list) == 0 {
		return nil, nil
	}
	which := make([]id.Application, len(list))
	for i, a := range list {
		which[i] = a.ID
	}
	if err := noteAll(ctx, tx, which, reader); err != nil {
		return nil, err
	}
	facts, err := loadKeys(ctx, tx, box, which, factKeys())
	if err != nil {
		return nil, err
	}
	names, err := namesOf(ctx, tx, which)
	if err != nil {
		return nil, err
	}
	verdicts := make([]Verdict, len(list))
	for i, a := range list {
		ok, reasons := form.Eligibility(facts[a.ID])
		verdicts[i] = Verdict{Application: a, Name: names[a.ID], OK: ok, Reasons: reasons}
	}
	return verdicts, nil
}

func noteAll(ctx context.Context, tx *db.Tx, which []id.Application, reader id.Person) error {
	_, err := tx.NewRaw(`
		INSERT INTO sensitive.reads (application_id, reader_id, audience, at)
		SELECT id, ?, ?, ? FROM sensitive.applications WHERE id IN (?)`, reader, form.Office, tx.Now, bun.List(which)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting readings: %w", err)
	}
	return nil
}

// loadKeys reads some answers of several applications.
func loadKeys(ctx context.Context, tx *db.Tx, box *secret.Box, which []id.Application, keys []string) (map[id.Application]form.Answers, error) {
	var rows []*answer
	err := tx.NewSelect().Model(&rows).Where("application_id IN (?) AND key IN (?)", bun.List(which), bun.List(keys)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading facts: %w", err)
	}
	facts := map[id.Application]form.Answers{}
	for _, row := range rows {
		text, err := box.Open(row.Body, answersTable, "body", int64(row.ID))
		if err != nil {
			return nil, err
		}
		if facts[row.ApplicationID] == nil {
			facts[row.ApplicationID] = form.Answers{}
		}
		facts[row.ApplicationID][row.Key] = string(text)
	}
	return facts, nil
}

func namesOf(ctx context.Context, d bun.IDB, which []id.Application) (map[id.Application]string, error) {
	var rows []struct {
		ID   id.Application
		Name string
	}
	err := d.NewRaw("SELECT a.id, p.name FROM sensitive.applications a JOIN people p ON p.id = a.person_id WHERE a.id IN (?)", bun.List(which)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("naming applicants: %w", err)
	}
	names := make(map[id.Application]string, len(rows))
	for _, row := range rows {
		names[row.ID] = row.Name
	}
	return names, nil
}
