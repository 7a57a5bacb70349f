package panel

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type memberForm struct {
	Email        string `form:"email"` // only of somebody new
	Name         string `form:"name"`
	Organisation string `form:"organisation"`
	Cap          string `form:"cap"`
	FromDay      string `form:"from-day"`
	FromMonth    string `form:"from-month"`
	FromYear     string `form:"from-year"`
	UntilDay     string `form:"until-day"`
	UntilMonth   string `form:"until-month"`
	UntilYear    string `form:"until-year"`
}

type memberPage struct {
	page.Base
	Round  *bursary.Round
	Member *panel.Member // nil for somebody new
	Form   memberForm
	Asked  bool // applicants have been asked about the panel as it was
}

// Here is the address of the page.
func (p *memberPage) Here() string {
	if p.Member == nil {
		return at(p.Round.Code) + "/members/new"
	}
	return at(p.Round.Code) + "/members/" + strconv.FormatInt(int64(p.Member.ID), 10)
}

func (p *memberPage) Left() bool { return p.Member != nil && p.Member.Status == panel.MemberLeft }

func (f office) blank(c *gin.Context) error {
	p, err := f.memberPage(c, false)
	if err != nil {
		return err
	}
	p.Form = memberForm{Cap: strconv.Itoa(panel.UsualCap)}
	return page.Render(c, "panel/member", p)
}

func (f office) member(c *gin.Context) error {
	p, err := f.memberPage(c, true)
	if err != nil {
		return err
	}
	m := p.Member
	p.Form = memberForm{Name: m.Name, Organisation: m.Organisation, Cap: strconv.Itoa(m.Cap)}
	p.Form.FromDay, p.Form.FromMonth, p.Form.FromYear = page.Boxes(m.AvailableFrom)
	p.Form.UntilDay, p.Form.UntilMonth, p.Form.UntilYear = page.Boxes(m.AvailableUntil)
	return page.Render(c, "panel/member", p)
}

// memberPage reads the round that the address names, and the member if there is one.
func (f office) memberPage(c *gin.Context, known bool) (*memberPage, error) {
	p := &memberPage{}
	err := f.as(c, func(ctx context.Context, tx *db.Tx, _ id.Person) (err error) {
		if p.Round, err = bursary.FindRound(ctx, tx, c.Param("code")); err != nil || !known {
			return err
		}
		which, err := memberID(c)
		if err != nil {
			return err
		}
		p.Member, err = panel.MemberOf(ctx, tx, p.Round.ID, which)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Base, p.Asked = base(p.Round, true), p.Round.Public()
	return p, nil
}

func memberID(c *gin.Context) (id.Member, error) {
	n, err := strconv.ParseInt(c.Param("member"), 10, 64)
	if err != nil {
		return 0, panel.ErrUnknownMember.Because(err)
	}
	return id.Member(n), nil
}

func (f office) add(c *gin.Context) error {
	p, err := f.memberPage(c, false)
	if err != nil {
		return err
	}
	return f.write(c, p, page.MemberWelcomed, func(ctx context.Context, tx *db.Tx, by id.Person, t panel.Terms) error {
		_, err := panel.Add(ctx, tx, by, p.Round.Code, p.Form.Email, t)
		return err
	})
}

func (f office) change(c *gin.Context) error {
	p, err := f.memberPage(c, true)
	if err != nil {
		return err
	}
	return f.write(c, p, page.Saved, func(ctx context.Context, tx *db.Tx, by id.Person, t panel.Terms) error {
		return panel.Change(ctx, tx, by, p.Round.Code, p.Member.ID, t)
	})
}

// write reads the form and does with its terms what it is for.
func (f office) write(c *gin.Context, p *memberPage, n page.Notice, do func(context.Context, *db.Tx, id.Person, panel.Terms) error) error {
	err := page.Bind(c, &p.Form)
	if err == nil {
		err = f.as(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			t, err := p.Form.terms()
			if err != nil {
				return err
			}
			return do(ctx, tx, by, t)
		})
	}
	if err != nil {
		return page.Again(c, err, "panel/member", p)
	}
	page.Flash(c, n)
	return page.Redirect(c, at(p.Round.Code))
}

func (f office) leave(c *gin.Context) error {
	which, err := memberID(c)
	if err != nil {
		return err
	}
	err = f.as(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
		return panel.Leave(ctx, tx, by, c.Param("code"), which)
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.MemberGone)
	return page.Redirect(c, at(c.Param("code")))
}

// terms reads what was typed; package panel judges it.
func (m memberForm) terms() (panel.Terms, error) {
	t := panel.Terms{Name: m.Name, Organisation: m.Organisation}
	var err error
	if t.Cap, err = strconv.Atoi(m.Cap); err != nil {
		return t, failure.Field("cap", "Enter how many they read at most: 8 is usual.")
	}
	if t.From, err = day(m.FromDay, m.FromMonth, m.FromYear); err != nil {
		return t, failure.Field("from", "Enter a day, like 14 12 2026, or leave all three boxes empty.")
	}
	if t.Until, err = day(m.UntilDay, m.UntilMonth, m.UntilYear); err != nil {
		return t, failure.Field("until", "Enter a day, like 12 1 2027, or leave all three boxes empty.")
	}
	return t, nil
}

// day reads three boxes; all empty is no day.
func day(d, m, y string) (london.Date, error) {
	if d+m+y == "" {
		return london.Date{}, nil
	}
	return london.Parse(y + "-" + padded(m) + "-" + padded(d))
}

func padded(n string) string {
	if len(n) == 1 {
		return "0" + n
	}
	return n
}
