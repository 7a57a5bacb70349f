package bursary

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"strings"

	"bursar/internal/form"
)

// Mark says which version of an answer a page showed and what it said, so that the same answer changed on
// another device meanwhile is noticed, and a field that was not touched here is never taken for a change.
type Mark string

// Blank is the mark of a question that had no answer yet.
var Blank = mark(0, "")

func mark(version int, text string) Mark {
	sum := sha256.Sum256([]byte(text))
	return Mark(fmt.Sprintf("%d.%x", version, sum[:8]))
}

// says reports whether the page showed this text.
func (m Mark) says(text string) bool {
	_, shown, _ := strings.Cut(string(m), ".")
	_, now, _ := strings.Cut(string(mark(0, text)), ".")
	return shown == now
}

// Marks are the marks of the answers that a page showed, by key.
type Marks map[string]Mark

// of is the mark for a key: what was never shown was blank.
func (m Marks) of(key string) Mark {
	if seen, ok := m[key]; ok && seen != "" {
		return seen
	}
	return Blank
}

// MarkField is the name of the field in which a page sends the mark of a question's answer back.
func MarkField(question string) string { return "seen-" + question }

// PostedMarks takes the marks of questions' answers out of a form that was sent.
func PostedMarks(questions []form.Question, posted url.Values) Marks {
	all := Marks{}
	for _, q := range questions {
		all[q.Key] = Mark(posted.Get(MarkField(q.Key)))
	}
	return all
}
