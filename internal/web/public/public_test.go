package public_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/course"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// everything has a run of every kind.
func everything(t *testing.T, viewer page.Viewer) *world {
	w := newWorld(t, viewer)
	w.schedule("FND-M27", kept)
	w.schedule("FND-L27", func(o *course.Offering) { o.Prices = prices(4200, 3250, 1950) })
	w.schedule("FND-O27", func(o *course.Offering) { o.City, o.Venue, o.Schedule = "Online", "", "Thursday to Saturday." })
	w.take("FND-O27", 12, 0)
	w.schedule("FUL-27", func(o *course.Offering) { o.Entry = course.Apply })
	w.schedule("FND-X27", func(o *course.Offering) { o.Status = course.Cancelled })
	w.schedule("FND-L26", func(o *course.Offering) { o.Status = course.Finished })
	w.schedule("FND-N26", starting(london.On(2026, 11, 19), 10))
	return w
}

// elsewhere are the addresses of other parts of the house that these pages lead to.
func elsewhere(path string) bool {
	return path == "/sign-in" || path == "/my" || strings.HasPrefix(path, "/my/") || path == "/sponsor" || path == "/demo" || strings.HasPrefix(path, "/static/") ||
		strings.HasPrefix(path, "/runs/") && (strings.HasSuffix(path, "/book") || strings.HasSuffix(path, "/wait") || strings.HasSuffix(path, "/apply")) || path == "/employer" || strings.HasPrefix(path, "/employer/")
}

func TestNoLinkLeadsNowhere(t *testing.T) {
	t.Parallel()
	w := everything(t, page.Viewer{})
	h := w.house()
	h.drawn(h.publish("DRAWN-27", nil), "AAAA-01", "BBBB-02")
	h.publish("SPRING-27", nil)
	// The last two are found from an address that somebody kept, not from a list.
	queue := []string{"/", "/runs/FND-X27", "/runs/FND-L26"}
	seen := map[string]bool{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		answer := w.get(at)
		if answer.Code != http.StatusOK {
			t.Errorf("%s: status %d", at, answer.Code)
			continue
		}
		if !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
			continue
		}
		doc := pagetest.Check(t, answer.Body.String())
		doc.Find("a[href], link[href], script[src]").Each(func(_ int, s *goquery.Selection) {
			u, err := url.Parse(s.AttrOr("href", s.AttrOr("src", "")))
			switch {
			case err != nil:
				t.Errorf("%s: %v", at, err)
			case u.Path == "" || u.Scheme == "mailto" || u.Scheme == "tel" || u.Scheme == "https" || elsewhere(u.Path):
			case u.Scheme != "":
				t.Errorf("%s leads to %s", at, u)
			default:
				queue = append(queue, u.Path)
			}
		})
	}
	for _, address := range []string{"/courses/foundation", "/runs/FUL-27", "/runs/FND-M27/dates.ics", "/bursaries", "/employers", "/openness", "/certificates", "/accessibility", "/privacy"} {
		if !seen[address] {
			t.Errorf("no page leads to %s", address)
		}
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	w := everything(t, page.Viewer{})
	w.schedule("DFT-27", func(o *course.Offering) { o.Status = course.Draft })
	w.schedule("INH-W27", func(o *course.Offering) { o.Listed = false })
	for _, address := range []string{
		"/courses/nothing", "/courses/FOUNDATION", "/courses/%00", "/courses/%ff", "/runs/NO-0000", "/runs/%00", "/runs/%ff", "/runs/x'--",
		"/runs/DFT-27", "/runs/INH-W27", "/runs/INH-W27/dates.ics", "/nowhere", "/certificates/K7Q2-9M",
	} {
		answer := w.get(address)
		if answer.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", address, answer.Code)
			continue
		}
		doc := pagetest.Check(t, answer.Body.String())
		if words(doc.Find("h1")) != "We cannot find that page" || doc.Find(`main a[href="/courses"]`).Length() != 1 {
			t.Errorf("%s: %q", address, words(doc.Find("main")))
		}
	}
}

// addresses are one of each page.
var addresses = []string{
	"/", "/courses", "/courses/foundation", "/runs/FND-M27", "/bursaries", "/bursaries/SPRING-27", "/bursaries/SPRING-27/questions",
	"/bursaries/SPRING-27/check", "/bursaries/SPRING-27/lottery", "/employers", "/openness",
	"/certificates", "/accessibility", "/privacy",
}

func TestPagesAreKeptForAMinuteAndThenAskedForByTag(t *testing.T) {
	t.Parallel()
	w := everything(t, page.Viewer{})
	w.house().publish("SPRING-27", nil)
	for _, address := range slices.Concat(addresses, []string{"/robots.txt", "/.well-known/security.txt"}) {
		first := w.get(address)
		if got := first.Header().Get("Cache-Control"); first.Code != http.StatusOK || got != "public, max-age=60" {
			t.Errorf("%s: status %d, Cache-Control = %q", address, first.Code, got)
		}
		again := w.get(address, "If-None-Match", first.Header().Get("ETag"))
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s asked again: status %d, %d bytes", address, again.Code, again.Body.Len())
		}
	}
	before := w.get("/runs/FND-M27").Header().Get("ETag")
	w.take("FND-M27", 3, 0)
	if w.get("/runs/FND-M27", "If-None-Match", before).Code != http.StatusOK {
		t.Error("a page that has changed is said not to have")
	}
}

func TestPagesOfSomebodySignedInAreTheirOwn(t *testing.T) {
	t.Parallel()
	w := everything(t, page.Viewer{Person: id.Person(7), Name: "Ana"})
	w.house().publish("SPRING-27", nil)
	for _, address := range addresses {
		if got := w.get(address).Header().Get("Cache-Control"); !strings.HasPrefix(got, "private") {
			t.Errorf("%s: Cache-Control = %q", address, got)
		}
	}
}

func TestTheHomePageOffersThreeWaysAndTheNextDates(t *testing.T) {
	t.Parallel()
	w := everything(t, page.Viewer{})
	doc := w.page("/")
	var ways []string
	doc.Find(".app-way a").Each(func(_ int, s *goquery.Selection) { ways = append(ways, s.AttrOr("href", "")) })
	if !slices.Equal(ways, []string{"/courses", "/employers", "/bursaries"}) {
		t.Errorf("ways: %q", ways)
	}
	if n := strings.Count(words(doc.Find(".app-hero .govuk-body-l")), ". "); n != 2 {
		t.Errorf("%d sentences", n+1)
	}
	if got := doc.Find(".app-cohort").Length(); got != 2 {
		t.Errorf("%d dates, though only two can be booked", got)
	}
}

func TestAHomePageWithoutDatesSaysWhomToAsk(t *testing.T) {
	t.Parallel()
	doc := newWorld(t, page.Viewer{}).page("/")
	if got := words(doc.Find(`section[aria-labelledby="next"]`)); !strings.Contains(got, "020 7946 0123") {
		t.Errorf("%q", got)
	}
}

func TestTheCatalogueLeavesOutWhatNobodyCanJoin(t *testing.T) {
	t.Parallel()
	w := everything(t, page.Viewer{})
	for _, address := range []string{"/courses", "/courses/foundation"} {
		var got []string
		w.page(address).Find(".app-cohort a").Each(func(_ int, s *goquery.Selection) { got = append(got, s.AttrOr("href", "")) })
		slices.Sort(got)
		if want := []string{"/runs/FND-L27", "/runs/FND-M27", "/runs/FND-O27", "/runs/FUL-27"}; !slices.Equal(got, want) {
			t.Errorf("%s lists %q", address, got)
		}
	}
}

func TestACourseIsDescribedInParagraphs(t *testing.T) {
	t.Parallel()
	doc := newWorld(t, page.Viewer{}).page("/courses/foundation")
	got := words(doc.Find("main"))
	for _, want := range []string{"First paragraph. Second paragraph.", "Everybody who works with people in crisis.", "No dates are planned yet."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing from %q", want, got)
		}
	}
}

func TestASearchEngineLeavesADemonstrationAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	if got := w.get("/robots.txt").Body.String(); got != "User-agent: *\nDisallow: /\n" {
		t.Errorf("robots.txt = %q", got)
	}
	if got := w.get("/favicon.ico"); got.Code != http.StatusFound || !strings.HasSuffix(got.Header().Get("Location"), "/mark.svg") {
		t.Errorf("favicon.ico: %d %q", got.Code, got.Header().Get("Location"))
	}
	if got := w.get("/.well-known/security.txt").Body.String(); !strings.Contains(got, "Contact: mailto:office@threshold.example\nExpires: 2027-05-2") {
		t.Errorf("security.txt = %q", got)
	}
}
