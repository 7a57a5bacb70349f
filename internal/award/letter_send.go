package award

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/secret"
)

const lettersTable = "sensitive.letters"

type letterRow struct {
	bun.BaseModel `bun:"table:sensitive.letters"`

	ID            int64          `bun:"id,pk"`
	ApplicationID id.Application `bun:"application_id"`
	AwardID       id.Award       `bun:"award_id,nullzero"`
	Kind          LetterKind     `bun:"kind"`
	Body          []byte         `bun:"body"` // a Letter as JSON, sealed
	At            time.Time      `bun:"at"`
}

// Send keeps letters as they are sent, sealed, and mails each to its applicant with all of its words. Only bursary staff
// can see besides that there is such a mail, and its subject says nothing.
func Send(ctx context.Context, tx *db.Tx, box *secret.Box, letters []Letter) error {
	if len(letters) == 0 {
		return nil
	}
	if err := keepLetters(ctx, tx, box, letters); err != nil {
		return err
	}
	to, err := addressees(ctx, tx, letters)
	if err != nil {
		return err
	}
	for _, l := range letters {
		p, known := to[l.Application]
		if !known {
			return fmt.Errorf("nobody to send the letter about application %s to", l.Code)
		}
		m := mail.Message{To: p.Email, Person: p.Person, Template: "letter", Data: l, Private: true}
		if err := mail.Send(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

func keepLetters(ctx context.Context, tx *db.Tx, box *secret.Box, letters []Letter) error {
	rows := make([]letterRow, len(letters))
	for i, l := range letters {
		n, err := tx.NextID(ctx, lettersTable)
		if err != nil {
			return err
		}
		plain, err := json.Marshal(l)
		if err != nil {
			return err
		}
		rows[i] = letterRow{ID: n, ApplicationID: l.Application, AwardID: l.Award, Kind: l.Kind, At: tx.Now}
		if rows[i].Body, err = box.Seal(plain, lettersTable, "body", n); err != nil {
			return err
		}
	}
	if _, err := tx.NewInsert().Model(&rows).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("keeping letters: %w", err)
	}
	return nil
}

// addressee is whom a letter goes to.
type addressee struct {
	Application id.Application
	Person      id.Person
	Email       string
}

func addressees(ctx context.Context, tx *db.Tx, letters []Letter) (map[id.Application]addressee, error) {
	which := make([]id.Application, len(letters))
	for i, l := range letters {
		which[i] = l.Application
	}
	var rows []addressee
	err := tx.NewRaw(`
		SELECT a.id AS application, p.id AS person, p.email
		FROM   sensitive.applications a JOIN people p ON p.id = a.person_id WHERE a.id IN (?)`, bun.List(which)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading whom letters go to: %w", err)
	}
	all := make(map[id.Application]addressee, len(rows))
	for _, row := range rows {
		all[row.Application] = row
	}
	return all, nil
}

// LettersOf reads the letters about an application as they were sent, the latest first. It is for the applicant, and for
// the office in the unit of work that noted the reading.
func LettersOf(ctx context.Context, tx *db.Tx, box *secret.Box, application id.Application) ([]Letter, error) {
	all, err := LettersOfAll(ctx, tx, box, []id.Application{application})
	return all[application], err
}

// LettersOfAll is LettersOf for several applications.
func LettersOfAll(ctx context.Context, tx *db.Tx, box *secret.Box, which []id.Application) (map[id.Application][]Letter, error) {
	all := map[id.Application][]Letter{}
	if len(which) == 0 {
		return all, nil
	}
	var rows []letterRow
	if err := tx.NewSelect().Model(&rows).Where("application_id IN (?)", bun.List(which)).Order("id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading letters: %w", err)
	}
	for _, row := range rows {
		plain, err := box.Open(row.Body, lettersTable, "body", row.ID)
		if err != nil {
			return nil, err
		}
		l := Letter{}
		if err := json.Unmarshal(plain, &l); err != nil {
			return nil, fmt.Errorf("reading letter %d: %w", row.ID, err)
		}
		all[row.ApplicationID] = append(all[row.ApplicationID], l)
	}
	return all, nil
}
