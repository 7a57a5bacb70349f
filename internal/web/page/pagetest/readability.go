package pagetest

import (
	"strings"
	"unicode"
)

// ReadingAge is about how old a person must be to read the text with ease, in years. It is the Automated
// Readability Index, 4.71 × characters a word + 0.5 × words a sentence − 21.43, which gives a school year of the
// United States (Smith and Senter 1967, AMRL-TR-66-220), plus the five years before school. A line is a sentence
// even without a full stop, as a label is one. A text without words has the age 0. It is a measure of long words
// and long sentences and of nothing else: it finds what needs another look, and proves no text clear.
func ReadingAge(text string) float64 {
	var letters, words, sentences float64
	for line := range strings.Lines(text) {
		open := false // words since the last full stop
		for field := range strings.FieldsSeq(line) {
			n := float64(len(strings.Map(letterOrDigit, field)))
			if n == 0 {
				continue
			}
			letters += n
			words++
			open = true
			if strings.ContainsAny(field[len(field)-1:], ".!?") {
				sentences++
				open = false
			}
		}
		if open {
			sentences++
		}
	}
	if words == 0 {
		return 0
	}
	return 4.71*letters/words + 0.5*words/sentences - 21.43 + 5
}

// letterOrDigit keeps one byte for each character that counts.
func letterOrDigit(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return 'x'
	}
	return -1
}
