package public

import (
	"fmt"
	"time"

	"bursar/internal/course"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// standing is how a run stands towards somebody who wants a place on it.
type standing int

const (
	bookable      standing = iota
	forPeers               // only peer supporters can book what is left
	full                   //
	byApplication          // places are not booked but applied for
	closed                 //
	underWay               // it has begun
	finished               //
	cancelled              //
)

func standingOf(o *course.Offering, now time.Time) standing {
	today := london.DateOf(now)
	switch {
	case o.Status == course.Cancelled:
		return cancelled
	case o.Status == course.Finished || today.After(o.EndsOn()):
		return finished
	case !o.TakesBookings(now) && !today.Before(o.StartsOn()):
		return underWay
	case o.Entry == course.Apply && o.Status == course.Open:
		return byApplication
	case !o.TakesBookings(now):
		return closed
	case o.Places.Left(true) == 0:
		return full
	case o.Places.Left(false) == 0:
		return forPeers
	default:
		return bookable
	}
}

// places says in words whether there is a place.
type places struct {
	Tag     page.Tag
	Note    string // what the tag has no room for
	Instead string // what to do when one cannot book, before how to reach the office
	Book    bool   // somebody can book now
	Wait    bool   // somebody can join the waiting list
	Apply   bool   // somebody can apply for a place
}

func placesOf(o *course.Offering, now time.Time) places {
	switch standingOf(o, now) {
	case cancelled:
		return places{Tag: page.Tag{Text: "Cancelled", Colour: "red"},
			Note:    "These dates have been cancelled.",
			Instead: "If you had a place, you get back all that you paid, or you can move to other dates. If you have not heard from us, please tell us."}
	case finished:
		return places{Tag: page.Tag{Text: "Finished", Colour: "grey"},
			Note:    fmt.Sprintf("This cohort finished on %s.", o.EndsOn().Medium()),
			Instead: "To ask about a certificate, or about later dates, write to us."}
	case underWay:
		return places{Tag: page.Tag{Text: "Under way", Colour: "grey"},
			Note:    fmt.Sprintf("This cohort began on %s. Booking is closed.", o.StartsOn().Medium()),
			Instead: "Choose other dates, or ask us when the next cohort begins."}
	case byApplication:
		return places{Tag: page.Tag{Text: "By application", Colour: "blue"}, Note: appliesNote(o, now), Apply: o.TakesApplications(now)}
	case closed:
		return places{Tag: page.Tag{Text: "Booking closed", Colour: "grey"},
			Note:    closedNote(o, now),
			Instead: "Choose other dates, or ask us when new ones are planned."}
	case full:
		return places{Tag: page.Tag{Text: "Full", Colour: "grey"},
			Note:    "Every place is taken or is being booked.",
			Instead: "A place can still come free: we offer it to whoever waits, in order.", Wait: true}
	case forPeers:
		return places{Tag: left(o.Places), Note: keptNote(o.Places, now), Book: true,
			Instead: "If you are not a peer supporter, choose other dates, or join the waiting list.", Wait: true}
	default:
		return places{Tag: left(o.Places), Note: keptNote(o.Places, now), Book: true}
	}
}

// appliesNote says from when and until when people apply.
func appliesNote(o *course.Offering, now time.Time) string {
	const first = "You apply for a place on this course before you pay."
	switch today := london.DateOf(now); {
	case today.Before(o.AppliesFrom):
		return first + " You can apply from " + o.AppliesFrom.Medium() + "."
	case today.After(o.LastDayToBook()):
		return first + " Applications closed on " + o.LastDayToBook().Medium() + "."
	case !o.ClosesOn.IsZero():
		return first + " You can apply until " + o.ClosesOn.Medium() + "."
	}
	return first
}

// few is when there is reason to hurry.
const few = 3

func left(p course.Places) page.Tag {
	switch n := p.Left(true); {
	case n == 1:
		return page.Tag{Text: "Last place", Colour: "yellow"}
	case n <= few:
		return page.Tag{Text: fmt.Sprintf("Last %d places", n), Colour: "yellow"}
	default:
		return page.Tag{Text: fmt.Sprintf("%d places left", n), Colour: "green"}
	}
}

// keptNote says which of the places left are kept for peer supporters, and until when. Places are opened to
// everybody by a job soon after their last day, and until it has run no day is named.
func keptNote(p course.Places, now time.Time) string {
	kept := p.KeptForPeers()
	if kept == 0 {
		return ""
	}
	who := fmt.Sprintf("%d of these are", kept)
	switch {
	case kept == 1 && p.Left(true) == 1:
		who = "It is"
	case kept == p.Left(true):
		who = "All of these are"
	case kept == 1:
		who = "1 of these is"
	}
	note := who + " kept for peer supporters"
	if p.ReleaseOn.IsZero() || london.DateOf(now).After(p.ReleaseOn) {
		return note + "."
	}
	return fmt.Sprintf("%s until %s.", note, p.ReleaseOn.Medium())
}

func closedNote(o *course.Offering, now time.Time) string {
	if last := o.LastDayToBook(); london.DateOf(now).After(last) {
		return fmt.Sprintf("Booking closed on %s.", last.Medium())
	}
	return "Booking for these dates is closed."
}
