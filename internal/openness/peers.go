package openness

import (
	"context"
	"fmt"
	"strconv"

	"bursar/internal/db"
)

// Share is how many of some people are peers.
type Share struct{ Of, Peers Count }

// ShareOf is a share that may be published: nobody is shown of whom there are under five, nor where the others are.
func ShareOf(peers, of int) Share { return Share{Of(of), within(peers, of)} }

// Percent is the share in whole per cent, if both numbers may be shown.
func (s Share) Percent() (percent int, ok bool) {
	if !s.Of.shown || !s.Peers.shown {
		return 0, false
	}
	return (200*s.Peers.n + s.Of.n) / (2 * s.Of.n), true
}

// String is the share in per cent, or that it is not shown.
func (s Share) String() string {
	percent, ok := s.Percent()
	if !ok {
		return "not shown"
	}
	return strconv.Itoa(percent) + "%"
}

// Peers are the shares of a year: of those who took places on its cohorts, who taught them, and who were on its panels.
type Peers struct{ Learners, Trainers, Panel Share }

// beside is a share of different people in several groups, some of which are published on their own. It is held back where
// taking one of those off leaves so few that something could be told of them, and so is how many of them are peers where that
// is not known of one of the groups: together with the others it might be.
func beside(peers, of int, published ...Share) Share {
	known := true
	for _, p := range published {
		if !p.Of.shown {
			continue
		}
		if few(of - p.Of.n) {
			return Share{}
		}
		if !p.Peers.shown || few(peers-p.Peers.n) || few(of-peers-(p.Of.n-p.Peers.n)) {
			known = false
		}
	}
	if !known {
		return Share{Of: Of(of)}
	}
	return ShareOf(peers, of)
}

func few(n int) bool { return n != 0 && n < Least }

// makePeers adds the shares of each year to what is published of it.
func makePeers(ctx context.Context, tx *db.Tx) error {
	years, err := Years(ctx, tx)
	if err != nil {
		return err
	}
	taught, err := countPeers(ctx, tx, `
		SELECT o.year, t.person_id, w.peer FROM openness o JOIN runs r ON r.code = o.code
		JOIN blocks k ON k.run_id = r.id JOIN block_trainers t ON t.block_id = k.id JOIN trainers w ON w.person_id = t.person_id WHERE o.kind = 'cohort'`)
	if err != nil {
		return err
	}
	read, err := countPeers(ctx, tx, `
		SELECT o.year, m.person_id, m.peer FROM openness o JOIN rounds r ON r.code = o.code
		JOIN sensitive.panel_members m ON m.round_id = r.id AND m.status = 'active' WHERE o.kind = 'round'`)
	if err != nil {
		return err
	}
	for _, y := range years {
		if err := keep(ctx, tx, "peers", strconv.Itoa(y.Year), y.Year, y.peers(taught[y.Year], read[y.Year])); err != nil {
			return err
		}
	}
	return nil
}

// headcount is different people, and how many of them are peers.
type headcount struct{ Year, People, Peers int }

func countPeers(ctx context.Context, tx *db.Tx, who string) (map[int]headcount, error) {
	var rows []headcount
	err := tx.NewRaw(`SELECT year, count(*) AS people, count(*) FILTER (WHERE peer) AS peers
		FROM (SELECT year, person_id, bool_or(peer) AS peer FROM (`+who+`) w GROUP BY year, person_id) p GROUP BY year`).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("counting peers: %w", err)
	}
	by := make(map[int]headcount, len(rows))
	for _, r := range rows {
		by[r.Year] = r
	}
	return by, nil
}

// peers works out the shares of a year. Those of learners are sums of what is published of the cohorts, and nothing else.
func (y Year) peers(taught, read headcount) Peers {
	var taken, peers []Count
	var teams, panels []Share
	for _, k := range y.Cohorts {
		taken, peers = append(taken, k.Taken), append(peers, k.Peers)
		teams = append(teams, Share{k.Trainers, k.PeersTeaching})
	}
	for _, r := range y.Rounds {
		panels = append(panels, Share{r.Panel, r.PanelPeers})
	}
	return Peers{
		Learners: Share{Sum(taken...), Sum(peers...)},
		Trainers: beside(taught.Peers, taught.People, teams...),
		Panel:    beside(read.Peers, read.People, panels...),
	}
}
