package page_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/static"
	"bursar/templates"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
)

var now = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// engine renders the project's own layout and parts, and the pages given by name.
func engine(t *testing.T, pages map[string]string) *gin.Engine {
	t.Helper()
	files, err := static.Load(static.Brand{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := page.NewRenderer(with(t, pages), pagetest.Site, files, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.TestMode)
	e := gin.New()
	e.Use(page.Use(r), func(c *gin.Context) { page.SetRequestID(c, "r-17") })
	return e
}

// with is the project's templates with more pages among them.
func with(t *testing.T, pages map[string]string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	err := fs.WalkDir(templates.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(templates.FS, name)
		all[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range pages {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

func do(e http.Handler, method, address, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address, strings.NewReader(body))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func encode(pairs ...string) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values.Encode()
}
