package panel

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// titles are short forms whose full stop ends no sentence.
var titles = []string{"dr", "fr", "mr", "mrs", "ms", "prof", "rev", "sr", "st"}

// beginsSentence reports whether the word at a place begins a sentence: at the beginning of the text, after a full
// stop, a question or an exclamation mark, the mark of a list or an empty line. What merely begins a line does not.
func beginsSentence(text string, at int) bool {
	before := strings.TrimRightFunc(text[:at], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("\"'“‘”’([", r)
	})
	if before == "" || strings.Contains(strings.ReplaceAll(text[len(before):at], "\r", ""), "\n\n") {
		return true
	}
	switch end, _ := utf8.DecodeLastRuneInString(before); end {
	case '!', '?', '…', '•', '*':
		return true
	case '-', '–', '—':
		return len(before) == 1 || strings.HasSuffix(strings.TrimRight(before[:len(before)-utf8.RuneLen(end)], " \t"), "\n")
	case '.':
		words := strings.FieldsFunc(before, func(r rune) bool { return !unicode.IsLetter(r) })
		return len(words) == 0 || !slices.Contains(titles, strings.ToLower(words[len(words)-1])) || !strings.HasSuffix(before, words[len(words)-1]+".")
	}
	return false
}
