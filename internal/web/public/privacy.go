package public

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/web/page"
)

type privacyPage struct{ page.Base }

// Cookies are all that this website sets.
func (p *privacyPage) Cookies() page.Table {
	t := page.Table{Caption: "Our cookies", Columns: []page.Column{{Title: "Name"}, {Title: "What for"}, {Title: "How long"}}}
	for _, cookie := range [][3]string{
		{"session", "You stay signed in.", "30 days at most, or until you sign out"},
		{"sign-in", "The code from our mail works only in the browser that asked for it.", "1 hour"},
		{"visitor", "A booking that you have begun is found again in this browser.", "30 days"},
		{"notice", "A line such as “Your changes have been saved” is shown on the next page.", "2 minutes"},
	} {
		t.Rows = append(t.Rows, []page.Cell{{Text: cookie[0]}, {Text: cookie[1]}, {Text: cookie[2]}})
	}
	return t
}

func (p *Public) privacy(c *gin.Context) error {
	page.Share(c)
	return page.Render(c, "public/privacy", &privacyPage{})
}
