package form

const version2027v1 = "2027-1"

// form2027v1 is the form of rounds that open from November 2026.
func form2027v1() Form {
	return Form{Version: version2027v1, Sections: []Section{
		{Key: "you", Title: "About you", Pages: []Page{namePage(), contactPage(), homePage()}},
		{Key: "role", Title: "Your role", Pages: []Page{rolePage(), workPage(), practicePage()}},
		{Key: "why", Title: "Why this training", Pages: []Page{hopePage(), benefitPage()}},
		{Key: "dates", Title: "Dates you could take", Pages: []Page{runsPage()}},
		{Key: "help", Title: "What you need help with", Pages: append([]Page{helpPage(), feePage()}, append(linePages(), paidPage())...)},
		{Key: "pay", Title: "What you or an employer can pay", Pages: []Page{payPage()}},
		{Key: "support", Title: "Support you need", Pages: []Page{supportPage()}},
		{Key: "panel", Title: "People on the panel", Pages: []Page{panelPage()}},
		{Key: "data", Title: "How we use your information", Pages: []Page{dataPage()}},
	}}
}

// yesNo are the options of a YesNo question.
func yesNo() []Option { return []Option{{Value: Yes, Label: "Yes"}, {Value: No, Label: "No"}} }

// office is the audience of what only the staff of the round need.
func office() []Audience { return []Audience{Office} }

// finished asks whether the page of a long answer is done; its key is the answer's with "_done".
func finished(answer string) Question {
	return Question{
		Key: answer + "_done", Kind: YesNo, Options: yesNo(), Finishes: true,
		Label:   "Have you finished this section?",
		Hint:    "You can say No and come back to it. We save your words.",
		Purpose: "It tells you on your task list what is left to do.",
		SeenBy:  office(), Kept: UntilReviewed,
	}
}
