package page

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"
)

var errForeign = errors.New("a payment page is not the card processor's")

// Leave sends the browser to a page on which people pay, and to nobody else's: origins are those of the card processor,
// such as "https://checkout.stripe.com".
func Leave(c *gin.Context, to string, origins []string) error {
	u, err := url.Parse(to)
	if err != nil || !slices.Contains(origins, u.Scheme+"://"+u.Host) {
		return errForeign // without the address, which lets somebody pay
	}
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, to)
	return nil
}

// AskAgain makes the browser ask for this page once more by itself, without a script.
func AskAgain(c *gin.Context, slowly bool) {
	seconds := "2"
	if slowly {
		seconds = "10"
	}
	c.Header("Refresh", seconds)
	c.Header("Cache-Control", "no-store")
}
