package dbtest_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
)

func TestTwoTestsDoNotSeeEachOthersRows(t *testing.T) {
	t.Parallel()
	a, b := dbtest.Owner(t, dbtest.New(t)), dbtest.Owner(t, dbtest.New(t))
	if _, err := a.Exec("CREATE TABLE mine (n int)"); err != nil {
		t.Fatal(err)
	}
	var there bool
	if err := b.NewRaw("SELECT to_regclass('mine') IS NOT NULL").Scan(t.Context(), &there); err != nil {
		t.Fatal(err)
	}
	if there {
		t.Error("a table made in one test's database is in another's")
	}
}

func TestADatabaseIsOpenedAsTheApplication(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	var role string
	if err := d.NewRaw("SELECT current_user").Scan(t.Context(), &role); err != nil {
		t.Fatal(err)
	}
	if role != db.App {
		t.Errorf("works as %q, want %q", role, db.App)
	}
}

func TestTheClockStandsUntilItIsMoved(t *testing.T) {
	t.Parallel()
	start := time.Date(2027, time.March, 28, 0, 59, 0, 0, time.UTC)
	d, clock := dbtest.NewAt(t, start)
	if got := d.Now(); !got.Equal(start) {
		t.Errorf("shows %v, want %v", got, start)
	}
	clock.Advance(2 * time.Minute)
	if got := d.Now(); !got.Equal(start.Add(2 * time.Minute)) {
		t.Errorf("advanced by two minutes, shows %v", got)
	}
	clock.Set(start)
	if got := d.Now(); !got.Equal(start) {
		t.Errorf("set back, shows %v", got)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		dbtest.URL(b)
	}
}

func exists(t *testing.T, d *db.DB, database string) (there bool) {
	t.Helper()
	if err := d.NewRaw("SELECT EXISTS (SELECT FROM pg_database WHERE datname = ?)", database).Scan(t.Context(), &there); err != nil {
		t.Fatal(err)
	}
	return there
}

func TestADatabaseEndsWithItsTest(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	var name string
	t.Run("inner", func(t *testing.T) {
		if err := dbtest.New(t).NewRaw("SELECT current_database()").Scan(t.Context(), &name); err != nil {
			t.Fatal(err)
		}
	})
	if exists(t, d, name) {
		t.Errorf("%s is still there after its test", name)
	}
}

func TestAnEmptyDatabaseHasNoSchema(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), dbtest.EmptyURL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var tables int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables); err != nil {
		t.Fatal(err)
	}
	if tables != 0 {
		t.Errorf("%d tables are there already", tables)
	}
}
