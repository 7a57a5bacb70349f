package page

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// Notice is something to say after a redirect. The cookie carries only the key; the words are here.
type Notice string

// Sentence is what a notice says.
type Sentence string

// The notices. Add a key and its sentence together.
const (
	Saved     Notice = "saved"
	SignedIn  Notice = "signed_in"
	SignedOut Notice = "signed_out"
	// SignedOutEverywhere follows the end of all sessions of one person.
	SignedOutEverywhere Notice = "signed_out_everywhere"
	// Cancelled follows the cancelling of a place.
	Cancelled Notice = "cancelled"
	// AlreadyThere leads somebody who books again to the place that they have.
	AlreadyThere Notice = "already_there"
	// StillToAnswer leads back to a question of a booking.
	StillToAnswer Notice = "still_to_answer"
	// CarriedOver follows somebody to other dates with all that they had typed.
	CarriedOver Notice = "carried_over"
	// ClockMoved follows the moving of the demonstration's clock.
	ClockMoved Notice = "clock_moved"
)

var sentences = map[Notice]Sentence{
	Saved:               "Your changes have been saved.",
	SignedIn:            "You are signed in.",
	SignedOut:           "You are signed out.",
	SignedOutEverywhere: "You are signed out on every device.",
	Cancelled:           "Your place has been cancelled.",
	AlreadyThere:        "You already have a place on these dates. Here it is.",
	StillToAnswer:       "This question still needs an answer before you can book. Nothing has been booked yet.",
	CarriedOver:         "What you typed has been carried over to these dates.",
	ClockMoved:          "The clock has been moved on. What falls due by then happens within a minute.",
}

const (
	noticeCookie = "notice"
	noticeAge    = 120 // seconds between a redirect and the page that follows it, at the very most
)

// Flash leaves a notice for the next page that this browser is shown.
func Flash(c *gin.Context, n Notice) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: noticeCookie, Value: string(n), Path: "/", MaxAge: noticeAge,
		HttpOnly: true, Secure: secure(c), SameSite: http.SameSiteLaxMode,
	})
}

// takeNotice reads the notice and asks the browser to forget it.
func takeNotice(c *gin.Context) Sentence {
	key, err := c.Cookie(noticeCookie)
	if err != nil {
		return ""
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: noticeCookie, Path: "/", MaxAge: -1,
		HttpOnly: true, Secure: secure(c), SameSite: http.SameSiteLaxMode,
	})
	return sentences[Notice(key)]
}

func secure(c *gin.Context) bool { return rendererOf(c).secure }
