package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/state"
)

// ErrCardPageUnknown means that there is no such page.
var ErrCardPageUnknown = failure.New(failure.NotFound, "card_page_unknown", "We cannot find that page.")

// CardPageStatus says what became of a page.
type CardPageStatus string

// The statuses of a page on which a card is saved.
const (
	CardPageOpen   CardPageStatus = "open"
	CardPageSaved  CardPageStatus = "saved"
	CardPageClosed CardPageStatus = "closed"
)

var cardPageMoves = state.Moves[CardPageStatus]{CardPageOpen: {CardPageSaved, CardPageClosed}, CardPageSaved: nil, CardPageClosed: {CardPageSaved}}

// CardPage is a page of the card processor on which another card is saved for a plan, without a payment.
type CardPage struct {
	bun.BaseModel `bun:"table:card_pages"`

	ID         id.CardPage    `bun:"id,pk,autoincrement"`
	Code       string         `bun:"code"` // what the processor knows it by
	PlanID     id.Plan        `bun:"plan_id"`
	Status     CardPageStatus `bun:"status"`
	Session    string         `bun:"session,nullzero"`
	SessionURL string         `bun:"session_url"`
	ExpiresAt  time.Time      `bun:"expires_at"`
	CreatedAt  time.Time      `bun:"created_at"`
}

// CardPagePreparing is the job to make such a page at the processor.
type CardPagePreparing struct {
	Page id.CardPage `json:"page"`
}

// Kind names the job.
func (CardPagePreparing) Kind() string { return "card_page_preparing" }

// Queue keeps money apart from everything else.
func (CardPagePreparing) Queue() string { return MoneyQueue }

// StartCard begins to save another card for a plan, or returns the page that is open. One whose time is over is closed.
func StartCard(ctx context.Context, tx *db.Tx, p *Plan) (*CardPage, error) {
	open, err := OpenCardPage(ctx, tx, p)
	if err != nil || open != nil && open.ExpiresAt.After(tx.Now) {
		return open, err
	}
	if open != nil {
		if err := open.end(ctx, tx, CardPageClosed); err != nil {
			return nil, err
		}
	}
	c := &CardPage{Code: id.Code(), PlanID: p.ID, Status: CardPageOpen, ExpiresAt: tx.Now.Add(PageLife), CreatedAt: tx.Now}
	if _, err := tx.NewInsert().Model(c).Exec(ctx); err != nil {
		return nil, fmt.Errorf("starting to save a card: %w", err)
	}
	return c, tx.Enqueue(ctx, CardPagePreparing{c.ID})
}

// OpenCardPage is the page of a plan on which a card can be saved, or nil.
func OpenCardPage(ctx context.Context, d bun.IDB, p *Plan) (*CardPage, error) {
	c, err := scanCardPage(ctx, d.NewSelect().Where("plan_id = ? AND status = 'open'", p.ID))
	if errors.Is(err, ErrCardPageUnknown) {
		return nil, nil
	}
	return c, err
}

// CardPageOfEvent finds the page that a stored event is about, or returns ErrCardPageUnknown.
func CardPageOfEvent(ctx context.Context, d bun.IDB, event string) (*CardPage, error) {
	return scanCardPage(ctx, d.NewSelect().Where(`id = (SELECT c.id FROM processor_events e
		JOIN card_pages c ON c.session = nullif(e.session, '') OR c.code = nullif(e.reference, '') WHERE e.id = ? LIMIT 1)`, event))
}

// CardPagesOver lists the pages that should have closed by now.
func CardPagesOver(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]CardPage, error) {
	var pages []CardPage
	err := d.NewSelect().Model(&pages).Where("status = 'open' AND expires_at < ?", now.Add(-sweepAfter)).Order("id").Limit(int64(limit)).Scan(ctx)
	return pages, err
}

func scanCardPage(ctx context.Context, q *bun.SelectQuery) (*CardPage, error) {
	c := new(CardPage)
	if err := q.Model(c).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrCardPageUnknown
		}
		return nil, fmt.Errorf("reading the page of a card: %w", err)
	}
	return c, nil
}

func (c *CardPage) end(ctx context.Context, tx *db.Tx, how CardPageStatus) error {
	if err := cardPageMoves.Allow(c.Status, how); err != nil {
		return fmt.Errorf("card page %s: %w", c.Code, err)
	}
	c.Status = how
	_, err := tx.NewUpdate().Model(c).Column("status").WherePK().Exec(ctx)
	return err
}

// TakeCard notes what the processor says of a page: a card that was saved on it is the one that is charged from now on. It
// reports whether that is new. The plan must be locked.
func TakeCard(ctx context.Context, tx *db.Tx, c *CardPage, p *Plan, s Standing) (bool, error) {
	c, err := scanCardPage(ctx, tx.NewSelect().Where("id = ?", c.ID).For("UPDATE"))
	if err != nil || c.Status == CardPageSaved || s.Reference != c.Code {
		return false, err
	}
	switch {
	case s.Saved != (SavedMethod{}):
		if err := c.end(ctx, tx, CardPageSaved); err != nil {
			return false, err
		}
		return true, KeepMethod(ctx, tx, p, s.Saved)
	case s.State == PageExpired && c.Status == CardPageOpen:
		return false, c.end(ctx, tx, CardPageClosed)
	}
	return false, nil
}

// PrepareCard makes the page on which a card is saved, or finds the one that an earlier try made. Until then nobody has its
// address.
func (c *Cashier) PrepareCard(ctx context.Context, which id.CardPage) error {
	page, err := scanCardPage(ctx, c.DB.NewSelect().Where("id = ?", which))
	if err != nil || page.Session != "" || page.Status != CardPageOpen {
		return err
	}
	o, err := c.card(ctx, page)
	if err != nil {
		return err
	}
	s, err := c.Gateway.Open(ctx, o)
	if err != nil {
		return fmt.Errorf("preparing card page %s: %w", page.Code, err)
	}
	page.Session, page.SessionURL = s.Session, s.URL
	return c.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.NewUpdate().Model(page).Column("session", "session_url").WherePK().Exec(ctx)
		return err
	})
}

// card says on a page what is saved for. It leads back to the plan.
func (c *Cashier) card(ctx context.Context, page *CardPage) (Checkout, error) {
	var w struct{ Customer, Enrolment string }
	err := c.DB.NewRaw(`SELECT p.customer, e.code AS enrolment FROM plans p JOIN shares s ON s.id = p.share_id
		JOIN enrolments e ON e.id = s.enrolment_id WHERE p.id = ?`, page.PlanID).Scan(ctx, &w)
	if err != nil {
		return Checkout{}, fmt.Errorf("reading what card page %s is for: %w", page.Code, err)
	}
	plan := c.BaseURL + "/my/places/" + w.Enrolment + "/plan"
	return Checkout{
		Key: "card-" + page.Code, Reference: page.Code, SetUp: true, Customer: w.Customer, Bacs: c.Bacs, Consent: Consent,
		ExpiresAt: page.ExpiresAt, ReturnURL: plan, CancelURL: plan,
	}, nil
}

// LookCard asks the processor what became of a page. One that was never made cannot be used any more.
func (c *Cashier) LookCard(ctx context.Context, page *CardPage) (Standing, error) {
	if page.Session == "" {
		return Standing{Reference: page.Code, State: PageExpired}, nil
	}
	return c.Gateway.Look(ctx, page.Session)
}
