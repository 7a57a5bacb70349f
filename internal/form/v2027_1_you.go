package form

func namePage() Page {
	return Page{Key: "name", Title: "Your name", Questions: []Question{
		{
			Key: "name", Kind: Text, Label: "What should we call you?",
			Hint:    "Use any name you like. It does not have to be on any paper.",
			Purpose: "We use it when we write to you or speak to you.",
			SeenBy:  office(), Kept: WithAward,
		},
		{
			Key: "legal_name", Kind: Text, Optional: true, Label: "Name for your certificate (optional)",
			Hint:    "Fill this in only if it should say something else.",
			Purpose: "We print it on your certificate if you take the course.",
			SeenBy:  office(), Kept: WithAward,
		},
	}}
}

func contactPage() Page {
	return Page{Key: "contact", Title: "How we contact you", Intro: []string{"We never contact you at work."}, Questions: []Question{
		{
			Key: "contact_way", Kind: Choice, Label: "How would you like to hear from us?",
			Options: []Option{
				{Value: "email", Label: "Email", Hint: "We use the address you sign in with."},
				{Value: "phone", Label: "Phone call"},
				{Value: "text", Label: "Text message"},
				{Value: "post", Label: "Letter"},
			},
			Purpose: "We use it to tell you what happens next, and to ask you if a thing is not clear.",
			SeenBy:  office(), Kept: UntilReviewed,
		},
		{
			Key: "phone", Kind: Phone, Label: "Your phone number", When: Condition{"contact_way", "phone|text"},
			Hint:    "Give us a number of your own, not one at work.",
			Purpose: "We call or text this number, and no other.",
			SeenBy:  office(), Kept: UntilReviewed,
		},
		{
			Key: "message_safe", Kind: YesNo, Options: yesNo(), Label: "Is it safe to leave a message?",
			When:    Condition{"contact_way", "phone"},
			Hint:    "If you say No, we speak to you and to nobody else.",
			Purpose: "Some people share a phone. We want to keep this between us.",
			SeenBy:  office(), Kept: UntilReviewed,
		},
		{
			Key: "post_address", Kind: Prose, Label: "Where should we write to?", When: Condition{"contact_way", "post"},
			Hint:    "We use plain envelopes.",
			Purpose: "We send our letters there. We use it for nothing else.",
			SeenBy:  office(), Kept: UntilReviewed,
		},
	}}
}

func homePage() Page {
	return Page{Key: "home", Title: "Where you live", Intro: []string{
		"We ask for the part of the UK that you live in. We do not ask for your address here.",
	}, Questions: []Question{
		{
			Key: "adult", Kind: YesNo, Options: yesNo(), Label: "Are you 18 or over?",
			Purpose: "The course is for adults. We do not need to know your age.",
			SeenBy:  office(), Kept: WithDecision,
		},
		{
			Key: "region", Kind: Choice, Options: append(regions(), Option{Value: "elsewhere", Label: "Outside the UK"}),
			Label:   "Where do you live?",
			Purpose: "Some funds can pay only for people in one part of the UK.",
			SeenBy:  office(), Kept: WithDecision,
		},
		{
			Key: "work_region", Kind: Choice, Options: regions(), Optional: true,
			Label:   "Where do you work or volunteer, if it is somewhere else? (optional)",
			Purpose: "Some funds count where you work as well as where you live.",
			SeenBy:  office(), Kept: WithDecision,
		},
		{
			Key: "cumbria", Kind: YesNo, Options: yesNo(), Optional: true, Label: "Do you live or work in Cumbria? (optional)",
			Purpose: "Some funds for the north of England count Cumbria, but not the rest of the North West.",
			SeenBy:  office(), Kept: WithDecision,
		},
	}}
}

// regions are the nine of England (ONS, "RGN") and the other countries of the UK.
func regions() []Option {
	return []Option{
		{Value: "east_midlands", Label: "East Midlands"},
		{Value: "east", Label: "East of England"},
		{Value: "london", Label: "London"},
		{Value: "north_east", Label: "North East"},
		{Value: "north_west", Label: "North West"},
		{Value: "south_east", Label: "South East"},
		{Value: "south_west", Label: "South West"},
		{Value: "west_midlands", Label: "West Midlands"},
		{Value: "yorkshire", Label: "Yorkshire and the Humber"},
		{Value: "northern_ireland", Label: "Northern Ireland"},
		{Value: "scotland", Label: "Scotland"},
		{Value: "wales", Label: "Wales"},
	}
}

func rolePage() Page {
	return Page{Key: "role", Title: "What you do", Intro: []string{
		"You do not have to tell us about your health. Nobody scores it.",
	}, Questions: []Question{
		{
			Key: "role_kind", Kind: Choice, Label: "Do you work or volunteer with people who have mental health problems?",
			Options: []Option{
				{Value: "paid", Label: "Yes, I am paid"},
				{Value: "volunteer", Label: "Yes, I volunteer"},
				{Value: "both", Label: "Yes, both"},
				{Value: "past", Label: "Not now, but I used to"},
				{Value: "none", Label: "No"},
			},
			Purpose: "Each fund says who it can pay for. Some can pay only for people in paid work.",
			SeenBy:  office(), Kept: WithDecision,
		},
		{
			Key: "own_experience", Kind: Choice,
			Label: "Do you use your own experience of mental health problems, or of caring, in your work or volunteering?",
			Hint:  "One word is all we need. Do not tell us what happened.",
			Options: []Option{
				{Value: "self", Label: "Yes, my own"},
				{Value: "carer", Label: "Yes, as a carer, friend or family member"},
				{Value: "both", Label: "Yes, both"},
				{Value: "none", Label: "No"},
				{Value: "talk", Label: "I would rather talk about it", Hint: "We will get in touch in the way you chose."},
			},
			Purpose: "The funds are there for people who use such experience in what they do.",
			SeenBy:  office(), Kept: UntilReviewed,
		},
	}}
}

func workPage() Page {
	return Page{Key: "work", Title: "Where you do it", Questions: []Question{
		{
			Key: "organisation", Kind: Text, Optional: true, Label: "Name of the place where you work or volunteer (optional)",
			Hint:    "We will not contact them unless you say so.",
			Purpose: "We use it so that nobody from the same place reads what you send.",
			SeenBy:  office(), Kept: UntilReviewed,
		},
		{
			Key: "employer_kind", Kind: Choice, Label: "What kind of place is it?",
			Options: []Option{
				{Value: "nhs", Label: "The NHS"},
				{Value: "nhs_funded", Label: "A charity or group that the NHS pays"},
				{Value: "council", Label: "A council"},
				{Value: "charity", Label: "Another charity or group"},
				{Value: "other", Label: "Somewhere else"},
				{Value: "none", Label: "I have no place like this now"},
			},
			Purpose: "One kind of fund can pay only for people who work in the NHS, or where the NHS pays.",
			SeenBy:  office(), Kept: WithDecision,
		},
		{
			Key: "hours", Kind: Text, Optional: true, Label: "About how many hours a week? (optional)",
			Hint:    "A guess is fine. If it is not the same each week, say so.",
			Purpose: "It helps us to see how much of your week the course would take.",
			SeenBy:  office(), Kept: UntilReviewed,
		},
	}}
}
