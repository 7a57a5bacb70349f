package panel

import "testing"

func TestTheSameOrganisationIsKnownHoweverItIsTyped(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{
		{"Tidewell Support CIC", "tidewell  support"},
		{"St. Mary's Trust", "ST MARYS TRUST"},
		{"St Mary’s", "St-Mary's Charity"},
		{"Leeds & York Partnership NHS Foundation Trust", "leeds and york partnership"},
		{"The Leeds and York Partnership NHS FT", "Crisis team, Leeds and York Partnership NHS Foundation Trust"},
		{"Tees, Esk and Wear Valleys NHS Foundation Trust", "TEWV"},
		{"SLaM", "South London and Maudsley NHS Foundation Trust"},
		{"Tidewell Support", "Tidewell Support, Carlisle branch"},
		{"Café Écoute", "cafe ecoute Ltd."},
		{"Northern Trust", "NORTHERN TRUST"},
		{"The Trust", "the trust"},
	} {
		if !sameOrganisation(same[0], same[1]) || !sameOrganisation(same[1], same[0]) {
			t.Errorf("%q and %q", same[0], same[1])
		}
	}
}

func TestOrganisationsThatOnlySoundAlikeAreNotTakenForOne(t *testing.T) {
	t.Parallel()
	for _, other := range [][2]string{
		{"", ""}, {"", "Tidewell Support CIC"}, {"Tidewell Support CIC", " - "},
		{"Leeds Mind", "Mind"}, {"Leeds Mind", "Bradford Mind"},
		{"Northern Trust", "Northern Foundation"},
		{"Mental Health Trust", "Bradford Mental Health Network"},
		{"Community Support", "Community Support Leeds"},
		{"Trust", "NHS Trust of Leeds"},
		{"Tidewell Support", "Tidewell Housing"},
		{"The Tide", "Tidewell"},
	} {
		if sameOrganisation(other[0], other[1]) || sameOrganisation(other[1], other[0]) {
			t.Errorf("%q and %q", other[0], other[1])
		}
	}
}

func TestSomebodyIsNamedByAllOfTheirName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"vera lindqvist": true, "My boss (Vera LINDQVIST) please": true, "Vera": false, "Lindqvist, Vera": false, "": false, "Vera Lindqvistsson": false,
	} {
		if names(text, "Véra Lindqvist") != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}
