package page_test

import (
	"testing"

	"github.com/gin-gonic/gin"

	"bursar/internal/web/page"
)

func TestABrowserLeavesForTheCardProcessorAndForNobodyElse(t *testing.T) {
	t.Parallel()
	origins := []string{"https://checkout.stripe.com"}
	for to, want := range map[string]int{
		"https://checkout.stripe.com/c/pay/cs_1": 303, "http://checkout.stripe.com/c/pay/cs_1": 500, "https://checkout.stripe.com.evil.example/": 500,
		"//checkout.stripe.com/": 500, "/my": 500, "": 500, "https://user@evil.example/": 500, ":": 500,
	} {
		e := engine(t, nil)
		e.GET("/", page.Handle(func(c *gin.Context) error { return page.Leave(c, to, origins) }))
		w := do(e, "GET", "/", "")
		if w.Code != want || w.Code == 303 && (w.Header().Get("Location") != to || w.Header().Get("Cache-Control") != "no-store") {
			t.Errorf("%q: %d to %q", to, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestAPageAsksAgainByItself(t *testing.T) {
	t.Parallel()
	for slowly, want := range map[bool]string{false: "2", true: "10"} {
		e := engine(t, nil)
		e.GET("/", func(c *gin.Context) { page.AskAgain(c, slowly) })
		if w := do(e, "GET", "/", ""); w.Header().Get("Refresh") != want || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("slowly %v: %v", slowly, w.Header())
		}
	}
}
