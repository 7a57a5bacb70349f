package journey_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/people"
)

// member is one of a crowd: signed in, with everything answered, and the finger on the button.
type member struct {
	name, token string
}

// crowd makes so many people who are about to book a place.
func (w *world) crowd(n int) []member {
	w.t.Helper()
	members := make([]member, n)
	for from := 0; from < n; from += 100 {
		w.write(func(tx *db.Tx) error {
			for i := from; i < min(from+100, n); i++ {
				m, err := w.member(tx, fmt.Sprintf("Person %d", i))
				if err != nil {
					return err
				}
				members[i] = m
			}
			return nil
		})
	}
	return members
}

func (w *world) member(tx *db.Tx, name string) (member, error) {
	m := member{name: name}
	p, err := people.Ensure(w.t.Context(), tx, strings.ReplaceAll(name, " ", ".")+"@people.example")
	if err != nil {
		return m, err
	}
	_, err = enrolment.SaveBooking(w.t.Context(), tx, enrolment.Owner{Person: p.ID}, w.run.ID, func(b *enrolment.Booking) {
		b.Learner, b.Payer, b.Name, b.Email = enrolment.LearnerMyself, enrolment.PayerMyself, name, p.Email
	})
	if err != nil {
		return m, err
	}
	m.token, err = people.StartSession(w.t.Context(), tx, p.ID, "Firefox on Android")
	return m, err
}

// outcome is what a press of the button came to.
type outcome struct {
	status int
	to     string // where it leads on to
	body   string
	again  string // Retry-After
	err    error
}

func (o outcome) held() bool {
	return o.err == nil && o.status == http.StatusSeeOther && strings.HasPrefix(o.to, "/my/places/")
}

func (o outcome) full() bool {
	return o.err == nil && o.status == http.StatusConflict && strings.Contains(o.body, "There are no places left on these dates") &&
		strings.Contains(o.body, "What you typed is kept") && strings.Contains(o.body, "You have not been charged anything")
}

// hands presses buttons, each on a connection of its own.
func hands() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 100},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// press presses the button that orders a place.
func (w *world) press(ctx context.Context, client *http.Client, m member) outcome {
	form := url.Values{"price": {"325000"}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.Config.URL+"/runs/"+w.run.Code+"/book/check", strings.NewReader(form))
	if err != nil {
		return outcome{err: err}
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "session", Value: m.token})
	answer, err := client.Do(r)
	if err != nil {
		return outcome{err: err}
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return outcome{answer.StatusCode, answer.Header.Get("Location"), string(body), answer.Header.Get("Retry-After"), err}
}
