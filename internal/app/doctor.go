package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/bank"
	"bursar/internal/billing"
	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/migrations"
)

// Finding is one thing that was looked at, and what is wrong with it in sentences for an operator; none when
// all is well.
type Finding struct {
	What  string   `json:"what"`
	Wrong []string `json:"wrong"`
}

// check looks at one thing.
type check struct {
	what string
	look func(context.Context) ([]string, error)
}

// checkWithin bounds one check.
const checkWithin = 15 * time.Second

// Examine looks at the set-up, the books and what waits for a person, and changes nothing. It stops where the
// rest could only fail too.
func Examine(ctx context.Context, cfg *config.Config) []Finding {
	a := start(cfg, Options{})
	defer func() { _ = a.Close() }() // nothing was written
	database := a.examine(ctx, check{"database", a.checkDatabase})
	if len(database.Wrong) > 0 {
		return []Finding{database}
	}
	schema := a.examine(ctx, check{"schema", a.checkSchema})
	if len(schema.Wrong) > 0 {
		return []Finding{database, schema}
	}
	found := []Finding{database, schema, a.examine(ctx, check{"settings", a.checkSettings})}
	if len(found[2].Wrong) > 0 {
		return found
	}
	for _, c := range []check{
		{"durability", a.checkDurability}, {"rights", a.checkRights}, {"keyset", a.checkKeyset},
		{"books", a.checkBooks}, {"audit trail", a.checkAudit}, {"doubts", a.checkDoubts},
		{"awards", a.checkAwards}, {"invoices", a.checkInvoices}, {"bank", a.checkBank},
		{"jobs", a.checkJobs}, {"events", a.checkEvents}, {"refunds", a.checkRefunds}, {"mails", a.checkMails},
		{"card processor", a.checkProcessor}, {"mail server", a.checkMailServer},
	} {
		found = append(found, a.examine(ctx, c))
	}
	return found
}

func (a *App) examine(ctx context.Context, c check) Finding {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	wrong, err := c.look(ctx)
	if err != nil {
		wrong = append(wrong, err.Error())
	}
	return Finding{What: c.what, Wrong: append([]string{}, wrong...)} // an empty list in JSON, not null
}

func (a *App) checkDatabase(ctx context.Context) ([]string, error) {
	if err := a.openDatabase(ctx); err != nil {
		return nil, err
	}
	return nil, a.server.explain(a.Config, a.Machine.Ping(ctx))
}

// checkSettings reads what else the settings name.
func (a *App) checkSettings(ctx context.Context) ([]string, error) {
	if err := a.readClock(ctx); err != nil {
		return nil, err
	}
	return nil, a.openRest("http://" + a.Config.Addr)
}

func (a *App) checkSchema(ctx context.Context) ([]string, error) {
	pending, err := db.Pending(ctx, a.server.url, migrations.Files)
	if len(pending) > 0 {
		return []string{fmt.Sprintf("%d migrations are missing (%s): run bursar migrate", len(pending), strings.Join(pending, ", "))}, err
	}
	return nil, err
}

func (a *App) checkDurability(ctx context.Context) ([]string, error) {
	unsafe, err := Undurable(ctx, a.Machine)
	for i, u := range unsafe {
		unsafe[i] = "The database can lose what people were told is safe: " + u + "."
	}
	return unsafe, err
}

// checkRights tries what the application's role must not be able to do.
func (a *App) checkRights(ctx context.Context) ([]string, error) {
	var wrong []string
	err := a.DB.NewRaw(`
		SELECT 'The application runs as ' || current_user || ', which may do everything: it must be `+db.App+`.'
		FROM pg_roles WHERE rolname = current_user AND rolsuper
		UNION ALL
		SELECT 'The application may change what is written once: ' || what || ' on ' || t || '. Revoke that.'
		FROM unnest(ARRAY['audit', 'audit_chain', 'entries', 'entry_lines']) t, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) what
		WHERE has_table_privilege(current_user, t, what)
		ORDER BY 1`).Scan(ctx, &wrong)
	return wrong, err
}

func (a *App) checkKeyset(context.Context) ([]string, error) {
	_, err := a.openBox()
	return nil, err
}

func (a *App) checkBooks(ctx context.Context) ([]string, error) {
	wrong, err := ledger.Verify(ctx, a.Machine)
	if err != nil {
		return wrong, err
	}
	clearing, err := ledger.Balance(ctx, a.Machine, billing.Clearing)
	if clearing != 0 {
		wrong = append(wrong, fmt.Sprintf("%s stands in clearing: money came in and was put nowhere.", clearing))
	}
	return wrong, err
}

func (a *App) checkInvoices(ctx context.Context) ([]string, error) {
	return invoice.Verify(ctx, a.Machine)
}

func (a *App) checkBank(ctx context.Context) ([]string, error) { return bank.Verify(ctx, a.Machine) }

func (a *App) checkAwards(ctx context.Context) ([]string, error) { return award.Verify(ctx, a.Machine) }

func (a *App) checkAudit(ctx context.Context) ([]string, error) {
	r, err := audit.Verify(ctx, a.Machine)
	var wrong []string
	if r.BrokenAt != 0 {
		wrong = append(wrong, fmt.Sprintf("The audit trail was changed at link %d: %s.", r.BrokenAt, r.Reason))
	}
	if r.Overdue > 0 {
		wrong = append(wrong, fmt.Sprintf("%d audit rows have not been sealed: is bursar serve or bursar work running?", r.Overdue))
	}
	return wrong, err
}

func (a *App) checkDoubts(ctx context.Context) ([]string, error) {
	doubts, err := billing.Doubts(ctx, a.Machine)
	var wrong []string
	for _, d := range doubts {
		wrong = append(wrong, d.Detail)
	}
	return wrong, err
}

func (a *App) checkJobs(ctx context.Context) ([]string, error) {
	var wrong []string
	err := a.Machine.NewRaw(`
		SELECT count(*) || ' jobs of kind ' || kind || ' were given up: their errors are in `+db.JobSchema+`.river_job.'
		FROM `+db.JobSchema+`.river_job WHERE state = 'discarded' GROUP BY kind
		UNION ALL
		SELECT count(*) || ' jobs have waited for more than 5 minutes: is bursar serve or bursar work running?'
		FROM `+db.JobSchema+`.river_job WHERE state = 'available' AND scheduled_at < now() - interval '5 minutes' HAVING count(*) > 0
		ORDER BY 1`).Scan(ctx, &wrong)
	return wrong, err
}

func (a *App) checkEvents(ctx context.Context) ([]string, error) {
	n, err := billing.EventsWaiting(ctx, a.Machine, a.Machine.Now().Add(-5*time.Minute))
	if n > 0 {
		return []string{fmt.Sprintf("%d messages of the card processor have waited for more than 5 minutes to be looked into.", n)}, err
	}
	return nil, err
}

func (a *App) checkRefunds(ctx context.Context) ([]string, error) {
	const most = 100
	waiting, err := billing.RefundsWaiting(ctx, a.Machine, a.Machine.Now().Add(-24*time.Hour), most)
	var wrong []string
	for _, r := range waiting {
		if r.Status == billing.RefundRequested {
			wrong = append(wrong, fmt.Sprintf("The refund %s of %s was promised more than a day ago and the card processor has not taken it.", r.Code, r.Amount))
		}
	}
	return wrong, err
}

func (a *App) checkMails(ctx context.Context) ([]string, error) {
	var wrong []string
	err := a.Machine.NewRaw(`
		SELECT count(*) || ' mails could not be delivered: see the outbox.' FROM mails m WHERE status IN ('failed', 'bounced')
			AND NOT EXISTS (SELECT FROM mail_bounces b WHERE b.mail_id = m.id AND b.cleared_at IS NOT NULL) HAVING count(*) > 0
		UNION ALL
		SELECT count(*) || ' mails have waited for more than a day.' FROM mails WHERE status = 'queued' AND created_at < ? HAVING count(*) > 0
		ORDER BY 1`, a.Machine.Now().Add(-24*time.Hour)).Scan(ctx, &wrong)
	return wrong, err
}

var errEnough = errors.New("one is enough")

// checkProcessor asks for what there was in the last minute.
func (a *App) checkProcessor(ctx context.Context) ([]string, error) {
	err := a.Gateway.Events(ctx, a.Machine.Now().Add(-time.Minute), func(billing.Event) error { return errEnough })
	if err == nil || errors.Is(err, errEnough) {
		return nil, nil
	}
	if a.Config.Sandboxed() {
		return []string{"The stand-in for the card processor does not answer: it runs inside bursar serve."}, nil
	}
	return []string{"Stripe does not answer, or not to this key: " + err.Error() + "."}, nil
}

func (a *App) checkMailServer(ctx context.Context) ([]string, error) {
	if a.Config.SMTP == "" {
		return nil, nil
	}
	u, err := url.Parse(a.Config.SMTP)
	if err != nil {
		return []string{"SMTP_URL cannot be read."}, nil
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"smtp": "25", "smtps": "465"}[u.Scheme]
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return []string{"The mail server in SMTP_URL does not answer: " + err.Error() + "."}, nil
	}
	return nil, conn.Close()
}
