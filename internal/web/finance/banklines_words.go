package finance

import (
	"bursar/internal/bank"
	"bursar/internal/web/page"
)

var lineTags = map[bank.LineStatus]page.Tag{
	bank.Open: {Text: "Open", Colour: "yellow"}, bank.Matched: {Text: "Matched", Colour: "green"},
	bank.Aside: {Text: "Set aside", Colour: "grey"}, bank.Out: {Text: "Went out", Colour: "grey"},
}

var suretyTags = map[bank.Surety]page.Tag{
	bank.Sure: {Text: "Sure", Colour: "green"}, bank.Likely: {Text: "Likely", Colour: "blue"},
	bank.Perhaps: {Text: "Look at it", Colour: "yellow"}, bank.NoIdea: {Text: "Nothing found", Colour: "grey"},
}

// lineStatuses are the filters of the list; the first is what waits.
func lineStatuses() []page.Choice {
	return []page.Choice{{Label: "Open"}, {Value: string(bank.Matched), Label: "Matched"}, {Value: string(bank.Aside), Label: "Set aside"}, {Value: string(bank.Out), Label: "Went out"}}
}

// statusOf is the status that a filter names; what is none shows what waits.
func statusOf(asked string) bank.LineStatus {
	if _, known := lineTags[bank.LineStatus(asked)]; known {
		return bank.LineStatus(asked)
	}
	return bank.Open
}

// asideWords say what a payment is that is for no invoice.
var asideWords = map[bank.Reason]string{
	bank.CardPayout: "A payout of the card processor", bank.InBooks: "In the books already, like a gift to a fund", bank.Other: "Something else",
}

func asideChoices() []page.Choice {
	return []page.Choice{
		{Value: string(bank.CardPayout), Label: asideWords[bank.CardPayout], Hint: "Money that people paid by card."},
		{Value: string(bank.InBooks), Label: asideWords[bank.InBooks], Hint: "Somebody wrote it down by hand. It is not counted twice."},
		{Value: string(bank.Other), Label: asideWords[bank.Other], Hint: "It counts as other income. Say below what it is."},
	}
}
