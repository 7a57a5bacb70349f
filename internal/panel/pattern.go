package panel

import (
	"slices"
	"strings"
	"unicode"
)

// pattern is a secret as folded letters.
type pattern struct {
	letters []rune
	breaks  []bool // before which of them a space may stand, as in a name of several words
	kind    string
}

// patterns are all ways to look for the secrets.
func (s Secrets) patterns() []pattern {
	var all []pattern
	for _, secret := range s.Names {
		all = append(all, whole(secret, someName)...)
		all = append(all, parts(secret, 2, particles, someName)...)
	}
	for _, secret := range s.Organisations {
		all = append(all, whole(secret, someOrganisation)...)
		all = append(all, parts(secret, 3, commonInOrganisations, someOrganisation)...)
		all = append(all, beginnings(secret)...)
	}
	for _, secret := range s.Others {
		all = append(all, whole(secret, someOrganisation)...)
		all = append(all, beginnings(secret)...)
	}
	for _, secret := range s.Places {
		all = append(all, whole(secret, somePlace)...)
	}
	for _, secret := range s.Contacts {
		all = append(all, whole(secret, someContact)...)
	}
	return all
}

// whole looks for all of a secret, also where it is run together or hyphenated. One letter alone is no secret.
func whole(secret string, kind string) []pattern {
	p := pattern{kind: kind}
	for _, l := range fold(secret) {
		p.letters, p.breaks = append(p.letters, l.folded), append(p.breaks, l.gap != noGap)
	}
	if len(p.letters) < 2 {
		return nil
	}
	return []pattern{p}
}

// parts looks for each word of a secret that is long enough and not shared by many: of Smith-Jones for both words
// and for the two together.
func parts(secret string, shortest int, shared []string, kind string) []pattern {
	var all []pattern
	for _, word := range strings.Fields(secret) {
		for _, part := range append(hyphenated(word), word) {
			for _, p := range whole(part, kind) {
				if len(p.letters) >= shortest && !slices.Contains(shared, string(p.letters)) {
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// beginnings looks for an organisation without its last words, "Tidewell Support" for "Tidewell Support CIC", as long
// as a word of its own is left.
func beginnings(organisation string) []pattern {
	var all []pattern
	fields := strings.Fields(organisation)
	for n := 2; n < len(fields); n++ {
		begun := strings.Join(fields[:n], " ")
		if len(parts(begun, 3, commonInOrganisations, someOrganisation)) > 0 {
			all = append(all, whole(begun, someOrganisation)...)
		}
	}
	return all
}

// hyphenated are the parts of a word between its hyphens and apostrophes.
func hyphenated(word string) []string {
	return strings.FieldsFunc(word, func(r rune) bool { return gapOf(r) == softGap })
}

// particles are parts of names and forms of address that are words of their own: covering each "of" hides nobody.
var particles = []string{
	"al", "an", "and", "ap", "bin", "bint", "da", "de", "del", "den", "der", "di", "do", "dos", "dr", "du", "el", "ibn", "la", "le",
	"los", "miss", "mr", "mrs", "ms", "of", "rev", "the", "van", "von", "y",
}

// commonInOrganisations are words that many organisations share.
var commonInOrganisations = []string{
	"action", "adult", "and", "association", "care", "carers", "centre", "charity", "children", "cic", "cio", "city", "college", "community",
	"company", "council", "county", "crisis", "district", "families", "family", "for", "forum", "foundation", "general", "group", "health",
	"healthcare", "help", "home", "hospital", "house", "hub", "in", "integrated", "limited", "local", "ltd", "mental", "mind", "national",
	"network", "nhs", "of", "partnership", "peer", "people", "people's", "place", "plc", "primary", "project", "recovery", "royal", "school",
	"service", "services", "social", "society", "support", "team", "the", "together", "training", "trust", "university", "voice", "voices",
	"wellbeing", "with", "women", "work", "young", "youth",
}

// find lists where the pattern stands in a text: between two edges of words, or with nothing but a possessive s
// behind it.
func (p pattern) find(text []letter) []span {
	var spans []span
	for i := range text {
		if !text[i].edge || !p.at(text[i:]) {
			continue
		}
		if end, ok := ends(text, i+len(p.letters)); ok {
			spans = append(spans, span{text[i].start, text[end-1].end, p.kind})
		}
	}
	return spans
}

// at reports whether the text begins with the pattern's letters.
func (p pattern) at(text []letter) bool {
	if len(text) < len(p.letters) {
		return false
	}
	for i, r := range p.letters {
		if text[i].folded != r || i > 0 && text[i].gap == hardGap && !p.breaks[i] {
			return false
		}
	}
	return true
}

// ends reports whether a word ends before a letter, and where what is to be covered ends: an s that belongs to a
// name written without its apostrophe is covered with it.
func ends(text []letter, next int) (int, bool) {
	switch {
	case next == len(text) || text[next].edge:
		return next, true
	case text[next].folded == 's' && (next+1 == len(text) || text[next+1].edge):
		return next + 1, true
	}
	return 0, false
}

// capitalised lists words of a text that begin with a capital and do not begin the text: in a few words about a
// journey those are places.
func capitalised(text string) []string {
	var found []string
	for i, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '\'' && r != '’' }) {
		r := []rune(word)
		if i > 0 && len(r) > 2 && unicode.IsUpper(r[0]) {
			found = append(found, word)
		}
	}
	return found
}
