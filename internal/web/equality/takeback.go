package equality

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/web/page"
)

type takeBackForm struct {
	Key string `form:"key" binding:"required,max=100" error:"Enter the key that you were shown, such as 7QK2M-9XR4T-B0HJN-5WZ8C" error-max:"This is longer than a key. Enter 20 letters and digits"`
}

type takeBackPage struct {
	page.Base
	Form takeBackForm
}

// takeBack asks for the key and for nothing else: nobody has to sign in, and so to say who they are.
func (a asking) takeBack(c *gin.Context) error {
	return page.Render(c, "equality/take-back", &takeBackPage{})
}

// taken deletes what belongs to the key.
func (a asking) taken(c *gin.Context) error {
	var typed takeBackForm
	var key bursary.TakeBackKey
	err := page.Bind(c, &typed)
	if err == nil {
		key, err = bursary.ParseTakeBackKey(typed.Key)
	}
	if err == nil {
		err = a.DB.Write(c.Request.Context(), func(tx *db.Tx) error {
			return bursary.TakeBackEquality(c.Request.Context(), tx, key)
		})
	}
	if err != nil {
		return page.Again(c, err, "equality/take-back", &takeBackPage{Form: typed})
	}
	page.Flash(c, page.AnswersDeleted)
	return page.Redirect(c, "/take-back")
}
