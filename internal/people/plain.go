package people

import (
	"strings"
	"unicode"
)

// PlainName reports whether a name that one person types for another can stand in a mail to them: it has no address of a
// page or a mailbox in it, and no characters that hide or turn round what is written.
func PlainName(name string) bool {
	lower := strings.ToLower(name)
	if strings.Contains(lower, "://") || strings.Contains(lower, "www.") || strings.Contains(lower, "@") {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
}
