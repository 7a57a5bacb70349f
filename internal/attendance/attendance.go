// Package attendance is who was there, half day by half day, and what that means for completing a run: registers and their marks,
// half days made up in another run, what two people change afterwards, and whom an organisation is told was not there.
//
// What always holds: a register belongs to half a day of a block; what is sent twice counts once, and nobody overwrites what they
// have not seen; once a block is over its marks change only by the word of two people; halves and shares are counted in whole
// numbers. It knows nothing of what a place costs.
package attendance

import (
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/failure"
	"bursar/internal/id"
)

var (
	// ErrUnknown means that there is no such half day, or that it is not for whoever asks.
	ErrUnknown = failure.New(failure.NotFound, "register_unknown", "We cannot find that register.")
	// ErrNotYet means that a day has not come.
	ErrNotYet = failure.New(failure.Conflict, "register_not_yet", "This day has not come yet. The register opens on the day.")
	// ErrOver means that a block is over, so that its registers take two people.
	ErrOver = failure.New(failure.Conflict, "register_over",
		"This block is over. A change now needs two people: one asks and says why, another agrees.")
	// ErrOpen means that a register can simply be written in: nobody needs to be asked.
	ErrOpen = failure.New(failure.Conflict, "register_open", "This block is not over. You can change the register itself.")
	// ErrLater refuses a trainer's correction of an earlier day.
	ErrLater = failure.New(failure.Conflict, "register_later", "This was marked on an earlier day. Ask the office to correct it.")
	// ErrMeanwhile refuses a mark that goes by what somebody else has changed.
	ErrMeanwhile = failure.New(failure.Conflict, "register_meanwhile", "Somebody else has marked this differently. Look at it, and choose again if it is wrong.")
	// ErrGone refuses a mark for somebody who is not on the register, or not any more.
	ErrGone = failure.New(failure.Conflict, "register_gone", "Somebody is not on this register any more.")
	// ErrMark means that a mark is none that can be given.
	ErrMark = failure.New(failure.Invalid, "register_mark", "Choose whether they were there.")
	// ErrKey means that what was sent has no key of its own by which it is known when it comes again.
	ErrKey = failure.New(failure.Invalid, "register_key", "Open the register again, and mark it there.")
)

// Mark says whether somebody was there. Empty: nobody has said.
type Mark string

// The marks. MadeUp is given by the register on which somebody was a guest, never by hand.
const (
	Unmarked Mark = ""
	Present  Mark = "present"
	Absent   Mark = "absent"
	MadeUp   Mark = "made_up"
)

// Given reports whether a mark can be given by hand.
func (m Mark) Given() bool { return m == Present || m == Absent }

// Keeper is who writes in a register: somebody who teaches the block, or, as the office, an administrator.
type Keeper struct {
	Person id.Person
	Office bool
}

// mark is a row of a register.
type mark struct {
	bun.BaseModel `bun:"table:attendance_marks"`

	EnrolmentID id.Enrolment `bun:"enrolment_id,pk"`
	RegisterID  id.Register  `bun:"register_id,pk"`
	Mark        Mark         `bun:"mark"`
	ByID        id.Person    `bun:"by_id"`
	At          time.Time    `bun:"at"`
}
