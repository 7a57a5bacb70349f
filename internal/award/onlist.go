package award

import (
	"context"
	"slices"

	"bursar/internal/bursary"
	"bursar/internal/db"
)

// OnList is where an applicant stands on the reserve list of their round now, from 1; 0 when they are not on it. It
// looks at everybody on the list, and so is for the worker's role.
func OnList(ctx context.Context, tx *db.Tx, a *bursary.Application) (int, error) {
	list, err := reserveList(ctx, tx, &bursary.Round{ID: a.RoundID})
	return 1 + slices.IndexFunc(list, func(other *bursary.Application) bool { return other.ID == a.ID }), err
}
