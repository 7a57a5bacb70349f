package ubl_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"testing"

	"bursar/internal/ubl"
)

var update = flag.Bool("update", false, "write the golden documents anew")

func TestTheGoldenDocumentsAreToTheLetter(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]ubl.Document{"testdata/invoice.xml": team(), "testdata/credit-note.xml": credited(in(team(), vats[2]))} {
		got := write(t, d)
		if *update {
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is\n%s", name, got)
		}
	}
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	for name, d := range documents() {
		if first, again := write(t, d), write(t, d); !bytes.Equal(first, again) {
			t.Errorf("%s differs:\n%s\n%s", name, first, again)
		}
	}
}

func TestWordsThatXMLCannotCarryAreRefused(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"a\x00b", "a\x1bb", "a\tb", "a\nb", "a\u0085b", "\uFFFE", "a\xffb", " ", "\u00a0"} {
		d := team()
		d.Lines[0].Name = "Course"
		d.Buyer.Contact.Name = word
		if _, err := d.XML(); !errors.Is(err, ubl.ErrCharacter) {
			t.Errorf("%q is written: %v", word, err)
		}
	}
	d := team()
	d.Note = "one\r\ntwo\nthree"
	if body := write(t, d); !bytes.Contains(body, []byte("<cbc:Note>one&#xA;two&#xA;three</cbc:Note>")) {
		t.Errorf("the note is written as\n%s", body)
	}
}
