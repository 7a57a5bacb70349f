package panel_test

import (
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/panel"
)

// ready makes every copy of every application readable, saying words that are known to the test.
func (w *world) ready() {
	w.t.Helper()
	for _, a := range w.applications {
		for _, key := range []string{"practice", "hope", "benefit", panel.StatementKnown} {
			n := look[int64](w, "SELECT nextval('sensitive.copies_id_seq')")
			sealed, err := w.box.Seal([]byte(words(a, key)), "sensitive.copies", "body", n)
			if err != nil {
				w.t.Fatal(err)
			}
			w.plant("INSERT INTO sensitive.copies (id, application_id, key, body, ready, made_by, updated_at) VALUES (?, ?, ?, ?, true, ?, now())", n, a.ID, key, sealed, w.admin.ID)
		}
	}
}

func words(a *bursary.Application, key string) string { return "Masked " + key + " of " + a.Code }

// reader is a member who has an application to read.
func (w *world) reader(a *bursary.Application) *panel.Member { return w.readers(a)[0] }

// readers are those who have an application to read, in the order of the panel.
func (w *world) readers(a *bursary.Application) []*panel.Member {
	w.t.Helper()
	var ids []id.Member
	err := dbtest.Owner(w.t, w.app).NewRaw(`
		SELECT member_id FROM sensitive.assignments WHERE application_id = ? AND status IN ('assigned', 'reading', 'done') ORDER BY member_id`, a.ID).Scan(w.t.Context(), &ids)
	if err != nil || len(ids) == 0 {
		w.t.Fatalf("%s has no reader: %v", a.Code, err)
	}
	var all []*panel.Member
	for _, m := range w.panel {
		for _, found := range ids {
			if m.ID == found {
				all = append(all, m)
			}
		}
	}
	return all
}

// read opens an application as a member.
func (w *world) read(m *panel.Member, a *bursary.Application) (*panel.Sheet, error) {
	var s *panel.Sheet
	err := w.assessors.WriteAs(w.t.Context(), db.Who{Person: m.PersonID}, func(tx *db.Tx) (err error) {
		s, err = panel.Read(w.t.Context(), tx, w.box, m.PersonID, a.Code)
		return err
	})
	return s, err
}

func (w *world) mustRead(m *panel.Member, a *bursary.Application) *panel.Sheet {
	w.t.Helper()
	s, err := w.read(m, a)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) keep(m *panel.Member, a *bursary.Application, typed map[string]panel.Opinion, seen map[string]string) (panel.Kept, error) {
	var kept panel.Kept
	err := w.assessors.WriteAs(w.t.Context(), db.Who{Person: m.PersonID}, func(tx *db.Tx) (err error) {
		kept, err = panel.Keep(w.t.Context(), tx, w.box, m.PersonID, a.Code, typed, seen)
		return err
	})
	return kept, err
}

// as does something to an application as a member.
func (w *world) as(m *panel.Member, do func(*db.Tx) error) error {
	return w.assessors.WriteAs(w.t.Context(), db.Who{Person: m.PersonID}, do)
}

func (w *world) finish(m *panel.Member, a *bursary.Application) error {
	return w.as(m, func(tx *db.Tx) error { return panel.Finish(w.t.Context(), tx, w.box, m.PersonID, a.Code) })
}

// score reads, scores and finishes an application.
func (w *world) score(m *panel.Member, a *bursary.Application, score string) {
	w.t.Helper()
	typed := map[string]panel.Opinion{}
	for _, c := range form.CurrentRubric().Criteria {
		typed[c.Key] = panel.Opinion{Score: score, Reason: "It says plainly what they do with whom."}
	}
	s := w.mustRead(m, a)
	if _, err := w.keep(m, a, typed, marks(s)); err != nil {
		w.t.Fatal(err)
	}
	if err := w.finish(m, a); err != nil {
		w.t.Fatal(err)
	}
}

func marks(s *panel.Sheet) map[string]string {
	all := map[string]string{}
	for key, o := range s.Opinions {
		all[key] = o.Mark
	}
	return all
}
