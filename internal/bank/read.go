package bank

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"bursar/internal/bankfile"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
)

// atOnce is how many lines are written in one statement, and how often progress is told.
const atOnce = 5_000

// Progress is told how many rows of a file have been written, of how many.
type Progress func(rows, of int) error

// ReadFile reads a file into the books: whole, or not at all when something is wrong with it, which is kept with the file.
// Lines that are in the books already are counted and left as they are. A file that was read before is left alone, so that
// this is safe to repeat. The progress is not part of the unit of work, or nobody would see it.
func ReadFile(ctx context.Context, tx *db.Tx, which id.BankFile, tell Progress) error {
	f, err := scanFile(ctx, tx.NewSelect().Where("id = ?", which))
	if err != nil {
		return err
	}
	a, err := accountByID(ctx, tx, f.AccountID)
	if err != nil {
		return err
	}
	// One file of an account at a time. The rows of the file and the account are not locked: progress and uploads write them.
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", fmt.Sprintf("bank:account:%d", a.ID)).Exec(ctx); err != nil {
		return fmt.Errorf("locking a bank account: %w", err)
	}
	if f, err = scanFile(ctx, tx.NewSelect().Where("id = ?", which)); err != nil || f.Status != Reading {
		return err
	}
	body, err := Body(ctx, tx, f.ID)
	if err != nil {
		return err
	}
	if f.Of, err = f.look(ctx, tx, a, body); err != nil {
		if refused, ok := errors.AsType[*bankfile.Refused](err); ok {
			return f.refuse(ctx, tx, refused.Problems)
		}
		return err
	}
	return f.take(ctx, tx, body, tell)
}

// look reads a file through and counts its lines, or says what is wrong with it.
func (f *File) look(ctx context.Context, tx *db.Tx, a *Account, body []byte) (lines int, err error) {
	if err := a.fits(ctx, tx, f.Mapping); err != nil {
		if e := failure.Of(err); errors.Is(err, ErrFixed) {
			return 0, &bankfile.Refused{Problems: []bankfile.Problem{{Code: e.Code, Message: e.Message}}}
		}
		return 0, err
	}
	today := london.DateOf(tx.Now)
	var late bankfile.Refused
	for line, err := range bankfile.Read(bytes.NewReader(body), f.Mapping) {
		if err != nil {
			return 0, err
		}
		if lines++; line.On.After(today) && len(late.Problems) < bankfile.MaxProblems {
			late.Problems = append(late.Problems, bankfile.Problem{Row: line.Row, Code: "bank_future",
				Message: fmt.Sprintf("Row %d has a day that has not come yet, %s. Check how dates are written in this file.", line.Row, line.On.Medium())})
		}
	}
	if len(late.Problems) > 0 {
		return 0, &late
	}
	return lines, nil
}

// take writes the lines of a file that is known to be good, and puts what came in into the books as one entry.
func (f *File) take(ctx context.Context, tx *db.Tx, body []byte, tell Progress) error {
	var came money.Amount
	f.Rows, f.Taken = 0, 0
	write := func(batch []bankfile.Line) error {
		taken, in, err := f.write(ctx, tx, batch)
		if err != nil {
			return err
		}
		came += in
		f.Taken += taken
		f.Rows += len(batch)
		return tell(f.Rows, f.Of)
	}
	batch := make([]bankfile.Line, 0, atOnce)
	for line, err := range bankfile.Read(bytes.NewReader(body), f.Mapping) {
		if err != nil {
			return err
		}
		if batch = append(batch, line); len(batch) == atOnce {
			if err := write(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if err := write(batch); err != nil {
		return err
	}
	if came > 0 {
		if err := ledger.Post(ctx, tx, moves(fmt.Sprintf("bank-file/%d/read", f.ID), fund.Bank, Unmatched, came)); err != nil {
			return err
		}
	}
	f.Repeated, f.Status, f.ReadAt = f.Rows-f.Taken, Read, tx.Now
	if err := f.empty(ctx, tx); err != nil {
		return err
	}
	return record(ctx, tx, f.UploadedBy, "bank file read", "bank file", int64(f.ID), map[string]any{"taken": f.Taken, "repeated": f.Repeated, "came": came})
}

// lineRow is a line as it is handed to PostgreSQL.
type lineRow struct {
	Row         int          `json:"row"`
	On          london.Date  `json:"on_day"`
	Amount      money.Amount `json:"amount"`
	Payer       string       `json:"payer"`
	Reference   string       `json:"reference"`
	Text        string       `json:"text"`
	Fingerprint string       `json:"fingerprint"`
}

// write adds the lines of a batch that are not there yet, and returns how many and how much came in by them.
func (f *File) write(ctx context.Context, tx *db.Tx, batch []bankfile.Line) (taken int, came money.Amount, err error) {
	rows := make([]lineRow, len(batch))
	for i, l := range batch {
		rows[i] = lineRow{l.Row, l.On, l.Amount, l.Payer, l.Reference, l.Text, hex.EncodeToString(l.Fingerprint[:])}
	}
	data, err := json.Marshal(rows)
	if err != nil {
		return 0, 0, fmt.Errorf("writing lines of the bank: %w", err)
	}
	err = tx.NewRaw(`
		WITH new AS (
			INSERT INTO bank_lines (file_id, account_id, row, on_day, amount, payer, reference, text, fingerprint, status)
			SELECT ?, ?, r.row, r.on_day, r.amount, r.payer, r.reference, r.text, decode(r.fingerprint, 'hex'),
				CASE WHEN r.amount < 0 THEN 'out' ELSE 'open' END
			FROM json_to_recordset(?::json) AS r(row integer, on_day date, amount bigint, payer text, reference text, text text, fingerprint text)
			ON CONFLICT ON CONSTRAINT bank_lines_once DO NOTHING RETURNING amount)
		SELECT count(*), coalesce(sum(amount) FILTER (WHERE amount > 0), 0) FROM new`, f.ID, f.AccountID, string(data)).Scan(ctx, &taken, &came)
	if err != nil {
		return 0, 0, fmt.Errorf("writing lines of the bank: %w", err)
	}
	return taken, came, nil
}

// refuse keeps what is wrong with a file. Nothing of it is in the books.
func (f *File) refuse(ctx context.Context, tx *db.Tx, problems []bankfile.Problem) error {
	if f.Problems = problems; problems == nil {
		f.Problems = []bankfile.Problem{}
	}
	f.Status, f.ReadAt, f.Rows, f.Of = Refused, tx.Now, 0, 0
	return f.empty(ctx, tx)
}

// empty notes how a file stands at its end, and forgets its bytes.
func (f *File) empty(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.NewRaw("UPDATE bank_files SET body = NULL WHERE id = ?", f.ID).Exec(ctx); err != nil {
		return fmt.Errorf("forgetting the bytes of a bank file: %w", err)
	}
	return f.update(ctx, tx, "status", "rows", "of", "taken", "repeated", "problems", "read_at")
}

// NoteProgress says how far the reading of a file has come, for those who wait for it.
func NoteProgress(ctx context.Context, tx *db.Tx, which id.BankFile, rows, of int) error {
	_, err := tx.NewRaw(`UPDATE bank_files SET rows = ?, "of" = ? WHERE id = ? AND status = ?`, rows, of, which, Reading).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting progress: %w", err)
	}
	return nil
}

// moves is an entry that moves an amount from one account onto another.
func moves(reference, onto, from string, amount money.Amount) ledger.Entry {
	return ledger.Entry{Reference: reference, Lines: []ledger.Line{{Account: onto, Amount: amount}, {Account: from, Amount: -amount}}}
}
