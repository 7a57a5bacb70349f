package app_test

import (
	"strings"
	"testing"

	"bursar/internal/app"
	"bursar/internal/app/apptest"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
)

func wrong(found []app.Finding) map[string]string {
	all := map[string]string{}
	for _, f := range found {
		if len(f.Wrong) > 0 {
			all[f.What] = strings.Join(f.Wrong, " ")
		}
	}
	return all
}

func TestTheDoctorFindsNothingInASoundHouseButItsTestsDatabase(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	fixture.Confirmed(t, w.DB, fixture.Run(t, w.DB, "FND-T27", 1), fixture.Person(t, w.DB, "ana@people.example"))
	if _, err := w.Worker.Drain(t.Context()); err != nil {
		t.Log(err) // the stand-in does not know the payment that the fixture pretends
	}
	found := app.Examine(t.Context(), w.Config)
	if all := wrong(found); len(all) != 1 || !strings.Contains(all["durability"], "fsync is off") || len(found) < 10 {
		t.Errorf("got %v", found)
	}
}

func TestTheDoctorNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	fixture.Confirmed(t, w.DB, fixture.Run(t, w.DB, "FND-T27", 1), fixture.Person(t, w.DB, "ana@people.example"))
	if err := w.Worker.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	owner := dbtest.Owner(t, w.DB)
	for _, damage := range []string{
		"SET session_replication_role = replica",
		"UPDATE accounts SET balance = balance + 1 WHERE name = 'processor' OR name LIKE 'share/%'",
		"UPDATE audit SET action = 'nothing happened' WHERE id = (SELECT max(id) FROM audit)",
		"INSERT INTO quarantine (kind, object, detail, created_at) VALUES ('missing', 'x', 'Something does not agree.', now())",
		"UPDATE river.river_job SET state = 'discarded', finalized_at = now() WHERE kind = 'mail_delivery'",
		"GRANT UPDATE ON audit TO bursar_app",
	} {
		if _, err := owner.ExecContext(t.Context(), damage); err != nil {
			t.Fatalf("%s: %v", damage, err)
		}
	}
	all := wrong(app.Examine(t.Context(), w.Config))
	for _, what := range []string{"books", "audit trail", "doubts", "jobs", "rights"} {
		if all[what] == "" {
			t.Errorf("nothing is said of the %s", what)
		}
	}
}

func TestTheDoctorSaysWhenTheMailServerOrTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	cfg := apptest.Settings(t, "SMTP_URL", "smtp://127.0.0.1:1")
	if all := wrong(app.Examine(t.Context(), cfg)); all["mail server"] == "" || all["card processor"] == "" {
		t.Errorf("got %v", all)
	}
	cfg = apptest.Settings(t, "DATABASE_URL", "postgres://nobody@127.0.0.1:1/nowhere")
	if all := wrong(app.Examine(t.Context(), cfg)); !strings.Contains(all["database"], "DATABASE_URL") {
		t.Errorf("got %v", all)
	}
	cfg = apptest.Settings(t, "DATABASE_URL", dbtest.EmptyURL(t))
	if all := wrong(app.Examine(t.Context(), cfg)); !strings.Contains(all["schema"], "bursar migrate") {
		t.Errorf("got %v", all)
	}
}
