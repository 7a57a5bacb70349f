package invoice

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Ready is an invoice that could be issued: what one organisation owes for places of one run under one purchase order,
// from one booking and in one stage of it, and was not asked for yet.
type Ready struct {
	Key              string // names it in a form
	Organisation     id.Organisation
	OrganisationCode string
	OrganisationName string
	Run              id.Run
	RunCode          string
	Course           string
	Order            id.PurchaseOrder // zero: none
	OrderNumber      string
	Team             id.TeamBooking // zero: not booked by an organisation
	TeamCode         string
	Stage            int // from 1; zero: all at once
	StageLabel       string
	Places           int
	Gift             money.Amount // towards a place for a peer, part of Total
	Total            money.Amount
	Waits            string // why it cannot be issued yet, as a sentence; empty: ready
}

// ReadyFilter chooses among what is ready; the zero value is everything.
type ReadyFilter struct {
	Organisation id.Organisation
	Run          id.Run
	Team         id.TeamBooking
}

// ListReady lists the invoices that could be issued on a day, by organisation and run, and those that something is missing
// for. A stage is listed when its day has come.
func ListReady(ctx context.Context, d bun.IDB, today london.Date, f ReadyFilter) ([]Ready, error) {
	groups, err := gather(ctx, d, today, f)
	if err != nil {
		return nil, err
	}
	list := make([]Ready, len(groups))
	for i, g := range groups {
		list[i] = g.Ready
	}
	return list, nil
}

// owing is a share that is not invoiced in full.
type owing struct {
	Ready
	ShareID     id.Share
	EnrolmentID id.Enrolment
	Place       string
	Price       money.Amount // of the place
	Amount      money.Amount // of the share
	Kept        *money.Amount
	Invoiced    money.Amount // or let off
	CostCode    string
	Secured     bool
	Approved    bool
	OrderCode   string
	NeedsOrder  bool
	List        money.Amount // of a place, before the discount
	Discount    string
	Before      money.Amount // of the organisation's shares of the same team before this one, where it is invoiced in stages
}

// part is what an invoice asks of a share.
type part struct {
	*owing
	amount money.Amount
}

// group is a Ready with what it is made of.
type group struct {
	Ready
	parts []part
	gift  *gift
}

// mostOwing bounds what is looked at in one go: several years of all bookings.
const mostOwing = 20_000

const owingRows = `
	SELECT s.id AS share_id, s.enrolment_id, s.amount, s.kept, s.invoiced + s.let_off AS invoiced, s.cost_code, s.secured_at IS NOT NULL AND e.status IN ('confirmed', 'completed') AS secured,
		e.code AS place, e.price, o.id AS organisation, o.code AS organisation_code, o.name AS organisation_name,
		o.status = 'approved' AS approved, o.po_rule <> 'not_used' AS needs_order,
		r.id AS run, r.code AS run_code, c.title AS course, coalesce(p.id, 0) AS "order", coalesce(p.code, '0') AS order_code,
		coalesce(p.number, '') AS order_number, coalesce(t.id, 0) AS team, coalesce(t.code, '') AS team_code,
		CASE WHEN t.price = e.price THEN t.list_price ELSE 0 END AS list, coalesce(t.discount, '') AS discount,
		CASE WHEN EXISTS (SELECT FROM team_stages g WHERE g.team_booking_id = t.id) THEN (
			SELECT coalesce(sum(b.amount), 0) FROM shares b JOIN enrolments be ON be.id = b.enrolment_id
			WHERE be.team_booking_id = t.id AND b.organisation_id = s.organisation_id AND (be.seat, b.id) < (e.seat, s.id)) ELSE 0 END AS before
	FROM shares s
	JOIN accounts a ON a.name = 'share/' || s.id || '/due' AND a.balance > 0 -- nothing is owed for a place that lapsed
	JOIN enrolments e ON e.id = s.enrolment_id
	JOIN organisations o ON o.id = s.organisation_id
	JOIN runs r ON r.id = e.run_id JOIN courses c ON c.id = r.course_id
	LEFT JOIN team_bookings t ON t.id = e.team_booking_id
	LEFT JOIN purchase_orders p ON p.id = s.purchase_order_id
	WHERE s.agreed_at IS NOT NULL AND coalesce(s.kept, s.amount) > s.invoiced + s.let_off
		AND (?0 = 0 OR o.id = ?0) AND (?1 = 0 OR r.id = ?1) AND (?2 = 0 OR t.id = ?2)
	ORDER BY lower(o.name), o.id, r.id, p.id, t.id, e.seat, s.id LIMIT ?3`

// gather groups what organisations owe into invoices.
func gather(ctx context.Context, d bun.IDB, today london.Date, f ReadyFilter) ([]*group, error) {
	var rows []*owing
	if err := d.NewRaw(owingRows, f.Organisation, f.Run, f.Team, mostOwing).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("reading what is ready: %w", err)
	}
	stages, err := stagesOf(ctx, d, rows)
	if err != nil {
		return nil, err
	}
	var groups []*group
	byKey := map[string]*group{}
	for _, o := range rows {
		o.Waits = o.missing()
		for _, p := range o.split(stages[o.Team], today) {
			k := p.Key + p.Waits
			if byKey[k] == nil {
				byKey[k] = &group{Ready: p.Ready}
				groups = append(groups, byKey[k])
			}
			byKey[k].add(p)
		}
	}
	groups, err = addGifts(ctx, d, f, groups)
	slices.SortStableFunc(groups, func(a, b *group) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.OrganisationName), strings.ToLower(b.OrganisationName)), cmp.Compare(a.Organisation, b.Organisation),
			cmp.Compare(a.Run, b.Run), cmp.Compare(a.Team, b.Team), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Stage, b.Stage))
	})
	return groups, err
}

func (g *group) add(p part) {
	if !slices.ContainsFunc(g.parts, func(other part) bool { return other.EnrolmentID == p.EnrolmentID }) {
		g.Places++
	}
	g.parts = append(g.parts, p)
	g.Total += p.amount
}

// missing says why the share cannot be invoiced yet, or nothing.
func (o *owing) missing() string {
	switch {
	case !o.Approved:
		return "The organisation is not approved yet."
	case o.NeedsOrder && o.Order == 0:
		return "The purchase order is missing."
	case !o.Secured && o.Kept == nil:
		return "The places are not confirmed yet."
	}
	return ""
}

func (r *Ready) key(order string) string {
	return strings.Join([]string{r.OrganisationCode, r.RunCode, order, cmp.Or(r.TeamCode, "0"), strconv.Itoa(r.Stage)}, "_")
}

// stage is when a part of a team's price is invoiced.
type stage struct {
	TeamBookingID id.TeamBooking
	Number        int
	Label         string
	BP            int64
	OnDay         london.Date
}

func stagesOf(ctx context.Context, d bun.IDB, rows []*owing) (map[id.TeamBooking][]stage, error) {
	teams := []id.TeamBooking{0}
	for _, o := range rows {
		if !slices.Contains(teams, o.Team) {
			teams = append(teams, o.Team)
		}
	}
	var list []stage
	err := d.NewRaw("SELECT team_booking_id, number, label, bp, on_day FROM team_stages WHERE team_booking_id IN (?) ORDER BY team_booking_id, number",
		bun.List(teams)).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading stages: %w", err)
	}
	of := map[id.TeamBooking][]stage{}
	for _, s := range list {
		of[s.TeamBookingID] = append(of[s.TeamBookingID], s)
	}
	return of, nil
}

// split divides what is owed of a share among the stages whose day has come; which of them were issued already follows
// from how much was invoiced. Each share is cut where the shares before it leave the whole cut to the penny. The charge for
// a place that was given up is owed at once.
func (o *owing) split(stages []stage, today london.Date) []part {
	if o.Kept != nil || len(stages) == 0 {
		owed := o.Amount
		if o.Kept != nil {
			owed = *o.Kept
		}
		o.Key = o.key(o.OrderCode)
		return []part{{o, owed - o.Invoiced}}
	}
	var list []part
	upTo, bp := money.Amount(0), int64(0)
	for i := range stages {
		bp += stages[i].BP
		from := upTo
		upTo = (o.Before + o.Amount).Percent(bp) - o.Before.Percent(bp)
		if open := upTo - max(from, o.Invoiced); open > 0 && !stages[i].OnDay.After(today) {
			one := *o
			one.Stage, one.StageLabel = stages[i].Number, stages[i].Label
			one.Key = one.key(o.OrderCode)
			list = append(list, part{&one, open})
		}
	}
	return list
}
