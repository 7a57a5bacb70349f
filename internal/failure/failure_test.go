package failure_test

import (
	"errors"
	"fmt"
	"testing"

	"bursar/internal/failure"
)

var errFull = failure.New(failure.Conflict, "run_full", "These dates are full.")

func TestAFailureIsFoundThroughWrapping(t *testing.T) {
	t.Parallel()
	cause := errors.New("constraint run_places_not_oversold")
	err := fmt.Errorf("booking: %w", errFull.Because(cause))

	if !errors.Is(err, errFull) {
		t.Error("the wrapped failure is no longer recognised by its code")
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
	if got := failure.KindOf(err); got != failure.Conflict {
		t.Errorf("kind = %v, want conflict", got)
	}
	if got := failure.Of(err).Message; got != "These dates are full." {
		t.Errorf("message = %q", got)
	}
	if errFull.Unwrap() != nil {
		t.Error("Because changed the shared failure instead of a copy")
	}
}

func TestAnUnclassifiedErrorIsInternal(t *testing.T) {
	t.Parallel()
	if got := failure.KindOf(errors.New("disk on fire")); got != failure.Internal {
		t.Errorf("kind = %v, want internal", got)
	}
	if failure.Of(errors.New("disk on fire")) != nil {
		t.Error("a plain error was taken for a failure")
	}
}

func TestAFieldFailureNamesItsField(t *testing.T) {
	t.Parallel()
	err := failure.Field("email", "Enter an email address, like name@example.org.")
	if err.Kind != failure.Invalid || err.Fields["email"] == "" {
		t.Errorf("got %+v", err)
	}
}
