package openness

import (
	"context"
	"encoding/json"
	"fmt"

	"bursar/internal/allocation"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Make works out what is published, of all cohorts that have begun and all rounds that are decided, and keeps it. It reads what
// applicants were decided and runs as db.Worker.
func Make(ctx context.Context, tx *db.Tx) error {
	if err := makeCohorts(ctx, tx); err != nil {
		return err
	}
	if err := makeRounds(ctx, tx); err != nil {
		return err
	}
	return makePeers(ctx, tx)
}

func keep(ctx context.Context, tx *db.Tx, kind, code string, year int, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`INSERT INTO openness (kind, code, year, body, made_at) VALUES (?, ?, ?, ?::jsonb, ?)
		ON CONFLICT (kind, code) DO UPDATE SET year = excluded.year, body = excluded.body, made_at = excluded.made_at
		WHERE openness.body <> excluded.body OR openness.year <> excluded.year`, kind, code, year, string(text), tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping what is published of %s: %w", code, err)
	}
	return nil
}

// counted is what the database counts of one cohort.
type counted struct {
	RunID         id.Run
	Taken, Peers  int
	Learners      int
	LearnersPay   money.Amount
	Employers     int
	EmployersPay  money.Amount
	Funds         int
	FundsPay      money.Amount
	Trainers      int
	PeersTeaching int
}

func makeCohorts(ctx context.Context, tx *db.Tx) error {
	var rows []counted
	err := tx.NewRaw(`
		WITH begun AS (
			SELECT r.id FROM runs r WHERE r.status IN ('open', 'closed', 'finished')
			   AND (SELECT min(starts_on) FROM blocks b WHERE b.run_id = r.id) <= ?
		), places AS (
			SELECT e.run_id, e.id, e.peer FROM enrolments e JOIN begun b ON b.id = e.run_id WHERE e.status IN ('confirmed', 'completed')
		), pays AS (
			SELECT p.run_id, s.payer, count(DISTINCT p.id) AS places, sum(s.amount) AS amount
			FROM   places p JOIN shares s ON s.enrolment_id = p.id WHERE s.amount > 0 GROUP BY p.run_id, s.payer
		)
		SELECT b.id AS run_id,
		       (SELECT count(*) FROM places p WHERE p.run_id = b.id) AS taken, (SELECT count(*) FROM places p WHERE p.run_id = b.id AND p.peer) AS peers,
		       coalesce((SELECT places FROM pays WHERE run_id = b.id AND payer = 'learner'), 0) AS learners,
		       coalesce((SELECT amount FROM pays WHERE run_id = b.id AND payer = 'learner'), 0) AS learners_pay,
		       coalesce((SELECT places FROM pays WHERE run_id = b.id AND payer = 'organisation'), 0) AS employers,
		       coalesce((SELECT amount FROM pays WHERE run_id = b.id AND payer = 'organisation'), 0) AS employers_pay,
		       coalesce((SELECT places FROM pays WHERE run_id = b.id AND payer = 'award'), 0) AS funds,
		       coalesce((SELECT amount FROM pays WHERE run_id = b.id AND payer = 'award'), 0) AS funds_pay,
		       (SELECT count(DISTINCT t.person_id) FROM block_trainers t JOIN blocks k ON k.id = t.block_id WHERE k.run_id = b.id) AS trainers,
		       (SELECT count(DISTINCT t.person_id) FROM block_trainers t JOIN blocks k ON k.id = t.block_id JOIN trainers w ON w.person_id = t.person_id
		        WHERE k.run_id = b.id AND w.peer) AS peers_teaching
		FROM   begun b ORDER BY b.id`, london.DateOf(tx.Now)).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("counting cohorts: %w", err)
	}
	runs := make([]id.Run, len(rows))
	for i, r := range rows {
		runs[i] = r.RunID
	}
	offerings, err := course.OfferingsOf(ctx, tx, runs)
	if err != nil {
		return err
	}
	for _, r := range rows {
		o := offerings[r.RunID]
		if err := keep(ctx, tx, "cohort", o.Code, o.StartsOn().Year, r.cohort(o)); err != nil {
			return err
		}
	}
	return nil
}

// cohort leaves out what may not be published.
func (r counted) cohort(o *course.Offering) Cohort {
	return Cohort{
		Code: o.Code, Title: o.Course.Title, City: o.City, StartsOn: o.StartsOn(), Places: o.Places.Capacity,
		Taken: Of(r.Taken), Peers: within(r.Peers, r.Taken),
		Learners: paid(r.Learners, r.LearnersPay), Employers: paid(r.Employers, r.EmployersPay), Funds: paid(r.Funds, r.FundsPay),
		Trainers: Of(r.Trainers), PeersTeaching: within(r.PeersTeaching, r.Trainers),
	}
}

// decided is what the database counts of one round.
type decided struct {
	ID           id.Round
	Code         string
	Title        string
	DecidedOn    london.Date `bun:"decided_on"`
	Applications int
	Awards       int
	Answered     int
	Days         int
	Panel, Peers int
	Reviews      int
	Upheld       int
	Result       []byte
}

func makeRounds(ctx context.Context, tx *db.Tx) error {
	var rows []decided
	err := tx.NewRaw(`
		SELECT r.id, r.code, r.name AS title, (q.ratified_at AT TIME ZONE 'Europe/London')::date AS decided_on, q.result,
		       (SELECT count(*) FROM sensitive.applications a WHERE a.round_id = r.id AND a.submitted_at IS NOT NULL AND a.status <> 'withdrawn') AS applications,
		       (SELECT count(*) FROM sensitive.awards w WHERE w.round_id = r.id AND w.status IN ('offered', 'accepted', 'spent')) AS awards,
		       l.answered, l.days,
		       (SELECT count(*) FROM sensitive.panel_members m WHERE m.round_id = r.id AND m.status = 'active') AS panel,
		       (SELECT count(*) FROM sensitive.panel_members m WHERE m.round_id = r.id AND m.status = 'active' AND m.peer) AS peers,
		       (SELECT count(*) FROM sensitive.reviews v JOIN sensitive.applications a ON a.id = v.application_id WHERE a.round_id = r.id) AS reviews,
		       (SELECT count(*) FROM sensitive.reviews v JOIN sensitive.applications a ON a.id = v.application_id WHERE a.round_id = r.id AND v.outcome = 'upheld') AS upheld
		FROM   rounds r
		JOIN   sensitive.proposals q ON q.round_id = r.id AND q.status = 'ratified'
		CROSS  JOIN LATERAL (
		       SELECT count(*) AS answered, coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY t.told - t.sent), 0)::integer AS days
		       FROM  (SELECT (a.submitted_at AT TIME ZONE 'Europe/London')::date AS sent, (min(x.at) AT TIME ZONE 'Europe/London')::date AS told
		              FROM sensitive.applications a JOIN sensitive.letters_sent x ON x.application_id = a.id
		              WHERE a.round_id = r.id GROUP BY a.id, a.submitted_at) t) l
		ORDER  BY r.id`).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("counting rounds: %w", err)
	}
	for _, r := range rows {
		published, err := r.round(ctx, tx)
		if err != nil {
			return err
		}
		if err := keep(ctx, tx, "round", r.Code, r.DecidedOn.Year, published); err != nil {
			return err
		}
	}
	return nil
}

// round leaves out what may not be published.
func (r decided) round(ctx context.Context, tx *db.Tx) (Round, error) {
	unfunded, short, err := shortfall(r.Result)
	if err != nil {
		return Round{}, fmt.Errorf("reading what round %s was allocated: %w", r.Code, err)
	}
	p := Round{
		Code: r.Code, Title: r.Title, DecidedOn: r.DecidedOn, Applications: Of(r.Applications), Awards: within(r.Awards, r.Applications),
		Unfunded: Of(unfunded), Panel: Of(r.Panel), PanelPeers: within(r.Peers, r.Panel), Reviews: Of(r.Reviews), Upheld: within(r.Upheld, r.Reviews),
	}
	if p.Unfunded.shown {
		p.Short = short
	}
	if r.Answered >= Least {
		p.Days = r.Days
	}
	p.Lines, err = linesOf(ctx, tx, r.ID)
	return p, err
}

// shortfall is how many were not funded, and how many pence were missing for what each of them wanted most.
func shortfall(result []byte) (people int, short money.Amount, err error) {
	var r allocation.Result
	if err := json.Unmarshal(result, &r); err != nil {
		return 0, 0, err
	}
	for _, u := range r.Unfunded {
		people++
		if len(u.Reasons) > 0 {
			short += money.Amount(u.Reasons[0].Short)
		}
	}
	return people, short, nil
}

func linesOf(ctx context.Context, tx *db.Tx, round id.Round) ([]Line, error) {
	var rows []struct {
		Purpose string
		People  int
		Amount  money.Amount
	}
	err := tx.NewRaw(`
		SELECT l.purpose, count(*) AS people, sum(l.amount) AS amount
		FROM   sensitive.awards w JOIN sensitive.award_lines l ON l.award_id = w.id
		WHERE  w.round_id = ? AND w.status IN ('offered', 'accepted', 'spent') GROUP BY l.purpose ORDER BY l.purpose`, round).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("adding up what a round gave: %w", err)
	}
	lines := make([]Line, len(rows))
	for i, r := range rows {
		lines[i] = Line{Purpose: r.Purpose, People: Of(r.People)}
		if lines[i].People.shown {
			lines[i].Amount = r.Amount
		}
	}
	return lines, nil
}
