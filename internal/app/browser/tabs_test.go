package browser_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"bursar/internal/form"
)

const (
	here  = "Typed on the bus: meetings with <families> & friends."
	there = "Typed at home: meetings with the whole “network”."
)

// everyWord expects these texts among all that is kept of an answer, each once, and returns the one that counts.
func (b *Tab) everyWord(address, question string, texts ...string) (counts string) {
	b.t.Helper()
	f := stored(b.t, b.world, ana, address)
	all := append([]string{f.Answers[question]}, f.Rivals[question]...)
	slices.Sort(all)
	slices.Sort(texts)
	if !slices.Equal(all, texts) {
		b.t.Errorf("of %s these are kept: %q, want %q", question, all, texts)
	}
	return f.Answers[question]
}

func TestTheSameAnswerInTwoTabsWithoutScriptsKeepsEveryWord(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := written(t, w, ana, form.Answers{"hope": "Before."})
	b := WithoutScripts(t, w, telephone)
	b.enter(ana)
	other := b.Beside()
	for _, tab := range []*Tab{b, other} {
		tab.Visit(address + "/q/hope")
	}
	b.Fill("hope", here)
	b.Choose("Yes")
	b.Press("Save and continue")
	b.See("How it could help others")
	other.Fill("hope", there)
	other.Choose("Yes")
	other.Press("Save and continue")
	other.lookAt(409, "Error: Choose what to keep")
	other.private()
	other.Says(here, there, "Nothing is lost.")
	if b.everyWord(address, "hope", here, there) != here {
		t.Error("what came second counts without anybody's choice")
	}

	other.Press("Keep this")
	other.Check(422, "Error: Choose what to keep")
	other.Says(here, there, "Choose what to keep.")
	b.Visit(address)
	b.See("Your application")
	b.Says("We kept all your words.")
	other.Choose("Make one answer out of all of them")
	other.Fill("both", here+" "+there)
	other.Press("Keep this")
	other.See("How it could help others")
	other.everyWord(address, "hope", here+" "+there)
}

func TestTheSameAnswerOnTwoDevicesIsNeverOverwrittenByItself(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := written(t, w, ana, form.Answers{"hope": "Before."})
	b, other := Open(t, w, telephone), Open(t, w, desk)
	for _, device := range []*Tab{b, other} {
		device.enter(ana)
		device.Visit(address + "/q/hope")
	}
	b.Fill("hope", here)
	b.key(kb.Tab)
	b.autosaveSays("Saved at")
	other.Fill("hope", there)
	other.key(kb.Tab)
	other.autosaveSays("You also changed this answer in another place. We kept both.")
	other.complaints() // the browser notes that the save was refused
	other.See("What you hope for")
	other.Keeps(map[string]string{"hope": there})
	if b.everyWord(address, "hope", here, there) != here {
		t.Error("a save by itself has overwritten what was typed on the other device")
	}

	b.Fill("hope", here+" More.")
	b.key(kb.Tab)
	b.until("the first device to be saved again", func() bool {
		return stored(t, w, ana, address).Answers["hope"] == here+" More."
	})
	other.Press("Choose what to keep")
	other.See("Choose what to keep")
	other.Says(here+" More.", there)
	other.Choose("Keep this one, which came second")
	other.Press("Keep this")
	other.See("What you hope for") // whether it is finished was not said yet
	other.Keeps(map[string]string{"hope": there})
	other.everyWord(address, "hope", there)
}

func TestAChoiceIsNotMadeOverWordsThatWereNotShown(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := written(t, w, ana, form.Answers{"organisation": "Before"})
	b := WithoutScripts(t, w, telephone)
	b.enter(ana)
	tabs := []*Tab{b, b.Beside(), b.Beside()}
	for _, tab := range tabs {
		tab.Visit(address + "/q/work")
	}
	for i, tab := range tabs[:2] {
		tab.Fill("organisation", []string{here, there}[i])
		tab.Press("Save and come back later")
	}
	tabs[1].Check(409, "Error: Choose what to keep")
	tabs[2].Fill("organisation", "A third.")
	tabs[2].Press("Save and come back later")
	tabs[2].Check(409, "Error: Choose what to keep")
	tabs[1].Choose("Keep this one, which came second")
	tabs[1].Press("Keep this")
	tabs[1].Check(409, "Error: Choose what to keep")
	tabs[1].Says(here, there, "A third.")
	tabs[1].everyWord(address, "organisation", here, there, "A third.")
	if !strings.HasSuffix(tabs[1].Path(), "/choose/organisation") {
		t.Errorf("the choice is asked again at %s", tabs[1].Path())
	}
}
