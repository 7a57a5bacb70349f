package mail

import (
	"fmt"
	"strings"
)

// Preview is a message as Send would owe it now, to be read before it is sent: nothing is written. Its words are those of
// the plain text, without what stands under every mail.
func (s Site) Preview(m Message) (subject, text string, err error) {
	drafted, err := letters().render(m.Template, m.Data)
	if err != nil {
		return "", "", fmt.Errorf("writing mail %s: %w", m.Template, err)
	}
	return drafted.Subject, strings.ReplaceAll(drafted.Text, base+"/", s.URL+"/"), nil
}
