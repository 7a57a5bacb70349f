package bursary

import (
	"context"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// LegalName is the name that an applicant wants on their certificate, as they said when they applied; "" when they said nothing. It
// is read for what they do themselves, so that nobody is noted as having read it.
func LegalName(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Application) (string, error) {
	const key = "legal_name"
	told, err := loadKeys(ctx, tx, box, []id.Application{which}, []string{key})
	return told[which][key], err
}
