package secret

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Open reads the keyset file at path (Tink's JSON form, as Create and "tinkey create-keyset --out-format json"
// write it). It refuses a file that every user of the machine can read. Each error is one line that says what
// to do.
func Open(path string) (*Box, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no keyset at %s: set BURSAR_KEYSET to the Tink keyset file", path)
	}
	if err != nil {
		return nil, fmt.Errorf("the keyset cannot be read: %w", err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("the keyset %s is open to every user of this machine: run chmod 600 %s", path, path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the keyset cannot be read: %w", err)
	}
	keys, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(content)))
	if err != nil {
		return nil, fmt.Errorf("the file %s is not a Tink keyset in JSON: restore it from its backup", path)
	}
	return newBox(keys)
}

// Create makes a new keyset with one AES-256-GCM key in a file at path that only its owner can read, and opens
// it. It is for the demo and for a first set-up, and never overwrites: another keyset would make every sealed
// field unreadable.
func Create(path string) (*Box, error) {
	keys, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	var content bytes.Buffer
	if err := insecurecleartextkeyset.Write(keys, keyset.NewJSONWriter(&content)); err != nil {
		return nil, fmt.Errorf("writing the keyset down: %w", err)
	}
	if err := writeNew(path, content.Bytes()); err != nil {
		return nil, err
	}
	return newBox(keys)
}

// writeNew puts content at path at once or not at all, and refuses to replace a file.
func writeNew(path string, content []byte) error {
	draft, err := os.CreateTemp(filepath.Dir(path), ".keyset-*") // mode 0600
	if err != nil {
		return fmt.Errorf("the keyset cannot be written: %w", err)
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.Write(content)
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return fmt.Errorf("the keyset cannot be written: %w", err)
	}
	err = os.Link(draft.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("there is a keyset at %s already: it is never replaced", path)
	}
	if err != nil {
		return fmt.Errorf("the keyset cannot be written: %w", err)
	}
	return nil
}
