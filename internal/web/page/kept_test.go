package page_test

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"bursar/internal/failure"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
)

var errBusy = failure.New(failure.Unavailable, "busy", "We are very busy.")

// refusing is a site on a clock whose form is refused with an error until that is taken away, and then says when
// the words were pressed.
type refusing struct {
	*gin.Engine
	now  time.Time
	with error
}

func newRefusing(t *testing.T) *refusing {
	t.Helper()
	s := &refusing{now: now, with: errBusy}
	s.Engine = pagetest.EngineAt(t, page.Viewer{}, func() time.Time { return s.now })
	answer := page.Handle(func(c *gin.Context) error {
		pressed := page.Arrived(c)
		var form struct {
			Words string   `form:"words"`
			Tick  []string `form:"tick"`
		}
		if err := errors.Join(s.with, page.Bind(c, &form)); err != nil {
			return err
		}
		c.String(http.StatusOK, "%s %s", form.Words, pressed.Format(time.TimeOnly))
		return nil
	})
	s.POST("/words", answer)
	s.POST("/other", answer)
	s.POST("/code", page.Secret, answer)
	s.POST("/panics", func(c *gin.Context) { page.Fail(c, errors.New("panic: it broke before anybody read the form")) })
	return s
}

// form is what the form of a failure page would send.
func (s *refusing) form(t *testing.T, address, body string) (*goquery.Selection, url.Values) {
	t.Helper()
	w := do(s, http.MethodPost, address, body)
	form := pagetest.Check(t, w.Body.String()).Find("main form")
	sent := url.Values{}
	form.Find("input").Each(func(_ int, field *goquery.Selection) {
		sent.Add(field.AttrOr("name", ""), field.AttrOr("value", ""))
	})
	return form, sent
}

func TestWordsThatWeCouldNotDealWithAreGivenBackToBeSentAgain(t *testing.T) {
	t.Parallel()
	s := newRefusing(t)
	body := encode("words", "a \"long\" <answer>\r\nin two lines", "tick", "1", "tick", "2")
	for address, with := range map[string]error{"/words?from=1": errBusy, "/words": errors.New("nobody knows"), "/panics": nil} {
		s.with = with
		form, sent := s.form(t, address, body)
		if form.AttrOr("action", "") != address || form.AttrOr("method", "") != "post" || words(form) != "Send it again" {
			t.Errorf("%s: the form is %q to %q", address, words(form), form.AttrOr("action", ""))
		}
		if sent.Get("words") != "a \"long\" <answer>\nin two lines" || len(sent["tick"]) != 2 {
			t.Errorf("%s: it would send %q", address, sent)
		}
	}
}

func TestOnlyAFormThatMaySucceedLaterIsGivenBack(t *testing.T) {
	t.Parallel()
	s := newRefusing(t)
	if form, _ := s.form(t, "/code", encode("words", "482913")); form.Length() != 0 {
		t.Error("a code is written into a page")
	}
	s.with = failure.New(failure.Forbidden, "not_yours", "You cannot do this.")
	if form, _ := s.form(t, "/words", encode("words", "Something.")); form.Length() != 0 {
		t.Error("what is not allowed is offered again")
	}
	s.with = errBusy
	s.GET("/words", page.Handle(func(*gin.Context) error { return errBusy }))
	if got := pagetest.Check(t, do(s, http.MethodGet, "/words?words=x", "").Body.String()).Find("main form"); got.Length() != 0 {
		t.Error("a page that was only asked for has a form")
	}
}

func TestTheMomentOfTheFirstPressingCountsAfterTwoFailures(t *testing.T) {
	t.Parallel()
	s := newRefusing(t)
	_, sent := s.form(t, "/words", encode("words", "Two\r\nlines."))
	s.now = now.Add(20 * time.Minute)
	_, sent = s.form(t, "/words", sent.Encode())
	s.now, s.with = now.Add(time.Hour), nil
	if got := do(s, http.MethodPost, "/words", sent.Encode()).Body.String(); got != "Two\nlines. 09:00:00" {
		t.Errorf("it counts as %q", got)
	}
	s.now = s.now.Add(time.Second)
	if got := do(s, http.MethodPost, "/words", sent.Encode()).Body.String(); got != "Two\nlines. 10:00:01" {
		t.Errorf("after an hour it counts as %q", got)
	}
}

func TestNobodyCanClaimAnEarlierMoment(t *testing.T) {
	t.Parallel()
	s := newRefusing(t)
	_, sent := s.form(t, "/words", encode("words", "In time."))
	s.now, s.with = now.Add(10*time.Minute), nil
	changed := func(name, value string) url.Values {
		other := url.Values{}
		for field := range sent {
			other.Set(field, sent.Get(field))
		}
		other.Set(name, value)
		return other
	}
	seal := sent.Get("first-arrival")
	for what, c := range map[string]struct {
		address string
		form    url.Values
	}{
		"for other words":     {"/words", changed("words", "Too late.")},
		"for another address": {"/other", sent},
		"by hand":             {"/words", changed("first-arrival", strconv.FormatInt(now.UnixNano(), 10))},
		"a minute before":     {"/words", changed("first-arrival", strconv.FormatInt(now.Add(-time.Minute).UnixNano(), 10)+seal[19:])},
	} {
		if got := do(s, http.MethodPost, c.address, c.form.Encode()); got.Code != http.StatusOK || got.Body.String() != c.form.Get("words")+" 09:10:00" {
			t.Errorf("%s: %d %q", what, got.Code, got.Body)
		}
	}
	other := newRefusing(t) // another process has another key
	other.now, other.with = s.now, nil
	if got := do(other, http.MethodPost, "/words", sent.Encode()).Body.String(); got != "In time. 09:10:00" {
		t.Errorf("elsewhere: %q", got)
	}
}
