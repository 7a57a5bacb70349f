// Package certificate is what somebody is given in the end: a paper that says that they completed a run, or that they attended it,
// and a page on which anybody who is shown one can see whether it holds.
//
// What always holds: a certificate says what the registers said on the day it was issued, and never changes; a correction is
// another certificate that replaces it; for a place on a run one is valid at most; what is public of it is open to whoever has
// its code, which cannot be guessed, and is no more than what the paper says. How a place was paid for, and that anybody helped,
// stands nowhere on it.
package certificate

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

var (
	// ErrUnknown means that there is no such certificate, or that it is not for whoever asks.
	ErrUnknown = failure.New(failure.NotFound, "certificate_unknown",
		"We know no certificate with this code. Check each letter and number of it, or ask us.")
	// ErrNone means that somebody has no certificate for a place.
	ErrNone = failure.New(failure.NotFound, "certificate_none", "There is no certificate for this place.")
	// ErrNotValid means that a certificate has been replaced or withdrawn, so that nothing can be done with it.
	ErrNotValid = failure.New(failure.Conflict, "certificate_not_valid", "This certificate has been replaced or withdrawn since you opened the page.")
	// ErrIssued means that a name cannot simply be chosen any more, because it stands on a certificate.
	ErrIssued = failure.New(failure.Conflict, "certificate_issued", "Your certificate has been issued since you opened the page. Look at it first.")
	// ErrAskOffice means that somebody has corrected their name once already.
	ErrAskOffice = failure.New(failure.Conflict, "certificate_ask_office",
		"You have corrected the name on this certificate once already. Please ask us, and we will do it.")
)

// Kind is what a certificate says that somebody did.
type Kind string

// The kinds. Nothing is given to whoever was not there at all.
const (
	Nothing   Kind = ""
	Attended  Kind = "attended"
	Completed Kind = "completed"
)

// Status says whether a certificate holds.
type Status string

// The statuses of a certificate. All but Valid are final.
const (
	Valid     Status = "valid"
	Replaced  Status = "replaced"
	Withdrawn Status = "withdrawn"
)

// Certificate is one that was issued.
type Certificate struct {
	bun.BaseModel `bun:"table:certificates,alias:k"`

	ID          id.Certificate `bun:"id,pk"`
	Number      string         `bun:"number"` // "C-00042": names it, and opens nothing
	Code        string         `bun:"code"`   // "K7Q2-9MXA-3BTF": opens its public page
	EnrolmentID id.Enrolment   `bun:"enrolment_id"`
	RunID       id.Run         `bun:"run_id"`
	PersonID    id.Person      `bun:"person_id"`
	Kind        Kind           `bun:"kind"`
	Status      Status         `bun:"status"`
	Snapshot    Snapshot       `bun:"snapshot,type:jsonb"` // what it says
	ReplacesID  id.Certificate `bun:"replaces_id,nullzero"`
	ByHolder    bool           `bun:"by_holder"` // they corrected their name themselves
	IssuedBy    id.Person      `bun:"issued_by"`
	IssuedAt    time.Time      `bun:"issued_at"`
	EndedBy     id.Person      `bun:"ended_by,nullzero"`
	EndedAt     time.Time      `bun:"ended_at,nullzero"`
	Reason      string         `bun:"reason"` // of withdrawing it; for staff
}

// Public is what anybody sees who has a certificate's code.
type Public struct {
	*Certificate
	ReplacedBy string // number of the one that took its place; its code is for whoever is shown it
}

// ByCode is what is public of a certificate, by its code as somebody typed it, or ErrUnknown. Of one that has been replaced
// it has no name: somebody may have had a reason to correct it.
func ByCode(ctx context.Context, d bun.IDB, code string) (*Public, error) {
	k, err := one(ctx, d.NewSelect().Where("k.code = ?", id.NormaliseLongCode(code)), ErrUnknown)
	if err != nil {
		return nil, err
	}
	p := &Public{Certificate: k}
	if k.Status != Replaced {
		return p, nil
	}
	k.Snapshot.Name = ""
	if err := d.NewRaw("SELECT number FROM certificates WHERE replaces_id = ?", k.ID).Scan(ctx, &p.ReplacedBy); err != nil {
		return nil, fmt.Errorf("finding what replaced a certificate: %w", err)
	}
	return p, nil
}

// Of is the valid certificate that a person has for a place, or ErrNone. When the place was moved, it is that of the run on which
// they last got one.
func Of(ctx context.Context, d bun.IDB, person id.Person, place id.Enrolment) (*Certificate, error) {
	return one(ctx, d.NewSelect().Where("k.enrolment_id = ? AND k.person_id = ? AND k.status = ?", place, person, Valid).Order("k.id DESC").Limit(1), ErrNone)
}

// ListOf lists every certificate that was ever issued for a place, the latest first, for staff.
func ListOf(ctx context.Context, d bun.IDB, place id.Enrolment) ([]*Certificate, error) {
	var list []*Certificate
	if err := d.NewSelect().Model(&list).Where("k.enrolment_id = ?", place).Order("k.id DESC").Limit(100).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing the certificates of a place: %w", err)
	}
	return list, nil
}

func one(ctx context.Context, q *bun.SelectQuery, none error) (*Certificate, error) {
	k := new(Certificate)
	err := q.Model(k).Scan(ctx)
	if db.NoRows(err) {
		return nil, none
	}
	if err != nil {
		return nil, fmt.Errorf("reading a certificate: %w", err)
	}
	return k, nil
}
