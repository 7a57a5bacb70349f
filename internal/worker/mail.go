package worker

import (
	"context"
	"time"

	"bursar/internal/mail"
)

// mailKinds are the jobs that talk to the mail server. Deliver itself gives a mail up after 72 hours.
func (w *Worker) mailKinds() []kind {
	return []kind{handle(w.deliver, patience{30 * time.Second, 30 * time.Minute, 96 * time.Hour})}
}

// deliver sends one mail.
func (w *Worker) deliver(ctx context.Context, job mail.Delivery) error {
	return mail.Deliver(ctx, w.DB, w.Sender, job.MailID)
}
