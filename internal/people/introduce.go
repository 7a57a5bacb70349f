package people

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
)

// Introduced is somebody whom another person names by a work address, as an employer does its staff.
type Introduced struct{ Name, Email string }

// Introduce returns the people with these addresses in the order given, and makes those whom nobody knew yet. A name is
// kept only where there is none: how somebody wants to be called is theirs to say.
func Introduce(ctx context.Context, tx *db.Tx, list []Introduced) ([]id.Person, error) {
	if len(list) == 0 {
		return nil, nil
	}
	emails := make([]string, len(list))
	made := make([]Person, 0, len(list))
	seen := map[string]bool{}
	for i, who := range list {
		email, err := NormaliseEmail(who.Email)
		if err != nil {
			return nil, err
		}
		emails[i] = email
		if !seen[email] {
			made = append(made, Person{Email: email, Name: who.Name, CreatedAt: tx.Now})
			seen[email] = true
		}
	}
	_, err := tx.NewInsert().Model(&made).Column("email", "name", "created_at").
		On("CONFLICT ON CONSTRAINT people_email_unique DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("adding people: %w", err)
	}
	var known []Person
	if err := tx.NewSelect().Model(&known).Where("email IN (?)", bun.List(emails)).Order("id").Limit(int64(len(emails))).Scan(ctx); err != nil {
		return nil, fmt.Errorf("finding people: %w", err)
	}
	byEmail := map[string]id.Person{}
	for _, p := range known {
		byEmail[p.Email] = p.ID
	}
	ids := make([]id.Person, len(emails))
	for i, email := range emails {
		ids[i] = byEmail[email]
	}
	return ids, nil
}
