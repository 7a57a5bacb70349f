package bank

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/bankfile"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

var (
	// ErrUnknownFile means that there is no such file.
	ErrUnknownFile = failure.New(failure.NotFound, "bank_file_unknown", "We cannot find that file.")
	// ErrFileMoved means that a file is being read already, or was.
	ErrFileMoved = failure.New(failure.Conflict, "bank_file_moved", "This file is being read already.")
	// ErrFileKnown means that the very same file was uploaded before.
	ErrFileKnown = failure.New(failure.Conflict, "bank_file_known", "This file has been uploaded already.")
)

// FileStatus says how far a file has come.
type FileStatus string

// The statuses of a file.
const (
	ToLayOut FileStatus = "columns" // a person has to say which columns are which
	Reading  FileStatus = "reading"
	Read     FileStatus = "read"
	Refused  FileStatus = "refused" // nothing of it is in the books
)

// File is a statement as it was uploaded.
type File struct {
	bun.BaseModel `bun:"table:bank_files"`

	ID         id.BankFile        `bun:"id,pk,autoincrement"`
	Code       string             `bun:"code"`
	AccountID  id.BankAccount     `bun:"account_id"`
	Name       string             `bun:"name"`
	Hash       []byte             `bun:"hash"`
	Mapping    bankfile.Mapping   `bun:"mapping,type:jsonb"`
	Status     FileStatus         `bun:"status"`
	Rows       int                `bun:"rows"`     // looked at so far
	Of         int                `bun:"of"`       // as many as there are; 0: not counted yet
	Taken      int                `bun:"taken"`    // lines that are new
	Repeated   int                `bun:"repeated"` // lines that were in the books already
	Problems   []bankfile.Problem `bun:"problems,type:jsonb"`
	UploadedBy id.Person          `bun:"uploaded_by"`
	UploadedAt time.Time          `bun:"uploaded_at"`
	ReadAt     time.Time          `bun:"read_at,nullzero"`
}

// fileColumns are all but the bytes.
const fileColumns = "id, code, account_id, name, hash, mapping, status, rows, of, taken, repeated, problems, uploaded_by, uploaded_at, read_at"

// Files lists the files that were uploaded last, latest first.
func Files(ctx context.Context, d bun.IDB, limit int) ([]File, error) {
	var list []File
	err := d.NewSelect().Model(&list).ColumnExpr(fileColumns).Order("id DESC").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing bank files: %w", err)
	}
	return list, nil
}

// FileByCode reads a file, or returns ErrUnknownFile.
func FileByCode(ctx context.Context, d bun.IDB, code string) (*File, error) {
	return scanFile(ctx, d.NewSelect().Where("code = ?", code))
}

func scanFile(ctx context.Context, q *bun.SelectQuery) (*File, error) {
	f := new(File)
	if err := q.Model(f).ColumnExpr(fileColumns).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknownFile
		}
		return nil, fmt.Errorf("reading a bank file: %w", err)
	}
	return f, nil
}

// FileArrived is the job to read a file that was uploaded and laid out.
type FileArrived struct {
	File id.BankFile `json:"file"`
}

// Kind names the job.
func (FileArrived) Kind() string { return "bank_file_arrived" }

// Upload keeps a file and has it read by the mapping of its account. When the account has none yet, when the file does not
// fit it, or when anew is asked for, the file waits for Start as ToLayOut, with as much of a mapping as can be told. The
// refusals are bankfile's (it is no CSV file, or too large) and ErrFileKnown.
func Upload(ctx context.Context, tx *db.Tx, by id.Person, account, name string, body []byte, anew bool) (*File, error) {
	a, err := AccountByCode(ctx, tx, account)
	if err != nil {
		return nil, err
	}
	if len(body) > bankfile.MaxSize {
		return nil, bankfile.ErrTooLarge
	}
	hash := sha256.Sum256(body)
	if err := unknown(ctx, tx, a.ID, hash[:]); err != nil {
		return nil, err
	}
	guess, err := bankfile.Guess(body)
	if err != nil && !errors.Is(err, bankfile.ErrUnsure) {
		return nil, err
	}
	f := &File{Code: id.Code(), AccountID: a.ID, Name: nameOf(name), Hash: hash[:], Mapping: guess, Status: ToLayOut,
		Problems: []bankfile.Problem{}, UploadedBy: by, UploadedAt: tx.Now}
	if a.mapped() && !anew && begins(body, a.Mapping) {
		f.Mapping, f.Status = a.Mapping, Reading
	}
	if err := f.insert(ctx, tx, body); err != nil {
		return nil, err
	}
	if f.Status == Reading {
		if err := tx.Enqueue(ctx, FileArrived{f.ID}); err != nil {
			return nil, err
		}
	}
	return f, record(ctx, tx, by, "bank file uploaded", "bank file", int64(f.ID), map[string]any{"account": a.Code, "bytes": len(body)})
}

// unknown refuses a file that was uploaded before, and says when.
func unknown(ctx context.Context, tx *db.Tx, account id.BankAccount, hash []byte) error {
	f, err := scanFile(ctx, tx.NewSelect().Where("account_id = ? AND hash = ? AND status <> ?", account, hash, Refused))
	switch {
	case errors.Is(err, ErrUnknownFile):
		return nil
	case err != nil:
		return err
	case f.Status == ToLayOut:
		return known("This file was uploaded on %s, and waits for you to choose its columns.", f.UploadedAt)
	case f.Status == Reading:
		return known("This file was uploaded on %s, and is being read.", f.UploadedAt)
	}
	return known("This file was read on %s. Nothing of it is read again.", f.ReadAt)
}

func known(sentence string, at time.Time) error {
	e := *ErrFileKnown
	e.Message = fmt.Sprintf(sentence, london.DateOf(at).Long())
	return &e
}

// begins reports whether the first transaction of a file can be read by a mapping.
func begins(body []byte, m bankfile.Mapping) bool {
	for _, err := range bankfile.Read(bytes.NewReader(body), m) {
		return err == nil
	}
	return false
}

// nameOf is the name of a file without the folders it lay in.
func nameOf(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if letters := []rune(strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), "")); len(letters) > 100 {
		return string(letters[:100])
	} else if len(letters) > 0 {
		return string(letters)
	}
	return "statement.csv"
}

func (f *File) insert(ctx context.Context, tx *db.Tx, body []byte) error {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(body); err != nil {
		return fmt.Errorf("compressing a bank file: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("compressing a bank file: %w", err)
	}
	_, err := tx.NewInsert().Model(f).Value("body", "?", packed.Bytes()).Returning("id").Exec(ctx)
	if db.Violates(err, "bank_files_once") {
		return ErrFileKnown.Because(err)
	}
	if err != nil {
		return fmt.Errorf("keeping a bank file: %w", err)
	}
	return nil
}

// Body is the bytes of a file that is not read yet.
func Body(ctx context.Context, d bun.IDB, which id.BankFile) ([]byte, error) {
	var packed []byte
	if err := d.NewRaw("SELECT body FROM bank_files WHERE id = ?", which).Scan(ctx, &packed); err != nil {
		return nil, fmt.Errorf("reading a bank file: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpacking a bank file: %w", err)
	}
	return io.ReadAll(io.LimitReader(z, bankfile.MaxSize))
}

func (f *File) update(ctx context.Context, tx *db.Tx, columns ...string) error {
	if _, err := tx.NewUpdate().Model(f).Column(columns...).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("noting how a bank file stands: %w", err)
	}
	return nil
}
