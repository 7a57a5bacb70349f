package public_test

import (
	"strings"
	"testing"

	"bursar/internal/course"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// kept keeps six of the places for peer supporters until the end of the year.
func kept(o *course.Offering) {
	o.Places.Reserved, o.Places.ReleaseOn = 6, london.On(2026, 12, 31)
}

func TestPlacesAreSaidInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		change       func(*course.Offering)
		taken, peers int
		want         string // on the card
		book         bool
	}{
		{"many", nil, 0, 0, "12 places left", true},
		{"few", nil, 9, 0, "Last 3 places", true},
		{"one", nil, 11, 0, "Last place", true},
		{"none", nil, 12, 0, "Full", false},
		{"none, what to do", nil, 12, 0, "Join the waiting list", false},
		{"some kept", kept, 0, 0, "12 places left 6 of these are kept for peer supporters until 31 December 2026.", true},
		{"one kept", kept, 7, 5, "5 places left 1 of these is kept for peer supporters until 31 December 2026.", true},
		{"only kept ones left", kept, 6, 0, "6 places left All of these are kept for peer supporters until 31 December 2026.", true},
		{"only kept ones, what the others do", kept, 6, 0, "If you are not a peer supporter", true},
		{"only one, and kept", kept, 11, 5, "Last place It is kept for peer supporters until 31 December 2026.", true},
		{"closed", func(o *course.Offering) { o.Status = course.Closed }, 0, 0, "Booking closed Booking for these dates is closed.", false},
		{"closed by date", func(o *course.Offering) { o.ClosesOn = london.On(2026, 11, 20) }, 0, 0, "Booking closed on 20 November 2026.", false},
		{"cancelled", func(o *course.Offering) { o.Status = course.Cancelled }, 0, 0, "Cancelled These dates have been cancelled.", false},
		{"finished", func(o *course.Offering) { o.Status = course.Finished }, 0, 0, "Finished This cohort finished on 3 December 2027.", false},
		{"by application", func(o *course.Offering) { o.Entry = course.Apply }, 0, 0, "By application You apply for a place", false},
		{"under way", starting(london.On(2026, 11, 19), 10), 0, 0, "Under way This cohort began on 19 November 2026.", false},
		{"over, and nobody said so", starting(london.On(2026, 11, 16), 3), 0, 0, "This cohort finished on 18 November 2026.", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, page.Viewer{})
			w.schedule("FND-M27", c.change)
			w.take("FND-M27", c.taken, c.peers)
			card := w.page("/runs/FND-M27").Find(".app-offer__card")
			if got := words(card); !strings.Contains(got, c.want) {
				t.Errorf("the card says %q, not %q", got, c.want)
			}
			if got := card.Find(`a[href="/runs/FND-M27/book"]`).Length() == 1; got != c.book {
				t.Errorf("a place can be booked: %v", got)
			}
		})
	}
}

func TestNoDayIsNamedForKeptPlacesOnceItHasPassed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-M27", kept)
	w.at(london.On(2027, 1, 1))
	got := words(w.page("/runs/FND-M27").Find(".app-offer__card"))
	if !strings.Contains(got, "6 of these are kept for peer supporters.") {
		t.Errorf("the card says %q", got)
	}
}

func TestWhatCannotBeBookedSaysHowToReachTheOffice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-A27", func(o *course.Offering) { o.Status = course.Closed })
	w.schedule("FND-B27", func(o *course.Offering) { o.Entry = course.Apply })
	w.schedule("FND-C27", func(o *course.Offering) { o.Status = course.Cancelled })
	w.schedule("FND-D27", nil)
	w.take("FND-D27", 12, 0)
	for _, code := range []string{"FND-A27", "FND-B27", "FND-C27", "FND-D27"} {
		card := w.page("/runs/" + code).Find(".app-offer__card")
		if card.Find(`a[href="mailto:office@threshold.example"]`).Length() != 1 || card.Find(`a[href="/courses/foundation"]`).Length() != 1 {
			t.Errorf("%s: the card says %q", code, words(card))
		}
	}
}
