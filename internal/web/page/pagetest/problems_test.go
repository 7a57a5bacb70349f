package pagetest_test

import (
	"strings"
	"testing"

	"bursar/internal/web/page/pagetest"

	"github.com/PuerkitoBio/goquery"
)

const sound = `<!DOCTYPE html><html lang="en-GB"><head><title>A page</title></head><body><h1 id="top">One</h1>
<form method="post"><label for="name">Name</label><input id="name" name="name" aria-describedby="top"></form><a href="#top">Up</a></body></html>`

func TestASoundPageHasNoProblems(t *testing.T) {
	t.Parallel()
	if found := problems(t, sound); len(found) > 0 {
		t.Error(found)
	}
}

func TestEachBrokenRuleIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ old, broken string }{
		{` lang="en-GB"`, ``},
		{`A page`, ``},
		{`</h1>`, `</h1><h1>Two</h1>`},
		{`id="name"`, `id="top"`},
		{`aria-describedby="top"`, `aria-describedby="gone"`},
		{`href="#top"`, `href="#gone"`},
		{`for="name"`, `for="top"`},
		{`>Up<`, `><`},
		{`href="#top"`, `href=""`},
		{`method="post"`, ``},
		{`<h1 id`, `<h1 style="color:red" id`},
		{`</form>`, `</form><script>alert(1)</script>`},
		{`<h1 id`, `<h1 onclick="x()" id`},
		{`href="#top"`, `href="javascript:x()"`},
		{`</form>`, `</form><img src="https://cdn.example/a.png" alt="">`},
		{`</form>`, `</form><img src="/static/a.png">`},
	} {
		page := strings.Replace(sound, c.old, c.broken, 1)
		if page == sound {
			t.Fatalf("%q is not in the page", c.old)
		}
		if len(problems(t, page)) == 0 {
			t.Errorf("not found: %s in place of %s", c.broken, c.old)
		}
	}
}

func problems(t *testing.T, html string) []string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return pagetest.Problems(doc)
}
