package browser_test

import "testing"

func TestFundPagesFitEveryWindowAndMistakesAreExplained(t *testing.T) {
	t.Parallel()
	w := newRatified(t)
	b := w.officer(t, grace)
	const general = "/admin/funds/GENERAL"
	b.everywhere("/admin/funds/new", general, general+"/statement")
	for _, path := range []string{"/admin/funds", general + "/edit", general + "/rules", general + "/gifts", general + "/documents",
		general + "/move", general + "/books", general + "/report", general + "/close"} {
		b.Visit(path)
		b.handheld(200, "")
	}
	b.Visit("/admin/funds/new")
	b.leads("saving nothing", clickFirst(`main button[name="do"][value="save"]`))
	b.lookAt(422, "Error: Add a fund")
	b.Visit(general + "/rules")
	b.leads("saving nothing", clickFirst(`main button[name="do"][value="save"]`))
	b.handheld(422, "Error: Change the rules of GENERAL")
	for _, path := range []string{general + "/gifts", general + "/documents", general + "/move"} {
		b.pressNothing(path)
		b.handheld(422, "Error: ")
	}
	b.Resize(desk)
	for _, path := range []string{"/admin/funds", general, general + "/rules", general + "/statement"} {
		b.goRound(path)
	}
	b.light("/admin/funds/new", general, general+"/statement")
}
