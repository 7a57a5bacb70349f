package ubl_test

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// standard unpacks the schemas of the standard and returns where they lie.
func standard(t *testing.T) string {
	t.Helper()
	archive, err := zip.OpenReader("testdata/UBL-2.1-xsd.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	dir := t.TempDir()
	if err := os.CopyFS(dir, archive); err != nil {
		t.Fatal(err)
	}
	return dir
}

// valid says which of the documents the schema of their kind accepts, and what xmllint said of them all.
func valid(t *testing.T, schemas string, bodies map[string][]byte) (accepted []string, said string) {
	t.Helper()
	dir := t.TempDir()
	files := map[string][]string{}
	for name, body := range bodies {
		schema, file := "UBL-Invoice-2.1.xsd", filepath.Join(dir, name)
		if bytes.Contains(body, []byte("<CreditNote ")) {
			schema = "UBL-CreditNote-2.1.xsd"
		}
		files[schema] = append(files[schema], file)
		if err := os.WriteFile(file, body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for schema, list := range files {
		command := exec.Command("xmllint", append([]string{"--nonet", "--noout", "--schema", filepath.Join(schemas, "maindoc", schema)}, list...)...)
		out, err := command.CombinedOutput()
		if _, failed := err.(*exec.ExitError); err != nil && !failed {
			t.Fatalf("xmllint validates against the schemas; Debian has it in libxml2-utils: %v", err)
		}
		said += string(out)
	}
	for name := range bodies {
		if strings.Contains(said, filepath.Join(dir, name)+" validates\n") {
			accepted = append(accepted, name)
		}
	}
	return accepted, said
}

func TestEveryDocumentIsValidByTheSchemaOfUBL(t *testing.T) {
	t.Parallel()
	bodies := map[string][]byte{}
	for name, d := range documents() {
		bodies[name] = write(t, d)
	}
	accepted, said := valid(t, standard(t), bodies)
	for name := range bodies {
		if !slices.Contains(accepted, name) {
			t.Errorf("%s is refused:\n%s", name, said)
		}
	}
}

func TestTheSchemaOfUBLRefusesWhatIsOutOfOrder(t *testing.T) {
	t.Parallel()
	invoice, credit := write(t, team()), write(t, credited(team()))
	accepted, said := valid(t, standard(t), map[string][]byte{
		"order":    change{"order", `(<cbc:IssueDate>.*?)<cbc:Note>`, "<cbc:Note>early</cbc:Note><cbc:Note>"}.apply(t, invoice),
		"unknown":  change{"unknown", `<cbc:Note>`, "<cbc:Words/><cbc:Note>"}.apply(t, invoice),
		"due":      change{"due", `<cbc:CreditNoteTypeCode>`, "<cbc:DueDate>2027-01-01</cbc:DueDate><cbc:CreditNoteTypeCode>"}.apply(t, credit),
		"date":     change{"date", `2027-01-11`, "11/01/2027"}.apply(t, invoice),
		"currency": change{"currency", ` currencyID="GBP"`, ""}.apply(t, credit),
	})
	if len(accepted) > 0 {
		t.Errorf("%v pass:\n%s", accepted, said)
	}
}
