package organisation

import "testing"

func TestNamesThatPeopleTakeForEachOtherLookAlike(t *testing.T) {
	t.Parallel()
	const trust = "Westermoor & Tarn NHS Foundation Trust"
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{trust, "westermoor and tarn nhs trust", true},
		{trust, "The Westermoor-Tarn Foundation", true},
		{trust, "Wéstermoor & Tarn NHS FT", true}, // two letters more in nineteen
		{trust, "Wеstermооr & Tаrn", true},        // Cyrillic letters
		{trust, "Westerm00r & Tarn Ltd", true},
		{trust, "Westermore & Tarn", true},
		{trust, "Westermoor", false},
		{trust, "Saltbridge Community Care NHS Trust", false},
		{"Eastmarsh Borough Council", "Eastmarsh City Council", true},
		{"Eastmarsh Borough Council", "Northmarsh Borough Council", false},
		{"Mind", "Kind", true},
		{"Abc", "Abd", false}, // too short for a letter to mean little
		{"The Trust", "The Charity", false},
		{"The Trust", "the trust.", true},
		{"Kestrel House Wellbeing", "Kestrel’s House Wellbeing", true},
	} {
		if distance, got := alike(fold(c.a), fold(c.b)); got != c.want {
			t.Errorf("%s and %s: %v, %d apart (%s, %s)", c.a, c.b, got, distance, fold(c.a), fold(c.b))
		}
	}
}

func TestOnlyADomainOfOneOrganisationCanBeTrusted(t *testing.T) {
	t.Parallel()
	for domain, want := range map[string]bool{
		"westermoor.nhs.uk": true, "eastmarsh.gov.uk": true, "kestrel.org": true,
		"gmail.com": false, "mail.gmail.com": false, "yahoo.co.uk": false, "nhs.net": false, "nhs.uk": false, "gov.uk": false, "co.uk": false,
	} {
		if trustable(domain) != want {
			t.Errorf("%s: %v", domain, !want)
		}
	}
}
