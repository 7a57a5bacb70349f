package people_test

import (
	"net/url"
	"strings"
	"testing"

	"bursar/internal/people"
)

func TestAPathOfOursIsKept(t *testing.T) {
	t.Parallel()
	for _, next := range []string{"/", "/my", "/runs/FND-L27/book?step=who&who=me", "/my/places/K7Q2-9M#dates", "/a%20b", "/courses/"} {
		if got := people.SafeNext(next); got != next {
			t.Errorf("%q became %q", next, got)
		}
	}
}

func TestNobodyIsSentElsewhere(t *testing.T) {
	t.Parallel()
	for _, next := range []string{
		"", "my", "//", "//e.example", "///e.example", `/\e.example`, `\/e.example`, `/\/e.example`, "/%2fe.example", "/%2Fe.example", "%2f%2fe.example",
		"/%5ce.example", "/%5Ce.example", "https:e.example", "https://e.example/my", "javascript:alert(1)", "/my\r\nSet-Cookie: a=b", "/my\tx",
		"/\t/e.example", "/%09/e.example", "/%0d%0aX", "/a\x00", " /my", "/my page", "/%zz", "/my\u0085", "/\xff", "/" + strings.Repeat("a", 500),
	} {
		if got := people.SafeNext(next); got != "" {
			t.Errorf("%q became %q", next, got)
		}
	}
}

func FuzzSafeNext(f *testing.F) {
	for _, seed := range []string{"/my", "//e.example", `/\e`, "/%2f%2fe", "https:e", "/a?b=//c", "/a#//b"} {
		f.Add(seed)
	}
	base, err := url.Parse("https://threshold.example/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		got := people.SafeNext(next)
		if got == "" {
			return
		}
		to, err := base.Parse(got)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme {
			t.Fatalf("%q leads to %v, %v", next, to, err)
		}
		if got != next || strings.ContainsAny(got, "\\\r\n\t\x00") || strings.HasPrefix(got, "//") {
			t.Fatalf("%q became %q", next, got)
		}
	})
}
