package db_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"bursar/internal/db"
)

func TestAReadWhoseServerDiedWithoutAWordIsToBeTriedAgain(t *testing.T) {
	t.Parallel()
	for _, err := range []error{io.ErrUnexpectedEOF, unsent{}} {
		if got := db.Classify(fmt.Errorf("finding a session: %w", err)); !errors.Is(got, db.ErrBusy) {
			t.Errorf("%v became %v", err, got)
		}
	}
	other := errors.New("something else")
	if got := db.Classify(other); got != other {
		t.Errorf("something else became %v", got)
	}
}

// unsent is what pgx says when it finds a connection dead before it sent anything.
type unsent struct{}

func (unsent) Error() string     { return "conn closed" }
func (unsent) SafeToRetry() bool { return true }
