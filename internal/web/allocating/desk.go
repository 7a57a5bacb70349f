package allocating

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/allocation"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/london"
)

// desk is what an allocation is looked at with: what it goes by, and every fund and run by its code.
type desk struct {
	Inputs *award.Inputs
	funds  map[string]fund.Holding // closed ones too
	runs   map[string]*course.Offering
}

// lookAt reads what a drawn round's allocation depends on now. It notes the readings.
func (f office) lookAt(ctx context.Context, tx *db.Tx, c *gin.Context, r *bursary.Round) (*desk, error) {
	in, err := award.Load(ctx, tx, f.Box, me(c), r)
	if err != nil {
		return nil, err
	}
	return newDesk(ctx, tx, in)
}

// lookBack reads what a ratified round was decided by, of which a proposal was made on a day. It notes the readings.
func (f office) lookBack(ctx context.Context, tx *db.Tx, c *gin.Context, r *bursary.Round, on london.Date) (*desk, error) {
	in, err := award.LoadDecided(ctx, tx, f.Box, me(c), r, on)
	if err != nil {
		return nil, err
	}
	return newDesk(ctx, tx, in)
}

func newDesk(ctx context.Context, tx *db.Tx, in *award.Inputs) (*desk, error) {
	all, err := fund.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	d := &desk{Inputs: in, funds: make(map[string]fund.Holding, len(all)), runs: make(map[string]*course.Offering, len(in.Runs))}
	for _, h := range all {
		d.funds[h.Code] = h
	}
	for _, o := range in.Runs {
		d.runs[o.Code] = o
	}
	return d, nil
}

// fund is how a fund is called in sentences: "General Bursary Fund (GENERAL)".
func (d *desk) fund(code string) string {
	if h, known := d.funds[code]; known {
		return h.Name + " (" + code + ")"
	}
	return code
}

func (d *desk) fundNames(codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = d.fund(code)
	}
	return list(names)
}

// run is how a run is called in sentences: "FND-M27, 8 March to 10 December 2027".
func (d *desk) run(code string) string {
	if o := d.runs[code]; o != nil {
		return code + ", " + london.Days(o.StartsOn(), o.EndsOn())
	}
	return code
}

// called is what somebody is called, if the desk knows them.
func (d *desk) called(code string) string {
	if p := d.Inputs.Applicant(code); p != nil {
		return p.Called
	}
	return ""
}

// closed says why a fund may pay nothing of a choice: each sentence once, or nil when that is not known any more.
func (d *desk) closed(fundCode, person string, c allocation.Choice) (said []string) {
	p, h := d.Inputs.Applicant(person), d.Inputs.Fund(fundCode)
	if p == nil || h == nil || len(c.Places) == 0 || d.runs[c.Places[0]] == nil {
		return nil
	}
	there := award.Choice{Run: d.runs[c.Places[0]]}
	seen := map[string]bool{}
	for _, l := range c.Lines {
		for _, reason := range d.Inputs.Closed(*h, *p, there, fund.Purpose(l.ID)) {
			if !seen[reason.Sentence] {
				seen[reason.Sentence] = true
				said = append(said, reason.Sentence)
			}
		}
	}
	return said
}
