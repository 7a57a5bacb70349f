package people_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/mail"
	"bursar/internal/people"
)

func ask(t testing.TB, d *db.DB, email, next string) (requestKey string) {
	t.Helper()
	write(t, d, func(tx *db.Tx) (err error) {
		requestKey, err = people.AskSignIn(t.Context(), tx, email, next)
		return err
	})
	return requestKey
}

var (
	linkIn = regexp.MustCompile(`/sign-in/([A-Za-z0-9_-]{43})\b`)
	codeIn = regexp.MustCompile(`(?m)^\d{6}$`)
)

// letter is what the latest mail lets somebody in with.
func letter(t testing.TB, d *db.DB) (token, code string) {
	t.Helper()
	all, err := mail.DemoOutbox(t.Context(), d, 0, 1)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d mails, %v", len(all), err)
	}
	m, err := mail.DemoOpen(t.Context(), d, all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	link := linkIn.FindStringSubmatch(m.Text)
	code = codeIn.FindString(m.Text)
	if link == nil || code == "" || !strings.Contains(m.HTML, link[1]) || !strings.Contains(m.HTML, code) || !m.Secret {
		t.Fatalf("the mail lets nobody in, or everybody: %+v", m)
	}
	return link[1], code
}

func useLink(t testing.TB, d *db.DB, token string) (arrival people.Arrival, err error) {
	t.Helper()
	err = d.Write(t.Context(), func(tx *db.Tx) (err error) {
		arrival, err = people.UseLink(t.Context(), tx, token)
		return err
	})
	return arrival, err
}

func useCode(t testing.TB, d *db.DB, key, code string) (answer people.CodeAnswer) {
	t.Helper()
	write(t, d, func(tx *db.Tx) (err error) {
		answer, err = people.UseCode(t.Context(), tx, key, code)
		return err
	})
	return answer
}

func TestALinkSignsInOnceAndMakesThePerson(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ask(t, d, " Sam@Tidewell.Example", "/runs/FND-L27/book")
	token, _ := letter(t, d)
	if n := count(t, d, "people"); n != 0 {
		t.Fatalf("asking made %d people", n)
	}
	for range 2 { // looking uses nothing up
		if email, err := people.LinkAddress(t.Context(), d, token, d.Now()); err != nil || email != "sam@tidewell.example" {
			t.Fatal(email, err)
		}
	}
	arrival, err := useLink(t, d, token)
	if err != nil || arrival.Person.Email != "sam@tidewell.example" || arrival.Person.ID == 0 || arrival.Next != "/runs/FND-L27/book" {
		t.Fatalf("arrived %+v, %v", arrival, err)
	}
	if _, err := useLink(t, d, token); !errors.Is(err, people.ErrLinkDead) {
		t.Errorf("the second time: %v", err)
	}
	if _, err := people.LinkAddress(t.Context(), d, token, d.Now()); !errors.Is(err, people.ErrLinkDead) {
		t.Errorf("looking at a used link: %v", err)
	}
}

func TestALinkLivesAnHour(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, morning)
	ask(t, d, "sam@tidewell.example", "")
	token, _ := letter(t, d)
	clock.Advance(time.Hour - time.Second)
	if _, err := people.LinkAddress(t.Context(), d, token, d.Now()); err != nil {
		t.Errorf("a second before the hour: %v", err)
	}
	clock.Advance(time.Second)
	if _, err := people.LinkAddress(t.Context(), d, token, d.Now()); !errors.Is(err, people.ErrLinkDead) {
		t.Errorf("looking after an hour: %v", err)
	}
	if _, err := useLink(t, d, token); !errors.Is(err, people.ErrLinkDead) {
		t.Errorf("using after an hour: %v", err)
	}
	if _, err := useLink(t, d, "invented"); !errors.Is(err, people.ErrLinkDead) {
		t.Errorf("an invented link: %v", err)
	}
}

func TestOneLinkUsedFiftyTimesAtOnceGivesOneSession(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ask(t, d, "sam@tidewell.example", "")
	token, _ := letter(t, d)
	var dead atomic.Int32
	var all errgroup.Group
	for range 50 {
		all.Go(func() error {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				arrival, err := people.UseLink(t.Context(), tx, token)
				if err != nil {
					return err
				}
				_, err = people.StartSession(t.Context(), tx, arrival.Person.ID, "")
				return err
			})
			if errors.Is(err, people.ErrLinkDead) {
				dead.Add(1)
				return nil
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	if sessions := count(t, d, "sessions"); sessions != 1 || dead.Load() != 49 {
		t.Fatalf("%d sessions, %d refused", sessions, dead.Load())
	}
}

func TestACodeSignsInOnlyTheBrowserThatAsked(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	other := ask(t, d, "sam@tidewell.example", "")
	key := ask(t, d, "sam@tidewell.example", "/my")
	token, code := letter(t, d)
	if answer := useCode(t, d, other, code); answer.Right {
		t.Error("a code worked in another browser")
	}
	answer := useCode(t, d, key, code[:3]+" "+code[3:]+" ")
	if !answer.Right || answer.Arrival.Person.Email != "sam@tidewell.example" || answer.Arrival.Next != "/my" {
		t.Fatalf("the answer is %+v", answer)
	}
	if again := useCode(t, d, key, code); again.Right {
		t.Error("a code worked twice")
	}
	if _, err := useLink(t, d, token); !errors.Is(err, people.ErrLinkDead) {
		t.Errorf("the link of a used code: %v", err)
	}
}

func TestACodeIsDeadAfterFiveTriesAndItsLinkIsNot(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	key := ask(t, d, "sam@tidewell.example", "")
	token, code := letter(t, d)
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	for left, typed := range slices.Backward([]string{"", "12345", "letters", wrong, wrong}) {
		if answer := useCode(t, d, key, typed); answer.Right || answer.TriesLeft != left {
			t.Fatalf("%q: %+v, want %d left", typed, answer, left)
		}
	}
	if answer := useCode(t, d, key, code); answer.Right || answer.TriesLeft != 0 {
		t.Fatalf("the sixth try: %+v", answer)
	}
	if _, err := useLink(t, d, token); err != nil {
		t.Errorf("the link died with its code: %v", err)
	}
}

func TestGuessingAtOnceGivesNoMoreTries(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	key := ask(t, d, "sam@tidewell.example", "")
	_, code := letter(t, d)
	var counted atomic.Int32
	var all errgroup.Group
	for range 40 {
		all.Go(func() error {
			return d.Write(t.Context(), func(tx *db.Tx) error {
				answer, err := people.UseCode(t.Context(), tx, key, "no")
				if answer.TriesLeft > 0 {
					counted.Add(1)
				}
				return err
			})
		})
	}
	if err := all.Wait(); err != nil || counted.Load() != 4 {
		t.Fatalf("%d tries were answered with more left, %v", counted.Load(), err)
	}
	if useCode(t, d, key, code).Right {
		t.Error("the code lives on")
	}
}

func TestACodeLivesAnHour(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, morning)
	key := ask(t, d, "sam@tidewell.example", "")
	_, code := letter(t, d)
	clock.Advance(time.Hour)
	if answer := useCode(t, d, key, code); answer.Right {
		t.Error("a code worked after an hour")
	}
	if answer := useCode(t, d, "invented", code); answer.Right || answer.TriesLeft != 0 {
		t.Errorf("an invented key: %+v", answer)
	}
}

func TestFiveMailsAnHourToOneAddressAndNothingTellsSo(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, morning)
	keys := map[string]bool{}
	for range 7 {
		keys[ask(t, d, "sam@tidewell.example", "")] = true
	}
	if len(keys) != 7 || keys[""] {
		t.Error("the answers differ over the limit")
	}
	ask(t, d, "ana@kestrel.example", "")
	if mails := count(t, d, "mails"); mails != 6 {
		t.Errorf("%d mails were sent", mails)
	}
	clock.Advance(time.Hour)
	ask(t, d, "sam@tidewell.example", "")
	if mails := count(t, d, "mails"); mails != 7 {
		t.Errorf("an hour later there are %d mails", mails)
	}
}

func TestAskingManyTimesAtOnceSendsFiveMails(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	var all errgroup.Group
	for range 20 {
		all.Go(func() error {
			return d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := people.AskSignIn(t.Context(), tx, "sam@tidewell.example", "")
				return err
			})
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	if mails := count(t, d, "mails"); mails != 5 {
		t.Fatalf("%d mails were sent", mails)
	}
}

func TestAskingDoesTheSameForKnownAndUnknownAddresses(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ada := ensure(t, d, "ada@threshold.example")
	grant(t, d, ada, people.Admin)
	secrets := regexp.MustCompile(`[A-Za-z0-9_-]{43}|\d{6}`)
	var texts []string
	for _, email := range []string{"ada@threshold.example", "nobody@kestrel.example"} {
		ask(t, d, email, "/my")
		all, err := mail.DemoOutbox(t.Context(), d, 0, 1)
		if err != nil || all[0].To != email {
			t.Fatalf("%+v, %v", all, err)
		}
		m, err := mail.DemoOpen(t.Context(), d, all[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, secrets.ReplaceAllString(m.Subject+m.Text+m.HTML, "…"))
	}
	if texts[0] != texts[1] {
		t.Errorf("the mails differ:\n%s\n%s", texts[0], texts[1])
	}
	if n := count(t, d, "people"); n != 1 {
		t.Errorf("there are %d people", n)
	}
}

func TestASignInLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ask(t, d, "sam@tidewell.example", "//e.example")
	token, _ := letter(t, d)
	if arrival, err := useLink(t, d, token); err != nil || arrival.Next != "" {
		t.Errorf("going on to %q, %v", arrival.Next, err)
	}
}

func TestWhatIsNoAddressIsAskedForAgain(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := people.AskSignIn(t.Context(), tx, "sam", "")
		return err
	})
	if f := failure.Of(err); f == nil || f.Fields["email"] == "" {
		t.Error(err)
	}
}

func TestTheTablesHoldNoTokenAndNoCode(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	const next = "/my/applications/K7Q2-9M"
	key := ask(t, d, "sam@tidewell.example", next)
	token, code := letter(t, d)
	var dump string
	if err := dbtest.Owner(t, d).NewRaw("SELECT s::text FROM sign_ins s").Scan(t.Context(), &dump); err != nil {
		t.Fatal(err)
	}
	bare := sha256.Sum256([]byte(code)) // a million guesses would find it
	for _, secret := range []string{key, token, code, hex.EncodeToString(bare[:]), next, hex.EncodeToString([]byte(next)), hex.EncodeToString([]byte("applications"))} {
		if strings.Contains(dump, secret) {
			t.Errorf("the table holds %q: %s", secret, dump)
		}
	}
	ask(t, d, "ben@tidewell.example", "")
	var lengths []int
	err := dbtest.Owner(t, d).NewRaw("SELECT DISTINCT length(onward_by_link) + length(onward_by_code) FROM sign_ins").Scan(t.Context(), &lengths)
	if err != nil || len(lengths) != 1 {
		t.Errorf("going somewhere and nowhere is stored in lengths %v, %v", lengths, err)
	}
}

func TestAnOperatorsLinkIsOnRecordAndNotMailed(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	var path string
	write(t, d, func(tx *db.Tx) (err error) {
		path, err = people.NewLink(t.Context(), tx, "ada@threshold.example")
		return err
	})
	token, ok := strings.CutPrefix(path, "/sign-in/")
	if _, err := useLink(t, d, token); !ok || err != nil {
		t.Fatalf("the link %q: %v", path, err)
	}
	if n := count(t, d, "mails"); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
	history, err := audit.History(t.Context(), d, "sign_in", 1, 0, 10)
	if err != nil || len(history) != 1 || history[0].Action != "link_made" {
		t.Errorf("on record: %+v, %v", history, err)
	}
}

func TestWhatIsDeadIsSweptAway(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, morning)
	sam := ensure(t, d, "sam@tidewell.example")
	ask(t, d, "sam@tidewell.example", "")
	start(t, d, sam)
	clock.Advance(people.LearnerIdle - time.Second)
	alive := start(t, d, sam)
	ask(t, d, "sam@tidewell.example", "")
	clock.Advance(2 * time.Second)
	var gone int64
	write(t, d, func(tx *db.Tx) (err error) {
		gone, err = people.Sweep(t.Context(), tx)
		return err
	})
	if gone != 2 || count(t, d, "sign_ins") != 1 || count(t, d, "sessions") != 1 {
		t.Errorf("%d rows went", gone)
	}
	session(t, d, alive)
}
