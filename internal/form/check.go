package form

// Outcome is what the five-question check tells. It promises nothing: it is for people to see whether the
// effort is worth it.
type Outcome struct {
	Likely  bool
	Title   string
	Message string
	Reasons []Reason // what stands in the way, and what to do instead; empty when Likely
}

// CheckPage is the five questions before anybody signs in. Nothing of it is stored or logged.
func CheckPage() Page {
	ask := func(key, label, hint, purpose string) Question {
		return Question{Key: key, Kind: YesNo, Options: yesNo(), Label: label, Hint: hint, Purpose: purpose}
	}
	return Page{Key: "check", Title: "Is this for you?", Intro: []string{
		"Five questions tell you if it is worth your time to apply. We do not keep your answers, and you do not have to say who you are.",
	}, Questions: []Question{
		ask("adult", "Are you 18 or over?", "", "The course is for adults."),
		ask("uk", "Do you live or work in the UK?", "", "The people who give this money ask us to spend it in the UK."),
		ask("alongside", "Do you work or volunteer with people who have mental health problems?",
			"Say Yes if you used to.", "This money is for people who do."),
		ask("experience", "Do you use your own experience in it, or your experience as a carer?",
			"One word is all we need. You do not have to tell us what happened.", "This money is for people who do."),
		ask("employer_pays", "Could your employer pay the whole cost?",
			"Say No if you have no employer, or if you are not sure.", "This money is for people whose employer cannot."),
	}}
}

// Result turns the answers to CheckPage into what the person is told. It wants all five: CheckPage().Check
// refuses anything less, and here a missing answer is a reason.
func Result(a Answers) Outcome {
	against := []struct {
		key, answer string
		reason      Reason
	}{
		{"adult", No, tooYoung()},
		{"uk", No, outsideUK()},
		{"alongside", No, notAlongside()},
		{"experience", No, noExperience()},
		{"employer_pays", Yes, employerCanPay()},
	}
	var reasons []Reason
	for _, c := range against {
		switch {
		case !a.Has(c.key, Yes) && !a.Has(c.key, No):
			c.reason = unanswered()
		case !a.Has(c.key, c.answer):
			continue
		}
		c.reason.Key = c.key
		reasons = append(reasons, c.reason)
	}
	if len(reasons) > 0 {
		return Outcome{
			Title:   "This is not for you, and here is what is",
			Message: "Thank you for asking. We are sorry that this money cannot help you now.",
			Reasons: reasons,
		}
	}
	return Outcome{
		Likely:  true,
		Title:   "You are likely to be eligible",
		Message: "Please apply if you would like to. There is not enough money for everyone, so we cannot promise you a place. You can stop at any time, and we save every page.",
	}
}
