package billing

import (
	"context"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/money"
)

// StartGift begins a payment of a gift, in pence, as Start does of a share.
func StartGift(ctx context.Context, tx *db.Tx, gift id.Gift, amount money.Amount) (*Payment, error) {
	return start(ctx, tx, &Payment{GiftID: gift, Amount: amount})
}

// PaymentsOfGift reads the payments of a gift, oldest first.
func PaymentsOfGift(ctx context.Context, d bun.IDB, gift id.Gift) ([]Payment, error) {
	var payments []Payment
	err := d.NewSelect().Model(&payments).Where("gift_id = ?", gift).Order("id").Limit(50).Scan(ctx)
	return payments, err
}
