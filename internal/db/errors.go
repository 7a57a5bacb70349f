package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"bursar/internal/failure"
)

var (
	// ErrBusy means that the database cannot do the work at the moment; nothing was done.
	ErrBusy = failure.New(failure.Unavailable, "busy",
		"We are very busy or being repaired just now, and nothing has been changed. Please try again in a minute.")
	// ErrUnknownOutcome means that the connection broke while the work was being committed. Asking again with
	// the same form finds out.
	ErrUnknownOutcome = failure.New(failure.Unavailable, "unknown_outcome",
		"We are checking whether that went through. Please send the form again: it cannot be done twice.")
)

// Violates reports whether err is PostgreSQL's refusal by the named constraint. Constraint names are unique in
// the schema and are API.
func Violates(err error, constraint string) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.ConstraintName == constraint
}

// NoRows reports whether err says that a query for one row found none.
func NoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// SQLSTATE codes (https://www.postgresql.org/docs/15/errcodes-appendix.html).
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
	queryCanceled        = "57014"
)

func sqlState(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code
	}
	return ""
}

func retryable(err error) bool {
	return slices.Contains([]string{serializationFailure, deadlockDetected}, sqlState(err))
}

// commitError tells an answered commit, which is known not to stand, from one whose answer was lost.
func commitError(err error) error {
	if sqlState(err) != "" || errors.Is(err, sql.ErrTxDone) || strings.Contains(err.Error(), "unexpectedly resulted in rollback") {
		return fmt.Errorf("committing: %w", err)
	}
	return ErrUnknownOutcome.Because(err)
}

// Classify makes errors that mean "not now" into ErrBusy, and leaves every other as it is. Write has done so
// already; an edge does it for reads.
func Classify(err error) error {
	if err == nil || failure.Of(err) != nil {
		return err
	}
	state := sqlState(err)
	var dead net.Error
	switch {
	case retryable(err), state == lockNotAvailable, state == queryCanceled,
		strings.HasPrefix(state, "08"),  // connection exception
		strings.HasPrefix(state, "53"),  // insufficient resources
		strings.HasPrefix(state, "57P"), // operator intervention: shutdown, crash, cannot connect now
		errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, io.ErrUnexpectedEOF), // the server died before it could say so
		pgconn.SafeToRetry(err),             // the connection was found dead before anything was sent
		errors.As(err, &dead):
		return ErrBusy.Because(err)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return ErrBusy.Because(err)
	}
	return err
}
