package stripepay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/stripe/stripe-go/v76"

	"bursar/internal/billing"
)

// translate turns an error of stripe-go into one of billing's. What is not clearly an answer from Stripe leaves
// open whether the thing was done, and so does a lock, a limit or a fault on Stripe's side
// (https://docs.stripe.com/error-low-level).
func translate(err error) error {
	if err == nil {
		return nil
	}
	answer, ok := errors.AsType[*stripe.Error](err)
	switch {
	case !ok:
		return billing.ErrGatewayDown.Because(cause(err))
	case answer.HTTPStatusCode == http.StatusNotFound || answer.Code == stripe.ErrorCodeResourceMissing:
		return billing.ErrPageUnknown.Because(cause(err))
	case answer.HTTPStatusCode == http.StatusConflict,
		answer.HTTPStatusCode == http.StatusTooManyRequests,
		answer.HTTPStatusCode >= http.StatusInternalServerError:
		return billing.ErrGatewayDown.Because(cause(err))
	default:
		return billing.ErrGatewayRefused.Because(cause(err))
	}
}

func refusedAs(err error, status int) bool {
	answer, ok := errors.AsType[*stripe.Error](err)
	return ok && answer.HTTPStatusCode == status && answer.Code != stripe.ErrorCodeResourceMissing
}

// errUnreadable stands for an answer that is not Stripe's JSON. stripe-go's own error quotes the body.
var errUnreadable = errors.New("stripe: an answer that cannot be read")

// cause says what happened without a word that a person typed: Stripe's own messages quote parameters, such as
// an email address.
func cause(err error) error {
	if answer, ok := errors.AsType[*stripe.Error](err); ok {
		return fmt.Errorf("stripe: %d %s %s (parameter %q, request %s)",
			answer.HTTPStatusCode, answer.Type, answer.Code, answer.Param, answer.RequestID)
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("stripe: %w", failed.Err)
	}
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, io.ErrUnexpectedEOF, io.EOF} {
		if errors.Is(err, known) {
			return fmt.Errorf("stripe: %w", known)
		}
	}
	return errUnreadable
}
