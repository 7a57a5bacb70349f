package panel_test

import (
	"testing"

	"bursar/internal/db"
	"bursar/internal/panel"
)

func TestWhetherAMemberIsAPeerIsTheirOwnWordAndNobodyElses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0, 0)
	vera, ned := w.join(panel.Terms{Name: "Vera Lindqvist", Cap: 8}), w.join(panel.Terms{Name: "Ned Ash", Cap: 8})
	peers := func() int {
		return look[int](w, "SELECT coalesce(sum(id), 0) FROM sensitive.panel_members WHERE peer")
	}
	if peers() != 0 {
		t.Error("somebody is a peer who has not said so")
	}
	w.says(vera, true)
	w.says(vera, true)
	if peers() != int(vera.ID) || look[int](w, "SELECT count(*) FROM audit WHERE action = 'panel member introduced themselves'") != 1 {
		t.Error("her word is not kept, or is noted twice")
	}
	// Neither the office nor another member says it for her.
	w.must(w.assessors, ned.PersonID, func(tx *db.Tx) error { return panel.SetPeer(t.Context(), tx, vera.PersonID, false) })
	err := w.officers.WriteAs(t.Context(), db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
		return panel.SetPeer(t.Context(), tx, vera.PersonID, false)
	})
	if err == nil || peers() != int(vera.ID) {
		t.Errorf("the office changed it: %v", err)
	}
	// What is agreed anew leaves it as it is, and so does coming back.
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		return panel.Change(t.Context(), tx, w.admin.ID, w.round.Code, vera.ID, panel.Terms{Name: "Vera Lindqvist", Cap: 4})
	})
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error { return panel.Leave(t.Context(), tx, w.admin.ID, w.round.Code, vera.ID) })
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		_, err := panel.Add(t.Context(), tx, w.admin.ID, w.round.Code, "reader0@post.example", panel.Terms{Name: "Vera Lindqvist", Cap: 8})
		return err
	})
	if peers() != int(vera.ID) {
		t.Error("her word is lost")
	}
	w.says(vera, false)
	if peers() != 0 {
		t.Error("she cannot take it back")
	}
}
