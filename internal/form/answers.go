package form

import (
	"slices"
	"strings"
	"unicode"
)

// Answers are what a person typed, by question key. A page that was saved leaves a key for each of its
// questions, with empty text for what was left empty: so a page that may be left empty can still be done.
type Answers map[string]string

// spoken is what the key of a recording adds to the key of its question.
const spoken = "_recording"

// RecordingKey is where Answers hold the reference of a recording that stands in for a written answer; any
// text but the empty one counts. It is never the key of a question.
func RecordingKey(question string) string { return question + spoken }

// List is an answer of several choices, in the person's order.
func (a Answers) List(key string) []string {
	var list []string
	for line := range strings.SplitSeq(a[key], "\n") {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// Join writes several choices as one answer; List reads it.
func Join(values []string) string { return strings.Join(values, "\n") }

// Has reports whether the answer is the value, or contains it among several choices.
func (a Answers) Has(key, value string) bool { return slices.Contains(a.List(key), value) }

// Spoken reports whether a recording stands in for the written answer.
func (a Answers) Spoken(key string) bool { return a[RecordingKey(key)] != "" }

// Condition is met while another answer has one of the values, or contains one among several choices. Value is
// one, or several with "|" between them. The zero value is always met.
type Condition struct{ Key, Value string }

// Values are the alternatives of Value.
func (c Condition) Values() []string { return strings.Split(c.Value, "|") }

// Met reports whether the condition holds for these answers.
func (c Condition) Met(a Answers) bool {
	return c.Key == "" || slices.ContainsFunc(c.Values(), func(v string) bool { return a.Has(c.Key, v) })
}

// Words counts the words of a text: what stands between spaces and has a letter or a digit in it. So "peer-led"
// and "don't" are one word, and a dash on its own is none.
func Words(text string) int {
	n := 0
	for field := range strings.FieldsSeq(text) {
		if strings.ContainsFunc(field, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			n++
		}
	}
	return n
}
