package main

import (
	"context"
	"fmt"
	"os"

	"bursar/internal/app"
	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/mail"
)

type bounce struct{}

// Run notes what a mail server says became of one of our mails.
func (bounce) Run(ctx context.Context, cfg *config.Config, o out) error {
	report, err := mail.ReadReport(os.Stdin)
	if err != nil {
		return err
	}
	return with(ctx, cfg, func(a *app.App) error {
		var m *mail.Mail
		err := a.Machine.Write(ctx, func(tx *db.Tx) (err error) {
			m, err = mail.Returned(ctx, tx, report)
			return err
		})
		if err != nil {
			return fmt.Errorf("the mail of this report: %w", err)
		}
		o.say(struct {
			Mail   int64  `json:"mail"`
			Failed bool   `json:"failed"`
			Hard   bool   `json:"hard"`
			Status string `json:"status"`
		}{int64(m.ID), report.Failed, report.Hard, string(m.Status)}, "Email %d is %s.", m.ID, m.Status)
		return nil
	})
}
