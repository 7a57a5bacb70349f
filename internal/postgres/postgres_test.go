package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"bursar/internal/postgres"
)

func TestADatabaseKeepsItsRowsOverStopAndStart(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first := start(t, postgres.Options{Dir: dir})
	if err := first.CreateDatabase(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	if err := first.CreateDatabase(t.Context(), "shop"); err != nil {
		t.Errorf("making a database that is there: %v", err)
	}
	exec(t, first.URL("shop"), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
	stop(t, first)

	second := start(t, postgres.Options{Dir: dir})
	if got := ask[int](t, second.URL("shop"), "SELECT n FROM kept"); got != 7 {
		t.Errorf("the row reads %d, want 7", got)
	}
}

func TestAStoppedServerIsGone(t *testing.T) {
	t.Parallel()
	s := start(t, postgres.Options{Dir: folder(t), Fast: true})
	stop(t, s)
	if conn, err := pgx.Connect(t.Context(), s.URL("postgres")); err == nil {
		conn.Close(t.Context())
		t.Error("the server still answers after Stop")
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Errorf("stopping again: %v", err)
	}
}

func TestTheLastUserStopsTheServer(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first := start(t, postgres.Options{Dir: dir, Fast: true})
	second := start(t, postgres.Options{Dir: dir, Fast: true})
	a, b := pid(t, first), pid(t, second)
	if a != b {
		t.Fatalf("two servers run in one folder: processes %d and %d", a, b)
	}
	stop(t, first)
	if got := pid(t, second); got != a {
		t.Errorf("the server changed from process %d to %d under its second user", a, got)
	}
	stop(t, second)
	if conn, err := pgx.Connect(t.Context(), second.URL("postgres")); err == nil {
		conn.Close(t.Context())
		t.Error("the server outlives its last user")
	}
}
