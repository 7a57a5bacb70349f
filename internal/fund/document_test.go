package fund_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/fund"
)

func TestADocumentIsWhatItsBytesSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, other := w.with("NORTH", pound), w.with("SOUTH", pound)
	add := func(name string, body []byte) (doc *fund.Document, err error) {
		err = w.try(func(tx *db.Tx) error {
			doc, err = fund.AddDocument(t.Context(), tx, w.ann, f.ID, name, body)
			return err
		})
		return doc, err
	}
	full := append([]byte("%PDF-1.7"), make([]byte, fund.DocumentLimit-8)...)
	for want, body := range map[string][]byte{
		"application/pdf": full, "image/jpeg": []byte("\xff\xd8\xff\xe0 JFIF"), "image/png": []byte("\x89PNG\r\n\x1a\n...."),
	} {
		doc, err := add(`C:\letters\Förder “brief”.exe`, body)
		if err != nil {
			t.Fatal(err)
		}
		back, err := fund.OpenDocument(t.Context(), w, f.ID, doc.ID)
		if err != nil || back.ContentType != want || !bytes.Equal(back.Body, body) || back.Name != "Förder “brief”.exe" {
			t.Errorf("%s came back as %s %q, %v", want, back.ContentType, back.Name, err)
		}
		if _, err := fund.OpenDocument(t.Context(), w, other.ID, doc.ID); !errors.Is(err, fund.ErrUnknownDocument) {
			t.Errorf("opened under another fund: %v", err)
		}
	}
	for name, body := range map[string][]byte{
		"empty": nil, "a page": []byte("<html><script>"), "a picture with script": []byte("<svg onload=alert(1)>"), "a program": []byte("MZ\x90"),
		"nearly a PDF": []byte(" %PDF-1.7"), "a byte too long": append(bytes.Clone(full), 0),
	} {
		if _, err := add(name+".pdf", body); strings.HasPrefix(field(err, "document"), "not about") {
			t.Errorf("%s: %v", name, err)
		}
	}
	docs, err := fund.DocumentsOf(t.Context(), w, f.ID)
	if err != nil || len(docs) != 3 || docs[0].Body != nil {
		t.Errorf("%d documents, %v", len(docs), err)
	}
}

func TestNamesOfFilesAreMadeFitToShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.with("NORTH", pound)
	for name, want := range map[string]string{
		"": "document", "../../etc/passwd": "passwd", "a\x00b\r\n.pdf": "ab.pdf", "/": "document", strings.Repeat("é", 300): strings.Repeat("é", 200),
	} {
		w.write(func(tx *db.Tx) error {
			doc, err := fund.AddDocument(t.Context(), tx, w.ann, f.ID, name, []byte("%PDF-1"))
			if err == nil && doc.Name != want {
				t.Errorf("%q became %q", name, doc.Name)
			}
			return err
		})
	}
}
