package finance

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/bank"
	"bursar/internal/bankfile"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

const (
	bankAt = "/finance/bank"
	// BankUpload is the pattern of the address that takes statements, for whoever limits what a request may send, and
	// BankBody how many bytes a request to it may have: a statement at its limit fits.
	BankUpload = bankAt + "/files"
	BankBody   = bankfile.MaxSize + 64<<10
)

var bankLink = page.Link{Text: "Bank", Href: bankAt}

// mountBank adds the pages about what came into the bank.
func (f finance) mountBank(g routes) {
	g.get("/bank", f.bankDesk)
	g.post("/bank/accounts", f.addBankAccount)
	g.post("/bank/files", f.uploadStatement)
	g.get("/bank/files/:code", f.bankFile)
	g.fill("/bank/files/:code/columns", f.choosingColumns, f.chooseColumns)
	g.get("/bank/lines", f.bankLines)
	g.post("/bank/lines", f.acceptLines)
	g.get("/bank/lines/:account/:line", f.bankLine)
	g.post("/bank/lines/:account/:line/match", f.matchLine)
	g.post("/bank/lines/:account/:line/undo", f.undoLine)
	g.post("/bank/lines/:account/:line/aside", f.setLineAside)
	g.post("/bank/lines/:account/:line/reopen", f.reopenLine)
}

type bankAccountForm struct {
	Name string `form:"name"`
}

// statementForm is what comes with a file.
type statementForm struct{ Account, Anew string }

type bankPage struct {
	base
	Waiting  int
	Sum      money.Amount // of what waits
	Accounts []page.Choice
	Files    []fileRow
	Form     bankAccountForm
	Upload   statementForm
	Sample   string // address of a statement to try out
}

// fileRow is a statement in the list.
type fileRow struct {
	bank.File
	Account, Href, When string
	Tag                 page.Tag
}

// shownFiles is how many statements the list has.
const shownFiles = 20

// bankDesk is what waits to be matched, and the statements that were read.
func (f finance) bankDesk(c *gin.Context) error {
	p, err := f.bankPage(c.Request.Context())
	if err != nil {
		return err
	}
	return page.Render(c, "finance/bank", p)
}

func (f finance) bankPage(ctx context.Context) (p *bankPage, err error) {
	p = &bankPage{base: below(), Sample: f.Sample}
	if p.Waiting, p.Sum, err = bank.Waiting(ctx, f.DB); err != nil {
		return nil, err
	}
	accounts, err := bank.Accounts(ctx, f.DB)
	if err != nil {
		return nil, err
	}
	called := map[id.BankAccount]string{}
	for _, a := range accounts {
		called[a.ID] = a.Name
		p.Accounts = append(p.Accounts, page.Choice{Value: a.Code, Label: a.Name})
	}
	files, err := bank.Files(ctx, f.DB, shownFiles)
	for _, file := range files {
		p.Files = append(p.Files, rowOf(file, called[file.AccountID]))
	}
	return p, err
}

func rowOf(file bank.File, account string) fileRow {
	r := fileRow{File: file, Account: account, Href: bankFileHref(file.Code), When: london.Stamp(file.UploadedAt), Tag: fileTags[file.Status]}
	if file.Status == bank.ToLayOut {
		r.Href += "/columns"
	}
	return r
}

func bankFileHref(code string) string { return BankUpload + "/" + code }

var fileTags = map[bank.FileStatus]page.Tag{
	bank.ToLayOut: {Text: "Choose its columns", Colour: "yellow"}, bank.Reading: {Text: "Being read", Colour: "blue"},
	bank.Read: {Text: "Read", Colour: "green"}, bank.Refused: {Text: "Not read", Colour: "red"},
}

// Outcome is what came of a statement, in a few words.
func (r fileRow) Outcome() string {
	switch {
	case r.Status == bank.Reading && r.Of > 0:
		return number(r.Rows) + " of " + number(r.Of) + " rows"
	case r.Status == bank.Read && r.Repeated > 0:
		return count(r.Taken, "new line", "new lines") + ", " + number(r.Repeated) + " known already"
	case r.Status == bank.Read:
		return count(r.Taken, "new line", "new lines")
	case len(r.Problems) > 0:
		return count(len(r.Problems), "problem", "problems")
	}
	return ""
}

// addBankAccount adds an account whose statements are read.
func (f finance) addBankAccount(c *gin.Context) error {
	p, err := f.bankPage(c.Request.Context())
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			_, err := bank.AddAccount(ctx, tx, by, p.Form.Name)
			return err
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/bank", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, bankAt)
}

// statementField is what the form calls the file.
const statementField = "statement"

// uploadStatement keeps a statement, and leads to where it is read or its columns are chosen.
func (f finance) uploadStatement(c *gin.Context) error {
	p, unread := f.bankPage(c.Request.Context())
	if unread != nil {
		return unread
	}
	name, body, err := p.Upload.receive(c)
	var kept *bank.File
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) (err error) {
			kept, err = bank.Upload(ctx, tx, by, p.Upload.Account, name, body, p.Upload.Anew != "")
			return err
		})
	}
	switch {
	case errors.Is(err, bank.ErrUnknownAccount):
		err = failure.Field("account", "Choose the account")
	case failure.Of(err) != nil && len(failure.Of(err).Fields) == 0:
		err = beside(statementField, failure.Of(err))
	}
	if err != nil {
		return page.Again(c, err, "finance/bank", p)
	}
	return page.Redirect(c, rowOf(*kept, "").Href)
}

// beside puts a refusal beside a field.
func beside(field string, f *failure.Error) error {
	e := *f
	e.Fields = map[string]string{field: f.Message}
	return &e
}

// mostWords is how long a field beside the file may be.
const mostWords = 100

// receive reads a form with a file.
func (s *statementForm) receive(c *gin.Context) (name string, body []byte, err error) {
	defer func() { _, _ = io.Copy(io.Discard, c.Request.Body) }() // what is read to the end gets an answer in every browser
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return "", nil, failure.Field(statementField, "Choose a file").Because(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", nil, unreadable(err)
		}
		if part.FormName() == statementField {
			name = part.FileName()
			body, err = io.ReadAll(io.LimitReader(part, bankfile.MaxSize+1)) // one more: bank says that it is too large
		} else {
			err = s.take(part)
		}
		if err != nil {
			return "", nil, unreadable(err)
		}
	}
	if len(body) == 0 {
		return "", nil, failure.Field(statementField, "Choose a file")
	}
	return name, body, nil
}

// take reads a field beside the file.
func (s *statementForm) take(part *multipart.Part) error {
	word, err := io.ReadAll(io.LimitReader(part, mostWords))
	switch part.FormName() {
	case "account":
		s.Account = string(word)
	case "anew":
		s.Anew = string(word)
	}
	return err
}

// unreadable says what is wrong with a request that could not be read to its end.
func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return failure.Field(statementField, bankfile.ErrTooLarge.Message).Because(err)
	}
	return failure.Field(statementField, "We could not read what was sent. Choose the file again").Because(err)
}

// slow is how long a statement may be read before the page asks less often.
const slow = time.Minute
