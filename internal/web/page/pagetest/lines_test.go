package pagetest_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/web/page/pagetest"
)

func TestEachPieceOfAPageIsALine(t *testing.T) {
	t.Parallel()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(`<main><h1>A  heading</h1>
		<p>One <strong>line</strong>
		   with <a href="/x">a link</a>.<br>Another line. Write to <a href="mailto:a@b.example">a@b.example</a> now.</p>
		<ul><li>first</li><li>second</li></ul><table><tr><th>head</th><td>cell</td></tr></table>
		<pre>a program</pre><p><code>ab12</code></p><label>Your name</label></main>`))
	if err != nil {
		t.Fatal(err)
	}
	const want = "A heading\nOne line with a link.\nAnother line. Write to now.\nfirst\nsecond\nhead\ncell\nYour name"
	if got := pagetest.Lines(doc.Find("main")); got != want {
		t.Errorf("%q", got)
	}
}
