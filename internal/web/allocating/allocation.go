package allocating

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/web/page"
)

// allocation shows how far the allocation of a round has come.
func (f office) allocation(c *gin.Context) error {
	name, p, err := f.screen(c)
	if err != nil {
		return err
	}
	return page.Render(c, name, p)
}

// screen is the page as things stand, and the name of its template.
func (f office) screen(c *gin.Context) (name string, p screen, err error) {
	err = f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		name, p, err = f.stands(ctx, tx, c)
		return err
	})
	return name, p, err
}

func (f office) stands(ctx context.Context, tx *db.Tx, c *gin.Context) (string, screen, error) {
	r, err := findRound(ctx, tx, c)
	if err != nil {
		return "", nil, err
	}
	done, err := award.RatifiedOf(ctx, tx, r.ID)
	switch {
	case err != nil:
		return "", nil, err
	case done != nil:
		p, err := f.readDone(ctx, tx, c, r, done)
		return "allocating/done", p, err
	case r.Status != bursary.RoundDrawn:
		return "allocating/early", &earlyPage{aboutRound(c, r)}, nil
	}
	now, err := f.lookAt(ctx, tx, c, r)
	if err != nil {
		return "", nil, err
	}
	current, err := award.Current(ctx, tx, f.Box, r.ID)
	if err != nil {
		return "", nil, err
	}
	if current == nil {
		return "allocating/inputs", &inputsPage{about: aboutRound(c, r), desk: now}, nil
	}
	p, err := f.readProposal(ctx, tx, c, now, current)
	return "allocating/proposal", p, err
}

// again shows the page as things stand now, with what was refused and every word that was typed.
func (f office) again(c *gin.Context, refused error, typed departForm) error {
	name, p, err := f.screen(c)
	if err != nil {
		return err
	}
	p.typed(typed)
	return page.Again(c, refused, name, p)
}

// earlyPage says what is missing before anything can be allocated.
type earlyPage struct{ about }

// Open reports whether the round still takes applications.
func (p *earlyPage) Open() bool { return p.Round.Status == bursary.RoundPublished }

// Frozen reports whether only the draw is missing.
func (p *earlyPage) Frozen() bool { return p.Round.Status == bursary.RoundFrozen }

type proposeForm struct {
	Seen string `form:"seen" binding:"max=20" error:"Reload this page and try again"`
}

// propose asks the allocator, with the departures of the proposal before.
func (f office) propose(c *gin.Context) error {
	var form proposeForm
	err := page.Bind(c, &form)
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			return f.another(ctx, tx, c, form.Seen, func(before []award.Departure) []award.Departure { return before })
		})
	}
	if err != nil {
		return f.again(c, err, departForm{})
	}
	page.Flash(c, page.Proposed)
	return page.Redirect(c, "/admin/rounds/"+code(c)+"/allocation")
}

// another makes a proposal that takes the place of the one that somebody saw, of which the code is seen, with the
// departures that come of those before.
func (f office) another(ctx context.Context, tx *db.Tx, c *gin.Context, seen string, depart func(before []award.Departure) []award.Departure) error {
	r, before, err := award.Open(ctx, tx, f.Box, code(c))
	if errors.Is(err, award.ErrNoProposal) {
		before, err = &award.Proposal{}, nil
	}
	if err != nil {
		return err
	}
	if before.Code != seen {
		return award.ErrNotWhatYouSaw
	}
	kept, _, err := award.Carried(ctx, tx, r.ID, before.Departures)
	if err != nil {
		return err
	}
	_, err = award.Propose(ctx, tx, f.Box, me(c), r.Code, depart(kept))
	return err
}
