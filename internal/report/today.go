package report

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Today is how much of what needs somebody in the office there is.
type Today struct {
	Offers     int // of help with the cost, about to lapse without an answer
	Answers    int // places offered to people who applied or waited
	Choices    int // places on dates that we cancelled, for which nothing is chosen yet
	Orders     int // places of organisations without a purchase order that it takes
	Names      int // places of organisations without a name
	Overdue    int // invoices
	OverdueSum money.Amount
	BankLines  int
	BankSum    money.Amount
	Doubts     int // what the card processor said, and the books do not bear out
	Cohorts    int // with fewer places taken than they need, on the day by which that is decided
	Plans      int // instalments that have stopped
	Charges    int // for places that were given up, of which something is not paid
	Reviews    int // decisions that somebody asked to look at again
	Claims     int // costs of people with an award, to decide or to pay
	Agreements int // refunds and write-offs that wait for a second person
	Registers  int // half days that were taught and have no register
	Mails      int // that could not be sent
	Returned   int // addresses at which emails do not arrive
	Questions  int // of people about their places
	Applied    int // course applications to answer
}

// TodayAt counts what needs somebody, in one question to the database. It reads what people were offered, as db.Office.
func TodayAt(ctx context.Context, tx *db.Tx) (Today, error) {
	today := london.DateOf(tx.Now)
	var t Today
	err := tx.NewRaw(`
		SELECT i.*, l.*,
		       (SELECT count(*) FROM sensitive.awards a WHERE `+awardLapses+`) AS offers,
		       (SELECT count(*) FROM enrolments e WHERE `+needs[NeedsAnswer]+`) AS answers,
		       (SELECT count(*) FROM enrolments e WHERE `+needs[NeedsChoice]+`) AS choices,
		       (SELECT count(*) FROM enrolments e WHERE `+needs[NeedsOrder]+`) AS orders,
		       (SELECT count(*) FROM enrolments e WHERE `+needs[NeedsName]+`) AS names,
		       (SELECT count(*) FROM quarantine WHERE resolved_at IS NULL) AS doubts,
		       (SELECT count(*) FROM runs r `+cohortParts+` WHERE `+cohortUndecided+`) AS cohorts,
		       (SELECT count(*) FROM plans p WHERE `+planKinds[StoppedPlans]+`) AS plans,
		       (SELECT count(*) FROM shares s WHERE `+chargeOutstanding+`) AS charges,
		       (SELECT count(*) FROM sensitive.reviews_asked WHERE outcome IS NULL) AS reviews,
		       (SELECT count(*) FROM sensitive.claims WHERE status IN ('asked', 'approved')) AS claims,
		       (SELECT count(*) FROM write_offs WHERE outcome IS NULL) + (SELECT count(*) FROM credit_refunds WHERE outcome IS NULL) AS agreements,
		       (SELECT count(*) FROM `+halfDays+` WHERE `+registerMissing+`) AS registers,
		       (SELECT count(*) FROM mails m WHERE `+mailFailed+`) AS mails,
		       (SELECT count(*) FROM mail_bounces WHERE cleared_at IS NULL) AS returned,
		       (SELECT count(*) FROM sensitive.question_threads WHERE status = 'open') AS questions,
		       (SELECT count(*) FROM sensitive.course_applications WHERE status = 'submitted') AS applied
		FROM  (SELECT count(*) AS overdue, coalesce(sum(total - paid - credited - written_off), 0) AS overdue_sum
		       FROM invoices WHERE status IN ('issued', 'part_paid') AND due_on < ?0) i,
		      (SELECT count(*) AS bank_lines, coalesce(sum(amount), 0) AS bank_sum FROM bank_lines WHERE status = 'open') l`,
		today, mailsSince(tx.Now)).Scan(ctx, &t)
	if err != nil {
		return Today{}, fmt.Errorf("counting what needs somebody: %w", err)
	}
	return t, nil
}

// None reports whether nothing does.
func (t Today) None() bool { return t == Today{} }

// What is counted and listed by the same conditions, on a day ?0: an offer of help with the cost a that lapses within a week, and an
// email m that could not be sent since ?1.
const (
	awardLapses = "a.status = 'offered' AND a.until_on <= ?0::date + 7"
	mailFailed  = "m.status = 'failed' AND m.created_at > ?1 AND NOT m.secret"
)

// mailsFor is how many days an email that could not be sent is shown.
const mailsFor = 14

func mailsSince(now time.Time) time.Time { return now.AddDate(0, 0, -mailsFor) }

// Offer is help with the cost that somebody was offered, and has not answered.
type Offer struct {
	ID      id.Award
	Round   string // code
	Run     string // code
	Place   string // code
	Name    string
	UntilOn london.Date // last day to answer
}

// OfferKey is where a list of offers goes on.
type OfferKey struct {
	UntilOn london.Date
	ID      id.Award
}

// OffersLapsing lists offers that lapse within a week, the soonest first, after one of them.
func OffersLapsing(ctx context.Context, tx *db.Tx, after OfferKey, limit int) ([]Offer, error) {
	var list []Offer
	err := tx.NewRaw(`
		SELECT a.id, q.code AS round, r.code AS run, e.code AS place, w.name, a.until_on
		FROM   sensitive.awards a JOIN rounds q ON q.id = a.round_id JOIN runs r ON r.id = a.run_id JOIN enrolments e ON e.id = a.enrolment_id
		JOIN   people w ON w.id = a.person_id
		WHERE  `+awardLapses+` AND (?1 = 0 OR (a.until_on, a.id) > (?2::date, ?1)) ORDER BY a.until_on, a.id LIMIT ?3`,
		london.DateOf(tx.Now), after.ID, after.UntilOn, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing offers that lapse: %w", err)
	}
	return list, nil
}

// Unsent is an email that could not be sent.
type Unsent struct {
	ID        id.Mail
	To        string
	Subject   string
	Reason    string
	CreatedAt time.Time
}

// MailsUnsent lists emails of the last two weeks that could not be sent, the latest first, before one of them.
func MailsUnsent(ctx context.Context, d bun.IDB, now time.Time, before id.Mail, limit int) ([]Unsent, error) {
	var list []Unsent
	err := d.NewRaw(`SELECT m.id, m.recipient AS to, m.subject, m.last_error AS reason, m.created_at FROM mails m
		WHERE `+mailFailed+` AND (?0 = 0 OR m.id < ?0) ORDER BY m.id DESC LIMIT ?2`, before, mailsSince(now), limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing emails that could not be sent: %w", err)
	}
	return list, nil
}
