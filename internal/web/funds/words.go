package funds

import (
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

func (d desk) today() london.Date { return london.DateOf(d.DB.Now()) }

func day(t time.Time) string { return london.DateOf(t).Medium() }

// somebody is a name, or what stands for one that was never given.
func somebody(name string) string {
	if name == "" {
		return "Somebody without a name"
	}
	return name
}

// upper begins a text with a capital letter.
func upper(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

var termsTags = map[fund.TermsStatus]page.Tag{
	fund.TermsProposed: {Text: "Waiting", Colour: "yellow"},
	fund.TermsCurrent:  {Text: "These hold", Colour: "green"},
	fund.TermsReplaced: {Text: "Replaced", Colour: "grey"},
	fund.TermsRefused:  {Text: "Refused", Colour: "red"},
}

var giftWords = map[fund.GiftStatus]string{
	fund.GiftStarted:   "Begun by card, not paid",
	fund.GiftPledged:   "Pledged",
	fund.GiftReceived:  "Received",
	fund.GiftLapsed:    "Begun by card, never paid",
	fund.GiftCancelled: "Cancelled",
}

var howWords = map[fund.How]string{fund.ByBank: "By bank", fund.ByCard: "By card"}
