package award

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/secret"
	"bursar/internal/state"
)

// Asking is what somebody asks money back with.
type Asking struct {
	Code     string // of the form: the same form sent twice is one claim
	Purpose  fund.Purpose
	Amount   money.Amount // pence
	About    string
	Receipts []Upload
	Bank     *Bank // where it shall be paid; nil: as before
}

// AskClaim asks for money of a person's accepted award that they spent themselves, up to what claims leave of the line.
// Where it shall be paid is asked for once. The same form again changes nothing. It returns ErrUnknown,
// bursary.ErrUnknown, ErrNotClaimable, ErrPlaceOpen, ErrTooLate, ErrClaimChanged, or an Invalid failure about "purpose",
// "amount", "about", "receipts", or the fields of Bank. It is for the learner's role, which can lock its application and no
// award: everything that concerns claims locks the application first.
func AskClaim(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, application string, asking Asking, pressed time.Time) (*Claim, error) {
	a, err := lockOwn(ctx, tx, person, application)
	if err != nil {
		return nil, err
	}
	claims, err := ClaimsOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	if c, err := sentBefore(box, claims, asking.Code, a.Line(asking.Purpose), asking.Amount, asking.About); c != nil || err != nil {
		return c, err
	}
	if err := a.claimable(ctx, tx); err != nil {
		return nil, err
	}
	if err := a.inTime(ctx, tx, pressed); err != nil {
		return nil, err
	}
	line, err := asking.check(ctx, tx, a, claims)
	if err != nil {
		return nil, err
	}
	c := &Claim{Code: id.NormaliseCode(asking.Code), LineID: line.ID, Status: ClaimAsked, Asked: asking.Amount, AskedAt: tx.Now}
	if err := insertClaim(ctx, tx, box, c, asking.About); err != nil {
		return nil, err
	}
	if err := keepReceipts(ctx, tx, box, c, asking.Receipts); err != nil {
		return nil, err
	}
	if asking.Bank != nil {
		if err := keepBank(ctx, tx, box, a, *asking.Bank); err != nil {
			return nil, err
		}
	}
	return c, recordClaim(ctx, tx, audit.Person(person), "claim made", a, c)
}

// lockOwn loads the latest award of a person's application, which it locks.
func lockOwn(ctx context.Context, tx *db.Tx, person id.Person, application string) (*Award, error) {
	app, err := bursary.OfPerson(ctx, tx, person, application)
	if err != nil {
		return nil, err
	}
	if _, err := bursary.Lock(ctx, tx, app.ID); err != nil {
		return nil, err
	}
	return OfApplication(ctx, tx, app.ID)
}

// sentBefore finds the claim that the same form made before, or returns ErrClaimChanged when the form says something else now.
func sentBefore(box *secret.Box, claims []*Claim, code string, line *Line, amount money.Amount, about string) (*Claim, error) {
	for _, c := range claims {
		if c.Code != id.NormaliseCode(code) {
			continue
		}
		if err := c.openWords(box); err != nil {
			return nil, err
		}
		if line == nil || c.LineID != line.ID || c.Asked != amount || c.About != aboutOf(about) {
			return nil, ErrClaimChanged
		}
		return c, nil
	}
	return nil, nil
}

// inTime returns ErrTooLate for what is sent after the last day. A moment counts as it was when the button was pressed.
func (a *Award) inTime(ctx context.Context, tx *db.Tx, pressed time.Time) error {
	o, err := course.OfferingOf(ctx, tx, a.RunID)
	if err == nil && london.DateOf(pressed).After(ClaimsUntil(o)) {
		err = ErrTooLate
	}
	return err
}

// check says everything at once that needs correcting.
func (k Asking) check(ctx context.Context, tx *db.Tx, a *Award, claims []*Claim) (*Line, error) {
	line, err := a.payable(k.Purpose)
	bad := mistakesOf(err)
	if line != nil {
		bad.add("amount", checkAmount(k.Amount, line.room(claims)))
	}
	bad.add("about", checkAbout(k.About))
	bad.add("receipts", checkReceipts(k.Receipts))
	if k.Bank != nil {
		bad.merge(k.Bank.check())
	} else if kept, err := hasBank(ctx, tx, a.ID); err != nil {
		return nil, err
	} else if !kept {
		bad.merge(Bank{}.check())
	}
	return line, bad.failure()
}

// checkAmount is what is wrong with an amount asked of a line, in a sentence; empty when nothing is.
func checkAmount(amount money.Amount, r Room) string {
	switch {
	case amount <= 0:
		return "Enter an amount, like 24.50."
	case r.Left == 0:
		return "Nothing is left for " + r.Line.Purpose.Title() + "."
	case amount > r.Left:
		return fmt.Sprintf("There is %s left for %s. Enter that or less.", r.Left, r.Line.Purpose.Title())
	}
	return ""
}

func checkAbout(about string) string {
	switch about = aboutOf(about); {
	case about == "":
		return "Say in a few words what it was for."
	case utf8.RuneCountInString(about) > longestAbout:
		return fmt.Sprintf("Use %d characters or fewer.", longestAbout)
	}
	return ""
}

func aboutOf(words string) string { return strings.TrimSpace(strings.ReplaceAll(words, "\r\n", "\n")) }

// insertClaim numbers, seals and writes a claim that was just made. The columns that only a decision fills are left out:
// an applicant may not write them.
func insertClaim(ctx context.Context, tx *db.Tx, box *secret.Box, c *Claim, about string) error {
	if c.Code == "" {
		c.Code = id.Code()
	}
	n, err := tx.NextID(ctx, claimsTable)
	if err != nil {
		return err
	}
	c.ID, c.About = id.Claim(n), aboutOf(about)
	if c.SealedAbout, err = box.Seal([]byte(c.About), claimsTable, "about", n); err != nil {
		return err
	}
	columns := []string{"id", "code", "line_id", "status", "booked", "asked", "about", "asked_at"}
	if c.Booked {
		columns = append(columns, "approved", "reference", "decided_by", "decided_at", "paid_by", "paid_at")
	}
	_, err = tx.NewInsert().Model(c).Column(columns...).Returning("NULL").Exec(ctx)
	if db.Violates(err, "claims_code_once") {
		return state.ErrMovedOn.Because(err) // somebody else's code in the form
	}
	if err != nil {
		return fmt.Errorf("making a claim: %w", err)
	}
	return nil
}

// openWords opens what a claim says.
func (c *Claim) openWords(box *secret.Box) error {
	about, err := box.Open(c.SealedAbout, claimsTable, "about", int64(c.ID))
	if err != nil {
		return err
	}
	c.About = string(about)
	if c.SealedAnswer == nil {
		return nil
	}
	answer, err := box.Open(c.SealedAnswer, claimsTable, "answer", int64(c.ID))
	c.Answer = string(answer)
	return err
}

// mistakes are sentences about form fields that need correcting.
type mistakes map[string]string

func mistakesOf(err error) mistakes {
	m := mistakes{}
	if refusal, ok := errors.AsType[*failure.Error](err); ok {
		m.merge(refusal.Fields)
	}
	return m
}

func (m mistakes) add(name, sentence string) {
	if sentence != "" {
		m[name] = sentence
	}
}

func (m mistakes) merge(others mistakes) {
	for name, sentence := range others {
		m[name] = sentence
	}
}

// failure is nil when nothing needs correcting.
func (m mistakes) failure() error {
	if len(m) == 0 {
		return nil
	}
	refusal := failure.New(failure.Invalid, "claim_fields", "Check what you entered.")
	refusal.Fields = m
	return refusal
}

// recordClaim writes down what was done to a claim, without words.
func recordClaim(ctx context.Context, tx *db.Tx, by audit.Actor, action string, a *Award, c *Claim) error {
	detail := map[string]any{"claim": c.Code, "purpose": a.purposeOf(c), "asked": c.Asked}
	if c.Approved > 0 {
		detail["approved"] = c.Approved
	}
	return Record(ctx, tx, by, action, a, detail)
}

func (a *Award) purposeOf(c *Claim) fund.Purpose {
	if l := a.lineOf(c); l != nil {
		return l.Purpose
	}
	return ""
}

// lineOf is the line that a claim is made on; nil when it is none of this award's.
func (a *Award) lineOf(c *Claim) *Line {
	for _, l := range a.Lines {
		if l.ID == c.LineID {
			return l
		}
	}
	return nil
}
