package funds

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/web/page"
)

func (d desk) versionHref(f *fund.Fund, number int) string {
	return fmt.Sprintf("%s/rules/%d", d.href(f), number)
}

type versionPage struct {
	page.Base
	Fund       *fund.Fund
	Version    fund.Version
	By, Decide string // who wrote it, and who decided
	Before     []line // the rules that hold, or held before it
	After      []line
	Href       string
}

// line is one sentence of rules; Changed: the other version does not have it.
type line struct {
	Text    string
	Changed bool
}

// version shows a version of a fund's rules beside the one before it.
func (d desk) version(c *gin.Context) error {
	p, err := d.versionPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "funds/version", p)
}

func (d desk) versionPage(c *gin.Context) (*versionPage, error) {
	ctx := c.Request.Context()
	f, err := d.fund(c)
	if err != nil {
		return nil, err
	}
	versions, err := fund.TermsOf(ctx, d.DB, f.ID)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(versions, func(v fund.Version) bool { return strconv.Itoa(v.Number) == c.Param("version") })
	if at < 0 {
		return nil, page.ErrNotFound
	}
	v := versions[at]
	called, err := names(ctx, d.DB, deciders(versions)...)
	if err != nil {
		return nil, err
	}
	p := &versionPage{Base: d.within(f), Fund: f, Version: v, By: called[v.ProposedBy], Decide: called[v.DecidedBy], Href: d.versionHref(f, v.Number)}
	after := inOrder(v.Terms).Words()
	for _, earlier := range versions[at+1:] { // newest first: those that never held are passed over
		if earlier.Status == fund.TermsCurrent || earlier.Status == fund.TermsReplaced {
			before := inOrder(earlier.Terms).Words()
			p.Before, p.After = beside(before, after), beside(after, before)
			return p, nil
		}
	}
	p.After = beside(after, after)
	return p, nil
}

// inOrder is terms with the answers of each rule in the order of the form, so that only what differs reads differently.
func inOrder(t fund.Terms) fund.Terms {
	t.Who = ruleInOrder(t.Who)
	return t
}

func ruleInOrder(r fund.Rule) fund.Rule {
	place := func(v string) int {
		return slices.IndexFunc(r.Criterion.Values(), func(known fund.Value) bool { return known.Value == v })
	}
	r.OneOf = slices.SortedStableFunc(slices.Values(r.OneOf), func(a, b string) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b))
	})
	r.All, r.Any = rulesInOrder(r.All), rulesInOrder(r.Any)
	return r
}

func rulesInOrder(rules []fund.Rule) []fund.Rule {
	rules = slices.Clone(rules)
	for i, r := range rules {
		rules[i] = ruleInOrder(r)
	}
	return rules
}

// beside marks what is not in the other.
func beside(words, other []string) []line {
	lines := make([]line, len(words))
	for i, w := range words {
		lines[i] = line{w, !slices.Contains(other, w)}
	}
	return lines
}

// Tag is how the version stands.
func (p *versionPage) Tag() page.Tag { return termsTags[p.Version.Status] }

// Open reports whether a second person is needed, and Mine whether that cannot be the one who looks.
func (p *versionPage) Open() bool { return p.Version.Status == fund.TermsProposed }

// Mine reports whether whoever looks wrote the rules.
func (p *versionPage) Mine() bool { return p.Version.ProposedBy == p.Viewer.Person }

// agree makes the rules hold.
func (d desk) agree(c *gin.Context) error { return d.decide(c, fund.AgreeTerms, page.RulesAgreed) }

// refuse leaves the rules as they were.
func (d desk) refuse(c *gin.Context) error { return d.decide(c, fund.RefuseTerms, page.RulesRefused) }

func (d desk) decide(c *gin.Context, how func(context.Context, *db.Tx, id.Person, id.FundTerms) error, said page.Notice) error {
	p, err := d.versionPage(c)
	if err != nil {
		return err
	}
	err = d.work(c, func(ctx context.Context, tx *db.Tx) error {
		return how(ctx, tx, page.ViewerOf(c).Person, p.Version.ID)
	})
	if err != nil {
		return page.Again(c, err, "funds/version", p)
	}
	page.Flash(c, said)
	return page.Redirect(c, d.href(p.Fund))
}
