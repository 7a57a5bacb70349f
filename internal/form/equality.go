package form

// PreferNot is the answer of somebody who would rather not say. It is offered with every equality question.
const PreferNot = "prefer_not"

// Equality are the equality monitoring questions, one to a page. They come after an application was sent, all
// may be left empty, and the answers are stored with no link to a person (Data Protection Act 2018, Schedule 1,
// paragraph 8: for monitoring only). They belong to no Form, so that no answer can end up in an application.
// The ethnic groups and religions are those of the census of 2021 for England and Wales.
func Equality() []Page {
	return []Page{
		equalityPage("age", "Your age", "How old are you?",
			Option{Value: "18_24", Label: "18 to 24"}, Option{Value: "25_34", Label: "25 to 34"},
			Option{Value: "35_44", Label: "35 to 44"}, Option{Value: "45_54", Label: "45 to 54"},
			Option{Value: "55_64", Label: "55 to 64"}, Option{Value: "65", Label: "65 or over"}),
		equalityPage("sex", "Your sex", "What is your sex?",
			Option{Value: "female", Label: "Female"}, Option{Value: "male", Label: "Male"}),
		equalityPage("gender", "Your gender", "Is your gender the same as the sex you were registered at birth?", yesNo()...),
		equalityPage("ethnicity", "Your ethnic group", "What is your ethnic group?",
			Option{Value: "asian", Label: "Asian, Asian British or Asian Welsh", Hint: "Such as Indian, Pakistani, Bangladeshi, Chinese"},
			Option{Value: "black", Label: "Black, Black British, Black Welsh, Caribbean or African"},
			Option{Value: "mixed", Label: "Mixed or multiple ethnic groups"},
			Option{Value: "white", Label: "White", Hint: "Such as British, Irish, Gypsy or Irish Traveller, Roma"},
			Option{Value: "other", Label: "Another ethnic group", Hint: "Such as Arab"}),
		equalityPage("disability", "Disability", "Are you disabled, or do you have a health condition that will last a year or more?", yesNo()...),
		equalityPage("religion", "Your religion", "What is your religion?",
			Option{Value: "none", Label: "No religion"}, Option{Value: "christian", Label: "Christian"},
			Option{Value: "buddhist", Label: "Buddhist"}, Option{Value: "hindu", Label: "Hindu"},
			Option{Value: "jewish", Label: "Jewish"}, Option{Value: "muslim", Label: "Muslim"},
			Option{Value: "sikh", Label: "Sikh"}, Option{Value: "other", Label: "Another religion"}),
		equalityPage("orientation", "Your sexual orientation", "Which of these is closest to you?",
			Option{Value: "straight", Label: "Straight"}, Option{Value: "gay", Label: "Gay or lesbian"},
			Option{Value: "bisexual", Label: "Bisexual"}, Option{Value: "other", Label: "Another orientation"}),
		equalityPage("caring", "Caring", "Do you look after someone who could not manage without your help?", yesNo()...),
	}
}

func equalityPage(key, title, label string, options ...Option) Page {
	return Page{Key: "equality_" + key, Title: title, Intro: []string{
		"You do not have to answer. We keep this apart from what you sent, with nothing that leads back to you.",
	}, Questions: []Question{{
		Key: "equality_" + key, Kind: Choice, Label: label, Optional: true,
		Options: append(options, Option{Value: PreferNot, Label: "I would rather not say"}),
		Purpose: "We count the answers to see whom we reach and whom we leave out. We never show a count under 5.",
	}}}
}
