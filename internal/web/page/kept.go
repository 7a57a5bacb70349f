package page

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// Kept is a form that was sent and not dealt with, as a page gives it back: to be sent again as it was.
type Kept struct {
	Action string // where it was going
	Fields []Field
}

// Field is one value that was sent.
type Field struct{ Name, Value string }

// firstArrival is a field of ours in a form that is sent again: when it came in first, sealed.
const firstArrival = "first-arrival"

// keptFor is how long the moment of a form's first arrival counts.
const keptFor = time.Hour

// Secret is for addresses whose forms carry codes or passwords: no page gives back what was sent to them.
func Secret(c *gin.Context) { c.Set(secretKey, true) }

// KeptOf is the form that a request brought, by the names of its fields; the values of one field stay in their
// order. It is nil when the request brought none, or one that cannot be read or is Secret.
func KeptOf(c *gin.Context) *Kept {
	if c.Request.Method != http.MethodPost || c.ContentType() != gin.MIMEPOSTForm || c.GetBool(secretKey) || readForm(c) != nil {
		return nil
	}
	form, address := c.Request.PostForm, c.Request.URL.RequestURI()
	k := &Kept{Action: address, Fields: []Field{{firstArrival, rendererOf(c).sealArrival(c.GetTime(arrivedKey), address, form)}}}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			k.Fields = append(k.Fields, Field{name, value})
		}
	}
	return k
}

// readForm parses what was posted, once, and takes out the field that a page of ours had added.
func readForm(c *gin.Context) error {
	if outcome, done := c.Get(formReadKey); done {
		err, _ := outcome.(error)
		return err
	}
	err := c.Request.ParseForm()
	c.Set(formReadKey, err)
	sealed := c.Request.PostForm.Get(firstArrival)
	if err != nil || sealed == "" {
		return err
	}
	c.Request.PostForm.Del(firstArrival)
	c.Request.Form.Del(firstArrival)
	if at, ours := rendererOf(c).openArrival(sealed, c.Request.URL.RequestURI(), c.Request.PostForm); ours {
		c.Set(arrivedKey, at)
	}
	return nil
}

// sealArrival writes down when a form arrived, so that nobody can claim an earlier moment, or this one for other
// words or another address. The key is this process's own: after a restart the words remain and the moment is
// forgotten.
func (r *Renderer) sealArrival(at time.Time, address string, form url.Values) string {
	moment := strconv.FormatInt(at.UnixNano(), 10)
	return moment + "." + base64.RawURLEncoding.EncodeToString(r.arrivalCode(moment, address, form))
}

func (r *Renderer) openArrival(sealed, address string, form url.Values) (time.Time, bool) {
	moment, code, _ := strings.Cut(sealed, ".")
	given, err := base64.RawURLEncoding.DecodeString(code)
	if err != nil || !hmac.Equal(given, r.arrivalCode(moment, address, form)) {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(moment, 10, 64)
	at := time.Unix(0, n).UTC()
	age := r.now().Sub(at)
	return at, err == nil && age >= 0 && age <= keptFor
}

// arrivalCode is an HMAC (RFC 2104) over the moment, the address and the words. Browsers may change line ends when
// they send a hidden field, so those do not count.
func (r *Renderer) arrivalCode(moment, address string, form url.Values) []byte {
	mac := hmac.New(sha256.New, r.key[:])
	words := strings.NewReplacer("%0D%0A", "%0A", "%0D", "%0A").Replace(form.Encode())
	_, _ = fmt.Fprintf(mac, "%s\n%s\n%s", moment, address, words) // a hash takes everything
	return mac.Sum(nil)
}
