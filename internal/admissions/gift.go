package admissions

import (
	"context"
	"errors"
	"time"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/money"
)

// giftLetter is what the mails about a gift may say (templates/mail/gift-*).
type giftLetter struct {
	Name    string // of the donor; may be empty
	Code    string // of the gift
	Fund    string
	Payment string       // the payment's code, or the refund's
	Amount  money.Amount // pence
	Aid     bool         // declared for Gift Aid
	At      time.Time
}

// Give begins a gift by card to a fund, and its payment.
func Give(ctx context.Context, tx *db.Tx, c fund.CardGift) (*fund.Gift, error) {
	g, err := fund.StartCard(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	_, err = billing.StartGift(ctx, tx, g.ID, g.Amount)
	return g, err
}

// settleGift applies what the card processor says of a gift's payment to the payment, the gift and its fund.
func settleGift(ctx context.Context, tx *db.Tx, gift id.Gift, payment id.Payment, s billing.Standing) error {
	g, err := fund.LockGift(ctx, tx, gift)
	if err != nil {
		return err
	}
	receipt, err := billing.Receive(ctx, tx, payment, s)
	if err != nil {
		return err
	}
	switch receipt.Outcome {
	case billing.Captured:
		return takeGift(ctx, tx, g, receipt.Payment)
	case billing.Unpaid:
		return lapseGift(ctx, tx, g, s.Failed)
	}
	return nil
}

// takeGift puts captured money into the fund it was given to. When the fund has closed meanwhile, or when the gift had
// been received before, the money goes back.
func takeGift(ctx context.Context, tx *db.Tx, g *fund.Gift, p *billing.Payment) error {
	if g.Status == fund.GiftReceived {
		return returnGift(ctx, tx, g, p)
	}
	if err := fund.ReceiveCard(ctx, tx, g, billing.Clearing); errors.Is(err, fund.ErrClosed) {
		return returnGift(ctx, tx, g, p)
	} else if err != nil {
		return err
	}
	if err := recordGift(ctx, tx, g, "gift received", moneyOf(p)); err != nil {
		return err
	}
	return tellDonor(ctx, tx, g, "gift-received", giftLetter{Payment: p.Code, Amount: p.Captured})
}

// returnGift sends captured money back to the donor and says so.
func returnGift(ctx context.Context, tx *db.Tx, g *fund.Gift, p *billing.Payment) error {
	if err := billing.Return(ctx, tx, p); err != nil {
		return err
	}
	if g.Status == fund.GiftStarted {
		if err := fund.LapseCard(ctx, tx, g); err != nil {
			return err
		}
	}
	if err := recordGift(ctx, tx, g, "gift sent back", moneyOf(p)); err != nil {
		return err
	}
	return tellDonor(ctx, tx, g, "gift-returned", giftLetter{Payment: p.Code, Amount: p.Captured})
}

// lapseGift ends a gift that was not paid. Only somebody who did pay, and whose bank refused, is told: nobody has shown
// yet that the address is theirs.
func lapseGift(ctx context.Context, tx *db.Tx, g *fund.Gift, refused bool) error {
	if g.Status != fund.GiftStarted {
		return nil
	}
	if err := fund.LapseCard(ctx, tx, g); err != nil {
		return err
	}
	if err := recordGift(ctx, tx, g, "gift lapsed", nil); err != nil || !refused {
		return err
	}
	return tellDonor(ctx, tx, g, "gift-refused", giftLetter{Amount: g.Amount})
}

// tellDonor sends whoever gave a mail, in this unit of work.
func tellDonor(ctx context.Context, tx *db.Tx, g *fund.Gift, template string, l giftLetter) error {
	f, err := fund.ByID(ctx, tx, g.FundID)
	if err != nil {
		return err
	}
	if l.Aid, err = fund.Aided(ctx, tx, g.ID); err != nil {
		return err
	}
	l.Name, l.Code, l.Fund, l.At = g.Donor, g.Code, f.Name, tx.Now
	return mail.Send(ctx, tx, mail.Message{To: g.Email, Template: template, Data: l})
}

// tellGiftRefundReturned tells the donor and administrators that a gift could not be paid back to where it came from.
func tellGiftRefundReturned(ctx context.Context, tx *db.Tx, gift id.Gift, r *billing.Refund) error {
	g, err := fund.GiftByID(ctx, tx, gift)
	if err != nil {
		return err
	}
	if err := tellDonor(ctx, tx, g, "gift-refund-returned", giftLetter{Payment: r.Code, Amount: r.Amount}); err != nil {
		return err
	}
	return tellStaff(ctx, tx, "staff-gift-refund-returned", letter{Code: g.Code, Payment: r.Code, Amount: r.Amount})
}

// recordGift writes down what became of a gift, under its fund.
func recordGift(ctx context.Context, tx *db.Tx, g *fund.Gift, action string, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["gift"], detail["status"] = g.Code, g.Status
	return audit.Record(ctx, tx, audit.Event{Actor: audit.CardProcessor, Action: action, Subject: "fund", SubjectID: int64(g.FundID), Detail: detail})
}
