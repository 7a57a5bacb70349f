package finance

import (
	"context"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/bank"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

const bankLinesAt = bankAt + "/lines"

var bankLinesLink = page.Link{Text: "What came in", Href: bankLinesAt}

type linesQuery struct {
	Status string `form:"status"`
	Search string `form:"search" binding:"max=200" error:"Use 200 characters or fewer."`
}

// acceptForm is which proposals are accepted: one, those that are ticked, or all that are sure.
type acceptForm struct {
	One    string   `form:"one"`
	Do     string   `form:"do"` // ticked or sure
	Ticked []string `form:"line"`
	Sure   []string `form:"sure"`
}

type linesPage struct {
	base
	Query    linesQuery
	Statuses []page.Choice
	Lines    []lineRow
	Links    page.Pagination
	Save     page.Saving
	Sure     int // how many can be accepted without looking at each
	Form     acceptForm
}

// lineRow is a line of the bank in the list.
type lineRow struct {
	bank.Line
	Href     string
	ID       string // of its box
	Proposal bank.Proposal
	Accept   string // what accepting it sends; empty: there is nothing to accept
	Tag      page.Tag
}

// lineCursor is where a list of lines goes on.
type lineCursor struct {
	On london.Date
	ID id.BankLine
}

// bankLines lists what came in: what is open with what it seems to pay, or what was done.
func (f finance) bankLines(c *gin.Context) error {
	p, err := f.linesPage(c)
	if err != nil {
		return page.Again(c, err, "finance/bank-lines", p)
	}
	return page.Render(c, "finance/bank-lines", p)
}

func (f finance) linesPage(c *gin.Context) (*linesPage, error) {
	p := &linesPage{base: below(bankLink), Statuses: lineStatuses(), Save: page.SavingAt(c, listsAt+"/bank-lines")}
	if err := page.Query(c, &p.Query); err != nil {
		return p, err
	}
	var at lineCursor
	var after *bank.Line
	if more, err := page.After(c, &at); err != nil {
		return p, err
	} else if more {
		after = &bank.Line{On: at.On, ID: at.ID}
	}
	ctx := c.Request.Context()
	rows, err := bank.Lines(ctx, f.DB, bank.Filter{Status: statusOf(p.Query.Status), Query: p.Query.Search}, after, portion+1)
	if err != nil {
		return p, err
	}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last bank.Line) lineCursor { return lineCursor{last.On, last.ID} }); err != nil {
		return p, err
	}
	p.Lines, err = f.lineRows(ctx, rows)
	for _, r := range p.Lines {
		if r.Proposal.Surety == bank.Sure {
			p.Sure++
		}
	}
	return p, err
}

// lineRows adds to lines where they are, and to open ones what they seem to pay.
func (f finance) lineRows(ctx context.Context, lines []bank.Line) ([]lineRow, error) {
	accounts, err := bank.Accounts(ctx, f.DB)
	if err != nil {
		return nil, err
	}
	codes := map[id.BankAccount]string{}
	for _, a := range accounts {
		codes[a.ID] = a.Code
	}
	rows := make([]lineRow, len(lines))
	for i, l := range lines {
		rows[i] = lineRow{Line: l, Href: bankLinesAt + "/" + codes[l.AccountID] + "/" + l.Code(), ID: itemID("line", i), Tag: lineTags[l.Status]}
	}
	if len(lines) == 0 || lines[0].Status != bank.Open { // a list is of one status
		return rows, nil
	}
	proposals, err := bank.Propose(ctx, f.DB, lines)
	if err != nil {
		return nil, err
	}
	whose, err := f.creditedBy(ctx, proposals)
	if err != nil {
		return nil, err
	}
	for i, p := range proposals {
		rows[i].Proposal, rows[i].Tag = p, suretyTags[p.Surety]
		if p.Acceptable() {
			rows[i].Accept = strings.TrimPrefix(rows[i].Href, bankLinesAt+"/") + " " + written(p, whose)
		}
	}
	return rows, nil
}

// creditedBy are the codes of the organisations to whose credit proposals put something.
func (f finance) creditedBy(ctx context.Context, proposals []bank.Proposal) (map[id.Organisation]*organisation.Organisation, error) {
	var which []id.Organisation
	for _, p := range proposals {
		if p.Rest.Organisation != 0 {
			which = append(which, p.Rest.Organisation)
		}
	}
	return organisation.ByIDs(ctx, f.DB, which)
}

// written is what a proposal says, for a form: "INV-00001=395000 +K7Q2-9M=5000", in pence. Accepting sends what was seen, and
// not what would be proposed by then.
func written(p bank.Proposal, whose map[id.Organisation]*organisation.Organisation) string {
	var all []string
	for _, part := range p.Parts {
		all = append(all, part.Invoice+"="+strconv.FormatInt(int64(part.Amount), 10))
	}
	if o := whose[p.Rest.Organisation]; o != nil {
		all = append(all, "+"+o.Code+"="+strconv.FormatInt(int64(p.Rest.Amount), 10))
	}
	return strings.Join(all, " ")
}

// accepted is a line with what it is to be matched with, as a form says it.
type accepted struct {
	account, line string
	parts         []bank.Part
	restTo        string // code of the organisation; empty: no rest
	rest          money.Amount
}

var errUnread = failure.New(failure.Invalid, "bank_accept_unread", "The list has changed since. Look at this payment by itself.")

// readAccepted reads what lineRow.Accept says.
func readAccepted(text string) (accepted, error) {
	words := strings.Fields(text)
	if len(words) < 2 {
		return accepted{}, errUnread
	}
	var a accepted
	a.account, a.line, _ = strings.Cut(words[0], "/")
	for _, w := range words[1:] {
		name, digits, _ := strings.Cut(w, "=")
		amount, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return accepted{}, errUnread.Because(err)
		}
		if code, credit := strings.CutPrefix(name, "+"); credit {
			a.restTo, a.rest = code, money.Amount(amount)
		} else {
			a.parts = append(a.parts, bank.Part{Invoice: name, Amount: money.Amount(amount)})
		}
	}
	return a, nil
}

type acceptedPage struct {
	base
	Matched int
	Failed  []notMatched
}

// notMatched is a payment that was to be matched, and why it was not.
type notMatched struct{ What, Href, Why string }

// acceptLines matches lines as they are proposed, each in a unit of work of its own.
func (f finance) acceptLines(c *gin.Context) error {
	var form acceptForm
	err := page.Bind(c, &form)
	chosen := form.Ticked
	switch {
	case form.One != "":
		chosen = []string{form.One}
	case form.Do == "sure":
		chosen = form.Sure
	}
	if err == nil && (len(chosen) == 0 || len(chosen) > portion) {
		err = failure.Field("line", "Tick the payments whose match is right")
	}
	if err != nil {
		p, unread := f.linesPage(c)
		if unread != nil {
			return unread
		}
		p.Form = form
		return page.Again(c, err, "finance/bank-lines", p)
	}
	done := &acceptedPage{base: below(bankLink, bankLinesLink)}
	for _, text := range chosen {
		if failed := f.acceptLine(c, text); failed != nil {
			done.Failed = append(done.Failed, *failed)
		} else {
			done.Matched++
		}
	}
	if len(done.Failed) > 0 {
		return page.Render(c, "finance/bank-accepted", done)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, bankLinesAt)
}

func (f finance) acceptLine(c *gin.Context, text string) *notMatched {
	failed := &notMatched{What: "A payment"}
	a, err := readAccepted(text)
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			l, err := bank.LineByCode(ctx, tx, a.account, a.line)
			if err != nil {
				return err
			}
			failed.What, failed.Href = l.Amount.String()+" of "+l.On.Medium(), bankLinesAt+"/"+a.account+"/"+a.line
			rest, err := a.toCredit(ctx, tx)
			if err != nil {
				return err
			}
			return bank.Match(ctx, tx, by, l.ID, a.parts, rest)
		})
	}
	if err == nil {
		return nil
	}
	failed.Why = because(c, err)
	return failed
}

// toCredit finds the organisation to whose credit the rest goes.
func (a accepted) toCredit(ctx context.Context, d bun.IDB) (bank.Rest, error) {
	if a.restTo == "" {
		return bank.Rest{Amount: a.rest}, nil
	}
	o, err := organisation.ByCode(ctx, d, a.restTo)
	if err != nil {
		return bank.Rest{}, err
	}
	return bank.Rest{Organisation: o.ID, Amount: a.rest}, nil
}

// MatchedWords heads what was matched.
func (p *acceptedPage) MatchedWords() string {
	return count(p.Matched, "payment is matched.", "payments are matched.")
}
