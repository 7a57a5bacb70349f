package awards

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/web/page"
)

// batch is the letters of a round: as they would be sent if it were ratified now, or as they were.
type batch struct {
	Round  *bursary.Round
	Sent   bool
	Wanted string // what is missing before the letters can be shown; empty when they are
	People []recipient
}

// recipient is somebody who gets a letter, and how they want to hear.
type recipient struct {
	Application id.Application
	Code        string
	Called      string
	Feedback    string
	Letters     []award.Letter // the latest first; before they are sent one, or none while there is no proposal
	Way         string         // email, phone, text or post, as they chose
	Phone       string
	MessageSafe bool
	Address     string
}

// Latest is the latest letter, or nil.
func (p *recipient) Latest() *award.Letter {
	if len(p.Letters) == 0 {
		return nil
	}
	return &p.Letters[0]
}

// Tag says what the latest letter is.
func (p *recipient) Tag() page.Tag {
	if l := p.Latest(); l != nil {
		return kinds[l.Kind]
	}
	return page.Tag{Text: "No letter yet", Colour: "grey"}
}

// read reads the letters of the round in the address. Reading is noted for everybody in it.
func (h *handlers) read(ctx context.Context, tx *db.Tx, c *gin.Context) (*batch, error) {
	r, err := bursary.FindRound(ctx, tx, strings.ToUpper(c.Param("code")))
	if err != nil {
		return nil, err
	}
	if !r.Public() {
		return nil, bursary.ErrUnknownRound
	}
	b := &batch{Round: r}
	done, err := award.RatifiedOf(ctx, tx, r.ID)
	switch {
	case err != nil:
		return nil, err
	case done != nil:
		b.Sent, err = true, h.readSent(ctx, tx, c, b)
	case r.Status != bursary.RoundDrawn:
		b.Wanted = "There is nobody to write to yet: the order has not been drawn."
	default:
		err = h.readPlanned(ctx, tx, c, b)
	}
	if err != nil {
		return nil, err
	}
	return b, h.readContacts(ctx, tx, c, b)
}

// readPlanned works the letters out from the open proposal.
func (h *handlers) readPlanned(ctx context.Context, tx *db.Tx, c *gin.Context, b *batch) error {
	in, err := award.Load(ctx, tx, h.Box, me(c), b.Round)
	if err != nil {
		return err
	}
	unranked, err := bursary.Unranked(ctx, tx, b.Round.ID)
	if err != nil {
		return err
	}
	outside, err := award.FactsOf(ctx, tx, h.Box, me(c), b.Round, unranked)
	if err != nil {
		return err
	}
	for _, p := range append(append([]award.Applicant{}, in.Applicants...), outside...) {
		b.People = append(b.People, recipient{Application: p.Application.ID, Code: p.Application.Code, Called: p.Called})
	}
	feedback, err := award.Feedback(ctx, tx, h.Box, b.which())
	if err != nil {
		return err
	}
	for i := range b.People {
		b.People[i].Feedback = feedback[b.People[i].Application]
	}
	return h.plan(ctx, tx, b, in, outside, feedback)
}

// plan fills in the letters, if there is a proposal and it still fits what it was made from.
func (h *handlers) plan(ctx context.Context, tx *db.Tx, b *batch, in *award.Inputs, outside []award.Applicant, feedback map[id.Application]string) error {
	p, err := award.Current(ctx, tx, h.Box, b.Round.ID)
	if err != nil {
		return err
	}
	if p == nil {
		b.Wanted = "There is no proposal yet, so nobody can say what the letters will say. You can write what the readers said all the same."
		return nil
	}
	in.Departures = p.Departures
	if in.Problem().Digest() != p.Digest {
		b.Wanted = "Something has changed since the proposal was made, so the letters would be others. Make a new proposal first. You can write what the readers said all the same."
		return nil
	}
	plan, err := p.Plan()
	if err != nil {
		return err
	}
	all, err := in.Letters(plan, outside, feedback)
	for _, l := range all {
		if to := b.find(l.Code); to != nil {
			to.Letters = []award.Letter{l}
		}
	}
	return err
}

// readSent opens the letters that were sent.
func (h *handlers) readSent(ctx context.Context, tx *db.Tx, c *gin.Context, b *batch) error {
	sent, err := award.SentLetters(ctx, tx, b.Round.ID)
	if err != nil {
		return err
	}
	for _, l := range sent {
		if b.find(l.Code) == nil {
			b.People = append(b.People, recipient{Application: l.Application, Code: l.Code})
		}
	}
	if err := bursary.NoteAll(ctx, tx, b.which(), me(c)); err != nil {
		return err
	}
	letters, err := award.LettersOfAll(ctx, tx, h.Box, b.which())
	for i := range b.People {
		p := &b.People[i]
		if p.Letters = letters[p.Application]; len(p.Letters) > 0 {
			p.Called = p.Letters[0].Called
		}
	}
	return err
}

// readContacts reads how people want to hear from us.
func (h *handlers) readContacts(ctx context.Context, tx *db.Tx, c *gin.Context, b *batch) error {
	said, err := bursary.Answered(ctx, tx, h.Box, me(c), b.which(), "contact_way", "phone", "message_safe", "post_address")
	for i := range b.People {
		p := &b.People[i]
		answers := said[p.Application]
		p.Way, p.MessageSafe = answers["contact_way"], answers.Has("message_safe", form.Yes)
		switch p.Way {
		case "phone", "text":
			p.Phone = answers["phone"]
		case "post":
			p.Address = answers["post_address"]
		}
	}
	return err
}

func (b *batch) which() []id.Application {
	which := make([]id.Application, len(b.People))
	for i, p := range b.People {
		which[i] = p.Application
	}
	return which
}

// find finds somebody by the code of their application, or returns nil.
func (b *batch) find(code string) *recipient {
	for i := range b.People {
		if b.People[i].Code == code {
			return &b.People[i]
		}
	}
	return nil
}

// of are those who want to hear in a way.
func (b *batch) of(way string) (some []recipient) {
	for _, p := range b.People {
		if p.Way == way {
			some = append(some, p)
		}
	}
	return some
}

// Done counts who has feedback.
func (b *batch) Done() (n int) {
	for _, p := range b.People {
		if p.Feedback != "" {
			n++
		}
	}
	return n
}

// Href is what the addresses of these pages begin with.
func (b *batch) Href() string { return "/admin/rounds/" + b.Round.Code + "/letters" }

// crumbs lead up to the round.
func (b *batch) crumbs() []page.Link {
	return []page.Link{officeLink, {Text: "Rounds", Href: "/admin/rounds"}, {Text: b.Round.Code, Href: "/admin/rounds/" + b.Round.Code}}
}
