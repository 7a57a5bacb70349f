package page_test

import (
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"bursar/internal/web/page"

	"github.com/gin-gonic/gin"
)

func TestAPageIsPackedForBrowsersThatTakeIt(t *testing.T) {
	t.Parallel()
	e := engine(t, map[string]string{"public/hello.html": `{{define "title"}}Hello{{end}}{{define "main"}}<h1>Hello</h1>{{end}}`})
	e.GET("/", page.Handle(func(c *gin.Context) error { return page.Render(c, "public/hello", &struct{ page.Base }{}) }))
	plain, packed := do(e, "GET", "/", ""), do(e, "GET", "/", "", "Accept-Encoding", "br, gzip")
	if plain.Header().Get("Content-Encoding") != "" || !strings.Contains(strings.Join(plain.Header().Values("Vary"), " "), "Accept-Encoding") {
		t.Errorf("unasked for: %v", plain.Header())
	}
	size := packed.Body.Len()
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil || string(body) != plain.Body.String() || packed.Header().Get("Content-Encoding") != "gzip" || size*2 > plain.Body.Len() {
		t.Errorf("%d bytes, unpacked to something else: %v", size, err)
	}
}
