package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// native lends f the very connection on which this unit of work is open, as pgx knows it, so that River's rows
// join it. f must use only what it is given: the connection is locked meanwhile and a Bun call would wait for
// ever. For the same reason nothing may leave the callback of Raw but a return: database/sql would close the
// connection and wait for the open transaction, so a panic is carried out by hand.
func (tx *Tx) native(ctx context.Context, f func(pgx.Tx) error) error {
	var result error
	var panicked any
	err := tx.conn.Raw(func(driverConn any) error {
		defer func() { panicked = recover() }()
		result = f(lentTx{driverConn.(*stdlib.Conn).Conn()})
		return nil
	})
	if panicked != nil {
		panic(panicked)
	}
	if err != nil {
		return fmt.Errorf("borrowing the connection: %w", err)
	}
	return result
}

// lentTx is a pgx.Tx on a transaction that Write began and Write alone will end.
type lentTx struct{ conn *pgx.Conn }

var errLent = errors.New("db: a lent transaction is begun and ended by Write alone")

func (lentTx) Begin(context.Context) (pgx.Tx, error) { return nil, errLent }
func (lentTx) Commit(context.Context) error          { return errLent }
func (lentTx) Rollback(context.Context) error        { return errLent }
func (t lentTx) Conn() *pgx.Conn                     { return t.conn }
func (lentTx) LargeObjects() pgx.LargeObjects        { return pgx.LargeObjects{} }

func (t lentTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return t.conn.Exec(ctx, sql, args...)
}

func (t lentTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.conn.Query(ctx, sql, args...)
}

func (t lentTx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return t.conn.QueryRow(ctx, sql, args...)
}

func (t lentTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return t.conn.SendBatch(ctx, b)
}

func (t lentTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return t.conn.CopyFrom(ctx, table, columns, rows)
}

func (t lentTx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return t.conn.Prepare(ctx, name, sql)
}
