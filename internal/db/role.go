package db

import "bursar/internal/id"

// The PostgreSQL roles as which the program works, one for each audience of what people say when they apply
// (migrations/…_audiences, …_organisations). Open takes one on. App has no right in schema sensitive.
const (
	App       = "bursar_app"       // the public, trainers, finance, the card processor
	Employer  = "bursar_employer"  // who acts for an organisation that pays: what is its own
	Trainer   = "bursar_trainer"   // who teaches: the registers of what they teach
	Learner   = "bursar_learner"   // an applicant: own rows
	Supporter = "bursar_supporter" // somebody with a supporter's link: one statement
	Assessor  = "bursar_assessor"  // a panel member: masked copies that are assigned, without conflict
	Office    = "bursar_office"    // bursary staff: all but support needs
	Access    = "bursar_access"    // the access officer: support needs
	Worker    = "bursar_worker"    // jobs and timetable
)

// Roles lists every role.
func Roles() []string {
	return []string{App, Employer, Trainer, Learner, Supporter, Assessor, Office, Access, Worker}
}

// Who is in whose name a unit of work is done: row security shows it what is theirs and nothing else. The zero
// value is nobody, to whom schema sensitive shows nothing.
type Who struct {
	Person id.Person // who is signed in
	Link   []byte    // or the hash of the link that a supporter holds
}
