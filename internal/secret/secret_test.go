package secret_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bursar/internal/secret"
)

func newBox(t *testing.T) *secret.Box {
	t.Helper()
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func seal(t *testing.T, box *secret.Box, text string) []byte {
	t.Helper()
	sealed, err := box.Seal([]byte(text), "person_totps", "secret", 7)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestASealedFieldOpensInItsOwnCell(t *testing.T) {
	t.Parallel()
	box := newBox(t)
	sealed := seal(t, box, "wool, and a red door")
	if bytes.Contains(sealed, []byte("red door")) {
		t.Fatal("the sealed value shows the text")
	}
	got, err := box.Open(sealed, "person_totps", "secret", 7)
	if err != nil || string(got) != "wool, and a red door" {
		t.Fatalf("opened %q, %v", got, err)
	}
}

func TestASealedFieldDoesNotOpenElsewhere(t *testing.T) {
	t.Parallel()
	box := newBox(t)
	sealed := seal(t, box, "one")
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another row":    func() ([]byte, error) { return box.Open(sealed, "person_totps", "secret", 8) },
		"another column": func() ([]byte, error) { return box.Open(sealed, "person_totps", "name", 7) },
		"another table":  func() ([]byte, error) { return box.Open(sealed, "people", "secret", 7) },
		"another keyset": func() ([]byte, error) { return newBox(t).Open(sealed, "person_totps", "secret", 7) },
		"one bit less":   func() ([]byte, error) { return box.Open(changed, "person_totps", "secret", 7) },
		"nothing":        func() ([]byte, error) { return box.Open(nil, "person_totps", "secret", 7) },
	} {
		if got, err := open(); !errors.Is(err, secret.ErrSealed) || got != nil {
			t.Errorf("%s: opened %q, %v", name, got, err)
		}
	}
}

func TestTheSameTextNeverSealsTheSameTwice(t *testing.T) {
	t.Parallel()
	box := newBox(t)
	if bytes.Equal(seal(t, box, "same"), seal(t, box, "same")) {
		t.Fatal("two seals of one text are equal, so they reveal that the texts are")
	}
}

func TestAKeysetFileIsForItsOwnerAndOpensAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyset.json")
	made, err := secret.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the keyset's mode is %v, %v", info.Mode(), err)
	}
	opened, err := secret.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := opened.Open(seal(t, made, "kept"), "person_totps", "secret", 7)
	if err != nil || string(got) != "kept" {
		t.Fatalf("the reopened keyset gave %q, %v", got, err)
	}
}

func TestAKeysetIsNeverReplaced(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "keyset.json")
	if err := os.WriteFile(path, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.Create(path); err == nil || !strings.Contains(err.Error(), "already") {
		t.Fatalf("creating over a keyset: %v", err)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "dear" {
		t.Fatalf("the file now holds %q, %v", content, err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Fatalf("left behind: %v, %v", files, err)
	}
}

func TestABadKeysetIsOneLineThatSaysWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, content string, mode os.FileMode) {
		if err := os.WriteFile(path(name), []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("torn", `{"primaryKeyId": 1`, 0o600)
	write("empty", "", 0o600)
	write("open", "{}", 0o604)
	for name, want := range map[string]string{
		"missing": "BURSAR_KEYSET",
		"torn":    "restore it from its backup",
		"empty":   "restore it from its backup",
		"open":    "chmod 600",
	} {
		_, err := secret.Open(path(name))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := secret.Create(path("no/such/folder")); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("creating in a folder that is not there: %v", err)
	}
}
