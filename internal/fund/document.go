package fund

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// ErrUnknownDocument means that the fund has no such document.
var ErrUnknownDocument = failure.New(failure.NotFound, "fund_document_unknown", "We cannot find that document.")

// DocumentLimit is the most bytes that a document may have.
const DocumentLimit = 5 << 20

// Document is what a donor wrote, such as a grant letter or a consent to use the money otherwise.
type Document struct {
	bun.BaseModel `bun:"table:fund_documents"`

	ID          id.Document `bun:"id,pk,autoincrement"`
	FundID      id.Fund     `bun:"fund_id"`
	Name        string      `bun:"name"`
	ContentType string      `bun:"content_type"` // as its first bytes say
	Body        []byte      `bun:"body"`
	ByID        id.Person   `bun:"by_id"`
	At          time.Time   `bun:"at"`
}

// AddDocument keeps a document of a fund under the name of its file. It must be a PDF, JPEG or PNG by its content,
// whatever its name says: else, and when it is empty or larger than DocumentLimit, it returns an Invalid failure about
// "document".
func AddDocument(ctx context.Context, tx *db.Tx, by id.Person, fund id.Fund, name string, body []byte) (*Document, error) {
	doc := &Document{FundID: fund, Name: fileName(name), ContentType: sniff(body), Body: body, ByID: by, At: tx.Now}
	switch {
	case len(body) == 0:
		return nil, failure.Field("document", "Choose a file.")
	case len(body) > DocumentLimit:
		return nil, failure.Field("document", "The file must be 5 MB or smaller.")
	case doc.ContentType == "":
		return nil, failure.Field("document", "The file must be a PDF, a JPEG or a PNG.")
	}
	if _, err := ByID(ctx, tx, fund); err != nil {
		return nil, err
	}
	if _, err := tx.NewInsert().Model(doc).Exec(ctx); err != nil {
		return nil, fmt.Errorf("keeping a document: %w", err)
	}
	return doc, record(ctx, tx, by, "fund document added", fund, map[string]any{"document": doc.ID})
}

// DocumentsOf lists the documents of a fund without their bodies, newest first: at most the latest hundred.
func DocumentsOf(ctx context.Context, d bun.IDB, fund id.Fund) ([]Document, error) {
	var docs []Document
	err := d.NewSelect().Model(&docs).ExcludeColumn("body").Where("fund_id = ?", fund).Order("id DESC").Limit(100).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing documents: %w", err)
	}
	return docs, nil
}

// OpenDocument reads a document of a fund, or returns ErrUnknownDocument.
func OpenDocument(ctx context.Context, d bun.IDB, fund id.Fund, which id.Document) (*Document, error) {
	doc := new(Document)
	if err := d.NewSelect().Model(doc).Where("id = ? AND fund_id = ?", which, fund).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknownDocument
		}
		return nil, fmt.Errorf("reading a document: %w", err)
	}
	return doc, nil
}

// sniff is the type that the first bytes of a file say, of those that are kept; empty for every other.
func sniff(body []byte) string {
	for magic, contentType := range map[string]string{
		"%PDF-": "application/pdf", "\xff\xd8\xff": "image/jpeg", "\x89PNG\r\n\x1a\n": "image/png",
	} {
		if bytes.HasPrefix(body, []byte(magic)) {
			return contentType
		}
	}
	return ""
}

// fileName keeps of a file's name what can be shown and stored.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, name))
	if name == "" || name == "." || name == "/" {
		return "document"
	}
	if runes := []rune(name); len(runes) > 200 {
		return string(runes[:200])
	}
	return name
}
