package award

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// BankDays is for how many days after the last payment we keep where it was paid (bursary.md §3, retention).
const BankDays = 90

const bankTable = "sensitive.bank_details"

// Bank is the account in the United Kingdom that money is paid to.
type Bank struct {
	Name    string    `json:"name"`    // of its holder, as the bank knows it
	Sort    string    `json:"sort"`    // six digits; in any format until it is kept
	Account string    `json:"account"` // eight digits; six to eight, in any format, until it is kept
	At      time.Time `json:"-"`       // when it was given or changed
}

// SortCode is the sort code as banks write it: "12-34-56".
func (b Bank) SortCode() string {
	if len(b.Sort) != 6 {
		return b.Sort
	}
	return b.Sort[:2] + "-" + b.Sort[2:4] + "-" + b.Sort[4:]
}

// Ending is enough of the account number for its holder to know it by.
func (b Bank) Ending() string { return b.Account[max(0, len(b.Account)-4):] }

// plain is the details with digits alone. Account numbers of six or seven digits begin with zeros (Vocalink, Validating
// account numbers, §2.2; GOV.UK Design System, "Bank details").
func (b Bank) plain() Bank {
	p := Bank{Name: strings.Join(strings.Fields(b.Name), " "), Sort: bareDigits(b.Sort), Account: bareDigits(b.Account)}
	if n := len(p.Account); n >= 6 && n < 8 {
		p.Account = strings.Repeat("0", 8-n) + p.Account
	}
	return p
}

// bareDigits takes out what people put between digits.
func bareDigits(typed string) string {
	return strings.NewReplacer(" ", "", "-", "", "–", "", "\u00a0", "").Replace(typed)
}

// check says what needs correcting, by the fields "bank_name", "sort_code" and "account".
func (b Bank) check() mistakes {
	p, bad := b.plain(), mistakes{}
	switch {
	case p.Name == "":
		bad["bank_name"] = "Enter the name on the account."
	case utf8.RuneCountInString(p.Name) > 100:
		bad["bank_name"] = "Use 100 characters or fewer."
	}
	switch {
	case p.Sort == "":
		bad["sort_code"] = "Enter a sort code, like 12-34-56."
	case len(p.Sort) != 6 || !onlyDigits(p.Sort):
		bad["sort_code"] = "A sort code has 6 digits, like 12-34-56."
	}
	switch {
	case p.Account == "":
		bad["account"] = "Enter an account number."
	case len(p.Account) != 8 || !onlyDigits(p.Account):
		bad["account"] = "An account number has 6 to 8 digits."
	}
	return bad
}

func onlyDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// ChangeBank changes where a person's claims are paid. It returns bursary.ErrUnknown, ErrUnknown, ErrNotClaimable, or an
// Invalid failure about the fields "bank_name", "sort_code" and "account".
func ChangeBank(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, application string, to Bank) error {
	a, err := lockOwn(ctx, tx, person, application)
	if err != nil {
		return err
	}
	if a.Status != Accepted {
		return ErrNotClaimable
	}
	if err := to.check().failure(); err != nil {
		return err
	}
	if err := keepBank(ctx, tx, box, a, to); err != nil {
		return err
	}
	return Record(ctx, tx, audit.Person(person), "bank details changed", a, nil)
}

// keepBank seals where an award's claims are paid, in place of what was there.
func keepBank(ctx context.Context, tx *db.Tx, box *secret.Box, a *Award, b Bank) error {
	plain, err := json.Marshal(b.plain())
	if err != nil {
		return err
	}
	body, err := box.Seal(plain, bankTable, "body", int64(a.ID))
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`
		INSERT INTO sensitive.bank_details (award_id, body, updated_at) VALUES (?, ?, ?)
		ON CONFLICT (award_id) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at`, a.ID, body, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping bank details: %w", err)
	}
	return nil
}

// BankOf opens where an award's claims are paid; nil when that is not known, or not any more. It is for the applicant,
// and for staff in the unit of work that noted the reading.
func BankOf(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Award) (*Bank, error) {
	var row struct {
		Body      []byte
		UpdatedAt time.Time
	}
	err := tx.NewRaw("SELECT body, updated_at FROM sensitive.bank_details WHERE award_id = ?", which).Scan(ctx, &row)
	if db.NoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading bank details: %w", err)
	}
	plain, err := box.Open(row.Body, bankTable, "body", int64(which))
	if err != nil {
		return nil, err
	}
	b := &Bank{At: row.UpdatedAt}
	if err := json.Unmarshal(plain, b); err != nil {
		return nil, fmt.Errorf("reading bank details: %w", err)
	}
	return b, nil
}

func hasBank(ctx context.Context, tx *db.Tx, which id.Award) (kept bool, err error) {
	if err := tx.NewRaw("SELECT EXISTS (SELECT FROM sensitive.bank_details WHERE award_id = ?)", which).Scan(ctx, &kept); err != nil {
		return false, fmt.Errorf("looking for bank details: %w", err)
	}
	return kept, nil
}

// ForgetBank deletes bank details BankDays after the last payment to them, or after they were given when nothing was
// paid since, unless a payment is still to be decided or made. It returns how many, and is for the worker's role.
func ForgetBank(ctx context.Context, tx *db.Tx) (int64, error) {
	done, err := tx.NewRaw(`
		DELETE FROM sensitive.bank_details b
		WHERE  b.updated_at < ?0
		  AND  NOT EXISTS (SELECT FROM sensitive.award_lines l JOIN sensitive.claims c ON c.line_id = l.id
		                   WHERE l.award_id = b.award_id AND NOT c.booked
		                     AND (c.status IN ('asked', 'approved') OR c.paid_at >= ?0))`, tx.Now.AddDate(0, 0, -BankDays)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("deleting bank details: %w", err)
	}
	return done.RowsAffected()
}
