package mail_test

import (
	"errors"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/mail"
)

func TestNewsSaysHowToStopItAndNothingElseDoes(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for _, news := range []bool{true, false} {
		m := hello()
		m.News = news
		o := &office{}
		got, err := deliver(t, d, to(t, o), send(t, d, m))
		if err != nil {
			t.Fatal(err)
		}
		_, accepted := o.mails()
		w := parse(t, accepted[0])
		at := site.URL + "/emails/stop/" + got.StopKey
		if !news {
			if got.StopKey != "" || w.head.Get("List-Unsubscribe") != "" || strings.Contains(w.plain+w.rich, "/emails/stop") {
				t.Errorf("a mail that one needs: %v", w.head)
			}
			continue
		}
		if len(got.StopKey) < 26 || w.head.Get("List-Unsubscribe") != "<"+at+">" || w.head.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			t.Errorf("key %q, head %v", got.StopKey, w.head)
		}
		if !strings.Contains(w.plain, at) || !strings.Contains(w.rich, `href="`+at+`"`) {
			t.Errorf("it does not say how: %s", w.plain)
		}
		if to, err := mail.ByStopKey(t.Context(), d, got.StopKey); err != nil || to != "ana@x.example" {
			t.Errorf("the key is %s's, %v", to, err)
		}
	}
	for _, key := range []string{"", "abc", strings.Repeat("a", 26)} {
		if _, err := mail.ByStopKey(t.Context(), d, key); !errors.Is(err, mail.ErrNotFound) {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func TestWhoHasStoppedNewsGetsWhatTheyNeed(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	news := hello()
	news.News = true
	change := func(do func(*db.Tx) error) {
		if err := d.Write(t.Context(), do); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		change(func(tx *db.Tx) error { return mail.Stop(t.Context(), tx, "ANA@x.example") })
	}
	if yes, err := mail.Stopped(t.Context(), d, "ana@X.example"); err != nil || !yes {
		t.Error(yes, err)
	}
	if err := try(t, d, news); err != nil || jobs(t, d) != 0 {
		t.Errorf("%d are owed, %v", jobs(t, d), err)
	}
	if err := try(t, d, hello()); err != nil || jobs(t, d) != 1 {
		t.Errorf("%d are owed, %v", jobs(t, d), err)
	}
	change(func(tx *db.Tx) error { return mail.Resume(t.Context(), tx, "Ana@x.example") })
	if err := try(t, d, news); err != nil || jobs(t, d) != 2 {
		t.Errorf("%d are owed, %v", jobs(t, d), err)
	}
}
