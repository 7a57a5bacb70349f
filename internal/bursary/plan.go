package bursary

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/lottery"
	"bursar/internal/money"
	"bursar/internal/secret"
)

// Plan is what staff decide about a round before it is published.
type Plan struct {
	Code      string // "SPRING-27"; never changes
	Name      string
	OpensOn   london.Date
	ClosesOn  london.Date
	PanelOn   london.Date
	DecidesOn london.Date
	Runs      []string // codes, in the order in which they are offered
	Places    int
	Money     money.Amount // pence
	Readers   int          // of each application
	Tariff    Tariff
	Summary   string
	Who       string
	Contact   Contact
	Beacon    string      // which public draw will be mixed into the lottery; named before the round is published
	BeaconOn  london.Date // the day of that draw, on or after that of the panel
}

// Contact is whom an applicant can call or write to.
type Contact struct{ Name, Email, Phone string }

var roundCode = regexp.MustCompile(`^[A-Z0-9]+(-[A-Z0-9]+)*$`)

// Check is Invalid with a sentence for each field that staff must look at again, or nil.
func (p *Plan) Check() error {
	fields := map[string]string{}
	wrong := func(bad bool, field, sentence string) {
		if bad && fields[field] == "" {
			fields[field] = sentence
		}
	}
	wrong(!roundCode.MatchString(p.Code) || len(p.Code) > 20, "code", "Enter a code of up to 20 capital letters, digits and hyphens, like SPRING-27.")
	wrong(p.Name == "" || len(p.Name) > 100, "name", "Enter a name of up to 100 characters.")
	wrong(p.OpensOn.IsZero(), "opens_on", "Enter the day on which the round opens.")
	wrong(p.ClosesOn.IsZero() || p.ClosesOn.Before(p.OpensOn), "closes_on", "Enter a closing day that is not before the opening day.")
	wrong(!p.PanelOn.After(p.ClosesOn), "panel_on", "The panel meets after the closing day.")
	wrong(p.DecidesOn.Before(p.PanelOn), "decides_on", "Everybody is told on or after the day of the panel.")
	wrong(!p.BeaconOn.IsZero() && p.BeaconOn.Before(p.PanelOn), "beacon_on", "The public draw takes place on or after the day of the panel.")
	wrong(!p.BeaconOn.IsZero() && !p.BeaconOn.Before(p.DecidesOn), "beacon_on", "The public draw takes place before the day by which everybody is told.")
	wrong(len(p.Runs) == 0, "runs", "Choose at least one run that the round covers.")
	wrong(p.Places < 1 || p.Places > 10_000, "places", "Enter how many places you announce.")
	wrong(p.Money < 0, "money", "Enter how much money you announce, in pounds.")
	wrong(p.Readers < 1 || p.Readers > 9, "readers", "Enter how many people read each application: 3 is usual.")
	wrong(p.Summary == "", "summary", "Say what the round pays for.")
	wrong(p.Who == "", "who", "Say who can apply.")
	wrong(p.Contact.Name == "", "contact_name", "Say whom applicants can ask.")
	wrong(p.Contact.Phone == "", "contact_phone", "Enter a telephone number: some people apply by telephone.")
	wrong(p.Contact.Email == "", "contact_email", "Enter an email address for questions.")
	if sentence := p.Tariff.mistake(); sentence != "" {
		wrong(true, "tariff", sentence)
	}
	if len(fields) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "round_invalid", Message: "Some of this round needs another look.", Fields: fields}
}

// mistake is a sentence on what is wrong with a tariff, or empty.
func (t Tariff) mistake() string {
	seen := map[Line]bool{}
	for _, l := range t.Lines {
		if seen[l.Line] || l.Title == "" || l.Cap < 0 {
			return "Each line of the tariff has a title and an amount of £0 or more."
		}
		seen[l.Line] = true
	}
	if !seen[Fee] {
		return "The tariff must say how much of the fee is paid."
	}
	if len(t.Circumstances) == 0 {
		return "Say for which circumstances how much of the fee is paid."
	}
	keys := map[string]bool{}
	for _, c := range t.Circumstances {
		if keys[c.Key] || c.Key == "" || c.Label == "" || c.Percent < 1 || c.Percent > 100 {
			return "Each circumstance has words and pays between 1 and 100 per cent of the fee."
		}
		keys[c.Key] = true
	}
	return ""
}

// ErrCodeTaken means that there is a round of this code already.
var ErrCodeTaken = failure.Field("code", "There is a round with this code already.")

// Create makes a draft of a round, pinned to today's form and rubric, and commits to the seed of its lottery. It
// is for the office. It returns Invalid with a sentence for each field, or ErrCodeTaken.
func Create(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, p Plan) (*Round, error) {
	p.Code = strings.ToUpper(strings.TrimSpace(p.Code))
	if err := p.Check(); err != nil {
		return nil, err
	}
	seed := lottery.NewSeed()
	r := &Round{
		Code: p.Code, Status: RoundDraft, FormVersion: form.Current().Version, RubricVersion: form.CurrentRubric().Version,
		Commitment: lottery.Commit(seed), CreatedAt: tx.Now,
	}
	p.into(r)
	if _, err := tx.NewInsert().Model(r).Returning("id").Exec(ctx); err != nil {
		if db.Violates(err, "rounds_code_once") {
			return nil, ErrCodeTaken.Because(err)
		}
		return nil, fmt.Errorf("creating round %s: %w", r.Code, err)
	}
	if err := keepSeed(ctx, tx, box, r.ID, seed); err != nil {
		return nil, err
	}
	if err := coverRuns(ctx, tx, r.ID, p.Runs); err != nil {
		return nil, err
	}
	return r, recordRound(ctx, tx, by, "round created", r, nil)
}

// into writes all but the code.
func (p *Plan) into(r *Round) {
	r.Name, r.OpensOn, r.ClosesOn, r.PanelOn, r.DecidesOn = p.Name, p.OpensOn, p.ClosesOn, p.PanelOn, p.DecidesOn
	r.Places, r.Money, r.Readers, r.Tariff = p.Places, p.Money, p.Readers, p.Tariff
	r.Summary, r.Who, r.Beacon, r.BeaconOn = p.Summary, p.Who, p.Beacon, p.BeaconOn
	r.ContactName, r.ContactEmail, r.ContactPhone = p.Contact.Name, p.Contact.Email, p.Contact.Phone
}

const seedsTable = "sensitive.round_seeds"

func keepSeed(ctx context.Context, tx *db.Tx, box *secret.Box, round id.Round, seed lottery.Seed) error {
	sealed, err := box.Seal(seed[:], seedsTable, "seed", int64(round))
	if err != nil {
		return err
	}
	if _, err := tx.NewRaw("INSERT INTO sensitive.round_seeds (round_id, seed) VALUES (?, ?)", round, sealed).Exec(ctx); err != nil {
		return fmt.Errorf("keeping the lottery's seed: %w", err)
	}
	return nil
}

// coverRuns replaces the runs that a round covers.
func coverRuns(ctx context.Context, tx *db.Tx, round id.Round, codes []string) error {
	if _, err := tx.NewRaw("DELETE FROM round_runs WHERE round_id = ?", round).Exec(ctx); err != nil {
		return fmt.Errorf("choosing a round's runs: %w", err)
	}
	for i, code := range codes {
		o, err := course.FindOffering(ctx, tx, code)
		if err != nil {
			return failure.Field("runs", "We do not know the run "+code+".").Because(err)
		}
		_, err = tx.NewRaw("INSERT INTO round_runs (round_id, run_id, position) VALUES (?, ?, ?)", round, o.ID, i+1).Exec(ctx)
		if err != nil {
			return fmt.Errorf("choosing a round's runs: %w", err)
		}
	}
	return nil
}

// Publish shows a round to everybody; from its opening day on it takes applications. Its form, rubric and tariff
// are fixed from now on. A round that Unready finds something wrong with is refused with that.
func Publish(ctx context.Context, tx *db.Tx, by id.Person, code string) (*Round, error) {
	r, err := lockRound(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if err := r.move(RoundPublished); err != nil {
		return nil, err
	}
	if err := ready(ctx, tx, r, tx.Now); err != nil {
		return nil, err
	}
	r.PublishedAt = tx.Now
	if err := saveRound(ctx, tx, r); err != nil {
		return nil, err
	}
	return r, recordRound(ctx, tx, by, "round published", r, nil)
}

func recordRound(ctx context.Context, tx *db.Tx, by id.Person, action string, r *Round, detail any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "round", SubjectID: int64(r.ID), Detail: detail})
}
