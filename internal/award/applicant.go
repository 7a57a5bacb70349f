package award

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/secret"
)

// Applicant is what an allocation needs to know of somebody: facts for the rules of funds, the dates they could
// take in their order, and pence. No words of an application are in it.
type Applicant struct {
	Application *bursary.Application `json:"-"`
	Called      string               // what to call them
	Facts       fund.Facts           // without a run
	Runs        []string             // codes, the best first
	Enrolled    []string             // codes of runs on which they have a place or wait for one already
	LateStart   bool                 // can take a place that comes free late
	FeePercent  int                  // of the fee, by the published tariff; 0: not asked for
	Own         money.Amount         // what they can pay, pence
	Employer    money.Amount         // what an employer can pay, pence
	Asked       map[fund.Purpose]money.Amount
	How         string // the other costs are paid: direct, bank or voucher
}

// answers are the questions that an Applicant is made of.
func answers() []string {
	keys := []string{"name", "region", "work_region", "cumbria", "role_kind", "own_experience", "employer_kind", "organisation", "runs", "late_start",
		"help", "circumstances", "own_payment", "employer_payment", "paid_how"}
	for _, l := range bursary.Lines() {
		if l != bursary.Fee {
			keys = append(keys, string(l)+"_amount")
		}
	}
	return keys
}

// FactsOf reads what an allocation needs to know of applications of a round, in their order, for staff: reading is
// noted for each.
func FactsOf(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, r *bursary.Round, list []*bursary.Application) ([]Applicant, error) {
	which := idsOf(list)
	said, err := bursary.Answered(ctx, tx, box, reader, which, answers()...)
	if err != nil {
		return nil, err
	}
	before, err := lastAwards(ctx, tx, which)
	if err != nil {
		return nil, err
	}
	enrolled, err := enrolledOn(ctx, tx, r.ID, which)
	if err != nil {
		return nil, err
	}
	all := make([]Applicant, len(list))
	for i, a := range list {
		all[i] = applicant(r, a, said[a.ID])
		all[i].Facts.LastAward, all[i].Enrolled = before[a.ID], enrolled[a.ID]
	}
	return all, nil
}

// enrolledOn says on which runs of a round applicants have a claim already: nobody takes two places.
func enrolledOn(ctx context.Context, tx *db.Tx, round id.Round, which []id.Application) (map[id.Application][]string, error) {
	enrolled := map[id.Application][]string{}
	if len(which) == 0 {
		return enrolled, nil
	}
	var rows []struct {
		ID   id.Application
		Code string
	}
	err := tx.NewRaw(`
		SELECT a.id, run.code
		FROM   sensitive.applications a
		JOIN   enrolments e ON e.person_id = a.person_id AND e.status IN ('waiting', 'held', 'confirmed', 'completed')
		JOIN   round_runs rr ON rr.run_id = e.run_id AND rr.round_id = ?
		JOIN   runs run ON run.id = e.run_id
		WHERE  a.id IN (?) ORDER BY a.id, run.code`, round, bun.List(which)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading who has a place already: %w", err)
	}
	for _, row := range rows {
		enrolled[row.ID] = append(enrolled[row.ID], row.Code)
	}
	return enrolled, nil
}

// applicant makes sense of somebody's answers.
func applicant(r *bursary.Round, a *bursary.Application, said form.Answers) Applicant {
	p := Applicant{
		Application: a, Called: strings.TrimSpace(said["name"]), Runs: said.List("runs"), LateStart: said.Has("late_start", form.Yes),
		Own: pence(said["own_payment"]), Employer: pence(said["employer_payment"]), How: said["paid_how"],
		Facts: fund.Facts{
			Region: said["region"], WorkRegion: said["work_region"], Cumbria: said.Has("cumbria", form.Yes), Role: said["role_kind"],
			Experience: said["own_experience"], Employer: said["employer_kind"], Organisation: normal(said["organisation"]),
		},
		Asked: map[fund.Purpose]money.Amount{},
	}
	for _, l := range bursary.Lines() {
		tariff, paid := r.Tariff.Line(l)
		if !paid || !said.Has("help", string(l)) {
			continue
		}
		if l == bursary.Fee {
			p.FeePercent = percentOf(r, said["circumstances"])
		} else if amount := min(pence(said[string(l)+"_amount"]), tariff.Cap); amount > 0 {
			p.Asked[fund.Purpose(l)] = amount
		}
	}
	return p
}

// percentOf is the published share of the fee for somebody's circumstances.
func percentOf(r *bursary.Round, key string) int {
	for _, c := range r.Tariff.Circumstances {
		if c.Key == key {
			return c.Percent
		}
	}
	return 0
}

// pence reads an amount that the form has checked; what was left empty is nothing.
func pence(typed string) money.Amount {
	amount, err := money.Parse(typed)
	if err != nil {
		return 0
	}
	return amount
}

// normal makes two ways of writing an organisation's name one.
func normal(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

func idsOf(list []*bursary.Application) []id.Application {
	which := make([]id.Application, len(list))
	for i, a := range list {
		which[i] = a.ID
	}
	return which
}

// lastAwards is the day of the latest award that each applicant was offered before and did not give up, in any other
// application.
func lastAwards(ctx context.Context, tx *db.Tx, which []id.Application) (map[id.Application]london.Date, error) {
	before := map[id.Application]london.Date{}
	if len(which) == 0 {
		return before, nil
	}
	var rows []struct {
		ID id.Application
		On london.Date
	}
	err := tx.NewRaw(`
		SELECT a.id, max((w.offered_at AT TIME ZONE 'Europe/London')::date) AS on
		FROM   sensitive.applications a JOIN sensitive.awards w ON w.person_id = a.person_id AND w.application_id <> a.id
		WHERE  a.id IN (?) AND w.status IN ('offered', 'accepted', 'spent') GROUP BY a.id`, bun.List(which)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading earlier awards: %w", err)
	}
	for _, row := range rows {
		before[row.ID] = row.On
	}
	return before, nil
}

const factsTable = "sensitive.facts"

// KeepFacts seals what a ratified allocation went by, so that its reserve list can go by the same.
func KeepFacts(ctx context.Context, tx *db.Tx, box *secret.Box, all []Applicant) error {
	type row struct {
		bun.BaseModel `bun:"table:sensitive.facts"`
		ApplicationID id.Application `bun:"application_id,pk"`
		Body          []byte         `bun:"body"`
		At            any            `bun:"at"`
	}
	rows := make([]row, len(all))
	for i, p := range all {
		plain, err := json.Marshal(p)
		if err != nil {
			return err
		}
		body, err := box.Seal(plain, factsTable, "body", int64(p.Application.ID))
		if err != nil {
			return err
		}
		rows[i] = row{ApplicationID: p.Application.ID, Body: body, At: tx.Now}
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&rows).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("keeping facts: %w", err)
	}
	return nil
}

// KeptFacts opens what KeepFacts sealed of applications, in their order. Staff have noted the reading before.
func KeptFacts(ctx context.Context, tx *db.Tx, box *secret.Box, list []*bursary.Application) ([]Applicant, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var rows []struct {
		ApplicationID id.Application
		Body          []byte
	}
	err := tx.NewRaw("SELECT application_id, body FROM sensitive.facts WHERE application_id IN (?)", bun.List(idsOf(list))).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading facts that were kept: %w", err)
	}
	bodies := make(map[id.Application][]byte, len(rows))
	for _, row := range rows {
		bodies[row.ApplicationID] = row.Body
	}
	var all []Applicant
	for _, a := range list {
		body, kept := bodies[a.ID]
		if !kept {
			continue // upheld before anything was ratified about them
		}
		plain, err := box.Open(body, factsTable, "body", int64(a.ID))
		if err != nil {
			return nil, err
		}
		p := Applicant{Application: a}
		if err := json.Unmarshal(plain, &p); err != nil {
			return nil, fmt.Errorf("reading the facts of application %s: %w", a.Code, err)
		}
		all = append(all, p)
	}
	return all, nil
}
