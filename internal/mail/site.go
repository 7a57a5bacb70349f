package mail

import (
	"fmt"
	"html/template"
	"net/mail"
	"net/url"
	"strings"
)

// Site is the provider, as every mail names it.
type Site struct {
	Name    string // as signed and invoiced
	URL     string // public base address without a final slash; links in mails begin with it
	Email   string // of the office: mails come from it and are answered to it
	Phone   string // of the office
	Address string // of the office, in one line
}

// Addressed is a text with the site's own address in its links, which a stored mail leaves open.
func (s Site) Addressed(text string) string { return strings.ReplaceAll(text, base+"/", s.URL+"/") }

// Letter gives a mail's plain text and its whole HTML document, with the site's layout and address.
func (s Site) Letter(m *Mail) (text, html string, err error) {
	type letter struct {
		Site    Site
		Subject string
		Text    string
		HTML    template.HTML
		Stop    string // where one gets no more such mails; empty for one that its reader needs
	}
	rich := strings.ReplaceAll(m.HTML, base+"/", template.HTMLEscapeString(s.URL)+"/")
	l := letter{s, m.Subject, s.Addressed(m.Text), template.HTML(rich), s.stopAt(m)} //nolint:gosec // rendered by html/template when the mail was owed
	var plain, whole strings.Builder
	if err := letters().texts["layout"].Execute(&plain, l); err != nil {
		return "", "", fmt.Errorf("laying out mail %d: %w", m.ID, err)
	}
	if err := letters().htmls["layout"].Execute(&whole, l); err != nil {
		return "", "", fmt.Errorf("laying out mail %d: %w", m.ID, err)
	}
	return strings.TrimSpace(plain.String()) + "\n", whole.String(), nil
}

// check says what of the site would spoil every mail.
func (s Site) check() error {
	u, err := url.Parse(s.URL)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || strings.HasSuffix(s.URL, "/") {
		return fmt.Errorf("mails need the site's address in the form https://host, not %q", s.URL)
	}
	if a, err := mail.ParseAddress(s.Email); err != nil || a.Address != s.Email {
		return fmt.Errorf("mails need the office's email address, not %q", s.Email)
	}
	if !oneLine(s.Name) {
		return fmt.Errorf("mails need the provider's name in one line, not %q", s.Name)
	}
	return nil
}

// messageID is the mail's own identifier (RFC 5322 §3.6.4), without angle brackets.
func (s Site) messageID(m *Mail) string {
	u, err := url.Parse(s.URL)
	if err != nil {
		panic(err) // checked by NewSender
	}
	return m.Key + "@" + u.Hostname()
}
