package finance

import (
	"context"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

// note is what somebody wrote down about an organisation: what it said on the telephone, what it answered.
type note struct {
	Words string
	Who   string
	At    time.Time
}

type noteForm struct {
	Words string `form:"words"`
}

const shownNotes = 20

func (f finance) readNotes(ctx context.Context, p *organisationPage) error {
	err := f.DB.NewRaw(`
		SELECT h.words, h.at, coalesce(nullif(p.name, ''), p.email) AS who
		FROM   chases h JOIN people p ON p.id = h.by
		WHERE  h.organisation_id = ? AND h.kind = 'note'
		ORDER  BY h.id DESC LIMIT ?`, p.Organisation.ID, shownNotes).Scan(ctx, &p.Notes)
	if err != nil {
		return fmt.Errorf("reading notes: %w", err)
	}
	return nil
}

// note keeps a note about an organisation.
func (f finance) note(c *gin.Context) error {
	p, err := f.organisationPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Note); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return report.Note(ctx, tx, by, p.Organisation.ID, p.Note.Words)
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/organisation", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, p.Href)
}
