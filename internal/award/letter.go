package award

import (
	"slices"

	"bursar/internal/allocation"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// LetterKind says what a letter answers.
type LetterKind string

// The kinds of letter.
const (
	OfferLetter        LetterKind = "offer"
	ReserveLetter      LetterKind = "reserve"    // on the reserve list
	NotFundedLetter    LetterKind = "not_funded" // and not on the reserve list
	ReserveEndedLetter LetterKind = "reserve_ended"
	ReviewLetter       LetterKind = "review" // what came of looking at a decision again
)

// LetterKinds lists every kind in alphabetical order, for whoever must have words for all of them.
func LetterKinds() []LetterKind {
	return []LetterKind{NotFundedLetter, OfferLetter, ReserveLetter, ReserveEndedLetter, ReviewLetter}
}

// Letter is an answer to an applicant: the true reason in plain words, the same for the same facts. It names no other
// person and nothing by which one could be told.
type Letter struct {
	Kind        LetterKind
	Application id.Application
	Award       id.Award // of an offer, once it is made
	Code        string   // of the application
	Called      string   // what to call them
	On          london.Date
	Title       string
	Sections    []Section
}

// Section is a part of a letter under a heading; the first has none.
type Section struct {
	Heading    string
	Paragraphs []string
	Rows       []Row
	Items      []string // of a list below the paragraphs
	Links      []Link   // below everything else
}

// Row is something with its name.
type Row struct{ Key, Value string }

// Link leads to a page of the site, by its path.
type Link struct{ Text, Path string }

// ReviewDays is how many working days after a letter somebody can ask for a review, and how many we have to answer it.
const ReviewDays = 15

// Letters are the answers that a plan for these inputs means for everybody: those in the order, then those whom people
// left out by hand, then outside, which the panel placed in band C. feedback is what staff wrote of the readers' reasons.
// It is pure.
func (in *Inputs) Letters(plan allocation.Result, outside []Applicant, feedback map[id.Application]string) ([]Letter, error) {
	grants, err := in.Grants(plan)
	if err != nil {
		return nil, err
	}
	asked, onList := in.Problem(), in.onReserve(grants)
	var all []Letter
	for _, p := range in.order() {
		if i := slices.IndexFunc(grants, func(g Grant) bool { return g.Application.ID == p.Application.ID }); i >= 0 {
			all = append(all, in.offer(asked, grants[i], feedback[p.Application.ID], false))
			continue
		}
		l := in.begin(p, ReserveLetter, "You are on our reserve list")
		all = append(all, in.reserve(l, p, slices.Index(onList, p.Application.Code), reasonsOf(plan, p), feedback[p.Application.ID]))
	}
	for _, p := range in.Applicants {
		if in.LeftOut(p) {
			all = append(all, in.notFunded(p, in.leftOutWhy(p), feedback[p.Application.ID]))
		}
	}
	for _, p := range outside {
		all = append(all, in.notFunded(p, in.criteriaWhy(), feedback[p.Application.ID]))
	}
	return all, nil
}

// Offer is the letter about something that came free and goes to somebody on the reserve list. It is pure.
func (in *Inputs) Offer(g Grant, feedback string) Letter {
	return in.offer(in.Problem(), g, feedback, true)
}

// ReserveEnded is the letter to somebody for whom nothing came free. It is pure.
func (in *Inputs) ReserveEnded(p Applicant) Letter {
	l := in.begin(p, ReserveEndedLetter, "Our reserve list has ended")
	l.say("", "The last course of this round begins now, so no place can come free any more. We are sorry. We cannot offer you a place this time.",
		"Your application was good enough to fund. Our first letter says why there was no money or no place for you. Since then, nothing came free that would have paid for you.")
	in.endUnfunded(&l, false, "")
	return l
}

// onReserve are the codes of everybody on the reserve list that a plan leaves, in the order in which it is served.
func (in *Inputs) onReserve(grants []Grant) []string {
	var codes []string
	for _, p := range in.Applicants {
		funded := slices.ContainsFunc(grants, func(g Grant) bool { return g.Application.ID == p.Application.ID })
		if !funded && !in.LeftOut(p) {
			codes = append(codes, p.Application.Code)
		}
	}
	return codes
}

func reasonsOf(plan allocation.Result, p Applicant) []allocation.Reason {
	i := slices.IndexFunc(plan.Unfunded, func(u allocation.Unfunded) bool { return u.ID == p.Application.Code })
	if i < 0 {
		return nil
	}
	return plan.Unfunded[i].Reasons
}

func (in *Inputs) begin(p Applicant, kind LetterKind, title string) Letter {
	return Letter{Kind: kind, Application: p.Application.ID, Code: p.Application.Code, Called: p.Called, On: in.On, Title: title}
}

// say adds a section of paragraphs.
func (l *Letter) say(heading string, paragraphs ...string) *Section {
	l.Sections = append(l.Sections, Section{Heading: heading, Paragraphs: paragraphs})
	return &l.Sections[len(l.Sections)-1]
}

// Ground is why somebody asks for a review.
type Ground string

// The grounds.
const (
	Procedure Ground = "procedure"
	WrongFact Ground = "fact"
	Partial   Ground = "conflict"
	NoAccess  Ground = "access"
)

// Grounds lists every ground in the order in which pages show them.
func Grounds() []Ground { return []Ground{Procedure, WrongFact, Partial, NoAccess} }

// Words is the ground in our own words to the applicant.
func (g Ground) Words() string {
	return map[Ground]string{
		Procedure: "We did not follow our own rules",
		WrongFact: "We got a fact wrong",
		Partial:   "Somebody who took part was not fair to you, or should not have taken part",
		NoAccess:  "You did not get the support that you needed to apply",
	}[g]
}

var errGround = failure.Field("ground", "Choose what went wrong.")
