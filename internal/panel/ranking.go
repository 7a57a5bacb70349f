package panel

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/calibration"
	"bursar/internal/db"
	"bursar/internal/id"
)

// Given is one reader's score of one application: the mean of the criteria, 0 to 4.
type Given struct {
	Member   id.Member
	Name     string
	Peer     bool
	Value    float64
	Criteria map[string]int // 0 to 4 by criterion
}

// Standing is where one application stands among the others of its round.
type Standing struct {
	ID            id.Application
	Code          string
	Ticket        string
	Status        bursary.Status
	Eligible      bool         // as somebody decided
	Unconfirmed   bool         // staff entered it, and the applicant has not said yet that it is theirs
	Band          bursary.Band // empty until placed
	Explained     bool         // it was put there with a reason
	Position      int          // in the order for allocation, once drawn
	Given         []Given      // by reader
	Raw           float64      // the plain mean
	Calibrated    float64      // with each reader's leaning taken off; the same as Raw when refused
	Frozen        *float64     // Calibrated as it was when the bands were frozen; nil before
	StandardError float64      // of Calibrated; 0 when refused
}

// Waiting says why an application cannot be placed yet, or is nil.
func (s *Standing) Waiting() error {
	switch {
	case !s.Eligible:
		return ErrUndecided
	case len(s.Given) == 0:
		return ErrUnread
	}
	return nil
}

// Leaning is how harsh or mild one reader is beside the others of the panel.
type Leaning struct {
	Name string
	calibration.Reader[id.Member]
}

// Ranking is all applications of a round that have been read, the highest mean first. Where means are equal the
// lottery decides, and until then they share a rank.
type Ranking struct {
	Round     *bursary.Round
	Standings []Standing
	Leanings  []Leaning
	Refused   []calibration.Refusal[id.Member] // why nothing was calibrated
}

// Calibrated reports whether the readers' leanings could be taken off.
func (r *Ranking) Calibrated() bool { return len(r.Refused) == 0 }

// Rank reads the scores of a round and ranks its applications. It is for the office and returns
// bursary.ErrUnknownRound.
func Rank(ctx context.Context, tx *db.Tx, code string) (*Ranking, error) {
	r, err := bursary.FindRound(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	standings, err := standingsOf(ctx, tx, r.ID)
	if err != nil {
		return nil, err
	}
	given, err := givenIn(ctx, tx, r.ID)
	if err != nil {
		return nil, err
	}
	return rank(r, standings, given), nil
}

// standingsOf lists who is to be ranked: everybody who was sent and is not out. A round has a few hundred.
func standingsOf(ctx context.Context, d bun.IDB, round id.Round) ([]Standing, error) {
	var all []Standing
	err := d.NewRaw(`
		SELECT a.id, a.code, a.ticket, a.status, coalesce(a.eligible, false) AS eligible, coalesce(a.band, '') AS band,
		       a.entered_by IS NOT NULL AND a.confirmed_at IS NULL AS unconfirmed,
		       coalesce(a.position, 0) AS position, a.mean AS frozen, coalesce(last.explained, false) AS explained
		FROM   sensitive.applications a
		LEFT   JOIN LATERAL (SELECT b.reason IS NOT NULL AS explained FROM sensitive.bandings b
		                     WHERE b.application_id = a.id ORDER BY b.id DESC LIMIT 1) last ON true
		WHERE  a.round_id = ? AND a.status NOT IN ('draft', 'withdrawn', 'ineligible') ORDER BY a.code`, round).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("listing who is ranked: %w", err)
	}
	return all, nil
}

// scored is one criterion of one assessment that is done.
type scored struct {
	ApplicationID id.Application
	MemberID      id.Member
	Name          string
	Peer          bool
	Criterion     string
	Score         int
}

// givenIn reads every finished assessment of a round, by application.
func givenIn(ctx context.Context, d bun.IDB, round id.Round) (map[id.Application][]Given, error) {
	var rows []scored
	err := d.NewRaw(`
		SELECT s.application_id, s.member_id, m.name, m.peer, e.criterion, e.score
		FROM   sensitive.assignments s
		JOIN   sensitive.panel_members m ON m.id = s.member_id
		JOIN   sensitive.assessments e ON e.assignment_id = s.id
		WHERE  m.round_id = ? AND s.status = 'done' AND e.score IS NOT NULL
		ORDER  BY s.application_id, s.member_id, e.criterion`, round).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading scores: %w", err)
	}
	all := map[id.Application][]Given{}
	for _, row := range rows {
		list := all[row.ApplicationID]
		if len(list) == 0 || list[len(list)-1].Member != row.MemberID {
			list = append(list, Given{Member: row.MemberID, Name: row.Name, Peer: row.Peer, Criteria: map[string]int{}})
		}
		list[len(list)-1].Criteria[row.Criterion] = row.Score
		all[row.ApplicationID] = list
	}
	for _, list := range all {
		for i := range list {
			list[i].Value = mean(list[i].Criteria)
		}
	}
	return all, nil
}

func mean(criteria map[string]int) float64 {
	sum := 0
	for _, score := range criteria {
		sum += score
	}
	return float64(sum) / float64(len(criteria))
}

// rank is the pure part: calibrate and sort. The readings of applications that are out count too: they tell how
// somebody reads, and whoever withdraws moves nobody else.
func rank(r *bursary.Round, standings []Standing, given map[id.Application][]Given) *Ranking {
	var scores []calibration.Score[id.Member, id.Application]
	names := map[id.Member]string{}
	for application, list := range given {
		for _, g := range list {
			names[g.Member] = g.Name
			scores = append(scores, calibration.Score[id.Member, id.Application]{Reader: g.Member, Application: application, Value: g.Value})
		}
	}
	result := calibration.Calibrate(scores, calibration.Shrinkage)
	means := map[id.Application]calibration.Application[id.Application]{}
	for _, a := range result.Applications {
		means[a.ID] = a
	}
	for i := range standings {
		s, m := &standings[i], means[standings[i].ID]
		s.Given, s.Raw, s.Calibrated, s.StandardError = given[s.ID], m.Raw, m.Calibrated, m.StandardError
		if s.Frozen != nil { // a reader may still say that they know somebody, and take their scores with them
			s.Calibrated = *s.Frozen
		}
	}
	ranking := &Ranking{Round: r, Standings: standings, Refused: result.Refused}
	for _, m := range result.Readers {
		ranking.Leanings = append(ranking.Leanings, Leaning{Name: names[m.ID], Reader: m})
	}
	slices.SortFunc(ranking.Standings, byMean)
	slices.SortFunc(ranking.Leanings, func(a, b Leaning) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return ranking
}

// byMean puts the highest first; those that nobody has read are last.
func byMean(a, b Standing) int {
	return cmp.Or(
		cmp.Compare(min(1, len(b.Given)), min(1, len(a.Given))),
		cmp.Compare(b.Calibrated, a.Calibrated),
		cmp.Compare(a.Code, b.Code))
}

// Rank is the place of the i-th standing, from 1; those with equal means share it.
func (r *Ranking) Rank(i int) int {
	for i > 0 && r.Standings[i].tied(r.Standings[i-1]) {
		i--
	}
	return i + 1
}

func (s Standing) tied(other Standing) bool {
	return s.Calibrated == other.Calibrated && (len(s.Given) > 0) == (len(other.Given) > 0)
}

// Of finds an application's standing by its code, or is nil.
func (r *Ranking) Of(code string) *Standing {
	if i := slices.IndexFunc(r.Standings, func(s Standing) bool { return s.Code == code }); i >= 0 {
		return &r.Standings[i]
	}
	return nil
}
