package journey_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/app/apptest"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/people"
)

// applicant has answered everything, and has the finger on the button.
type applicant struct {
	person      people.Person
	code, token string
}

// applicants makes a round, and so many people about to send their applications to it in its last tenth of a second.
func applicants(t *testing.T, w *apptest.World, n int) (*bursary.Round, []applicant) {
	t.Helper()
	admin := fixture.Person(t, w.DB, "grace@threshold.example", people.Admin)
	run := fixture.Run(t, w.DB, "FND-T27", 20)
	round := fixture.Round(t, w.Doors.Office, w.Box, admin.ID, "SPRING-27", run.Code)
	w.Clock.Set(round.Deadline().Add(900 * time.Millisecond))
	everybody := make([]applicant, n)
	const hands = 8
	all(hands, func(from int) {
		for i := from; i < n; i += hands {
			a := applicant{person: fixture.Person(t, w.DB, fmt.Sprintf("applicant%d@people.example", i))}
			if err := a.prepare(t, w, round.Code, run.Code); err != nil {
				t.Error(err)
			}
			everybody[i] = a
		}
	})
	return round, everybody
}

func (a *applicant) prepare(t *testing.T, w *apptest.World, round, run string) error {
	err := w.Doors.Learner.WriteAs(t.Context(), db.Who{Person: a.person.ID}, func(tx *db.Tx) error {
		begun, err := bursary.Begin(t.Context(), tx, a.person.ID, round)
		if err != nil {
			return err
		}
		a.code = begun.Code
		_, err = bursary.Save(t.Context(), tx, w.Box, a.person.ID, a.code, form.Current().Questions(), fixture.GoodAnswers(run), nil, tx.Now)
		return err
	})
	if err != nil {
		return err
	}
	return w.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		a.token, err = people.StartSession(t.Context(), tx, a.person.ID, "Firefox on Android")
		return err
	})
}

// post sends a form of theirs to an address below their application.
func (a *applicant) post(t *testing.T, w *apptest.World, client *http.Client, below string, sent url.Values) outcome {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.Config.URL+"/my/applications/"+a.code+below, strings.NewReader(sent.Encode()))
	if err != nil {
		return outcome{err: err}
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "session", Value: a.token})
	answer, err := client.Do(r)
	if err != nil {
		return outcome{err: err}
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return outcome{status: answer.StatusCode, to: answer.Header.Get("Location"), body: string(body), err: err}
}

// queue takes every connection by which the pages find out who is asking. It gives how many requests wait for one,
// and lets them go on.
func queue(t *testing.T, d *db.DB) (waiting func() int, release func()) {
	t.Helper()
	before := d.Stats()
	taken := make([]bun.Tx, before.MaxOpenConnections)
	for i := range taken {
		tx, err := d.BeginTx(t.Context(), &sql.TxOptions{})
		if err != nil {
			t.Fatal(err)
		}
		taken[i] = tx
	}
	waiting = func() int { return int(d.Stats().WaitCount - before.WaitCount) }
	return waiting, func() {
		for _, tx := range taken {
			if err := tx.Rollback(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestWhoPressesBeforeMidnightIsInHoweverLongTheQueueIs(t *testing.T) {
	t.Parallel()
	const inTime = 200
	w := apptest.New(t)
	round, everybody := applicants(t, w, inTime+2)
	client, yes := hands(), url.Values{"declared": {"yes"}}
	outcomes := make([]outcome, len(everybody))
	waiting, release := queue(t, w.DB)
	done := make(chan struct{}, 2)
	go func() {
		all(inTime, func(i int) { outcomes[i] = everybody[i].post(t, w, client, "/send", yes) })
		done <- struct{}{}
	}()
	await(t, "everybody to stand in the queue", func() bool { return waiting() == inTime })

	w.Clock.Set(round.ClosesOn.AddDays(1).At(0, 0)) // midnight in London, to the nanosecond
	go func() {
		outcomes[inTime] = everybody[inTime].post(t, w, client, "/send", yes)
		outcomes[inTime+1] = everybody[inTime+1].post(t, w, client, "/q/hope", url.Values{"hope": {"My last words."}, "hope_done": {form.Yes}})
		done <- struct{}{}
	}()
	await(t, "the late one to stand behind them", func() bool { return waiting() == inTime+1 })
	w.Clock.Advance(5 * time.Second)
	release()
	<-done
	<-done

	for i, o := range outcomes[:inTime] {
		if o.err != nil || o.status != http.StatusSeeOther || !strings.HasSuffix(o.to, everybody[i].code+"/sent") {
			t.Fatalf("person %d pressed in time and got %d to %q, %v: %.300s", i, o.status, o.to, o.err, o.body)
		}
	}
	if n := sent(t, w); n != inTime {
		t.Errorf("%d applications are in", n)
	}
	for i, o := range outcomes[inTime:] {
		if o.err != nil || o.status != http.StatusConflict || !strings.Contains(o.body, "We know how much work this is.") {
			t.Errorf("late person %d got %d to %q, %v", i, o.status, o.to, o.err)
		}
	}
	if !strings.Contains(outcomes[inTime+1].body, "My last words.") {
		t.Error("what was typed too late is not given back")
	}
	// Had they been judged when their turn came, none of them were in.
	err := w.Doors.Learner.WriteAs(t.Context(), db.Who{Person: everybody[0].person.ID}, func(tx *db.Tx) error {
		_, err := bursary.Submit(t.Context(), tx, w.Box, everybody[0].person.ID, everybody[0].code, tx.Now)
		return err
	})
	if !errors.Is(err, bursary.ErrClosed) {
		t.Errorf("judged at the time of being served: %v", err)
	}
}

// sent is how many applications are in, by the moment that counts.
func sent(t *testing.T, w *apptest.World) (n int) {
	t.Helper()
	err := w.Machine.NewRaw(`
		SELECT count(*) FROM sensitive.applications a JOIN rounds r ON r.id = a.round_id
		WHERE a.status = 'submitted' AND (a.submitted_at AT TIME ZONE 'Europe/London')::date = r.closes_on`).Scan(t.Context(), &n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
