package fund

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/state"
)

// ErrUnknownGift means that there is no such gift.
var ErrUnknownGift = failure.New(failure.NotFound, "gift_unknown", "We cannot find that gift.")

// GiftStatus says where a gift stands.
type GiftStatus string

// The statuses of a gift.
const (
	GiftStarted   GiftStatus = "started" // by card, not paid yet
	GiftPledged   GiftStatus = "pledged"
	GiftReceived  GiftStatus = "received"
	GiftLapsed    GiftStatus = "lapsed"
	GiftCancelled GiftStatus = "cancelled"
)

var giftMoves = state.Moves[GiftStatus]{
	GiftStarted:   {GiftReceived, GiftLapsed},
	GiftPledged:   {GiftReceived, GiftCancelled},
	GiftReceived:  nil,
	GiftLapsed:    {GiftReceived}, // the money came after all
	GiftCancelled: nil,
}

// GiftStatuses lists every status of a gift in alphabetical order.
func GiftStatuses() []GiftStatus { return giftMoves.Statuses() }

// How says how a gift comes.
type How string

// The ways in which a gift comes.
const (
	ByBank How = "bank"
	ByCard How = "card"
)

// Gift is money promised or given to a fund.
type Gift struct {
	bun.BaseModel `bun:"table:gifts"`

	ID         id.Gift      `bun:"id,pk,autoincrement"`
	Code       string       `bun:"code"`
	FundID     id.Fund      `bun:"fund_id"`
	Status     GiftStatus   `bun:"status"`
	How        How          `bun:"how"`
	Amount     money.Amount `bun:"amount"`               // pence
	Donor      string       `bun:"donor"`                // may be empty
	Email      string       `bun:"email"`                // where the receipt goes; of a gift by card
	Reference  string       `bun:"reference"`            // of the bank
	DueOn      london.Date  `bun:"due_on"`               // of a pledge; zero: no day was said
	RecordedBy id.Person    `bun:"recorded_by,nullzero"` // staff; zero: given on the sponsor page
	CreatedAt  time.Time    `bun:"created_at"`
	ReceivedAt time.Time    `bun:"received_at,nullzero"`
}

// move is the only place where a status changes.
func (g *Gift) move(to GiftStatus, now time.Time) error {
	if err := giftMoves.Allow(g.Status, to); err != nil {
		return fmt.Errorf("gift %s: %w", g.Code, err)
	}
	g.Status = to
	if to == GiftReceived {
		g.ReceivedAt = now
	}
	return nil
}

// RecordGift writes down money that came by bank: it is available at once. It returns ErrUnknown, ErrClosed or an
// Invalid failure about "amount", "donor" or "reference".
func RecordGift(ctx context.Context, tx *db.Tx, by id.Person, fund id.Fund, amount money.Amount, donor, reference string) (*Gift, error) {
	g := &Gift{FundID: fund, Status: GiftReceived, Amount: amount, Donor: donor, Reference: reference, RecordedBy: by, ReceivedAt: tx.Now}
	if _, err := g.insert(ctx, tx); err != nil {
		return nil, err
	}
	if err := post(ctx, tx, g.entry("received"), arrived(g, Bank)); err != nil {
		return nil, err
	}
	return g, g.record(ctx, tx, by, "gift received")
}

// Pledge writes down money that somebody promised, and by when. It is available at once when the fund counts pledges,
// and else when it is received. It returns what RecordGift returns.
func Pledge(ctx context.Context, tx *db.Tx, by id.Person, fund id.Fund, amount money.Amount, donor string, due london.Date) (*Gift, error) {
	g := &Gift{FundID: fund, Status: GiftPledged, Amount: amount, Donor: donor, DueOn: due, RecordedBy: by}
	f, err := g.insert(ctx, tx)
	if err != nil {
		return nil, err
	}
	if f.CountsPledges {
		if err := post(ctx, tx, g.entry("pledged"), arrived(g, account(fund, pledged))); err != nil {
			return nil, err
		}
	}
	return g, g.record(ctx, tx, by, "gift pledged")
}

// ReceivePledge writes down that a pledge came by bank. It returns ErrUnknownGift or state.ErrMovedOn.
func ReceivePledge(ctx context.Context, tx *db.Tx, by id.Person, code, reference string) (*Gift, error) {
	g, f, err := lockGift(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if g.Status != GiftPledged {
		return nil, state.ErrMovedOn.Because(fmt.Errorf("receiving a gift that is %s", g.Status))
	}
	if g.Reference = reference; utf8.RuneCountInString(reference) > 100 {
		return nil, errReference
	}
	if err := g.receive(ctx, tx, f, Bank); err != nil {
		return nil, err
	}
	return g, g.record(ctx, tx, by, "gift received")
}

// receive puts the money of a pledge into its fund, from the ledger account on which it arrived.
func (g *Gift) receive(ctx context.Context, tx *db.Tx, f *Fund, from string) error {
	lines := arrived(g, from)
	if f.CountsPledges {
		lines = []ledger.Line{{Account: from, Amount: g.Amount}, {Account: account(f.ID, pledged), Amount: -g.Amount}}
	}
	if err := g.end(ctx, tx, GiftReceived); err != nil {
		return err
	}
	return post(ctx, tx, g.entry("received"), lines)
}

// CancelPledge writes down that a pledge will not come. It returns ErrUnknownGift, state.ErrMovedOn, or ErrNotEnough
// when it was promised on already.
func CancelPledge(ctx context.Context, tx *db.Tx, by id.Person, code string) (*Gift, error) {
	g, f, err := lockGift(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if err := g.cancel(ctx, tx, f); err != nil {
		return nil, err
	}
	return g, g.record(ctx, tx, by, "gift cancelled")
}

// cancel takes back what a pledge made available.
func (g *Gift) cancel(ctx context.Context, tx *db.Tx, f *Fund) error {
	if err := g.end(ctx, tx, GiftCancelled); err != nil || !f.CountsPledges {
		return err
	}
	if err := enough(ctx, tx, map[id.Fund]money.Amount{f.ID: g.Amount}, true); err != nil {
		return err
	}
	lines := arrived(g, account(f.ID, pledged))
	for i := range lines {
		lines[i].Amount *= -1
	}
	return post(ctx, tx, g.entry("cancelled"), lines)
}

// arrived are the lines of a gift that is available from now on: what brought it is the debit account.
func arrived(g *Gift, debit string) []ledger.Line {
	return []ledger.Line{
		{Account: debit, Amount: g.Amount}, {Account: account(g.FundID, income), Amount: -g.Amount},
		{Account: account(g.FundID, available), Amount: g.Amount}, {Account: account(g.FundID, budget), Amount: -g.Amount},
	}
}

var errReference = failure.Field("reference", "Use 100 characters or fewer.")

// insert writes a gift by bank to a fund that takes gifts.
func (g *Gift) insert(ctx context.Context, tx *db.Tx) (*Fund, error) {
	g.Donor, g.Reference = strings.TrimSpace(g.Donor), strings.TrimSpace(g.Reference)
	switch {
	case g.Amount < 1 || g.Amount > money.Max:
		return nil, failure.Field("amount", fmt.Sprintf("Enter an amount from £0.01 to %s.", money.Max.Short()))
	case utf8.RuneCountInString(g.Donor) > 200:
		return nil, failure.Field("donor", "Use 200 characters or fewer.")
	case utf8.RuneCountInString(g.Reference) > 100:
		return nil, errReference
	}
	f, err := lockOpen(ctx, tx, g.FundID)
	if err != nil {
		return nil, err
	}
	g.Code, g.How, g.CreatedAt = id.Code(), ByBank, tx.Now
	if _, err := tx.NewInsert().Model(g).Exec(ctx); err != nil {
		return nil, fmt.Errorf("writing down a gift: %w", err)
	}
	return f, nil
}

// end moves a locked gift on and saves it.
func (g *Gift) end(ctx context.Context, tx *db.Tx, how GiftStatus) error {
	if err := g.move(how, tx.Now); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Model(g).Column("status", "reference", "received_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("saving gift %s: %w", g.Code, err)
	}
	return nil
}

// entry names something that happened to the gift once.
func (g *Gift) entry(what string) string { return fmt.Sprintf("gift/%d/%s", g.ID, what) }

func (g *Gift) record(ctx context.Context, tx *db.Tx, by id.Person, action string) error {
	return record(ctx, tx, by, action, g.FundID, map[string]any{"gift": g.Code, "amount": g.Amount})
}
