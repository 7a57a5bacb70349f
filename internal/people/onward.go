package people

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

// onwardBlock is the step in which sealed addresses grow, so that their lengths do not tell them apart.
const onwardBlock = 256

// sealOnward seals where somebody is going with what only they hold, a link's token or a browser's key: an address
// such as that of an application must not be read beside a person's email address, also not in the database.
func sealOnward(held, next string) ([]byte, error) {
	padded := next + strings.Repeat(" ", onwardBlock-len(next)%onwardBlock)
	box, err := onwardBox(held)
	if err != nil {
		return nil, err
	}
	sealed, err := box.Encrypt([]byte(padded), nil)
	if err != nil {
		return nil, fmt.Errorf("sealing where somebody is going: %w", err)
	}
	return sealed, nil
}

// openOnward opens what sealOnward made with the same secret.
func openOnward(held string, sealed []byte) (string, error) {
	box, err := onwardBox(held)
	if err != nil {
		return "", err
	}
	padded, err := box.Decrypt(sealed, nil)
	if err != nil {
		return "", fmt.Errorf("opening where somebody is going: %w", err)
	}
	return strings.TrimRight(string(padded), " "), nil
}

// onwardBox is AES-256-GCM under a key of its own: not the hash of the secret, which is stored.
func onwardBox(held string) (*subtle.AESGCM, error) {
	key := sha256.Sum256([]byte("onward:" + held))
	box, err := subtle.NewAESGCM(key[:])
	if err != nil {
		return nil, fmt.Errorf("making a key for where somebody is going: %w", err)
	}
	return box, nil
}
