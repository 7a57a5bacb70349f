package catalogue

import (
	"strconv"
	"strings"

	"bursar/internal/course"
)

// number is a count as people type it; 0 is empty.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// perCent is basis points as people type them; 0 is empty.
func perCent(bp int64) string {
	if bp == 0 {
		return ""
	}
	return strings.TrimSuffix(course.Percent(bp), "%")
}
