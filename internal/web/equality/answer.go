package equality

import (
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

type invitePage struct {
	page.Base
	Application string // the address of the application, below which these pages lie
	Questions   int
}

func addressOf(a *bursary.Application) string { return "/my/applications/" + a.Code }

// invite asks whether somebody wants to answer at all.
func (a asking) invite(c *gin.Context) error {
	app, _, err := a.sent(c)
	if err != nil {
		return err
	}
	return page.Render(c, "equality/invite", &invitePage{Application: addressOf(app), Questions: len(form.Equality())})
}

// answerForm has the answers by the keys of form.Equality. Key is made with the page: the same page sent twice
// is one set of answers.
type answerForm struct {
	Key         string `form:"key"`
	Age         string `form:"equality_age"`
	Sex         string `form:"equality_sex"`
	Gender      string `form:"equality_gender"`
	Ethnicity   string `form:"equality_ethnicity"`
	Disability  string `form:"equality_disability"`
	Religion    string `form:"equality_religion"`
	Orientation string `form:"equality_orientation"`
	Caring      string `form:"equality_caring"`
}

// errNotWhole is for a page that came back without the key it was made with.
var errNotWhole = failure.New(failure.Invalid, "equality_not_whole", "This page did not reach us whole. Your answers are still here: please send them again.")

func (f *answerForm) answers() form.Answers {
	return form.Answers{
		"equality_age": f.Age, "equality_sex": f.Sex, "equality_gender": f.Gender, "equality_ethnicity": f.Ethnicity,
		"equality_disability": f.Disability, "equality_religion": f.Religion, "equality_orientation": f.Orientation,
		"equality_caring": f.Caring,
	}
}

type questionsPage struct {
	page.Base
	Application string
	Key         string
	Asked       []form.Page
	Given       form.Answers // what was chosen, after a mistake
}

// Items are what can be chosen.
func (p *questionsPage) Items(q form.Question) []page.Choice {
	items := make([]page.Choice, len(q.Options))
	for i, o := range q.Options {
		items[i] = page.Choice{Value: o.Value, Label: o.Label, Hint: o.Hint}
	}
	return items
}

// questions are all on one page: somebody can look at every one of them before answering any, leave out what they
// like, and until they press nothing is kept, in no session and on no server.
func (a asking) questions(c *gin.Context) error {
	app, _, err := a.sent(c)
	if err != nil {
		return err
	}
	view := newQuestionsPage(app, string(bursary.NewTakeBackKey()), nil)
	return page.Render(c, "equality/questions", view)
}

func newQuestionsPage(app *bursary.Application, key string, given form.Answers) *questionsPage {
	return &questionsPage{
		Base: page.Base{Back: addressOf(app) + "/equality"}, Application: addressOf(app), Key: key, Asked: form.Equality(), Given: given,
	}
}

type thanksPage struct {
	page.Base
	Application string
	Key         string // empty when nothing was answered, and so nothing kept
}

// answer keeps what was answered, in nobody's name, and shows the key. It answers at once instead of sending the
// browser on: the key belongs in no address, and the server must not remember it.
func (a asking) answer(c *gin.Context) error {
	app, round, err := a.sent(c)
	if err != nil {
		return err
	}
	var typed answerForm
	key, err := read(c, &typed)
	if err == nil {
		err = a.DB.Write(c.Request.Context(), func(tx *db.Tx) error {
			return bursary.AnswerEquality(c.Request.Context(), tx, round, key, typed.answers())
		})
	}
	if errors.Is(err, bursary.ErrEqualityEmpty) {
		return page.Render(c, "equality/thanks", &thanksPage{Application: addressOf(app)})
	}
	if err != nil {
		return page.Again(c, err, "equality/questions", newQuestionsPage(app, string(bursary.NewTakeBackKey()), typed.answers()))
	}
	return page.Render(c, "equality/thanks", &thanksPage{Application: addressOf(app), Key: string(key)})
}

// read takes in what was sent, and refuses an answer that is on no page.
func read(c *gin.Context, typed *answerForm) (bursary.TakeBackKey, error) {
	if err := page.Bind(c, typed); err != nil {
		return "", err
	}
	key, err := bursary.ParseTakeBackKey(typed.Key)
	if err != nil {
		return "", errNotWhole.Because(err)
	}
	for _, p := range form.Equality() {
		if err := p.Check(typed.answers()); err != nil {
			return "", err
		}
	}
	return key, nil
}
