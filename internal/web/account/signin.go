package account

import (
	"errors"
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// signInForm asks for an address. Other pages post it too, with their own next.
type signInForm struct {
	Email string `form:"email" binding:"required" error:"Enter your email address"`
	Next  string `form:"next"`
}

type signInPage struct {
	page.Base
	Form signInForm
}

func (a *Account) signIn(c *gin.Context) error {
	var query struct {
		Next string `form:"next"`
	}
	if err := page.Query(c, &query); err != nil {
		return err
	}
	if p, ok := presentOf(c); ok {
		return a.goOn(c, p.Session, query.Next)
	}
	return page.Render(c, "account/sign-in", &signInPage{Form: signInForm{Next: people.SafeNext(query.Next)}})
}

// ask sends the mail. What it answers is the same for every address.
func (a *Account) ask(c *gin.Context) error {
	var form signInForm
	err := page.Bind(c, &form)
	form.Next = people.SafeNext(form.Next)
	if err == nil {
		err = a.limit(c, a.asks)
	}
	var key string
	if err == nil {
		err = a.DB.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
			key, err = people.AskSignIn(c.Request.Context(), tx, form.Email, form.Next)
			return err
		})
	}
	if err == nil {
		err = a.remember(c, asking{Key: key, Email: form.Email, Next: form.Next})
	}
	if err != nil {
		return page.Again(c, err, "account/sign-in", &signInPage{Form: form})
	}
	return page.Redirect(c, "/sign-in/check")
}

type checkForm struct {
	Code string `form:"code" binding:"required" error:"Enter the six-digit code from the email"`
}

type checkPage struct {
	page.Base
	Form  checkForm
	Asked asking
}

func (a *Account) check(c *gin.Context) error {
	asked, ok := a.asked(c)
	if !ok {
		return page.Redirect(c, "/sign-in")
	}
	return page.Render(c, "account/check", &checkPage{Asked: asked})
}

func (a *Account) useCode(c *gin.Context) error {
	asked, ok := a.asked(c)
	if !ok {
		return page.Redirect(c, "/sign-in")
	}
	var form checkForm
	err := page.Bind(c, &form)
	if err == nil {
		err = a.limit(c, a.tries)
	}
	var in entry
	if err == nil {
		in, err = a.tryCode(c, asked.Key, form.Code)
	}
	if err != nil {
		return page.Again(c, err, "account/check", &checkPage{Form: form, Asked: asked})
	}
	return a.enter(c, in)
}

// tryCode commits a wrong try as well, and then refuses.
func (a *Account) tryCode(c *gin.Context, key, code string) (entry, error) {
	var in entry
	var answer people.CodeAnswer
	err := a.DB.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
		if answer, err = people.UseCode(c.Request.Context(), tx, key, code); err != nil || !answer.Right {
			return err
		}
		in, err = a.begin(c, tx, answer.Arrival)
		return err
	})
	if err != nil || answer.Right {
		return in, err
	}
	return in, failure.Field("code", wrongCode(answer.TriesLeft))
}

func wrongCode(left int) string {
	switch left {
	case 0:
		return "This code cannot be used any more. Use the link in the email, or ask for a new code"
	case 1:
		return "That code is not right. You can try once more"
	}
	return fmt.Sprintf("That code is not right. You can try %d more times", left)
}

type linkPage struct {
	page.Base
	Email string
}

// link shows who would be signed in. It changes nothing: programs that check mails open links too.
func (a *Account) link(c *gin.Context) error {
	email, err := people.LinkAddress(c.Request.Context(), a.DB, c.Param("token"), a.DB.Now())
	if errors.Is(err, people.ErrLinkDead) {
		return a.deadLink(c, err)
	}
	if err != nil {
		return err
	}
	return page.Render(c, "account/link", &linkPage{Email: email})
}

// deadLink is kind to a double click: whoever is in already goes on.
func (a *Account) deadLink(c *gin.Context, err error) error {
	if p, ok := presentOf(c); ok {
		return a.goOn(c, p.Session, "")
	}
	return page.Again(c, err, "account/sign-in", &signInPage{})
}

func (a *Account) useLink(c *gin.Context) error {
	if err := a.limit(c, a.tries); err != nil {
		return err
	}
	var in entry
	err := a.DB.Write(c.Request.Context(), func(tx *db.Tx) error {
		arrival, err := people.UseLink(c.Request.Context(), tx, c.Param("token"))
		if err != nil {
			return err
		}
		in, err = a.begin(c, tx, arrival)
		return err
	})
	if errors.Is(err, people.ErrLinkDead) {
		return a.deadLink(c, err)
	}
	if err != nil {
		return err
	}
	return a.enter(c, in)
}
