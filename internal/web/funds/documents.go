package funds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type documentsPage struct {
	page.Base
	Fund  *fund.Fund
	Table page.Table
	Href  string
}

// documents lists what the donor wrote, and takes more.
func (d desk) documents(c *gin.Context) error {
	p, err := d.documentsPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "funds/documents", p)
}

func (d desk) documentsPage(c *gin.Context) (*documentsPage, error) {
	ctx := c.Request.Context()
	f, err := d.fund(c)
	if err != nil {
		return nil, err
	}
	docs, err := fund.DocumentsOf(ctx, d.DB, f.ID)
	if err != nil {
		return nil, err
	}
	var by []id.Person
	for _, doc := range docs {
		by = append(by, doc.ByID)
	}
	called, err := names(ctx, d.DB, by...)
	if err != nil {
		return nil, err
	}
	p := &documentsPage{Base: d.within(f), Fund: f, Href: d.href(f) + "/documents"}
	p.Table = page.Table{Caption: "What is kept", Columns: []page.Column{{Title: "Document"}, {Title: "Added"}, {Title: "By"}}}
	for _, doc := range docs {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{
			{Text: doc.Name, Href: fmt.Sprintf("%s/%d", p.Href, doc.ID)}, {Text: london.Stamp(doc.At)}, {Text: called[doc.ByID]},
		})
	}
	return p, nil
}

// documentField is what the form calls the file.
const documentField = "document"

// upload keeps a document.
func (d desk) upload(c *gin.Context) error {
	name, body, err := received(c)
	p, unread := d.documentsPage(c)
	if unread != nil {
		return unread
	}
	if err == nil {
		err = d.work(c, func(ctx context.Context, tx *db.Tx) error {
			_, err := fund.AddDocument(ctx, tx, page.ViewerOf(c).Person, p.Fund.ID, name, body)
			return err
		})
	}
	if err != nil {
		return page.Again(c, err, "funds/documents", p)
	}
	page.Flash(c, page.DocumentKept)
	return page.Redirect(c, p.Href)
}

// received reads the file of a form.
func received(c *gin.Context) (name string, body []byte, err error) {
	defer func() { _, _ = io.Copy(io.Discard, c.Request.Body) }() // what is read to the end gets an answer in every browser
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return "", nil, failure.Field(documentField, "Choose a file.").Because(err)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return "", nil, unreadable(err)
		}
		if part.FormName() != documentField {
			continue
		}
		body, err := io.ReadAll(io.LimitReader(part, fund.DocumentLimit+1)) // one more: fund says that it is too large
		if err != nil {
			return "", nil, unreadable(err)
		}
		return part.FileName(), body, nil
	}
}

// unreadable says what is wrong with a request that could not be read to its end.
func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return failure.Field(documentField, "The file must be 5 MB or smaller.").Because(err)
	}
	return failure.Field(documentField, "Choose a file.").Because(err)
}

// document gives a document to keep. It is never shown as a page of ours.
func (d desk) document(c *gin.Context) error {
	f, err := d.fund(c)
	if err != nil {
		return err
	}
	which, err := strconv.ParseInt(c.Param("document"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	doc, err := fund.OpenDocument(c.Request.Context(), d.DB, f.ID, id.Document(which))
	if err != nil {
		return err
	}
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	page.Attach(c, doc.Name, doc.ContentType, doc.Body)
	return nil
}
