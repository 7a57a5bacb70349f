package panel

import (
	"context"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// Source is how it came to be known that somebody on the panel knows an applicant.
type Source string

// The sources.
const (
	FromApplicant    Source = "applicant"    // their own answer
	FromOrganisation Source = "organisation" // both name the same place of work
	FromAssessor     Source = "assessor"     // "I know this person"
	FromOffice       Source = "office"       // staff know it, or the member read the application with its names
)

// FindConflicts is the job of holding the applications of a round against its panel.
type FindConflicts struct {
	Round id.Round `json:"round"`
}

// Kind names the job.
func (FindConflicts) Kind() string { return "panel_conflicts" }

// compareAgain has all applications of a round, which is locked, held against its panel anew.
func compareAgain(ctx context.Context, tx *db.Tx, round id.Round) error {
	_, err := tx.NewRaw(`
		DELETE FROM sensitive.compared c USING sensitive.applications a WHERE a.id = c.application_id AND a.round_id = ?`, round).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forgetting what was compared: %w", err)
	}
	return tx.Enqueue(ctx, FindConflicts{Round: round})
}

// Uncompared lists the rounds being read in which something changed since the panel was last held against the
// applications. It is for the worker's role.
func Uncompared(ctx context.Context, d bun.IDB) ([]id.Round, error) {
	var rounds []id.Round
	err := d.NewRaw(`
		SELECT r.id FROM rounds r
		WHERE  r.status = 'closed' AND EXISTS (SELECT FROM sensitive.panel_members m WHERE m.round_id = r.id AND m.status = 'active')
		       AND (EXISTS (SELECT FROM sensitive.applications a
		                    WHERE a.round_id = r.id AND a.status IN (?) AND NOT EXISTS (SELECT FROM sensitive.compared c WHERE c.application_id = a.id))
		            OR EXISTS (SELECT FROM (`+readInOffice+`) o WHERE o.round_id = r.id))
		ORDER  BY r.id LIMIT 100`, bun.List(readable)).Scan(ctx, &rounds)
	if err != nil {
		return nil, fmt.Errorf("listing rounds to compare: %w", err)
	}
	return rounds, nil
}

// readable are the statuses of applications that can be assigned and read.
var readable = []bursary.Status{bursary.Submitted, bursary.InReview}

// readInOffice lists members who have read an application with its names, and of whom that is not noted as a
// conflict yet.
const readInOffice = `
	SELECT DISTINCT a.round_id, a.id AS application_id, m.id AS member_id
	FROM   sensitive.panel_members m
	JOIN   sensitive.reads o ON o.reader_id = m.person_id AND o.audience <> 'panel'
	JOIN   sensitive.applications a ON a.id = o.application_id AND a.round_id = m.round_id
	WHERE  NOT EXISTS (SELECT FROM sensitive.conflicts k WHERE k.application_id = a.id AND k.member_id = m.id)`

// Compare does FindConflicts: it reads what applicants say about whom they know and where they work, and locks what
// that forbids. It reads answers without noting it, because nobody sees them: it is for the worker's role.
func Compare(ctx context.Context, tx *db.Tx, box *secret.Box, round id.Round) error {
	r, err := bursary.RoundByID(ctx, tx, round)
	if err != nil {
		return err
	}
	if r, err = bursary.LockRound(ctx, tx, r.Code); err != nil || r.Status == bursary.RoundFrozen || r.Status == bursary.RoundDrawn {
		return err
	}
	if err := noteOfficeReaders(ctx, tx, r.ID); err != nil {
		return err
	}
	members, err := Members(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	said, err := lockSaid(ctx, tx, box, r.ID)
	if err != nil {
		return err
	}
	for _, s := range said {
		for _, m := range members {
			if source := m.knows(s.answers); source != "" {
				if err := separate(ctx, tx, audit.System, s.application, m.ID, source); err != nil {
					return err
				}
			}
		}
		if _, err := tx.NewRaw("INSERT INTO sensitive.compared (application_id, at) VALUES (?, ?)", s.application, tx.Now).Exec(ctx); err != nil {
			return fmt.Errorf("noting what was compared: %w", err)
		}
	}
	return nil
}

// knows says why a member may not read somebody who answered so, or nothing.
func (m *Member) knows(a form.Answers) Source {
	switch {
	case a.Has("panel_known", strconv.FormatInt(int64(m.ID), 10)), names(a["panel_other"], m.Name):
		return FromApplicant
	case sameOrganisation(a["organisation"], m.Organisation):
		return FromOrganisation
	}
	return ""
}

// said is what an applicant answered about whom they know.
type said struct {
	application id.Application
	answers     form.Answers
}

// lockSaid reads what was said in the applications that were not compared. They are locked, so that no answer
// changes between reading it and noting that it was compared.
func lockSaid(ctx context.Context, tx *db.Tx, box *secret.Box, round id.Round) ([]said, error) {
	var which []id.Application
	err := tx.NewRaw(`
		SELECT a.id FROM sensitive.applications a
		WHERE  a.round_id = ? AND a.status IN (?) AND NOT EXISTS (SELECT FROM sensitive.compared c WHERE c.application_id = a.id)
		ORDER  BY a.id FOR NO KEY UPDATE`, round, bun.List(readable)).Scan(ctx, &which)
	if err != nil {
		return nil, fmt.Errorf("listing what to compare: %w", err)
	}
	if len(which) == 0 {
		return nil, nil
	}
	all, at := make([]said, len(which)), map[id.Application]form.Answers{}
	for i, a := range which {
		at[a] = form.Answers{}
		all[i] = said{a, at[a]}
	}
	var rows []struct {
		ID            id.Answer
		ApplicationID id.Application
		Key           string
		Body          []byte
	}
	err = tx.NewRaw(`
		SELECT id, application_id, key, body FROM sensitive.answers
		WHERE  application_id IN (?) AND key IN ('panel_known', 'panel_other', 'organisation')`, bun.List(which)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading whom applicants know: %w", err)
	}
	for _, row := range rows {
		text, err := box.Open(row.Body, "sensitive.answers", "body", int64(row.ID))
		if err != nil {
			return nil, err
		}
		at[row.ApplicationID][row.Key] = string(text)
	}
	return all, nil
}

// noteOfficeReaders makes conflicts of it where members read applications with their names.
func noteOfficeReaders(ctx context.Context, tx *db.Tx, round id.Round) error {
	var pairs []pair
	err := tx.NewRaw("SELECT o.application_id, o.member_id FROM ("+readInOffice+") o WHERE o.round_id = ? ORDER BY 1, 2", round).Scan(ctx, &pairs)
	if err != nil {
		return fmt.Errorf("listing who read in the office: %w", err)
	}
	for _, p := range pairs {
		if err := separate(ctx, tx, audit.System, p.ApplicationID, p.MemberID, FromOffice); err != nil {
			return err
		}
	}
	return nil
}

// pair is a member with an application.
type pair struct {
	ApplicationID id.Application
	MemberID      id.Member
}

// Separate notes that a member knows an applicant, as staff heard it. It is never taken back. It returns
// ErrPanelFixed, ErrUnknownMember or bursary.ErrUnknown.
func Separate(ctx context.Context, tx *db.Tx, by id.Person, round, code string, member id.Member) error {
	r, err := lockPanel(ctx, tx, round)
	if err != nil {
		return err
	}
	if _, err := MemberOf(ctx, tx, r.ID, member); err != nil {
		return err
	}
	a, err := bursary.ByCode(ctx, tx, code)
	if err != nil {
		return err
	}
	if a.RoundID != r.ID {
		return bursary.ErrUnknown
	}
	return separate(ctx, tx, audit.Person(by), a.ID, member, FromOffice)
}

// separate locks an application to a member, for ever, also one that they have opened or finished. Who reads it
// instead is found by a job. The round is locked.
func separate(ctx context.Context, tx *db.Tx, by audit.Actor, which id.Application, member id.Member, source Source) error {
	done, err := tx.NewRaw(`
		INSERT INTO sensitive.conflicts (application_id, member_id, source, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		which, member, string(source), tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting a conflict: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return nil
	}
	if err := recuse(ctx, tx, which, member); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "reader set apart", Subject: "application", SubjectID: int64(which),
		Detail: map[string]any{"member": member, "source": source}})
}

// recuse ends what a member has to read or has read of an application, and has the hole filled. What was read counts
// once the bands are frozen: two people have agreed to them, and one alone changes nothing.
func recuse(ctx context.Context, tx *db.Tx, which id.Application, member id.Member) error {
	var round id.Round
	err := tx.NewRaw(`
		UPDATE sensitive.assignments s SET status = 'recused', done_at = NULL
		FROM   sensitive.panel_members m JOIN rounds r ON r.id = m.round_id
		WHERE  s.application_id = ? AND s.member_id = ? AND m.id = s.member_id
		       AND (s.status IN ('assigned', 'reading') OR s.status = 'done' AND r.status = 'closed')
		RETURNING m.round_id`, which, member).Scan(ctx, &round)
	if db.NoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("recusing a reader: %w", err)
	}
	return tx.Enqueue(ctx, Refill{Round: round})
}
