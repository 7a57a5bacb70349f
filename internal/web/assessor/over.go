package assessor

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

// overPage gives back what somebody wrote about an application that they cannot go on with. It shows nothing of the
// application itself: that may be closed to them by now.
type overPage struct {
	page.Base
	Message string
	Typed   []text
}

// errClosedToYou is told to whoever was still writing: the office may have set them apart from the application, the
// applicant may have taken it back, or they are on the panel no more. It says the same of an application that never was.
var errClosedToYou = failure.New(failure.NotFound, "assignment_closed", "This one is not yours to read any more, or it was taken back. You have done nothing wrong.")

// over answers with what was written, when it can be saved no more. Every other error is returned.
func over(c *gin.Context, err error) error {
	told := failure.Of(err)
	switch {
	case errors.Is(err, bursary.ErrUnknown):
		told = errClosedToYou
	case !errors.Is(err, panel.ErrReadingOver) && !errors.Is(err, panel.ErrHandedIn):
		return err
	}
	return page.Instead(c, told, "assessor/over", &overPage{Message: told.Message, Typed: reasons(c)})
}

// reasons are those that the form holds, as they came.
func reasons(c *gin.Context) []text {
	values, err := page.Posted(c, nil)
	if err != nil {
		return nil // nothing can be read of it
	}
	var all []text
	for _, name := range slices.Sorted(maps.Keys(values)) {
		key, is := strings.CutPrefix(name, "reason-")
		if reason := strings.TrimSpace(values.Get(name)); is && reason != "" {
			criterion, _ := form.CurrentRubric().Criterion(key)
			all = append(all, text{cmp.Or(criterion.Title, "Why"), reason})
		}
	}
	return all
}
