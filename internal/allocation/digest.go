package allocation

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
)

// Digest names the problem: "sha256:" and in hexadecimal the SHA-256 of its canonical form, which is its JSON
// without white space, with the fields in the order in which this package declares them, lists that are nil as
// empty, and without those fields marked omitempty that are empty or false.
func (p Problem) Digest() string {
	hash := sha256.New()
	b := append([]byte(nil), '{')
	b = appendList(b, "funds", p.Funds, appendFund)
	b = appendOptional(b, "places", p.Places, appendPlace)
	b = appendOptional(b, "limits", p.Limits, appendLimit)
	b = append(b, `,"applicants":[`...)
	for i, a := range p.Applicants {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendApplicant(b, a)
		hash.Write(b)
		b = b[:0]
	}
	hash.Write(append(b, ']', '}'))
	return "sha256:" + hex.EncodeToString(hash.Sum(nil))
}

// appendList appends a field that is a list.
func appendList[T any](b []byte, field string, list []T, one func([]byte, T) []byte) []byte {
	b = append(b, '"')
	b = append(b, field...)
	b = append(b, `":[`...)
	for i, element := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, element)
	}
	return append(b, ']')
}

// appendOptional appends a list that is left out when it is empty; a field stands before it.
func appendOptional[T any](b []byte, field string, list []T, one func([]byte, T) []byte) []byte {
	if len(list) == 0 {
		return b
	}
	return appendList(append(b, ','), field, list, one)
}

func appendFund(b []byte, f Fund) []byte {
	b = appendText(append(b, `{"id":`...), f.ID)
	b = strconv.AppendInt(append(b, `,"available":`...), f.Available, 10)
	return append(strconv.AppendInt(append(b, `,"prefer":`...), int64(f.Prefer), 10), '}')
}

func appendPlace(b []byte, p Place) []byte {
	b = appendText(append(b, `{"id":`...), p.ID)
	return append(strconv.AppendInt(append(b, `,"free":`...), int64(p.Free), 10), '}')
}

func appendLimit(b []byte, l Limit) []byte {
	b = appendText(append(b, `{"fund":`...), l.Fund)
	b = strconv.AppendInt(append(b, `,"most":`...), int64(l.Most), 10)
	return append(appendList(append(b, ','), "people", l.People, appendText), '}')
}

func appendApplicant(b []byte, a Applicant) []byte {
	b = appendText(append(b, `{"id":`...), a.ID)
	if a.Protected {
		b = append(b, `,"protected":true`...)
	}
	return append(appendList(append(b, ','), "choices", a.Choices, appendChoice), '}')
}

func appendChoice(b []byte, c Choice) []byte {
	b = append(b, '{')
	if len(c.Places) > 0 {
		b = append(appendList(b, "places", c.Places, appendText), ',')
	}
	b = appendList(b, "lines", c.Lines, appendLine)
	return append(appendOptional(b, "most", c.Most, appendCap), '}')
}

func appendLine(b []byte, l Line) []byte {
	b = appendText(append(b, `{"id":`...), l.ID)
	b = strconv.AppendInt(append(b, `,"amount":`...), l.Amount, 10)
	b = appendOptional(b, "funds", l.Funds, appendText)
	return append(appendOptional(b, "most", l.Most, appendCap), '}')
}

func appendCap(b []byte, c Cap) []byte {
	b = appendText(append(b, `{"fund":`...), c.Fund)
	return append(strconv.AppendInt(append(b, `,"amount":`...), c.Amount, 10), '}')
}

// appendText appends a string as encoding/json writes it.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // never fails for a string
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
