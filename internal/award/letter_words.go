package award

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"bursar/internal/fund"
)

// named is a fund within a sentence: "the General Bursary Fund".
func named(h fund.Holding) string {
	if rest, has := strings.CutPrefix(strings.ToLower(h.Name), "the "); has {
		return "the " + h.Name[len(h.Name)-len(rest):]
	}
	return "the " + h.Name
}

// ordinal is a place on a list from 1, in words where there are short ones: "third", "21st".
func ordinal(n int) string {
	words := []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	if n <= len(words) {
		return words[n-1]
	}
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return itoa(n) + suffix
}

// number is a small number in words.
func number(n int) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
	if n < len(words) {
		return words[n]
	}
	return itoa(n)
}

func itoa(n int) string { return strconv.Itoa(n) }

// sequence is "a, b and c".
func sequence(parts []string, last string) string {
	n := len(parts) - 1
	if n < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:n], ", ") + " " + last + " " + parts[n]
}

func capital(text string) string { return first(text, unicode.ToUpper) }

func lower(text string) string { return first(text, unicode.ToLower) }

// first changes the first letter of a text.
func first(text string, to func(rune) rune) string {
	letter, size := utf8.DecodeRuneInString(text)
	return string(to(letter)) + text[size:]
}

// after are further sentences after one.
func after(sentences []string) string {
	text := ""
	for _, s := range sentences {
		text += " " + s
	}
	return text
}
