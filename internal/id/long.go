package id

import (
	"crypto/rand"
	"strings"
)

// LongCode makes a new code such as "K7Q2-9MXA-3BTF": twelve characters, 60 random bits. Whoever holds it may see what it opens,
// so that it cannot be guessed while tries are counted, and can still be typed from paper.
func LongCode() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand.Read aborts the program instead
	for i, v := range b {
		b[i] = alphabet[v&31]
	}
	return grouped(string(b[:]))
}

// NormaliseLongCode turns a long code as somebody typed, read or pasted it, with its whole address too, into the form that
// LongCode makes. What cannot be one is returned as "".
func NormaliseLongCode(s string) string {
	s = strings.TrimRight(strings.TrimSpace(s), "/")
	s = s[strings.LastIndex(s, "/")+1:]
	s = strings.NewReplacer(" ", "", "-", "", "‑", "", "–", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	if len(s) != 12 || strings.Trim(s, alphabet) != "" {
		return ""
	}
	return grouped(s)
}

func grouped(s string) string { return s[:4] + "-" + s[4:8] + "-" + s[8:] }
