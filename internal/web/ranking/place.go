package ranking

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

// place saves the bands that somebody chose.
func (f office) place(c *gin.Context) error {
	posted, err := page.Posted(c, nil)
	if err != nil {
		return err
	}
	typed, err := placements(posted)
	if err != nil {
		return err
	}
	err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
		return panel.Place(ctx, tx, f.Box, me(c), code(c), typed)
	})
	if err != nil {
		return f.placeAgain(c, err, typed)
	}
	page.Flash(c, page.Placed)
	return page.Redirect(c, "/admin/rounds/"+code(c)+"/ranking")
}

// placeAgain shows the page once more with every choice and every word as it was typed, beside what is saved now.
func (f office) placeAgain(c *gin.Context, refused error, typed []panel.Placement) error {
	if kind := failure.KindOf(refused); kind != failure.Invalid && kind != failure.Conflict {
		return refused
	}
	r, err := f.read(c)
	if err != nil {
		return err
	}
	p := newRankingPage(r)
	for i := range p.Cards {
		one := &p.Cards[i]
		at := slices.IndexFunc(typed, func(t panel.Placement) bool { return t.Code == one.Code })
		if at < 0 {
			continue
		}
		one.Reason = typed[at].Reason
		if typed[at].Band != typed[at].Was {
			one.Typed = typed[at].Band
		}
	}
	return page.Again(c, refused, "ranking/ranking", p)
}

// errForeign is for what no browser sends.
var errForeign = failure.New(failure.Invalid, "form_foreign", "This form has changed since you opened it. Go back, reload the page and try again.")

// placements reads the form: band-CODE, was-CODE and reason-CODE for each application on the page.
func placements(posted url.Values) ([]panel.Placement, error) {
	var all []panel.Placement
	for name, values := range posted {
		kind, of, ok := strings.Cut(name, "-")
		if !ok || len(values) != 1 || kind != "band" && kind != "was" && kind != "reason" {
			return nil, errForeign
		}
		if kind == "band" {
			all = append(all, panel.Placement{
				Code: of, Band: bursary.Band(values[0]), Was: bursary.Band(posted.Get("was-" + of)), Reason: tidy(posted.Get("reason-" + of)),
			})
		}
	}
	slices.SortFunc(all, func(a, b panel.Placement) int { return strings.Compare(a.Code, b.Code) })
	return all, nil
}

// tidy makes line ends uniform and drops what is no text.
func tidy(text string) string {
	return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), ""))
}
