package panel

import (
	"slices"
	"strings"
)

// sameOrganisation reports whether two names may well be of one organisation, however they were typed: capitals,
// accents and punctuation do not count, nor what only says which legal form it has or that it belongs to the NHS;
// a team of it and its initials are it too. It is said too often rather than too seldom: the price is one reader.
func sameOrganisation(a, b string) bool {
	x, y := organisationWords(a), organisationWords(b)
	if len(x) == 0 || len(y) == 0 {
		return false
	}
	return slices.Equal(x, y) || part(x, y) || part(y, x) || initials(x, y) || initials(y, x)
}

// wordsOf are the words of a text, folded: "St. Mary's" and "ST MARYS" have the same.
func wordsOf(text string) []string {
	var words []string
	for _, l := range fold(dividers.Replace(text)) {
		if l.gap == hardGap {
			words = append(words, "")
		}
		words[len(words)-1] += string(l.folded)
	}
	return words
}

// dividers part words here, though they may be within one where names are covered.
var dividers = strings.NewReplacer("&", " and ", "+", " and ", "-", " ", "\u2010", " ", "\u2011", " ", "\u2013", " ", "\u2014", " ", "_", " ")

// legalForms are the ends of names that say what sort of body it is and not which, longer ones first.
var legalForms = [][]string{
	{"community", "interest", "company"}, {"nhs", "foundation", "trust"}, {"charitable", "incorporated", "organisation"}, {"foundation", "trust"},
	{"charitable", "trust"}, {"nhs"}, {"trust"}, {"ft"}, {"nhsft"}, {"cic"}, {"cio"}, {"scio"}, {"ltd"}, {"limited"}, {"plc"}, {"llp"}, {"charity"}, {"uk"},
}

// organisationWords are the words that are a name's own. A name that has none but a legal form keeps that.
func organisationWords(name string) []string {
	words := wordsOf(name)
	for len(words) > 1 && (words[0] == "the" || words[0] == "nhs") {
		words = words[1:]
	}
	for shorter := true; shorter; {
		shorter = false
		for _, form := range legalForms {
			if n := len(words) - len(form); n > 0 && slices.Equal(words[n:], form) {
				words, shorter = words[:n], true
			}
		}
	}
	return words
}

// general are words that many organisations of the field share.
var general = strings.Fields(`and of the for in at with mental health care social services service support community peer group groups
	network centre hospital hospitals council county city borough district university college national north south east west
	northern southern eastern western central healthcare partnership wellbeing recovery people project team crisis home treatment adult`)

// part reports whether a name of two words of its own or more stands as it is in another: that of a team, or of a
// branch, of it.
func part(short, long []string) bool {
	own := 0
	for _, w := range short {
		if !slices.Contains(general, w) {
			own++
		}
	}
	if own == 0 || len(short) < 2 {
		return false
	}
	for i := 0; i+len(short) <= len(long); i++ {
		if slices.Equal(short, long[i:i+len(short)]) {
			return true
		}
	}
	return false
}

// initials reports whether a name of one word is what the first letters of another spell, with or without those of
// its small words.
func initials(short, long []string) bool {
	if len(short) != 1 || len(short[0]) < 3 || len(long) < 3 {
		return false
	}
	var every, main strings.Builder
	for _, w := range long {
		every.WriteRune([]rune(w)[0])
		if w != "and" && w != "of" && w != "for" && w != "the" {
			main.WriteRune([]rune(w)[0])
		}
	}
	return short[0] == every.String() || short[0] == main.String()
}

// names reports whether a text names somebody: all words of the name, one after the other.
func names(text, name string) bool {
	words, wanted := wordsOf(text), wordsOf(name)
	if len(wanted) == 0 {
		return false
	}
	for i := 0; i+len(wanted) <= len(words); i++ {
		if slices.Equal(wanted, words[i:i+len(wanted)]) {
			return true
		}
	}
	return false
}
