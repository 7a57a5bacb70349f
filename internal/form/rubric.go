package form

// Rubric says how the scored answers are read. A round is pinned to one version of it.
type Rubric struct {
	Version  string
	Criteria []Criterion
}

// Criterion is what the readers look for in one answer. A level is a statement that a reader agrees with; its
// place, 0 to 4, is the score. The statements are about what can be read in the answer, never about the person's
// health, spelling or schooling.
type Criterion struct {
	Key      string
	Question string // the key of the scored question
	Title    string
	Levels   [5]string
}

const rubric2027v1 = "2027-1"

// CurrentRubric is the rubric that a new round is pinned to.
func CurrentRubric() Rubric {
	return Rubric{Version: rubric2027v1, Criteria: []Criterion{
		{
			Key: "practice", Question: "practice", Title: "Being with people",
			Levels: [5]string{
				"I cannot tell from this what they do with people.",
				"I can see what their tasks are, but not how they are with people.",
				"I can see a little of how they are with people.",
				"I can see well how they are with people, and what matters to them in it.",
				"I can see so well how they are with people that I would know what it is like to meet them.",
			},
		},
		{
			Key: "hope", Question: "hope", Title: "What the training could make possible",
			Levels: [5]string{
				"I cannot tell from this what they hope to do with it.",
				"I can see that they want the training, but not what for.",
				"I can see one thing that they hope to do with it.",
				"I can see well what they hope to do, and why this training is the way to it.",
				"I can see so well what they would do with it that I can picture the first steps.",
			},
		},
		{
			Key: "benefit", Question: "benefit", Title: "What it could mean for others",
			Levels: [5]string{
				"I cannot tell from this who else it could help.",
				"I can see that it could help others, but not how.",
				"I can see one way in which it could help the people they work with.",
				"I can see well who it could help, and what would be better for them.",
				"I can see so well what would be better for others that I would want it for people I know.",
			},
		},
	}}
}

// FindRubric returns the rubric of a version.
func FindRubric(version string) (Rubric, bool) {
	if version == rubric2027v1 {
		return CurrentRubric(), true
	}
	return Rubric{}, false
}

// Criterion finds a criterion by its key.
func (r Rubric) Criterion(key string) (Criterion, bool) {
	for _, c := range r.Criteria {
		if c.Key == key {
			return c, true
		}
	}
	return Criterion{}, false
}
