package panel

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/people"
)

var (
	// ErrUnknownMember means that nobody of that number is on the panel of the round.
	ErrUnknownMember = failure.New(failure.NotFound, "member_unknown", "We cannot find that person on this panel.")
	// ErrPanelFixed means that the bands are frozen, so that nothing about the reading changes any more.
	ErrPanelFixed = failure.New(failure.Conflict, "panel_fixed", "The bands of this round are frozen. Its panel cannot be changed any more.")
	errWithNames  = failure.Field("email", "This person works with applicants' names in the office, so they cannot read for the panel. Ask somebody else.")
	errOnPanel    = failure.Field("email", "Somebody with this address is on the panel already.")
)

// UsualCap is the most that somebody is asked to read unless they say otherwise.
const UsualCap = 8

// MemberStatus says whether somebody still reads.
type MemberStatus string

// The statuses of a member. Somebody who left can come back.
const (
	MemberActive MemberStatus = "active"
	MemberLeft   MemberStatus = "left"
)

// Member is somebody on the panel of one round.
type Member struct {
	bun.BaseModel `bun:"table:sensitive.panel_members,alias:member"`

	ID             id.Member    `bun:"id,pk"`
	RoundID        id.Round     `bun:"round_id"`
	PersonID       id.Person    `bun:"person_id"`
	Name           string       `bun:"name"` // as applicants are asked about them
	Organisation   string       `bun:"organisation"`
	Peer           bool         `bun:"peer"` // by their own choice
	Cap            int          `bun:"cap"`  // most applications to read
	AvailableFrom  london.Date  `bun:"available_from,nullzero"`
	AvailableUntil london.Date  `bun:"available_until,nullzero"`
	Status         MemberStatus `bun:"status"`
	PausedUntil    london.Date  `bun:"paused_until,nullzero"` // the last day of a pause
	CreatedAt      time.Time    `bun:"created_at"`
}

// Paused reports whether the member takes a pause on a day.
func (m *Member) Paused(today london.Date) bool { return !m.PausedUntil.Before(today) }

// Terms are what is agreed with a member.
type Terms struct {
	Name         string
	Organisation string // may be empty
	Cap          int
	From, Until  london.Date // when they can read; either may be zero
}

// check is Invalid with a sentence for each field that needs another look, or nil.
func (t *Terms) check() error {
	t.Name, t.Organisation = strings.Join(strings.Fields(t.Name), " "), strings.Join(strings.Fields(t.Organisation), " ")
	fields := map[string]string{}
	if t.Name == "" || len([]rune(t.Name)) > 200 {
		fields["name"] = "Enter their name, as applicants know it."
	}
	if len([]rune(t.Organisation)) > 200 {
		fields["organisation"] = "Use 200 letters or fewer."
	}
	if t.Cap < 0 || t.Cap > 100 {
		fields["cap"] = "Enter how many they read at most: 8 is usual."
	}
	if !t.Until.IsZero() && t.Until.Before(t.From) {
		fields["until"] = "Enter a last day that is not before the first."
	}
	if len(fields) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "member_invalid", Message: "Some of this needs another look.", Fields: fields}
}

func (t *Terms) into(m *Member) {
	m.Name, m.Organisation, m.Cap, m.AvailableFrom, m.AvailableUntil = t.Name, t.Organisation, t.Cap, t.From, t.Until
}

// Add puts somebody on the panel of a round, lets them sign in as an assessor and writes to them. Somebody who left
// comes back with what they had done. Whoever works with names, in the office or arranging support, cannot read. It is
// for the office, and returns bursary.ErrUnknownRound, ErrPanelFixed or Invalid with a sentence for each field.
func Add(ctx context.Context, tx *db.Tx, by id.Person, round, email string, t Terms) (*Member, error) {
	r, err := lockPanel(ctx, tx, round)
	if err != nil {
		return nil, err
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	p, err := people.Ensure(ctx, tx, email)
	if err != nil {
		return nil, err
	}
	roles, err := people.RolesOf(ctx, tx, p.ID)
	if err != nil {
		return nil, err
	}
	if slices.Contains(roles, people.Admin) || slices.Contains(roles, people.Access) {
		return nil, errWithNames
	}
	m, err := seat(ctx, tx, r, p, t)
	if err != nil {
		return nil, err
	}
	if err := people.Grant(ctx, tx, audit.Person(by), p.ID, people.Assessor); err != nil {
		return nil, err
	}
	if err := recordMember(ctx, tx, by, "panel member added", m); err != nil {
		return nil, err
	}
	err = mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: "reader-welcome", Data: welcome{r.ClosesOn, r.PanelOn}, Private: true})
	if err != nil {
		return nil, err
	}
	return m, compareAgain(ctx, tx, r.ID)
}

// welcome is what the mail to a new member is given.
type welcome struct{ ClosesOn, PanelOn london.Date }

// seat writes the row, or gives back that of somebody who had left.
func seat(ctx context.Context, tx *db.Tx, r *bursary.Round, p people.Person, t Terms) (*Member, error) {
	m := new(Member)
	err := tx.NewSelect().Model(m).Where("round_id = ? AND person_id = ?", r.ID, p.ID).Scan(ctx)
	switch {
	case err == nil && m.Status == MemberActive:
		return nil, errOnPanel
	case err == nil:
		t.into(m)
		m.Status = MemberActive
		return m, saveMember(ctx, tx, m)
	case !db.NoRows(err):
		return nil, fmt.Errorf("looking for a panel member: %w", err)
	}
	n, err := tx.NextID(ctx, "sensitive.panel_members")
	if err != nil {
		return nil, err
	}
	m = &Member{ID: id.Member(n), RoundID: r.ID, PersonID: p.ID, Status: MemberActive, CreatedAt: tx.Now}
	t.into(m)
	if m.Peer, err = saidBefore(ctx, tx, p.ID); err != nil {
		return nil, err
	}
	if _, err := tx.NewInsert().Model(m).Returning("NULL").Exec(ctx); err != nil {
		return nil, fmt.Errorf("adding a panel member: %w", err)
	}
	return m, nil
}

// Change writes down what was agreed with a member anew.
func Change(ctx context.Context, tx *db.Tx, by id.Person, round string, which id.Member, t Terms) error {
	r, err := lockPanel(ctx, tx, round)
	if err != nil {
		return err
	}
	m, err := MemberOf(ctx, tx, r.ID, which)
	if err != nil {
		return err
	}
	if err := t.check(); err != nil {
		return err
	}
	t.into(m)
	if err := saveMember(ctx, tx, m); err != nil {
		return err
	}
	if err := recordMember(ctx, tx, by, "panel member changed", m); err != nil {
		return err
	}
	return compareAgain(ctx, tx, r.ID)
}

// lockPanel holds a round, so that changes of its panel, comparing and assigning happen one after the other.
func lockPanel(ctx context.Context, tx *db.Tx, round string) (*bursary.Round, error) {
	r, err := bursary.LockRound(ctx, tx, round)
	if err == nil && (r.Status == bursary.RoundFrozen || r.Status == bursary.RoundDrawn) {
		err = ErrPanelFixed
	}
	return r, err
}

// Members lists everybody who is or was on a panel, by name. A panel has a few dozen people.
func Members(ctx context.Context, d bun.IDB, round id.Round) ([]*Member, error) {
	var all []*Member
	if err := d.NewSelect().Model(&all).Where("round_id = ?", round).Order("name", "id").Limit(500).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing a panel: %w", err)
	}
	return all, nil
}

// MemberOf reads a member of a round's panel, or returns ErrUnknownMember.
func MemberOf(ctx context.Context, d bun.IDB, round id.Round, which id.Member) (*Member, error) {
	m := new(Member)
	err := d.NewSelect().Model(m).Where("id = ? AND round_id = ?", which, round).Scan(ctx)
	if db.NoRows(err) {
		return nil, ErrUnknownMember
	}
	if err != nil {
		return nil, fmt.Errorf("reading a panel member: %w", err)
	}
	return m, nil
}

// saveMember writes all but the pause and whether they are a peer, which are the member's own.
func saveMember(ctx context.Context, tx *db.Tx, m *Member) error {
	_, err := tx.NewUpdate().Model(m).Column("name", "organisation", "cap", "available_from", "available_until", "status").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving a panel member: %w", err)
	}
	return nil
}

// recordMember names the member by number: the trail holds no names.
func recordMember(ctx context.Context, tx *db.Tx, by id.Person, action string, m *Member) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "round", SubjectID: int64(m.RoundID),
		Detail: map[string]any{"member": m.ID, "cap": m.Cap}})
}
