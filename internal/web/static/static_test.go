package static_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bursar/internal/web/static"
)

func load(t *testing.T, brand static.Brand) *static.Files {
	t.Helper()
	files, err := static.Load(brand)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func get(t *testing.T, files *static.Files, address string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	files.ServeHTTP(w, r)
	return w.Result()
}

func TestABuiltFileIsKeptForEver(t *testing.T) {
	t.Parallel()
	files := load(t, static.Brand{})
	for name, kind := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8",
		"newsreader-latin-500-normal.woff2": "font/woff2", "licences/govuk-frontend.txt": "text/plain; charset=utf-8",
	} {
		response := get(t, files, files.Path(name))
		if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != kind {
			t.Errorf("%s: %s %q", name, response.Status, response.Header.Get("Content-Type"))
		}
		if got := response.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s: Cache-Control = %q", name, got)
		}
	}
}

func TestAnAddressOfAnEarlierReleaseIsAnsweredButNotKept(t *testing.T) {
	t.Parallel()
	response := get(t, load(t, static.Brand{}), "/static/0123456789/app.css")
	if response.StatusCode != http.StatusOK || response.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%s, Cache-Control = %q", response.Status, response.Header.Get("Cache-Control"))
	}
}

func TestWhatIsNotBuiltIsNotFound(t *testing.T) {
	t.Parallel()
	files := load(t, static.Brand{})
	for _, address := range []string{"/static/", "/static/x/", "/static/x/.gitkeep", "/static/x/../static.go", "/static/x/nothing.css"} {
		if response := get(t, files, address); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", address, response.Status)
		}
	}
}

func TestABrowserThatTakesGzipGetsTheSameFileSmaller(t *testing.T) {
	t.Parallel()
	files := load(t, static.Brand{})
	plain, _ := io.ReadAll(get(t, files, files.Path("app.css"), "Accept-Encoding", "gzip;q=0").Body)
	response := get(t, files, files.Path("app.css"), "Accept-Encoding", "br, gzip")
	if response.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal("not compressed")
	}
	z, err := gzip.NewReader(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if unpacked, _ := io.ReadAll(z); string(unpacked) != string(plain) {
		t.Error("the compressed file differs")
	}
}

func TestTheStylesCarryNothingReservedForTheGovernment(t *testing.T) {
	t.Parallel()
	files := load(t, static.Brand{})
	css, _ := io.ReadAll(get(t, files, files.Path("app.css")).Body)
	for _, reserved := range []string{"GDS Transport", "crown", "crest"} {
		if strings.Contains(string(css), reserved) {
			t.Errorf("the style sheet contains %q", reserved)
		}
	}
}

func TestEveryFontOfTheStylesIsShipped(t *testing.T) {
	t.Parallel()
	files := load(t, static.Brand{})
	css, _ := io.ReadAll(get(t, files, files.Path("app.css")).Body)
	parts := strings.Split(string(css), "url(")
	if len(parts) < 7 {
		t.Fatalf("%d addresses in the style sheet", len(parts)-1)
	}
	for _, part := range parts[1:] {
		name, _, _ := strings.Cut(part, ")")
		if name = strings.Trim(name, `"`); strings.HasPrefix(name, "data:") {
			continue
		}
		if response := get(t, files, files.Path(name)); response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", name, response.Status)
		}
	}
}

func TestThePageStaysUnderAHundredKilobytes(t *testing.T) {
	t.Parallel()
	files := load(t, static.Brand{})
	total := int64(0)
	for _, name := range []string{
		"app.css", "site.css", "app.js", "boot.js", "source-sans-3-latin-400-normal.woff2",
		"source-sans-3-latin-700-normal.woff2", "newsreader-latin-500-normal.woff2",
	} {
		total += get(t, files, files.Path(name), "Accept-Encoding", "gzip").ContentLength
	}
	if total > 85_000 { // and the page itself
		t.Errorf("a first visit takes %d bytes", total)
	}
}

func TestTheAccentColourIsTheProviders(t *testing.T) {
	t.Parallel()
	files := load(t, static.Brand{Accent: "#5b3a78"})
	css, _ := io.ReadAll(get(t, files, files.Path("site.css")).Body)
	if !strings.Contains(string(css), "--accent:#5b3a78;") {
		t.Errorf("site.css = %s", css)
	}
	if files.Path("app.css") == load(t, static.Brand{}).Path("app.css") {
		t.Error("two brands share an address, so a browser would keep the old colour")
	}
}

func TestAColourThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	for _, accent := range []string{"#ffcc00", "#7fb5b0", "green", "#12345", "#12345g", "1c5b57#"} {
		if _, err := static.Load(static.Brand{Accent: accent}); err == nil {
			t.Errorf("%s was accepted", accent)
		}
	}
}

func TestTheLogoIsServedFromItsFile(t *testing.T) {
	t.Parallel()
	if got := load(t, static.Brand{}).Logo(); got != "" {
		t.Errorf("without a logo: %q", got)
	}
	name := filepath.Join(t.TempDir(), "ours.SVG")
	if err := os.WriteFile(name, []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), 0o600); err != nil {
		t.Fatal(err)
	}
	files := load(t, static.Brand{Logo: name})
	if response := get(t, files, files.Logo()); response.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("%s %q", response.Status, response.Header.Get("Content-Type"))
	}
	for _, wrong := range []string{name + ".gif", filepath.Join(t.TempDir(), "missing.png")} {
		if _, err := static.Load(static.Brand{Logo: wrong}); err == nil {
			t.Errorf("%s was accepted", wrong)
		}
	}
}
