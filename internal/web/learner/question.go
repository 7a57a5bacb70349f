package learner

import (
	"slices"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/web/page"
)

// questionPage is what every question of a booking shows.
type questionPage struct {
	page.Base
	Run        *course.Offering
	Number, Of int // where the question stands among them
}

func (v *visit) question(step enrolment.Step) questionPage {
	steps := v.steps()
	at := slices.Index(steps, step)
	q := questionPage{Run: v.Run, Number: at + 1, Of: len(steps)}
	q.Back = v.path("")
	if at > 0 {
		q.Back = v.path(string(steps[at-1]))
	}
	return q
}
