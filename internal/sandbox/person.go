package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

var (
	// ErrDeclined means that the hosted page refused the card.
	ErrDeclined = errors.New("sandbox: the payment was declined")
	// ErrPageClosed means that the hosted page could not be paid any more.
	ErrPageClosed = errors.New("sandbox: the payment page is not open")
)

// PayPage does what a person does on a hosted page: opens it, chooses one of the methods above, and confirms to
// the bank where it asks. It returns where the person is sent next, which is the merchant's page. Errors are
// ErrDeclined and ErrPageClosed.
func PayPage(ctx context.Context, client *http.Client, page, method string) (string, error) {
	browser := *client
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if _, err := visit(ctx, &browser, http.MethodGet, page, nil); err != nil {
		return "", err
	}
	next, err := visit(ctx, &browser, http.MethodPost, page, url.Values{"method": {method}})
	if err == nil && strings.HasPrefix(next, page) && strings.HasSuffix(next, "/authenticate") {
		next, err = visit(ctx, &browser, http.MethodPost, next, url.Values{"answer": {"approve"}})
	}
	if err == nil && next == page {
		return "", ErrPageClosed
	}
	return next, err
}

// visit gives where the answer leads.
func visit(ctx context.Context, browser *http.Client, how, address string, form url.Values) (string, error) {
	r, err := http.NewRequestWithContext(ctx, how, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := browser.Do(r)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return "", err
	}
	switch answer.StatusCode {
	case http.StatusOK, http.StatusSeeOther:
		return answer.Header.Get("Location"), nil
	case http.StatusUnprocessableEntity:
		return "", ErrDeclined
	case http.StatusConflict:
		return "", ErrPageClosed
	default:
		return "", fmt.Errorf("the payment page answered %s", answer.Status)
	}
}
