package form

func helpPage() Page {
	return Page{Key: "help", Title: "What you need help with", Intro: []string{
		"Ask for all that you need. What you ask for does not change your score.",
		"If you get benefits, money and a course can change them. We can pay for things directly, and we give you a letter for your work coach. A free adviser, such as Citizens Advice, can look at your case with you.",
	}, Questions: []Question{
		{
			Key: "help", Kind: Choices, Source: FromLines, Label: "What do you need help with?",
			Purpose: "We use it to work out how much money your place needs, and which funds can pay.",
			SeenBy:  office(), Kept: WithAward,
		},
	}}
}

func feePage() Page {
	return Page{Key: "fee", Title: "Help with the fee", When: Condition{"help", "fee"}, Questions: []Question{
		{
			Key: "circumstances", Kind: Choice, Source: FromCircumstances, Label: "Which of these is closest to you?",
			Hint:    "We do not ask for proof now.",
			Purpose: "It sets how much of the fee we can pay. The amounts are the same for everyone, and they are public.",
			SeenBy:  office(), Kept: WithAward,
		},
	}}
}

// linePages are the pages of the costs beside the fee: each asks how much, and for what.
func linePages() []Page {
	return []Page{
		linePage("travel", "Help with travel",
			"How much would travel cost you?", "Such as a train from Leeds, there and back, four times."),
		linePage("lodging", "Help with a place to stay",
			"How much would a place to stay cost you?", "Such as four nights in each of four weeks."),
		linePage("care", "Help with care",
			"How much would care cost you?", "Such as a child minder for five days. You do not have to say who it is for."),
		linePage("access", "Help with access",
			"How much would access help cost you?", "Such as a signer for two days. You do not have to say why you need it."),
		linePage("equipment", "Help with things you need",
			"How much would the things cost you?", "Such as a headset, or data for your phone."),
	}
}

func linePage(line, title, label, example string) Page {
	return Page{Key: line, Title: title, When: Condition{"help", line}, Questions: []Question{
		{
			Key: line + "_amount", Kind: Money, Label: label,
			Hint:    "For the whole course, in pounds. A good guess is fine.",
			Purpose: "We use it to set money aside for you, up to the amounts on this page.",
			SeenBy:  office(), Kept: WithAward,
		},
		{
			Key: line + "_what", Kind: Text, Label: "What is it for?", Hint: "A few words are enough. " + example,
			Purpose: "We use it to book it for you or to check a receipt.",
			SeenBy:  office(), Kept: WithAward,
		},
	}}
}

func paidPage() Page {
	return Page{Key: "paid", Title: "How we pay", When: Condition{"help", "travel|lodging|care|access|equipment"}, Intro: []string{
		"The fee never goes through your hands. This is about the other costs.",
	}, Questions: []Question{
		{
			Key: "paid_how", Kind: Choice, Label: "How should we pay for the other costs?",
			Options: []Option{
				{Value: "direct", Label: "Book and pay for me", Hint: "You pay nothing first. This is often best if you get benefits."},
				{Value: "bank", Label: "Pay me back by bank", Hint: "You send us a photo of the receipt. We ask for your bank details only then."},
				{Value: "voucher", Label: "Send me vouchers", Hint: "This works without a bank account."},
			},
			Purpose: "We use it to pay in the way that suits you.",
			SeenBy:  office(), Kept: WithAward,
		},
	}}
}

func payPage() Page {
	return Page{Key: "pay", Title: "What you or an employer can pay", Intro: []string{
		"£0 is fine. Nobody scores this page. We will not contact your employer unless you say so.",
	}, Questions: []Question{
		{
			Key: "own_payment", Kind: Money, Label: "How much can you pay?",
			Hint:    "In pounds. Enter 0 if you can pay nothing. Please do not go without things you need.",
			Purpose: "A few funds ask that someone else pays a small part. We use it to see which funds fit.",
			SeenBy:  office(), Kept: WithAward,
		},
		{
			Key: "employer_payment", Kind: Money, Label: "How much can an employer pay?",
			Hint:    "In pounds. Enter 0 if they can pay nothing, if you have no employer, or if you would rather not ask.",
			Purpose: "What an employer pays leaves more for people who have nobody to pay for them.",
			SeenBy:  office(), Kept: WithAward,
		},
		{
			Key: "employer_full", Kind: YesNo, Options: yesNo(), Label: "Could your employer pay the whole cost?",
			Hint:    "Say No if you have no employer, or if you are not sure.",
			Purpose: "The funds are for people whose employer cannot pay it all.",
			SeenBy:  office(), Kept: WithDecision,
		},
	}}
}
