package journey_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"bursar/internal/app"
	"bursar/internal/enrolment"
	"bursar/internal/postgres"
	"bursar/internal/sandbox"
)

// ownServer is a PostgreSQL of this test's own, which waits for its disk and can be killed.
type ownServer struct {
	*postgres.Server
	t   *testing.T
	dir string
}

func newServer(t *testing.T) *ownServer {
	t.Helper()
	parent, err := os.MkdirTemp("", "bursar-journey-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The keeper may be about to leave and still make a file of its own.
		await(t, "the folder is removed", func() bool { return os.RemoveAll(parent) == nil })
	})
	if err := os.Chmod(parent, 0o711); err != nil { // the server runs as another user than root
		t.Fatal(err)
	}
	s := &ownServer{t: t, dir: filepath.Join(parent, "db")}
	s.start()
	if err := s.CreateDatabase(t.Context(), "bursar"); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *ownServer) start() {
	s.t.Helper()
	started, err := postgres.Start(s.t.Context(), postgres.Options{Dir: s.dir})
	if err != nil {
		s.t.Fatal(err)
	}
	s.Server = started
	s.t.Cleanup(func() {
		if err := started.Stop(context.Background()); err != nil {
			s.t.Error(err)
		}
	})
}

// kill ends every process of the server at once.
func (s *ownServer) kill() {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.URL("postgres"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(s.t.Context())) }()
	rows, err := conn.Query(s.t.Context(), `
		SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int UNION SELECT pid FROM pg_stat_activity`)
	if err != nil {
		s.t.Fatal(err)
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		s.t.Fatal(err)
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL) // the others may go with the first
	}
}

// freeJobs does at once what River does two minutes later: jobs that were being worked when the server died, and
// whose end could not be noted, may be taken again. Those that are being worked now are worked twice, which they
// can bear.
func (s *ownServer) freeJobs() {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.URL("bursar"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(s.t.Context())) }()
	if _, err := conn.Exec(s.t.Context(), "UPDATE river.river_job SET state = 'available' WHERE state = 'running'"); err != nil {
		s.t.Fatal(err)
	}
}

func TestADatabaseThatIsKilledLosesNothingThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	w := openWorld(t, 200, app.Options{Empty: true}, "DATABASE_URL", server.URL("bursar"))
	w.processor.Start(t.Context())
	crowd, client := w.crowd(120), hands()
	var acknowledged sync.Map // by who has it, where their place is
	var pressed, away atomic.Int64
	back, everybody := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(everybody)
		all(6, func(int) {
			for i := int(pressed.Add(1)) - 1; i < len(crowd); i = int(pressed.Add(1)) - 1 {
				w.pressUntilHeld(client, crowd[i], &acknowledged, &away, back)
			}
		})
	}()
	w.await("some have booked", func() bool { return pressed.Load() > 40 })
	server.kill()
	b := w.Browser()
	for path, want := range map[string]int{"/runs/" + w.run.Code: 503, "/readyz": 503, "/healthz": 200, "/privacy": 200} {
		if a := b.Get(path); a.Status != want || path != "/readyz" && want == 503 && a.Header.Get("Retry-After") == "" {
			t.Errorf("%s answered %d, want %d", path, a.Status, want)
		}
	}
	w.await("the button answers 503", func() bool { return away.Load() > 0 })
	server.start()
	close(back)
	<-everybody
	if a := b.Get("/readyz"); a.Status != http.StatusOK {
		t.Errorf("/readyz answered %d", a.Status)
	}
	w.eachHasTheirPlace(crowd, &acknowledged)
	server.freeJobs()
	w.goesOnByItself(crowd[0], &acknowledged)
	w.sound()
}

// pressUntilHeld presses the button until there is a place, and notes it, and how often it was put off until the
// database is back.
func (w *world) pressUntilHeld(client *http.Client, m member, acknowledged *sync.Map, away *atomic.Int64, back chan struct{}) {
	for w.t.Context().Err() == nil {
		o := w.press(w.t.Context(), client, m)
		switch {
		case o.held():
			acknowledged.Store(m.name, strings.TrimSuffix(strings.TrimPrefix(o.to, "/my/places/"), "/pay"))
			return
		case o.err == nil && o.status == http.StatusServiceUnavailable && o.again != "":
			away.Add(1)
			<-back
		default:
			w.t.Errorf("%s got %d, %v: %.300s", m.name, o.status, o.err, o.body)
			return
		}
	}
}

func (w *world) eachHasTheirPlace(crowd []member, acknowledged *sync.Map) {
	w.t.Helper()
	for _, m := range crowd {
		code, ok := acknowledged.Load(m.name)
		if !ok {
			w.t.Fatalf("%s was never told of a place", m.name)
		}
		if e, err := enrolment.ByCode(w.t.Context(), w.DB, code.(string)); err != nil || e.Status != enrolment.Held {
			w.t.Errorf("the place %s of %s is lost: %+v, %v", code, m.name, e, err)
		}
	}
	if n := w.Count("SELECT count(*) FROM enrolments"); n != len(crowd) {
		w.t.Errorf("%d places for %d people", n, len(crowd))
	}
}

// goesOnByItself sees one place paid and confirmed by the workers, which were not started again, and then stops
// them.
func (w *world) goesOnByItself(m member, acknowledged *sync.Map) {
	w.t.Helper()
	w.await("the pages are made", func() bool { return w.processor.sessions() == w.Count("SELECT count(*) FROM enrolments") })
	code, _ := acknowledged.Load(m.name)
	e, err := enrolment.ByCode(w.t.Context(), w.DB, code.(string))
	if err != nil {
		w.t.Fatal(err)
	}
	w.await("its address is noted", func() bool { return w.payment(e).SessionURL != "" })
	w.payOn(w.payment(e).SessionURL, sandbox.CardPays)
	w.await("the confirmation", func() bool {
		return w.Count("SELECT count(*) FROM mails WHERE template = 'place-confirmed' AND status = 'shown'") == 1
	})
	if err := w.Worker.Stop(w.t.Context()); err != nil {
		w.t.Error(err)
	}
}
