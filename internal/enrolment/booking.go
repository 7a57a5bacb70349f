package enrolment

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/people"
)

// The answers that lead on through a booking. The others lead to a page that says what to do instead.
const (
	LearnerMyself = "myself"
	PayerMyself   = "myself"
	PayerShared   = "shared" // an employer pays a part, and they the rest
	Yes           = "yes"
	No            = "no"
)

// Booking is what somebody has typed on the way to a place, as they typed it. It belongs to a signed-in person,
// or to nobody but the browser that holds its key.
type Booking struct {
	bun.BaseModel `bun:"table:bookings"`

	ID           id.Booking `bun:"id,pk,autoincrement"`
	RunID        id.Run     `bun:"run_id"`
	VisitorHash  []byte     `bun:"visitor_hash"`
	PersonID     id.Person  `bun:"person_id,nullzero"`
	Learner      string     `bun:"learner"`       // who it is for
	Payer        string     `bun:"payer"`         // who pays
	Peer         string     `bun:"peer"`          // Yes or No, where the run asks
	Name         string     `bun:"name"`          //
	Email        string     `bun:"email"`         //
	Phone        string     `bun:"phone"`         //
	ExpressStart string     `bun:"express_start"` // Yes or No, where the course begins within 14 days

	// Where an employer pays a part:
	Employer        string `bun:"employer"`         // its name
	EmployerContact string `bun:"employer_contact"` // who is asked there
	EmployerEmail   string `bun:"employer_email"`   //
	EmployerAmount  string `bun:"employer_amount"`  // of the price, in pounds

	CreatedAt   time.Time    `bun:"created_at"`
	UpdatedAt   time.Time    `bun:"updated_at"`
	EnrolmentID id.Enrolment `bun:"enrolment_id,nullzero"` // the place that came of it
}

// Owner is who may see and change a booking: the holder of a browser's key, the signed-in person, or both.
type Owner struct {
	VisitorHash []byte    // SHA-256 of the browser's key; nil without one
	Person      id.Person // zero when signed out
}

// Band is the price band of somebody who pays for themselves.
func (b *Booking) Band() course.Band {
	if b.Peer == Yes {
		return course.Peer
	}
	return course.Self
}

// Step names a page of the booking.
type Step string

// The pages of a booking, in order.
const (
	StepLearner  Step = "learner"
	StepPayer    Step = "payer"
	StepPeer     Step = "peer"
	StepEmployer Step = "employer" // after StepPeer: an employer's part is less than the price
	StepDetails  Step = "details"
	StepStart    Step = "start"
	StepCheck    Step = "check"
)

// Steps are the pages that the booking on a run has at an instant.
func (b *Booking) Steps(o *course.Offering, now time.Time) []Step {
	steps := []Step{StepLearner, StepPayer}
	if o.AsksForPeers() {
		steps = append(steps, StepPeer)
	}
	if b.Shared() {
		steps = append(steps, StepEmployer)
	}
	steps = append(steps, StepDetails)
	if b.NeedsExpressStart(o, now) {
		steps = append(steps, StepStart)
	}
	return append(steps, StepCheck)
}

// Next is the first page that still needs an answer, or StepCheck.
func (b *Booking) Next(o *course.Offering, now time.Time) Step {
	for _, step := range b.Steps(o, now) {
		if !b.answered(step, o, now) {
			return step
		}
	}
	return StepCheck
}

func (b *Booking) answered(step Step, o *course.Offering, now time.Time) bool {
	switch step {
	case StepLearner:
		return b.Learner == LearnerMyself
	case StepPayer:
		return b.Payer == PayerMyself || b.Shared() && MayShare(o, now)
	case StepPeer:
		return b.Peer == Yes || b.Peer == No
	case StepEmployer:
		return b.EmployerPays(o) > 0
	case StepDetails:
		return b.Name != "" && b.Email != ""
	case StepStart:
		return b.ExpressStart == Yes
	default:
		return false
	}
}

// OpenBooking reads the owner's unfinished booking of a run. Without one it returns an empty booking that is
// not stored yet.
func OpenBooking(ctx context.Context, d bun.IDB, owner Owner, run id.Run) (*Booking, error) {
	return openBooking(ctx, owner, run, d.NewSelect())
}

// OpenBookings lists the owner's unfinished bookings of all runs, latest first.
func OpenBookings(ctx context.Context, d bun.IDB, owner Owner) ([]*Booking, error) {
	var list []*Booking
	err := unfinished(d.NewSelect(), owner).Model(&list).Limit(50).Scan(ctx)
	return list, err
}

// unfinished narrows a query to the owner's own unfinished bookings, latest first.
func unfinished(q *bun.SelectQuery, owner Owner) *bun.SelectQuery {
	return q.Where("enrolment_id IS NULL").
		Where("(person_id IS NOT NULL AND person_id = ?) OR (person_id IS NULL AND visitor_hash = ?)", owner.Person, hashOf(owner)).
		Order("updated_at DESC", "id DESC")
}

func openBooking(ctx context.Context, owner Owner, run id.Run, q *bun.SelectQuery) (*Booking, error) {
	b := new(Booking)
	err := unfinished(q, owner).Model(b).Where("run_id = ?", run).Limit(1).Scan(ctx)
	if db.NoRows(err) {
		return &Booking{RunID: run, VisitorHash: hashOf(owner), PersonID: owner.Person}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading booking: %w", err)
	}
	return b, nil
}

// hashOf is never nil: nobody's hash matches nothing.
func hashOf(owner Owner) []byte {
	if owner.VisitorHash == nil {
		return []byte{}
	}
	return owner.VisitorHash
}

// SaveBooking changes the owner's unfinished booking of a run, or begins one. A booking that a browser began
// becomes the person's as soon as they are signed in.
func SaveBooking(ctx context.Context, tx *db.Tx, owner Owner, run id.Run, change func(*Booking)) (*Booking, error) {
	b, err := LockBooking(ctx, tx, owner, run)
	if err == nil && b.ID == 0 {
		b, err = beginBooking(ctx, tx, owner, b)
	}
	if err != nil {
		return nil, err
	}
	change(b)
	b.UpdatedAt = tx.Now
	_, err = tx.NewUpdate().Model(b).ExcludeColumn("id", "created_at", "enrolment_id").WherePK().Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("saving booking: %w", err)
	}
	return b, nil
}

// beginBooking stores an empty booking and locks it. Of two tabs that begin at once, the second gets the
// first one's.
func beginBooking(ctx context.Context, tx *db.Tx, owner Owner, b *Booking) (*Booking, error) {
	b.CreatedAt, b.UpdatedAt = tx.Now, tx.Now
	_, err := tx.NewInsert().Model(b).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("beginning booking: %w", err)
	}
	return LockBooking(ctx, tx, owner, b.RunID)
}

// LockBooking is OpenBooking for change. It makes the booking the signed-in person's.
func LockBooking(ctx context.Context, tx *db.Tx, owner Owner, run id.Run) (*Booking, error) {
	b, err := openBooking(ctx, owner, run, tx.NewSelect().For("UPDATE"))
	if err != nil || owner.Person == 0 || b.PersonID == owner.Person {
		return b, err
	}
	if err := adopt(ctx, tx, b, owner.Person); err != nil {
		return nil, fmt.Errorf("adopting booking: %w", err)
	}
	return b, nil
}

// adopt gives a booking that a browser began to the person who signed in with it. What they had typed on
// another device stays where this one says nothing. Computers are shared: somebody whose name we know does not
// get the name that was typed with another address, nor the employer.
func adopt(ctx context.Context, tx *db.Tx, b *Booking, person id.Person) error {
	p, err := people.ByID(ctx, tx, person)
	if err != nil {
		return err
	}
	if typed, _ := people.NormaliseEmail(b.Email); b.Email != "" && typed != p.Email && p.Name != "" {
		b.Name, b.Phone = p.Name, p.Phone
		b.Ask(Employer{})
	}
	older, err := openBooking(ctx, Owner{Person: person}, b.RunID, tx.NewSelect().For("UPDATE"))
	if err != nil {
		return err
	}
	b.fill(older)
	if _, err := tx.NewDelete().Model((*Booking)(nil)).Where("id = ?", older.ID).Exec(ctx); err != nil {
		return err
	}
	b.PersonID = person
	_, err = tx.NewUpdate().Model(b).ExcludeColumn("id", "created_at", "enrolment_id").WherePK().Exec(ctx)
	return err
}

// fill takes from an older booking what this one does not say.
func (b *Booking) fill(older *Booking) {
	for _, f := range []struct {
		answer *string
		before string
	}{
		{&b.Learner, older.Learner}, {&b.Payer, older.Payer}, {&b.Peer, older.Peer}, {&b.Name, older.Name},
		{&b.Email, older.Email}, {&b.Phone, older.Phone}, {&b.ExpressStart, older.ExpressStart},
		{&b.Employer, older.Employer}, {&b.EmployerContact, older.EmployerContact},
		{&b.EmployerEmail, older.EmployerEmail}, {&b.EmployerAmount, older.EmployerAmount},
	} {
		if *f.answer == "" {
			*f.answer = f.before
		}
	}
}

// FinishBooking notes which place came of a booking.
func FinishBooking(ctx context.Context, tx *db.Tx, b *Booking, e *Enrolment) error {
	b.EnrolmentID, b.UpdatedAt = e.ID, tx.Now
	_, err := tx.NewUpdate().Model(b).Column("enrolment_id", "updated_at").WherePK().Exec(ctx)
	return err
}

// CopyBooking carries what was typed over to another run of the same course, when the first one is full.
func CopyBooking(ctx context.Context, tx *db.Tx, owner Owner, from, to id.Run) (*Booking, error) {
	old, err := OpenBooking(ctx, tx, owner, from)
	if err != nil {
		return nil, err
	}
	return SaveBooking(ctx, tx, owner, to, func(b *Booking) {
		b.Learner, b.Payer, b.Peer, b.Name, b.Email, b.Phone = old.Learner, old.Payer, old.Peer, old.Name, old.Email, old.Phone
		b.Ask(old.Asked())
	})
}

// unfinishedFor is how long an unfinished booking is kept after it was last touched.
const unfinishedFor = 30 * 24 * time.Hour

// ForgetUnfinished deletes bookings that nobody has touched for 30 days, and says how many.
func ForgetUnfinished(ctx context.Context, tx *db.Tx) (int64, error) {
	res, err := tx.NewDelete().Model((*Booking)(nil)).
		Where("enrolment_id IS NULL AND updated_at < ?", tx.Now.Add(-unfinishedFor)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("forgetting unfinished bookings: %w", err)
	}
	return res.RowsAffected()
}
