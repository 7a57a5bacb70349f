package admissions

import (
	"context"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/people"
)

// WelcomeTrainer adds somebody whom staff name as a trainer, and asks them to introduce themselves: what is said of them, and
// whether they teach as a peer, nobody says for them. Somebody who teaches already is told nothing. It returns an Invalid
// failure about "name" or "email".
func WelcomeTrainer(ctx context.Context, tx *db.Tx, by id.Person, who people.Introduced) error {
	tidy, err := people.Details{Name: who.Name}.Tidy()
	if err != nil {
		return err
	}
	found, err := people.Introduce(ctx, tx, []people.Introduced{{Name: tidy.Name, Email: who.Email}})
	if err != nil {
		return err
	}
	if _, err := course.TrainerOf(ctx, tx, found[0]); err == nil {
		return nil
	}
	if err := course.AddTrainer(ctx, tx, audit.Person(by), found[0]); err != nil {
		return err
	}
	p, err := people.ByID(ctx, tx, found[0])
	if err != nil {
		return err
	}
	return mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: "trainer-welcome", Data: struct{ Name string }{p.Name}})
}
