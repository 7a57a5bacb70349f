package assessor_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestAReaderSaysThemselvesThatTheyAreAPeer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 2)
	b := w.as(w.Panel[1]) // who has not said so
	doc := b.open("/assess")
	if doc.Find(`main a[href="/assess/peer"]`).Length() != 1 || !strings.Contains(doc.Text(), "You have not said that you read as a peer.") {
		t.Error("no link leads to the question")
	}
	if a := b.post("/assess/peer", url.Values{"peer": {"perhaps"}}); a.Code != http.StatusUnprocessableEntity {
		t.Errorf("perhaps: %d", a.Code)
	}
	for _, c := range []struct{ answer, says string }{{"yes", "You read as a peer."}, {"no", "You have not said that you read as a peer."}} {
		if a := b.post("/assess/peer", url.Values{"peer": {c.answer}}); a.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d", c.answer, a.Code)
		}
		if doc := b.open("/assess"); !strings.Contains(doc.Text(), c.says) {
			t.Errorf("after %s the page does not say %q", c.answer, c.says)
		}
		if got := b.open("/assess/peer").Find("input[name=peer][checked]").AttrOr("value", ""); got != c.answer {
			t.Errorf("chosen is %q, want %q", got, c.answer)
		}
	}
}
