// Package migrations holds the schema as numbered SQL files, applied in order and never changed once released.
// A file that ends in .tx.up.sql runs in one transaction.
package migrations

import "embed"

// Files holds every migration.
//
//go:embed *.sql
var Files embed.FS
