package public_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/course"
	"bursar/internal/db/dbtest"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

func TestARunSaysEveryDayWithItsHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-M27", nil)
	doc := w.page("/runs/FND-M27")
	got := words(doc.Find(`section[aria-labelledby="dates"]`))
	for _, want := range []string{
		"Block 1 Monday 8 to Friday 12 March 2027 5 days", "Block 2 Monday 29 November to Friday 3 December 2027 5 days",
		"Each day: 9:30am to 4:30pm",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing from %q", want, got)
		}
	}
	if got := words(doc.Find(`section[aria-labelledby="where"]`)); !strings.Contains(got, "Weavers’ Court, Manchester") {
		t.Errorf("where: %q", got)
	}
	if got := words(doc.Find("title")); !strings.Contains(got, "Open Dialogue foundation, Manchester, from 8 March 2027") {
		t.Errorf("the title is %q", got)
	}
}

func TestOnePriceIsForEveryone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-M27", nil)
	card := w.page("/runs/FND-M27").Find(".app-offer__card")
	if got := words(card); !strings.HasPrefix(got, "£3,250 for everyone") || card.Find("dl").Length() != 0 {
		t.Errorf("the card says %q", got)
	}
	if got := words(w.page("/courses").Find(".app-cohort")); !strings.Contains(got, "10 days in 2 blocks, £3,250") {
		t.Errorf("the list says %q", got)
	}
}

func TestPricesThatDifferAreListedByWhoPays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-L27", func(o *course.Offering) { o.Prices = prices(4200, 3250, 1950) })
	card := w.page("/runs/FND-L27").Find(".app-offer__card")
	var got []string
	card.Find(".app-fees dd").Each(func(_ int, s *goquery.Selection) { got = append(got, words(s)) })
	if !slices.Equal(got, []string{"£4,200", "£3,250", "£1,950"}) || strings.Contains(words(card), "for everyone") {
		t.Errorf("the card says %q", words(card))
	}
	if got := words(w.page("/courses").Find(".app-cohort")); !strings.Contains(got, "from £1,950") {
		t.Errorf("the list says %q", got)
	}
}

// scale is the withdrawal scale of a page: the words, then the rows of the table.
func scale(doc *goquery.Document) (said, rows []string) {
	section := doc.Find(`section[aria-labelledby="cancelling"]`)
	section.Find("li").Each(func(_ int, s *goquery.Selection) { said = append(said, words(s)) })
	section.Find("tbody tr").Each(func(_ int, s *goquery.Selection) {
		var cells []string
		s.Children().Each(func(_ int, cell *goquery.Selection) { cells = append(cells, words(cell)) })
		rows = append(rows, strings.Join(cells, " | "))
	})
	return said, rows
}

func TestTheScaleIsSaidInWordsAndInDates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-M27", nil)
	said, rows := scale(w.page("/runs/FND-M27"))
	if want := []string{
		"60 days or more before the first day: we keep £75",
		"59 to 28 days before the first day: we keep half the price",
		"After that: we keep the whole price",
	}; !slices.Equal(said, want) {
		t.Errorf("in words: %q", said)
	}
	if want := []string{
		"Until 7 January 2027 | £75 | £3,175",
		"8 January to 8 February 2027 | half the price | £1,625",
		"From 9 February 2027 | the whole price | nothing",
	}; !slices.Equal(rows, want) {
		t.Errorf("in dates: %q", rows)
	}
}

func TestStepsOfTheScaleThatAreOverAreLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-M27", nil)
	w.at(london.On(2027, 1, 8))
	said, rows := scale(w.page("/runs/FND-M27"))
	if len(rows) != 2 || rows[0] != "Until 8 February 2027 | half the price | £1,625" || said[0] != "28 days or more before the first day: we keep half the price" {
		t.Errorf("%q, %q", said, rows)
	}
	w.at(london.On(2027, 2, 9))
	said, rows = scale(w.page("/runs/FND-M27"))
	if len(rows) != 1 || rows[0] != "On any day | the whole price | nothing" || said[0] != "On any day: we keep the whole price" {
		t.Errorf("%q, %q", said, rows)
	}
}

func TestAScaleOfAnyShapeIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-L27", func(o *course.Offering) {
		o.Prices = prices(4200, 3250, 1950)
		o.Scale = []course.Step{{DaysBefore: 90}, {DaysBefore: 40, ChargeBP: 1250, Fee: money.Pounds(20)}, {DaysBefore: 7, ChargeBP: 5000, Fee: money.Pounds(20)}}
	})
	_, rows := scale(w.page("/runs/FND-L27"))
	if want := []string{
		"Until 8 December 2026 | nothing | all",
		"9 December 2026 to 27 January 2027 | 12.5% of the price and £20 | 87.5% of the price but £20",
		"28 January to 1 March 2027 | half the price and £20 | half the price but £20",
		"From 2 March 2027 | the whole price | nothing",
	}; !slices.Equal(rows, want) {
		t.Errorf("%q", rows)
	}
}

func TestTheFourteenDaysComeFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-M27", nil)
	w.schedule("FND-N26", starting(london.On(2026, 12, 1), 5))
	got := words(w.page("/runs/FND-M27").Find(`section[aria-labelledby="cancelling"]`))
	if !strings.Contains(got, "If you book and pay today, you have until Monday 7 December 2026.") || strings.Contains(got, "begins before") {
		t.Errorf("%q", got)
	}
	if strings.Index(got, "14 days") > strings.Index(got, "We keep") {
		t.Errorf("the provider's scale comes before the law: %q", got)
	}
	got = words(w.page("/runs/FND-N26").Find(`section[aria-labelledby="cancelling"]`))
	if !strings.Contains(got, "This course may begin before those 14 days are over") {
		t.Errorf("%q", got)
	}
}

func TestWhatIsOverHasNoPriceAndNoTerms(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-L26", func(o *course.Offering) { o.Status = course.Finished })
	w.schedule("FND-X27", func(o *course.Offering) { o.Status = course.Cancelled })
	for _, code := range []string{"FND-L26", "FND-X27"} {
		if got := words(w.page("/runs/" + code).Find("main")); strings.Contains(got, "£") || strings.Contains(got, "Ways to pay") {
			t.Errorf("%s: %q", code, got)
		}
	}
}

func TestWhatComesOffForAnEmployerIsSaidWhereTheRunHasIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-M27", nil)
	w.schedule("FND-L27", func(o *course.Offering) { o.Prices = prices(4200, 3250, 1950) })
	dbtest.Force(t, w.db, `INSERT INTO run_discounts (run_id, team_from, team_bp, early_days, early_bp)
		SELECT id, 4, 1000, 90, 500 FROM runs WHERE code = ?`, "FND-L27")
	paying := func(code string) string {
		return words(w.page("/runs/" + code).Find(`section[aria-labelledby="paying"]`))
	}
	if got := paying("FND-M27"); strings.Contains(got, "off") || !strings.Contains(got, "book the place") {
		t.Errorf("without discounts: %q", got)
	}
	for _, want := range []string{"4 places or more from one employer: 10% off, £3,780 for each place", "Booked by 8 December 2026: 5% off, £3,990 for a place", "Only the larger"} {
		if got := paying("FND-L27"); !strings.Contains(got, want) {
			t.Errorf("%q is missing from %q", want, got)
		}
	}
	w.at(london.On(2026, 12, 8))
	if got := paying("FND-L27"); !strings.Contains(got, "5% off") {
		t.Errorf("on the last day: %q", got)
	}
	w.at(london.On(2026, 12, 9))
	if got := paying("FND-L27"); strings.Contains(got, "5% off") || strings.Contains(got, "Only the larger") || !strings.Contains(got, "10% off") {
		t.Errorf("on the day after: %q", got)
	}
}

func TestTheCalendarFileIsADownload(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-M27", nil)
	answer := w.get("/runs/FND-M27/dates.ics")
	if got := answer.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/calendar; charset=utf-8") {
		t.Errorf("Content-Type = %q", got)
	}
	if got := answer.Header().Get("Content-Disposition"); got != `attachment; filename="FND-M27.ics"` {
		t.Errorf("Content-Disposition = %q", got)
	}
	file := strings.ReplaceAll(answer.Body.String(), "\r\n ", "")
	if n := strings.Count(file, "BEGIN:VEVENT"); n != 10 || !strings.Contains(file, "DTSTART:20270308T093000Z") {
		t.Errorf("%d events:\n%s", n, file)
	}
	again := w.get("/runs/FND-M27/dates.ics", "If-None-Match", answer.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("asked again: status %d, %d bytes", again.Code, again.Body.Len())
	}
}

func TestACodeWrittenSmallIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	w.schedule("FND-M27", nil)
	w.page("/runs/fnd-m27")
}
