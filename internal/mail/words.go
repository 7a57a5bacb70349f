package mail

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
)

// ErrNoTemplate means that there is no mail of that name.
var ErrNoTemplate = failure.New(failure.NotFound, "mail_template_unknown", "There is no such email.")

// Original is a mail's built-in words and its placeholders, in the order in which they first stand there.
func Original(template string) (Text, []Placeholder, error) {
	p := letters().patterns[template]
	if p == nil {
		return Text{}, nil, ErrNoTemplate
	}
	return p.original, slices.Clone(p.placeholders), nil
}

const (
	longestSubject = 120
	longestBody    = 20_000
)

// telling are beginnings of words that would tell whoever sees a subject on somebody's screen more than their reader may want.
var telling = regexp.MustCompile(`(?i)\b(bursar|peer|mental|diagnos|psych|illness|sick|disab|depress|anxi|suicid|hardship|therap|patient|crisis|medic|hospital|addict|trauma|poverty|benefits)[a-z]*`)

// Check returns an Invalid failure about everything in words that cannot stand for a mail: fields "subject" and "body".
func Check(template string, t Text) error {
	p := letters().patterns[template]
	if p == nil {
		return ErrNoTemplate
	}
	wrong := map[string]string{}
	p.checkSubject(t.Subject, wrong)
	p.checkBody(t.Body, wrong)
	if len(wrong) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "invalid_words", Message: "Check what you entered.", Fields: wrong}
}

func (p *pattern) checkSubject(subject string, wrong map[string]string) {
	allowed := func(h Placeholder) bool { return h.Subject }
	switch strange := p.strange(subject, allowed); {
	case strings.TrimSpace(subject) == "":
		wrong["subject"] = "Enter a subject"
	case !oneLine(subject) || strings.ContainsFunc(subject, misleads) || len([]rune(subject)) > longestSubject:
		wrong["subject"] = fmt.Sprintf("A subject is one line of up to %d characters, without hidden marks", longestSubject)
	case telling.MatchString(mark.ReplaceAllString(subject, "")):
		wrong["subject"] = "Leave out “" + telling.FindString(mark.ReplaceAllString(subject, "")) + "”: other people may see a subject on somebody’s screen"
	case strange != "" && p.list(allowed) == "":
		wrong["subject"] = strange + " cannot stand in this subject. It has no placeholders"
	case strange != "":
		wrong["subject"] = strange + " cannot stand in this subject. You can use " + p.list(allowed)
	}
}

// misleads reports whether a character begins another line, or turns round the order in which others are shown.
func misleads(r rune) bool { return unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) }

func (p *pattern) checkBody(body string, wrong map[string]string) {
	strange := p.strange(body, func(Placeholder) bool { return true })
	switch {
	case strings.TrimSpace(body) == "":
		wrong["body"] = "Enter what the email says"
	case len([]rune(body)) > longestBody:
		wrong["body"] = "Use 20,000 characters or fewer"
	case strange != "":
		wrong["body"] = strange + " is no placeholder of this email. Use those in the list, written as they are there"
	default:
		used := marks(body)
		for _, h := range p.placeholders {
			switch {
			case !h.Must || slices.Contains(used, h.Name):
			case h.Name == lastDay:
				wrong["body"] = "Keep " + h.Mark() + ": the law wants that we tell people until when they can change their mind"
			default:
				wrong["body"] = "Keep " + h.Mark() + ": without it nobody can get to the page that this email is about"
			}
		}
	}
}

// marks are the names of the placeholders in words.
func marks(words string) []string {
	var names []string
	for _, m := range mark.FindAllStringSubmatch(words, -1) {
		names = append(names, m[1])
	}
	return names
}

// strange is what of some words looks like a placeholder and is none of those allowed: their names; "" when nothing does.
func (p *pattern) strange(words string, allowed func(Placeholder) bool) string {
	var names []string
	for _, name := range marks(words) {
		known := slices.ContainsFunc(p.placeholders, func(h Placeholder) bool { return h.Name == name && allowed(h) })
		if len(name) > 40 {
			name = name[:40] + "…"
		}
		if full := "{{." + name + "}}"; !known && !slices.Contains(names, full) {
			names = append(names, full)
		}
	}
	if left := mark.ReplaceAllString(words, ""); strings.Contains(left, "{{") || strings.Contains(left, "}}") {
		names = append(names, "What stands between {{ and }}")
	}
	return strings.Join(names, ", ")
}

// list are the placeholders that are allowed, as one writes them.
func (p *pattern) list(allowed func(Placeholder) bool) string {
	var names []string
	for _, h := range p.placeholders {
		if allowed(h) {
			names = append(names, h.Mark())
		}
	}
	return strings.Join(names, ", ")
}

// edited is what staff have made of a mail's words; nil when the original holds.
func edited(ctx context.Context, d bun.IDB, template string) (*Text, error) {
	var t Text
	err := d.NewRaw("SELECT subject, body FROM mail_texts WHERE template = ? ORDER BY id DESC LIMIT 1", template).Scan(ctx, &t.Subject, &t.Body)
	if db.NoRows(err) || err == nil && t.Body == "" {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the words of mail %s: %w", template, err)
	}
	return &t, nil
}

// reword gives a mail that was rendered with the built-in words those of staff. Words that no longer fit the program, or would make
// no mail, are left aside: what is owed must go out.
func (m *Mail) reword(t *Text, facts map[string]string) {
	subject, known := fill(t.Subject, facts)
	body, whole := fill(t.Body, facts)
	if !known || !whole || body == "" || !oneLine(subject) || len([]rune(subject)) > 200 {
		return
	}
	m.Subject, m.Text, m.HTML = subject, body, rich(body)
}

var ownLink = regexp.MustCompile(regexp.QuoteMeta(base) + `/[^\s<>"']*[^\s<>"'.,;:!?)]`)

// rich makes the HTML of plain words: paragraphs, lists of lines that begin with a hyphen, and links to our own pages. Addresses
// elsewhere stay words, so that nothing typed becomes a link to another site.
func rich(plain string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(plain, "\n\n") {
		if paragraph = strings.Trim(paragraph, "\n"); paragraph == "" {
			continue
		}
		lines := strings.Split(paragraph, "\n")
		listed := !slices.ContainsFunc(lines, func(l string) bool { return !strings.HasPrefix(strings.TrimSpace(l), "- ") })
		for i, line := range lines {
			line = html.EscapeString(strings.TrimSpace(line))
			lines[i] = ownLink.ReplaceAllString(line, `<a href="$0">$0</a>`)
		}
		if !listed {
			fmt.Fprintf(&b, "<p>%s</p>\n", strings.Join(lines, "<br>\n"))
			continue
		}
		b.WriteString("<ul>\n")
		for _, line := range lines {
			fmt.Fprintf(&b, "<li>%s</li>\n", strings.TrimPrefix(line, "- "))
		}
		b.WriteString("</ul>\n")
	}
	return strings.TrimSpace(b.String())
}

// Case is what stood for the placeholders of a mail that was owed.
type Case struct {
	Facts map[string]string
	At    time.Time // zero: none is kept, and the facts are the placeholders' own words
}

// LastCase is the latest mail of a template whose facts are still kept, or what the placeholders mean when there is none.
func LastCase(ctx context.Context, d bun.IDB, template string) (Case, error) {
	p := letters().patterns[template]
	if p == nil {
		return Case{}, ErrNoTemplate
	}
	c := Case{Facts: map[string]string{}}
	for _, h := range p.placeholders {
		c.Facts[h.Name] = "[" + h.Words + "]"
	}
	var kept []byte
	var at time.Time
	err := d.NewRaw("SELECT facts, created_at FROM mails WHERE template = ? AND facts IS NOT NULL ORDER BY id DESC LIMIT 1", template).Scan(ctx, &kept, &at)
	if db.NoRows(err) {
		return c, nil
	}
	if err != nil {
		return c, fmt.Errorf("reading the last mail of kind %s: %w", template, err)
	}
	c.At = at
	return c, json.Unmarshal(kept, &c.Facts) // what is new since stays as its words
}

// Reworded is how a mail with some words would be sent in a case, to be looked at: nothing is written. Words must have passed Check.
func (s Site) Reworded(t Text, c Case) (subject, plain, whole string, err error) {
	m := Mail{}
	m.Subject, _ = fill(t.Subject, c.Facts)
	m.Text, _ = fill(t.Body, c.Facts)
	m.HTML = rich(m.Text)
	plain, whole, err = s.Letter(&m)
	return m.Subject, plain, whole, err
}
