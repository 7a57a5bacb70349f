package supporter

import (
	"errors"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/web/page"
)

// endedPage is for a link that does not work any more, with what was typed before that was known.
type endedPage struct {
	page.Base
	Message string
	Typed   []answered
}

// answered is what was typed below one question.
type answered struct{ Title, Text string }

// handle is page.Handle with a page of its own for links that have ended: the same for all of them, and for whoever
// sent words the words as well, since they are kept nowhere else.
func handle(h page.Handler) gin.HandlerFunc {
	return page.Handle(func(c *gin.Context) error {
		err := h(c)
		if !errors.Is(err, bursary.ErrLinkDead) {
			return err
		}
		return page.Instead(c, bursary.ErrLinkDead, "supporter/ended", &endedPage{Message: bursary.ErrLinkDead.Message, Typed: typed(c)})
	})
}

// typed is what the form holds, as it came.
func typed(c *gin.Context) []answered {
	form, err := page.Posted(c, nil)
	if err != nil {
		return nil // nothing can be read of it
	}
	var all []answered
	for _, field := range []struct{ name, title string }{
		{"writer", "Your name"}, {"known", "How you know them"}, {"strengths", "What they would bring"}, {"support", "What would help them"},
	} {
		if text := strings.TrimSpace(form.Get(field.name)); text != "" {
			all = append(all, answered{field.title, text})
		}
	}
	return all
}
