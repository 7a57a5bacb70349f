package fund

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// aidWording names the version of the sentence below.
const aidWording = "hmrc-single-donation-2016"

// AidWords is what a donor declares about one gift: HM Revenue and Customs' model declaration for a single donation
// (https://www.gov.uk/guidance/gift-aid-declarations-claiming-tax-back-on-donations). Whoever changes a word gives the
// wording another name.
func AidWords(charity string) string {
	return "I want to Gift Aid my donation to " + charity + ". I am a UK taxpayer and understand that if I pay less Income Tax" +
		" and/or Capital Gains Tax in the current tax year than the amount of Gift Aid claimed on all my donations it is my" +
		" responsibility to pay any difference."
}

// AidDeclaration is who declared about a gift that tax can be claimed back (Income Tax Act 2007, s.428).
type AidDeclaration struct {
	bun.BaseModel `bun:"table:gift_aid"`

	GiftID     id.Gift   `bun:"gift_id,pk"`
	FirstName  string    `bun:"first_name"`
	LastName   string    `bun:"last_name"`
	House      string    `bun:"house"`    // name or number of the house where the donor lives
	Postcode   string    `bun:"postcode"` // "M1 4BT"; "X" outside the United Kingdom
	Wording    string    `bun:"wording"`  // the version of AidWords that was agreed to
	DeclaredAt time.Time `bun:"declared_at"`
}

// What HM Revenue and Customs' schedule takes
// (https://www.gov.uk/guidance/schedule-spreadsheet-to-claim-back-tax-on-gift-aid-donations).
const (
	aidName  = 35 // characters of a first or last name
	aidHouse = 40
	// Abroad stands for a postcode where the donor lives outside the United Kingdom.
	Abroad = "X"
)

// postcode is the shape of a British one, without its space (BS 7666).
var postcode = regexp.MustCompile(`^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$`)

// tidy brings what was typed into the form of the schedule, or returns an Invalid failure with a sentence for each
// field.
func (d *AidDeclaration) tidy() error {
	wrong := map[string]string{}
	check := func(field, value string, most int, missing string) {
		switch {
		case value == "":
			wrong[field] = missing
		case utf8.RuneCountInString(value) > most:
			wrong[field] = fmt.Sprintf("Use %d characters or fewer", most)
		}
	}
	check("first_name", d.FirstName, aidName, "Enter your first name, so that we can claim Gift Aid")
	check("last_name", d.LastName, aidName, "Enter your last name, so that we can claim Gift Aid")
	check("house", d.House, aidHouse, "Enter the number or name of your house, so that we can claim Gift Aid")
	code, ok := tidyPostcode(d.Postcode)
	if !ok {
		wrong["postcode"] = "Enter your postcode, like M1 4BT, or X if you live outside the UK"
	}
	if len(wrong) > 0 {
		return &failure.Error{Kind: failure.Invalid, Code: "gift_aid_invalid", Message: "We need a few details for Gift Aid.", Fields: wrong}
	}
	d.Postcode = code
	return nil
}

// tidyPostcode writes a postcode in capital letters with its space.
func tidyPostcode(s string) (string, bool) {
	s = strings.ToUpper(strings.Join(strings.Fields(s), ""))
	if s == Abroad {
		return s, true
	}
	if !postcode.MatchString(s) {
		return "", false
	}
	return s[:len(s)-3] + " " + s[len(s)-3:], true
}

// declare writes down a declaration about a gift.
func declare(ctx context.Context, tx *db.Tx, gift id.Gift, d AidDeclaration) error {
	if err := d.tidy(); err != nil {
		return err
	}
	d.GiftID, d.Wording, d.DeclaredAt = gift, aidWording, tx.Now
	if _, err := tx.NewInsert().Model(&d).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("writing down a Gift Aid declaration: %w", err)
	}
	return nil
}

// Aided reports whether a gift came with a declaration.
func Aided(ctx context.Context, d bun.IDB, gift id.Gift) (bool, error) {
	return d.NewSelect().Model((*AidDeclaration)(nil)).Where("gift_id = ?", gift).Exists(ctx)
}

// AidMonth is what was received in one month in London with declarations.
type AidMonth struct {
	From  london.Date // its first day
	Gifts int
	Total money.Amount // pence
}

// AidMonths lists the months in which there is something to claim, the latest first, of the last four years and this
// one: later no claim can be made (Finance Act 1998, schedule 18, paragraph 55).
func AidMonths(ctx context.Context, d bun.IDB, now time.Time) ([]AidMonth, error) {
	var months []AidMonth
	err := d.NewRaw(`
		SELECT date_trunc('month', g.received_at AT TIME ZONE 'Europe/London')::date AS "from", count(*) AS gifts, sum(g.amount)::bigint AS total
		FROM   gifts g JOIN gift_aid a ON a.gift_id = g.id
		WHERE  g.status = 'received' AND g.received_at >= ?
		GROUP  BY 1
		ORDER  BY 1 DESC
		LIMIT  60`, london.DateOf(now).At(0, 0).AddDate(-5, 0, 0)).Scan(ctx, &months)
	if err != nil {
		return nil, fmt.Errorf("listing the months with Gift Aid: %w", err)
	}
	return months, nil
}

// AidClaim is one gift on which tax can be claimed back.
type AidClaim struct {
	AidDeclaration
	Amount     money.Amount `bun:"amount"` // pence
	ReceivedAt time.Time    `bun:"received_at"`
}

// AidClaims lists what was received with declarations in the month that begins on a day, the first first, after
// leaving out so many.
func AidClaims(ctx context.Context, d bun.IDB, month london.Date, leave, limit int) ([]AidClaim, error) {
	var claims []AidClaim
	from, to := month.At(0, 0), london.On(month.Year, month.Month+1, 1).At(0, 0)
	err := d.NewRaw(`
		SELECT a.gift_id, a.first_name, a.last_name, a.house, a.postcode, a.wording, a.declared_at, g.amount, g.received_at
		FROM   gifts g JOIN gift_aid a ON a.gift_id = g.id
		WHERE  g.status = 'received' AND g.received_at >= ? AND g.received_at < ?
		ORDER  BY g.received_at, g.id
		LIMIT  ? OFFSET ?`, from, to, limit, leave).Scan(ctx, &claims)
	if err != nil {
		return nil, fmt.Errorf("listing gifts with Gift Aid: %w", err)
	}
	return claims, nil
}
