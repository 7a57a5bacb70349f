package document_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"bursar/internal/document"
)

var made = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

func sample() *document.Document {
	d := document.New("Copy of K7Q2-9M")
	d.Paragraph("Łukasz, Ελένη and Юлия wrote “this” – for £250.")
	d.Heading("About you")
	d.Line("What should we call you?", "Ana\nor Anna")
	return d
}

func pdf(t *testing.T, d *document.Document) []byte {
	t.Helper()
	body, err := d.PDF(made)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// pages is what the pages draw.
func pages(t *testing.T, body []byte) string {
	t.Helper()
	var all strings.Builder
	for _, stream := range regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`).FindAllSubmatch(body, -1) {
		r, err := zlib.NewReader(bytes.NewReader(stream[1]))
		if err != nil {
			continue // a font or a map of one
		}
		content, err := io.ReadAll(r)
		if err == nil && bytes.Contains(content, []byte(")Tj")) {
			all.Write(content)
		}
	}
	return all.String()
}

// utf16 is a text as a page of a PDF file holds it.
func utf16(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteByte(byte(r >> 8))
		b.WriteByte(byte(r))
	}
	return strings.NewReplacer("\\", "\\\\", "(", "\\(", ")", "\\)", "\r", "\\r").Replace(b.String())
}

func TestEveryWordStandsInTheFile(t *testing.T) {
	t.Parallel()
	body := pdf(t, sample())
	if !bytes.HasPrefix(body, []byte("%PDF-")) || !bytes.Contains(body, []byte("/Lang (en-GB)")) {
		t.Errorf("it begins %q", body[:20])
	}
	drawn := pages(t, body)
	for _, want := range []string{"Łukasz", "Ελένη", "Юлия", "About you", "What should we call you?", "or Anna", "£250"} {
		for word := range strings.FieldsSeq(want) {
			if !strings.Contains(drawn, utf16(word)) {
				t.Errorf("%q is not there", word)
			}
		}
	}
}

func TestTheSameDocumentIsTheSameBytes(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(pdf(t, sample()), pdf(t, sample())) {
		t.Error("the bytes differ")
	}
}

func TestALongDocumentGoesOnOnTheNextPage(t *testing.T) {
	t.Parallel()
	d := document.New("Long")
	for range 60 {
		d.Heading("Section")
		d.Line("Question", strings.Repeat("many words ", 60))
	}
	d.Paragraph(strings.Repeat("x", 5000))
	d.Paragraph("last")
	body := pdf(t, d)
	if n := bytes.Count(body, []byte("/Type /Page\n")); n < 10 {
		t.Errorf("%d pages", n)
	}
	if !strings.Contains(pages(t, body), utf16("last")) {
		t.Error("the end is missing")
	}
}

func TestLettersThatAreLackingAreBoxesAndSaidBeforehand(t *testing.T) {
	t.Parallel()
	if !sample().Covers() {
		t.Error("Latin, Greek and Cyrillic are not covered")
	}
	d := document.New("Copy")
	d.Paragraph("سلام 👋")
	if d.Covers() {
		t.Error("Arabic and a waving hand are said to be covered")
	}
	if !strings.Contains(pages(t, pdf(t, d)), utf16("□□□□")) {
		t.Error("there are no boxes")
	}
}

func TestABreakGoesOnOnAnotherPage(t *testing.T) {
	t.Parallel()
	d := document.New("Letters")
	d.Paragraph("One")
	d.Break()
	d.Paragraph("Two")
	if n := bytes.Count(pdf(t, d), []byte("/Type /Page\n")); n != 2 {
		t.Errorf("%d pages", n)
	}
}
