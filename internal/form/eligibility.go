package form

import "slices"

// Reason is one fact that stands in the way of a bursary: what the person told us, and what they can do
// instead. With Talk it stands in nobody's way: staff talk to the person and decide.
type Reason struct {
	Key      string // the question whose answer decides
	Sentence string
	Instead  string
	Talk     bool
}

// fact is a rule of eligibility over one answer.
type fact struct {
	key     string
	refuses func(a Answers) bool
	reason  Reason
}

// Eligibility decides by facts alone who can be helped, and gives the reason for each fact that stands in the
// way. Staff may overrule it with a reason. An answer that is not there is a reason too, so that nothing passes
// for want of an answer.
func Eligibility(a Answers) (ok bool, reasons []Reason) {
	facts := []fact{
		{"adult", is("adult", No), tooYoung()},
		{"region", func(a Answers) bool { return a.Has("region", "elsewhere") && len(a.List("work_region")) == 0 }, outsideUK()},
		{"role_kind", is("role_kind", "none"), notAlongside()},
		{"own_experience", is("own_experience", "none"), noExperience()},
		{"own_experience", is("own_experience", "talk"), wantsToTalk()},
		{"employer_full", is("employer_full", Yes), employerCanPay()},
	}
	ok = true
	for _, f := range facts {
		if len(a.List(f.key)) == 0 {
			f.reason, f.refuses = unanswered(), func(Answers) bool { return true }
		}
		if !f.refuses(a) || slices.ContainsFunc(reasons, func(r Reason) bool { return r.Key == f.key }) {
			continue
		}
		f.reason.Key = f.key
		reasons = append(reasons, f.reason)
		ok = ok && f.reason.Talk
	}
	return ok, reasons
}

func is(key, value string) func(Answers) bool {
	return func(a Answers) bool { return a.Has(key, value) }
}

func tooYoung() Reason {
	return Reason{
		Sentence: "You told us that you are under 18. The course is for adults.",
		Instead:  "You are welcome here when you are 18. Until then, please call us if you want to know more about the course.",
	}
}

func outsideUK() Reason {
	return Reason{
		Sentence: "You told us that you live and work outside the UK. The people who give this money ask us to spend it in the UK.",
		Instead:  "You can still book a place on the course. Please call us, and we will look at the ways to pay with you.",
	}
}

func notAlongside() Reason {
	return Reason{
		Sentence: "You told us that you do not work or volunteer with people who have mental health problems. This money is for people who do, or who used to.",
		Instead:  "You can still book a place on the course, and pay for it in parts. If you start to volunteer, please apply then. We will be glad to hear from you.",
	}
}

func noExperience() Reason {
	return Reason{
		Sentence: "You told us that you do not use experience of your own, or as a carer, in what you do. This money is for people who do.",
		Instead:  "You can still book a place on the course. You can pay in parts, or ask your employer to pay.",
	}
}

func wantsToTalk() Reason {
	return Reason{
		Talk:     true,
		Sentence: "You told us that you would rather talk about it. That is fine, and it does not count against you.",
		Instead:  "We will talk to you first. We will get in touch in the way you chose.",
	}
}

func employerCanPay() Reason {
	return Reason{
		Sentence: "You told us that your employer could pay the whole cost. This money is for people whose employer cannot.",
		Instead:  "Ask your employer to book your place. They can pay by invoice, and it does not take long. If they say no, tell us and we will look again.",
	}
}

func unanswered() Reason {
	return Reason{
		Sentence: "We do not have your answer to one question, so we cannot tell yet.",
		Instead:  "Please answer it, or call us and we will do it with you.",
	}
}
