// Package secret encrypts single fields before they are stored, with keys that are kept outside the database.
// What is sealed for one cell opens in that cell only: the name of the table, the column and the row's id are
// authenticated with it, so that a value copied into another row or column is refused.
//
// Keys come from a Tink keyset file. Rotation is Tink's: a keyset may hold several keys, of which the primary
// one seals and every enabled one opens. A key management service (a KMS URI) is not supported: put the keyset
// in a file that only the service's user can read.
package secret

import (
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrSealed means that a value does not open: it was changed, moved from another cell, or sealed with a key
// that is not in the keyset. It is never the fault of the person who asks.
var ErrSealed = errors.New("secret: the stored value does not open with this keyset in this place")

// Box seals and opens fields with one keyset. It is safe for use by many goroutines.
type Box struct{ primitive tink.AEAD }

func newBox(keys *keyset.Handle) (*Box, error) {
	primitive, err := aead.New(keys)
	if err != nil {
		return nil, fmt.Errorf("secret: the keyset is not one for authenticated encryption (AEAD): %w", err)
	}
	return &Box{primitive}, nil
}

// Seal encrypts plaintext for the cell named by table, column and row id. The result is 33 bytes longer.
func (b *Box) Seal(plaintext []byte, table, column string, id int64) ([]byte, error) {
	sealed, err := b.primitive.Encrypt(plaintext, cell(table, column, id))
	if err != nil {
		return nil, fmt.Errorf("secret: sealing %s.%s: %w", table, column, err)
	}
	return sealed, nil
}

// Open decrypts what Seal made for the same cell, or returns ErrSealed.
func (b *Box) Open(sealed []byte, table, column string, id int64) ([]byte, error) {
	plaintext, err := b.primitive.Decrypt(sealed, cell(table, column, id))
	if err != nil {
		return nil, fmt.Errorf("%w: %s.%s of row %d", ErrSealed, table, column, id)
	}
	return plaintext, nil
}

// cell is the associated data: table and column are identifiers, so the colon cannot be part of them.
func cell(table, column string, id int64) []byte {
	return fmt.Appendf(nil, "%s:%s:%d", table, column, id)
}
