package report

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/openness"
)

// Peers is the share of peers now: among those with a place on a cohort that is not over, those who teach, and those who are on
// a panel that still reads. Each person counts once in each. What could tell of somebody is left out here as it is where it is
// published. It is for db.Office.
func Peers(ctx context.Context, d bun.IDB) (openness.Peers, error) {
	var n struct{ Learners, LearnerPeers, Trainers, TrainerPeers, Panel, PanelPeers int }
	err := d.NewRaw(`
		SELECT l.people AS learners, l.peers AS learner_peers, t.people AS trainers, t.peers AS trainer_peers, p.people AS panel, p.peers AS panel_peers
		FROM  (SELECT count(DISTINCT e.person_id) AS people, count(DISTINCT e.person_id) FILTER (WHERE e.peer) AS peers
		       FROM enrolments e JOIN runs r ON r.id = e.run_id WHERE e.status = 'confirmed' AND r.status IN ('open', 'closed')) l,
		      (SELECT count(*) AS people, count(*) FILTER (WHERE peer) AS peers FROM trainers WHERE until IS NULL) t,
		      (SELECT count(DISTINCT m.person_id) AS people, count(DISTINCT m.person_id) FILTER (WHERE m.peer) AS peers
		       FROM sensitive.panel_members m JOIN rounds r ON r.id = m.round_id WHERE m.status = 'active' AND r.status IN ('draft', 'published', 'closed')) p`).Scan(ctx, &n)
	if err != nil {
		return openness.Peers{}, fmt.Errorf("counting peers: %w", err)
	}
	return openness.Peers{
		Learners: openness.ShareOf(n.LearnerPeers, n.Learners), Trainers: openness.ShareOf(n.TrainerPeers, n.Trainers), Panel: openness.ShareOf(n.PanelPeers, n.Panel),
	}, nil
}
