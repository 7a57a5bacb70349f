package people

import (
	"net/url"
	"strings"
	"unicode"
)

// maxNext bounds what a stranger can make us keep.
const maxNext = 500

// SafeNext returns next when it is an address of ours to go on to after signing in: a path with one leading
// slash and perhaps a query. Anything that a browser might read as another site's (a scheme, a host, a
// backslash, a control character, a second slash, plain or encoded) gives "".
func SafeNext(next string) string {
	if len(next) > maxNext || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsFunc(next, neverInANext) {
		return ""
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return ""
	}
	plain := strings.ReplaceAll(u.Path, " ", "") // a space is harmless once it was written as %20
	if strings.HasPrefix(plain, "//") || strings.ContainsFunc(plain, neverInANext) {
		return ""
	}
	return next
}

func neverInANext(r rune) bool {
	return r == '\\' || r == utf8Replacement || unicode.IsControl(r) || unicode.IsSpace(r)
}
