package course

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

var (
	slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	codeForm = regexp.MustCompile(`^[A-Z0-9]{2,4}-[A-Z0-9]{2,5}$`)
)

// reservedSlug is a word that the pages use where a slug would stand.
const reservedSlug = "new"

// longest is how much may be said about a course, in characters.
var longest = map[string]int{"slug": 40, "title": 120, "summary": 300, "audience": 2_000, "description": 8_000}

// refused makes one refusal of a sentence for each field that needs correcting; it is nil when none does.
func refused(wrong map[string]string) error {
	if len(wrong) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "invalid_course", Message: "Check what you entered.", Fields: wrong}
}

// Check says what has to be corrected in a course: an Invalid failure with a sentence for each field.
func (c *Course) Check() error {
	wrong := map[string]string{}
	for _, f := range []struct{ name, value, missing string }{
		{"title", c.Title, "Enter the name of the course"},
		{"slug", c.Slug, "Enter a short name for addresses, like foundation"},
		{"summary", c.Summary, "Say in one sentence what the course is"},
		{"audience", c.Audience, "Say who the course is for"},
		{"description", c.Description, "Describe the course"},
	} {
		switch {
		case strings.TrimSpace(f.value) == "":
			wrong[f.name] = f.missing
		case len([]rune(f.value)) > longest[f.name]:
			wrong[f.name] = fmt.Sprintf("Use %d characters or fewer", longest[f.name])
		}
	}
	if wrong["slug"] == "" && (!slugForm.MatchString(c.Slug) || c.Slug == reservedSlug) {
		wrong["slug"] = "Use small letters, digits and hyphens, like foundation"
	}
	if c.Position < 0 || c.Position > 1_000 {
		wrong["position"] = "Enter a number from 0 to 1,000"
	}
	return refused(wrong)
}

// Add puts a course into the catalogue and sets its ID. Its slug stays: it stands in addresses that people keep.
func Add(ctx context.Context, tx *db.Tx, by audit.Actor, c *Course) error {
	if err := c.Check(); err != nil {
		return err
	}
	_, err := tx.NewInsert().Model(c).Exec(ctx)
	if db.Violates(err, "courses_slug_once") {
		return failure.Field("slug", "Another course has this name in its address").Because(err)
	}
	if err != nil {
		return fmt.Errorf("adding course %s: %w", c.Slug, err)
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "course added", Subject: "course", SubjectID: int64(c.ID)})
}

// Edit says anew what a course is. It returns what Check returns.
func Edit(ctx context.Context, tx *db.Tx, by audit.Actor, c *Course) error {
	if err := c.Check(); err != nil {
		return err
	}
	_, err := tx.NewUpdate().Model(c).Column("title", "summary", "description", "audience", "position").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("changing course %s: %w", c.Slug, err)
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "course changed", Subject: "course", SubjectID: int64(c.ID)})
}

// Lock locks a course's words and reads them.
func Lock(ctx context.Context, tx *db.Tx, which id.Course) (*Course, error) {
	c := new(Course)
	if err := tx.NewSelect().Model(c).Where("id = ?", which).For("UPDATE").Scan(ctx); err != nil {
		return nil, fmt.Errorf("locking a course: %w", err)
	}
	return c, nil
}

// Courses lists every course in its order. A provider teaches a handful.
func Courses(ctx context.Context, d bun.IDB) ([]Course, error) {
	var list []Course
	if err := d.NewSelect().Model(&list).Order("position", "id").Limit(200).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing courses: %w", err)
	}
	return list, nil
}
