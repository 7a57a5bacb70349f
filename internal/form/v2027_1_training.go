package form

// scorers read what is scored: the panel, and the staff who take names out before the panel sees it.
func scorers() []Audience { return []Audience{Panel, Office} }

// names asks people to keep others out of what they write.
const names = "Please leave out names of people and places."

func practicePage() Page {
	return Page{Key: "practice", Title: "What you do with people", Intro: []string{
		"The panel scores this answer. You can see how on this page.",
		"You do not have to tell us about your health. Nobody scores it. Nobody scores your spelling.",
	}, Questions: []Question{
		{
			Key: "practice", Kind: Prose, Words: Range{150, 300}, Scored: true, Recording: true,
			Label:   "In your own words, what do you do as a peer supporter?",
			Hint:    "Think of a day or a week. What do you do, and with whom? " + names,
			Purpose: "The panel reads it to see what you would bring to the course.",
			SeenBy:  scorers(), Kept: UntilReviewed,
		},
		finished("practice"),
	}}
}

func hopePage() Page {
	return Page{Key: "hope", Title: "What you hope for", Intro: []string{
		"The panel scores this answer. You can see how on this page.",
	}, Questions: []Question{
		{
			Key: "hope", Kind: Prose, Words: Range{100, 250}, Scored: true, Recording: true,
			Label:   "What do you hope to do with this training?",
			Hint:    "Big plans and small steps both count. " + names,
			Purpose: "The panel reads it to see what the course could make possible for you.",
			SeenBy:  scorers(), Kept: UntilReviewed,
		},
		finished("hope"),
	}}
}

func benefitPage() Page {
	return Page{Key: "benefit", Title: "How it could help others", Intro: []string{
		"The panel scores this answer. You can see how on this page.",
	}, Questions: []Question{
		{
			Key: "benefit", Kind: Prose, Words: Range{100, 250}, Scored: true, Recording: true,
			Label:   "How could it help the people you work with?",
			Hint:    "Who are they, and what could be better for them? " + names,
			Purpose: "The panel reads it to see who else would gain from your place.",
			SeenBy:  scorers(), Kept: UntilReviewed,
		},
		finished("benefit"),
	}}
}

func runsPage() Page {
	return Page{Key: "runs", Title: "Dates you could take", Intro: []string{
		"More dates give you more ways to get a place. Your choice does not change your score.",
	}, Questions: []Question{
		{
			Key: "runs", Kind: Runs, Source: FromRuns, Label: "Which dates could you take?",
			Hint:    "Put the dates that suit you best first. Leave out dates that you could not take.",
			Purpose: "We use it to find you a place. We go by your order.",
			SeenBy:  office(), Kept: WithDecision,
		},
		{
			Key: "late_start", Kind: YesNo, Options: yesNo(), Label: "If a place comes free late, could you still take it?",
			Hint:    "Late means two weeks or less before the first day. No is fine.",
			Purpose: "We use it to know whom to ask when a place comes free.",
			SeenBy:  office(), Kept: WithDecision,
		},
	}}
}

func supportPage() Page {
	return Page{Key: "support", Title: "Support you need", Intro: []string{
		"Only our access officer reads this page. The panel never sees it, and it has no part in who gets a place.",
		"Say what would help. You do not have to say why.",
	}, Questions: []Question{
		{
			Key: "support_applying", Kind: Prose, Optional: true, Label: "What would help you to apply? (optional)",
			Hint:    "Such as more time, large print, or someone to write down your words by phone.",
			Purpose: "We use it to make it easier for you to apply.",
			SeenBy:  []Audience{Access}, Kept: UntilTrained,
		},
		{
			Key: "support_training", Kind: Prose, Optional: true, Label: "What would help you on the course? (optional)",
			Hint:    "Such as step-free rooms, a quiet room, breaks, or a signer.",
			Purpose: "We use it to get the room and the days ready for you.",
			SeenBy:  []Audience{Access}, Kept: UntilTrained,
		},
	}}
}

func panelPage() Page {
	return Page{Key: "panel", Title: "People on the panel", Intro: []string{
		"Anyone you name here will not read what you send. We do not tell them why.",
	}, Questions: []Question{
		{
			Key: "panel_known", Kind: Choices, Source: FromPanel, Optional: true,
			Label:   "Do you know any of these people? (optional)",
			Hint:    "Tick each one you know, from work or from life. Leave it empty if you know none of them.",
			Purpose: "We use it so that you are read fairly, by people who do not know you.",
			SeenBy:  office(), Kept: UntilReviewed,
		},
		{
			Key: "panel_other", Kind: Text, Optional: true, Label: "Is there anyone else who should not read it? (optional)",
			Hint:    "Names are enough. You do not have to say why.",
			Purpose: "We use it if someone new joins the panel.",
			SeenBy:  office(), Kept: UntilReviewed,
		},
	}}
}

func dataPage() Page {
	return Page{Key: "data", Title: "How we use your information", Intro: []string{
		"What you tell us can say something about your health. Even asking for this help can. The law (UK GDPR, Article 9) says that we may use it only if you clearly agree.",
		"We use it to decide who gets help with the cost, to give you that help, and to show our funders that the money was well spent. They never get your name.",
		"Your employer never sees it. Nor do the people who teach the course. The panel reads your three long answers without your name.",
		"A program puts people in order and shows who could be paid for. It does not decide. Two people do, and you can ask them to look again.",
		"You can say no later. Write to us or call us, and we stop using it and delete it. We must keep what the law asks us to keep about money. Then we cannot go on with your application, but you can still take the course.",
	}, Questions: []Question{
		{
			Key: "consent", Kind: Confirm, Options: []Option{{Value: Yes, Label: "I agree"}},
			Label:   "I agree that you use what I tell you here to decide on help with the cost. I know that it may say something about my health.",
			Purpose: "The law asks us to keep a note that you agreed, and to what words.",
			SeenBy:  office(), Kept: WithAward,
		},
	}}
}
