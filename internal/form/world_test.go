package form_test

import (
	"maps"

	"bursar/internal/form"
)

// offers are what the round of these tests has.
func offers() form.Offers {
	return form.Offers{
		form.FromRuns:          {{Value: "FND-M27", Label: "8 March to 10 December 2027"}, {Value: "FND-L27", Label: "1 February to 3 December 2027"}},
		form.FromPanel:         {{Value: "11", Label: "Ada Quill"}, {Value: "12", Label: "Ben Marsh"}},
		form.FromCircumstances: {{Value: "full", Label: "I have no money to spare"}, {Value: "half", Label: "I could pay a part"}},
		form.FromLines:         {{Value: "fee", Label: "The fee"}, {Value: "travel", Label: "Travel"}, {Value: "care", Label: "Care"}},
	}
}

// filled is the form of a round.
func filled() form.Form { return form.Current().With(offers()) }

// whole is an application with nothing missing.
func whole() form.Answers {
	return form.Answers{
		"name": "Sam", "legal_name": "", "contact_way": "email",
		"adult": "yes", "region": "yorkshire", "work_region": "", "cumbria": "",
		"role_kind": "paid", "own_experience": "self", "organisation": "", "employer_kind": "charity", "hours": "",
		"practice": "I sit with people and listen.", "practice_done": "yes",
		"hope": "To work with families.", "hope_done": "yes", "benefit": "They would be heard.", "benefit_done": "yes",
		"runs": "FND-L27\nFND-M27", "late_start": "no",
		"help": "fee\ntravel", "circumstances": "full", "travel_amount": "£120", "travel_what": "Train from Leeds", "paid_how": "direct",
		"own_payment": "0", "employer_payment": "0", "employer_full": "no",
		"support_applying": "", "support_training": "", "panel_known": "", "panel_other": "", "consent": "yes",
	}
}

// wholeBut is a whole application with some answers changed: key, value, key, value.
func wholeBut(pairs ...string) form.Answers {
	a := whole()
	for i := 0; i < len(pairs); i += 2 {
		a[pairs[i]] = pairs[i+1]
	}
	return a
}

// without is the answers less some keys.
func without(a form.Answers, keys ...string) form.Answers {
	less := maps.Clone(a)
	for _, key := range keys {
		delete(less, key)
	}
	return less
}
