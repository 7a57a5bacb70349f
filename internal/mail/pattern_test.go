package mail

import "testing"

func TestEveryPlaceholderSaysPlainlyWhatStandsThere(t *testing.T) {
	t.Parallel()
	for _, template := range Templates() {
		_, placeholders, err := Original(template)
		if err != nil {
			t.Errorf("%s: %v", template, err)
		}
		for _, p := range placeholders {
			if p.Words == "" || p.Words == spelled(p.Name) {
				t.Errorf("%s: %s is explained as %q, which is only its name: add words to said", template, p.Mark(), p.Words)
			}
		}
	}
}
