package panel

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// gap is what stands between two letters.
type gap int

const (
	noGap   gap = iota
	softGap     // a hyphen, an apostrophe, an underscore or something invisible: part of how one word is written
	hardGap     // a space or any other mark
)

// letter is one letter or digit of a text, folded, with what stands before it.
type letter struct {
	folded     rune
	start, end int // bytes of the text that it comes from
	gap        gap // between the letter before and this one
	edge       bool
}

// fold reads a text as letters that compare equal however they were written: small or capital, with or without
// accents, composed or not, wide or narrow.
func fold(text string) []letter {
	var letters []letter
	caser := cases.Fold()
	between, previous := hardGap, rune(0)
	for i, r := range text {
		end := i + len(string(r))
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			if len(letters) > 0 && between == noGap {
				letters[len(letters)-1].end = end
			}
			continue
		}
		plain := plainly(caser, r)
		if plain == "" {
			if !(between == softGap && strings.ContainsRune("\r\n", r)) { // a word that was divided at the end of a line
				between = max(between, gapOf(r))
			}
			continue
		}
		edge := between != noGap || changes(previous, r)
		for _, f := range plain {
			letters = append(letters, letter{folded: f, start: i, end: end, gap: between, edge: edge})
			between, edge = noGap, false
		}
		previous = r
	}
	return letters
}

// plainly is a letter or digit without case, accent or width, or nothing for what is neither.
func plainly(caser cases.Caser, r rune) string {
	if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mc, r) {
		return ""
	}
	if plain, ok := alike[r]; ok {
		return plain
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mc, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(caser.String(norm.NFKD.String(string(r)))))
}

// alike are letters that people type as others because their keyboard lacks them, and that Unicode does not take
// apart.
var alike = map[rune]string{
	'ı': "i", 'ł': "l", 'Ł': "l", 'ø': "o", 'Ø': "o", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d",
	'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'þ': "th", 'Þ': "th",
}

func gapOf(r rune) gap {
	switch {
	case unicode.Is(unicode.Pd, r), unicode.Is(unicode.Cf, r), strings.ContainsRune("'’‘ʼ´`_·‧\u2212", r):
		return softGap
	}
	return hardGap
}

// changes reports whether a word may end between two letters that touch: AnaReyes, Ana1985, and in scripts that
// put no space between words.
func changes(before, after rune) bool {
	switch {
	case unicode.IsLower(before) && unicode.IsUpper(after), unicode.IsLetter(before) != unicode.IsLetter(after):
		return true
	}
	return unspaced(before) || unspaced(after)
}

func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
