package panel_test

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"bursar/internal/panel"
)

func TestWhatWasGivenIsCoveredHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	s := panel.Secrets{
		Names:         []string{"Ana Réyes-Smith", "Grace O’Neill", "Işıl Łukasz", "Mr de la Cruz", "田中さくら"},
		Organisations: []string{"Tidewell Support CIC", "Greater Manchester Mental Health"},
		Places:        []string{"North West", "Carlisle"},
		Contacts:      []string{"07700 900 982"},
	}
	for text, want := range map[string]string{
		"Ana runs it.":                          "[name] runs it.",
		"ANA’S group, ana's group, Anas group":  "[name]’S group, [name]'s group, [name] group",
		"Ana Reyes-Smith and Ana Réyes Smith":   "[name] and [name]",
		"Réyes (Re\u0301yes, REYES)":            "[name] ([name], [name])",
		"AnaReyesSmith, #anareyessmith":         "[name], #[name]",
		"Rey-es, Rey\u00ades and Rey-\nes":      "[name], [name] and [name]",
		"ana_reyes and Ana1985":                 "[name] and [name]1985",
		"O'Neill, ONEILL, O\u2019Neill's, Neil": "[name], [name], [name]'s, Neil",
		"Isil, IŞIL, ışıl, lukasz":              "[name], [name], [name]",
		"The house of la Cruz":                  "The house of la [name]",
		"田中さくらさんと":                              "[name]さんと",
		"At TIDEWELL we give support":           "At [organisation] we give support",
		"Tidewell Support is where I am":        "[organisation] is where I am",
		"Tidewell Support cic's team":           "[organisation]'s team",
		"GMMH and GMMHs, not gmmh":              "[organisation] and [organisation]s, not gmmh",
		"In the north-west, near CARLISLE":      "In the [place], near [place]",
		"Ring 07700-900982 or +44 7700 900 123": "Ring [contact] or [contact]",
		"ana.r@post.example or @ana_r":          "[contact] or [contact]",
		"See https://tidewell.example/a?b=c.":   "See [contact].",
		"See tidewell.org.uk/ana, M1 3BB, ca28": "See [contact], [place], ca28",
		"Anastasia, an animal, banana":          "Anastasia, an animal, banana",
		"":                                      "",
	} {
		if got := panel.Mask(text, s); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestWordsThatNobodyGaveStay(t *testing.T) {
	t.Parallel()
	s := panel.Secrets{Names: []string{"", "J", "Li of the"}, Organisations: []string{"The Mental Health Trust", ""}, Places: []string{"X", " "}}
	text := "The 12 of us met in 2026, 15 times. I like the health trust; Lila did not."
	if got := panel.Mask(text, s); got != text {
		t.Errorf("it became %q", got)
	}
}

// The property: whatever the secret and however it is spelled, none of it is left. The check is made in another
// way than the masking: by taking everything but letters away.
func TestNoSecretSurvivesItsSpelling(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("bdfgjkquvwxzéñüßåçøłжщюяλσωþ")), 3, 8, -1)
		secret := strings.Join(rapid.SliceOfN(word, 1, 3).Draw(t, "secret"), rapid.SampledFrom([]string{" ", "-", "’"}).Draw(t, "between"))
		spelled := spell(t, secret)
		text := rapid.SampledFrom([]string{"", "met ", "(", "at the ", "“"}).Draw(t, "before") + spelled +
			rapid.SampledFrom([]string{"", "'s", "’S", "s", ".", ") met", " met", "'"}).Draw(t, "after")
		kinds := panel.Secrets{}
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			kinds.Names = []string{secret}
		case 1:
			kinds.Organisations = []string{secret}
		case 2:
			kinds.Places = []string{secret}
		case 3:
			kinds.Contacts = []string{secret}
		}
		got := panel.Mask(text, kinds)
		if strings.Contains(bare(got), bare(secret)) {
			t.Fatalf("%q in %q became %q", secret, text, got)
		}
		if again := panel.Mask(got, kinds); again != got {
			t.Fatalf("%q became %q at a second time", got, again)
		}
	})
}

// spell writes a secret in one of the ways that people do.
func spell(t *rapid.T, secret string) string {
	switch rapid.IntRange(0, 3).Draw(t, "case") {
	case 0:
		secret = strings.ToUpper(secret)
	case 1:
		secret = strings.ToLower(secret)
	case 2:
		r := []rune(secret)
		secret = string(unicode.ToUpper(r[0])) + string(r[1:])
	}
	if rapid.Bool().Draw(t, "taken apart") {
		secret = norm.NFD.String(secret)
	}
	if rapid.Bool().Draw(t, "run together") {
		secret = strings.NewReplacer(" ", "", "-", "", "’", "").Replace(secret)
	}
	r := []rune(secret)
	at := rapid.IntRange(1, len(r)-1).Draw(t, "divided")
	if unicode.Is(unicode.Mn, r[at]) {
		return secret
	}
	return string(r[:at]) + rapid.SampledFrom([]string{"", "-", "\u00ad", "\u200b", "-\n", "'"}).Draw(t, "with") + string(r[at:])
}

// bare is a text without case, accents and anything but letters.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(unicode.ToUpper(r))
	}, norm.NFD.String(strings.ToUpper(text)))
}
