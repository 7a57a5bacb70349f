package mail

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// Preview is a message as Send would owe it now, in the words that hold now, to be read before it is sent: nothing is written. Its
// words are those of the plain text, without what stands under every mail.
func (s Site) Preview(ctx context.Context, d bun.IDB, m Message) (subject, text string, err error) {
	words, err := edited(ctx, d, m.Template)
	if err != nil {
		return "", "", err
	}
	drafted, _, err := letters().word(m, words)
	if err != nil {
		return "", "", fmt.Errorf("writing mail %s: %w", m.Template, err)
	}
	return drafted.Subject, s.Addressed(drafted.Text), nil
}
