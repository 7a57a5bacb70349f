// Package failure is the one vocabulary of refusals. A failure carries a kind, which an edge turns into a
// status, a stable code for programs, and a sentence fit for the person who asked. Anything that is not a
// failure is an internal error: logged, never shown.
package failure

import (
	"errors"
	"fmt"
)

// Kind says what sort of refusal this is; the edges have one table from kinds to answers.
type Kind int

// The kinds. The zero value is Internal, so that an error nobody classified is never shown to a person.
const (
	Internal    Kind = iota // our fault, or unknown
	Invalid                 // something typed needs correcting
	NotFound                // there is no such thing, or it is not this person's to see
	Forbidden               // the person is known and may not do this
	Conflict                // somebody or something else changed first
	Unavailable             // cannot be done or decided now; trying again is right
)

var kindNames = map[Kind]string{
	Internal: "internal", Invalid: "invalid", NotFound: "not_found",
	Forbidden: "forbidden", Conflict: "conflict", Unavailable: "unavailable",
}

func (k Kind) String() string { return kindNames[k] }

// Error is a refusal. Message is a whole sentence for the person; Code is stable and for programs; Fields
// holds a sentence for each form field that needs correcting, by the field's form name.
type Error struct {
	Kind    Kind
	Code    string
	Message string
	Fields  map[string]string
	cause   error
}

// New makes a refusal of a kind with a stable code ("run_full") and a sentence fit for the person.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Field makes an Invalid refusal about one form field.
func Field(field, message string) *Error {
	return &Error{Kind: Invalid, Code: "invalid_" + field, Message: message, Fields: map[string]string{field: message}}
}

// Because returns a copy of e that wraps the cause, which is logged and never shown.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Error is for logs: it names the kind and code and includes the cause.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s (%s): %v", e.Code, e.Kind, e.cause)
	}
	return fmt.Sprintf("%s (%s)", e.Code, e.Kind)
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.cause }

// Is makes two refusals the same when their codes are, so that errors.Is(err, run.ErrFull) reads well even
// after Because.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Of finds the failure in err's chain, or returns nil when there is none (an internal error, or nil).
func Of(err error) *Error {
	if f, ok := errors.AsType[*Error](err); ok {
		return f
	}
	return nil
}

// KindOf is the kind of err: that of the failure in its chain, else Internal.
func KindOf(err error) Kind {
	if f := Of(err); f != nil {
		return f.Kind
	}
	return Internal
}
