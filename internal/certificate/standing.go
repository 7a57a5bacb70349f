package certificate

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/attendance"
	"bursar/internal/course"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Why says why somebody gets no certificate now. Empty: they get one.
type Why string

// The reasons. All but Again are in the way of a certificate for this person alone too.
const (
	Running  Why = "running"  // the run is not over
	NoName   Why = "no_name"  // nobody is named for the place
	Waiting  Why = "waiting"  // a change of the registers waits for a second person
	NoMarks  Why = "no_marks" // there are half days without a register, and those there are do not complete the run
	NotThere Why = "not_there"
	Has      Why = "has"
	Else     Why = "else"    // one was issued to somebody else who had the place
	Letters  Why = "letters" // the name has letters that we cannot print
	Again    Why = "again"   // one was withdrawn: it takes a decision about this person
)

// Standing is what somebody with a certain place on a run gets, or why not.
type Standing struct {
	attendance.Outcome
	Gives     Kind
	Why       Why
	PersonID  id.Person
	Email     string
	Greeting  string         // their name as letters have it
	Printed   string         // the name that would stand on it
	HasID     id.Certificate // their valid certificate; zero: none
	HasNumber string
	HasKind   Kind
	HasPerson id.Person // whose it is
	HasName   string    // that stands on it
	Withdrawn bool      // one was withdrawn for this run
}

// Replaces reports whether what they get takes the place of what they have: they attended, and have made up what was missing.
func (s Standing) Replaces() bool { return s.Why == "" && s.HasID != 0 }

// decide says what they get.
func (s *Standing) decide(r attendance.Readiness) {
	kind := Nothing
	switch {
	case s.Completes:
		kind = Completed
	case s.Halves > 0:
		kind = Attended
	}
	switch {
	case s.HasID != 0 && s.HasPerson != s.PersonID:
		s.Why = Else
	case s.HasID != 0 && (s.HasKind == Completed || kind != Completed):
		s.Why = Has
	case !r.Over:
		s.Why = Running
	case s.PersonID == 0:
		s.Why = NoName
	case r.Waiting > 0:
		s.Why = Waiting
	case r.Missing > 0 && kind != Completed:
		s.Why = NoMarks
	case kind == Nothing:
		s.Why = NotThere
	case !printable(s.Printed):
		s.Why = Letters
	case s.HasID == 0 && s.Withdrawn:
		s.Why, s.Gives = Again, kind
	default:
		s.Gives = kind
	}
}

// Preview is whom a run's certificates would be issued to.
type Preview struct {
	attendance.Readiness
	Completed int // that would be issued, those among them that replace one too
	Attended  int
	Replacing int
	Has       int // that are there already
	Without   int // people who get none now and have none
}

// Due is how many would be issued.
func (p Preview) Due() int { return p.Completed + p.Attended }

// PreviewOf counts whom the certificates of a run would be issued to on a day.
func PreviewOf(ctx context.Context, d bun.IDB, o *course.Offering, today london.Date) (Preview, error) {
	ready, err := attendance.ReadinessOf(ctx, d, o, today)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Readiness: ready}
	list, err := standings(ctx, d, o.ID, ready)
	for _, s := range list {
		switch {
		case s.Why == Has:
			p.Has++
		case s.Why != "":
			p.Without++
		case s.Gives == Completed:
			p.Completed++
		default:
			p.Attended++
		}
		if s.Replaces() {
			p.Replacing++
		}
	}
	return p, err
}

func standings(ctx context.Context, d bun.IDB, run id.Run, ready attendance.Readiness) ([]Standing, error) {
	list, err := attendance.Outcomes(ctx, d, run)
	if err != nil {
		return nil, err
	}
	return stand(ctx, d, ready, list)
}

// List is what each of a run's people gets, in the order in which they booked, behind one of them.
func List(ctx context.Context, d bun.IDB, run id.Run, ready attendance.Readiness, after id.Enrolment, limit int) ([]Standing, error) {
	list, err := attendance.ListOutcomes(ctx, d, run, after, limit)
	if err != nil {
		return nil, err
	}
	return stand(ctx, d, ready, list)
}

// StandingOf is what one person gets for their place, or enrolment.ErrUnknown when the place is not certain.
func StandingOf(ctx context.Context, d bun.IDB, o *course.Offering, place id.Enrolment, today london.Date) (Standing, error) {
	outcome, err := attendance.OutcomeOf(ctx, d, place)
	if err != nil {
		return Standing{}, err
	}
	ready, err := attendance.ReadinessOf(ctx, d, o, today)
	if err != nil {
		return Standing{}, err
	}
	list, err := stand(ctx, d, ready, []attendance.Outcome{outcome})
	if err != nil {
		return Standing{}, err
	}
	return list[0], nil
}

// stand reads who they are and what they have, in one statement however many they are.
func stand(ctx context.Context, d bun.IDB, ready attendance.Readiness, of []attendance.Outcome) ([]Standing, error) {
	if len(of) == 0 {
		return nil, nil
	}
	list, at, ids := make([]Standing, len(of)), map[id.Enrolment]int{}, make([]id.Enrolment, len(of))
	for i, o := range of {
		list[i], at[o.EnrolmentID], ids[i] = Standing{Outcome: o, Printed: o.Name}, i, o.EnrolmentID
	}
	var rows []struct {
		ID                                          id.Enrolment
		PersonID, HasPerson                         id.Person
		Email, Greeting, Wanted, HasNumber, HasName string
		HasID                                       id.Certificate
		HasKind                                     Kind
		Withdrawn                                   bool
	}
	err := d.NewRaw(`
		SELECT e.id, coalesce(e.person_id, 0) AS person_id, coalesce(p.email, '') AS email, coalesce(p.name, '') AS greeting, coalesce(w.name, '') AS wanted,
		       coalesce(k.id, 0) AS has_id, coalesce(k.number, '') AS has_number, coalesce(k.kind, '') AS has_kind, coalesce(k.person_id, 0) AS has_person,
		       coalesce(k.snapshot ->> 'name', '') AS has_name,
		       EXISTS (SELECT FROM certificates x WHERE x.enrolment_id = e.id AND x.run_id = e.run_id AND x.person_id = e.person_id AND x.status = 'withdrawn') AS withdrawn
		FROM   enrolments e LEFT JOIN people p ON p.id = e.person_id
		LEFT   JOIN certificate_names w ON w.enrolment_id = e.id AND w.person_id = e.person_id
		LEFT   JOIN certificates k ON k.enrolment_id = e.id AND k.run_id = e.run_id AND k.status = 'valid'
		WHERE  e.id IN (?)`, bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading who is to have a certificate: %w", err)
	}
	for _, r := range rows {
		s := &list[at[r.ID]]
		s.PersonID, s.Email, s.Greeting, s.Withdrawn = r.PersonID, r.Email, r.Greeting, r.Withdrawn
		s.HasID, s.HasNumber, s.HasKind, s.HasPerson, s.HasName = r.HasID, r.HasNumber, r.HasKind, r.HasPerson, r.HasName
		if r.Wanted != "" {
			s.Printed = r.Wanted
		}
		if s.Printed == "" { // nobody has said what they are called
			s.PersonID = 0
		}
		s.decide(ready)
	}
	return list, nil
}
