package app

import (
	"context"

	"bursar/internal/db"
)

// openPools opens the database once for each audience, under a role of its own: what one audience may not see
// cannot be had by a mistake in another's pages. The sizes add up to less than PostgreSQL's usual 100
// connections; each pool opens them as they are needed.
func (a *App) openPools() error {
	for _, p := range []struct {
		to   **db.DB
		role string
		most int
	}{
		{&a.DB, db.App, 20},
		{&a.Machine, db.Worker, 16},
		{&a.Doors.Employer, db.Employer, 10},
		{&a.Doors.Trainer, db.Trainer, 4},
		{&a.Doors.Learner, db.Learner, 20},
		{&a.Doors.Supporter, db.Supporter, 4},
		{&a.Doors.Assessor, db.Assessor, 6},
		{&a.Doors.Office, db.Office, 8},
		{&a.Doors.Access, db.Access, 3},
	} {
		d, err := db.Open(db.Options{URL: a.server.url, Role: p.role, MaxConns: p.most, Now: a.Clock.Now})
		if err != nil {
			return err
		}
		*p.to = d
		a.onClose(func(context.Context) error { return d.Close() })
	}
	return nil
}
