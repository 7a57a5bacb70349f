package fund

// Value is something that a criterion can ask for. The Value is that of the form's answer; Label is for a checkbox.
type Value struct{ Value, Label, phrase string }

// Criteria lists every criterion that a rule may go by, in the order in which pages offer them.
func Criteria() []Criterion {
	return []Criterion{ByRole, ByExperience, ByRegion, ByEmployer, ByRun, ByCourse}
}

// Title names the criterion for staff.
func (c Criterion) Title() string {
	return map[Criterion]string{
		ByRole: "Role", ByExperience: "Own experience", ByRegion: "Where they live or work", ByEmployer: "Kind of employer",
		ByRun: "Dates", ByCourse: "Course",
	}[c]
}

// Values are what the criterion can ask for; none for codes of runs and slugs of courses, which can be any.
func (c Criterion) Values() []Value {
	switch c {
	case ByRole:
		return []Value{
			{"paid", "Paid", "are paid for the support they give"}, {"volunteer", "Volunteer", "give support as volunteers"},
			{both, "Both paid and volunteer", "are paid and also volunteer"}, {"past", "Not now, but used to", "used to give support and do not now"},
		}
	case ByExperience:
		return []Value{
			{"self", "Their own", "of mental health problems"},
			{"carer", "As a carer, friend or family member", "of caring"},
			{both, "Both", "of mental health problems and also of caring"},
		}
	case ByRegion:
		return regions()
	case ByEmployer:
		return []Value{
			{"nhs", "The NHS", "in the NHS"},
			{"nhs_funded", "A charity or group that the NHS pays", "in a charity or group that the NHS pays"},
			{"council", "A council", "for a council"},
			{"charity", "Another charity or group", "in another charity or group"},
			{"other", "Somewhere else", "somewhere else"},
			{"none", "No place now", "nowhere now"},
		}
	}
	return nil
}

func regions() []Value {
	return []Value{
		{"east_midlands", "East Midlands", "the East Midlands"},
		{"east", "East of England", "the East of England"},
		{"london", "London", "London"},
		{"north_east", "North East", "the North East"},
		{"north_west", "North West", "the North West"},
		{Cumbria, "Cumbria (part of the North West)", "Cumbria"},
		{"south_east", "South East", "the South East"},
		{"south_west", "South West", "the South West"},
		{"west_midlands", "West Midlands", "the West Midlands"},
		{"yorkshire", "Yorkshire and the Humber", "Yorkshire and the Humber"},
		{"northern_ireland", "Northern Ireland", "Northern Ireland"},
		{"scotland", "Scotland", "Scotland"},
		{"wales", "Wales", "Wales"},
	}
}

// Protected is a protected characteristic (Equality Act 2010, s.4), with why no rule may go by it.
type Protected struct {
	Criterion Criterion
	Title     string // "Age", for the list that staff choose from
	Reason    string // whole sentences
}

// ProtectedCharacteristics lists all nine, so that a page can offer each and say why it is refused.
func ProtectedCharacteristics() []Protected {
	names := []struct {
		criterion     Criterion
		title, people string
	}{
		{"age", "Age", "people of one age"},
		{"disability", "Disability", "people with or without a disability"},
		{"gender_reassignment", "Gender reassignment", "people who have, or have not, changed their gender"},
		{"marriage", "Marriage and civil partnership", "people who are, or are not, married or in a civil partnership"},
		{"pregnancy", "Pregnancy and maternity", "people who are, or are not, pregnant or new mothers"},
		{"race", "Race", "people of one race, colour, nationality or origin"},
		{"religion", "Religion or belief", "people of one religion or belief"},
		{"sex", "Sex", "women only or men only"},
		{"sexual_orientation", "Sexual orientation", "people of one sexual orientation"},
	}
	all := make([]Protected, len(names))
	for i, n := range names {
		all[i] = Protected{n.criterion, n.title, "A training bursary cannot be kept for " + n.people +
			". The law lets charities favour some groups, but not in training for work (Equality Act 2010, section 193). " +
			"You can ask for lived experience, role, region or kind of employer instead."}
	}
	return all
}
