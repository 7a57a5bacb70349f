package mail

import (
	"fmt"
	html "html/template"
	"io/fs"
	"path"
	"strings"
	"sync"
	text "text/template"

	"bursar/internal/london"
	"bursar/templates"
)

// library is every mail's templates by name; the two layouts are under "layout".
type library struct {
	texts    map[string]*text.Template
	htmls    map[string]*html.Template
	patterns map[string]*pattern // of all but the layout
}

// letters is the program's own library. NewSender asks for it first, so that a template that cannot be parsed
// stops the program when it starts.
var letters = sync.OnceValue(func() library {
	l, err := parse(templates.FS)
	if err != nil {
		panic(err) // embedded: TestEveryMailTemplateIsWhole fails first
	}
	return l
})

// base stands for the address of the site in a stored mail: under a domain that can never exist (RFC 6761
// §6.4), so that links are ordinary absolute URLs to the templates, and that what somebody typed can at worst
// become a link to our own site.
const base = "https://site.invalid"

// functions are what mail templates can call: link makes a path of the site absolute, the others write days and
// times in London's words, as pages do.
var functions = map[string]any{
	"link": link, "dateof": london.DateOf, "days": london.Days, "clock": london.Clock, "moment": london.Moment, "stamp": london.Stamp,
}

func link(path string) (string, error) {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return "", fmt.Errorf("%q is no path of the site", path)
	}
	return base + path, nil
}

// parse reads mail/<name>.txt and mail/<name>.html, of which there must be both. The text holds the subject as
// a block of that name.
func parse(files fs.FS) (library, error) {
	l := library{map[string]*text.Template{}, map[string]*html.Template{}, map[string]*pattern{}}
	names, err := fs.Glob(files, "mail/*")
	if err != nil {
		return l, err
	}
	for _, name := range names {
		source, err := fs.ReadFile(files, name)
		if err != nil {
			return l, err
		}
		key := strings.TrimSuffix(path.Base(name), path.Ext(name))
		switch path.Ext(name) {
		case ".txt":
			l.texts[key], err = text.New(key).Option("missingkey=error").Funcs(functions).Parse(string(source))
		case ".html":
			l.htmls[key], err = html.New(key).Option("missingkey=error").Funcs(functions).Parse(string(source))
		}
		if err != nil {
			return l, fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := l.whole(); err != nil {
		return l, err
	}
	for name, t := range l.texts {
		if name == "layout" {
			continue
		}
		if l.patterns[name], err = apart(t); err != nil {
			return l, fmt.Errorf("mail/%s.txt: %w", name, err)
		}
	}
	return l, nil
}

// whole reports the first template that lacks its other half or its subject.
func (l library) whole() error {
	for name := range l.htmls {
		if l.texts[name] == nil {
			return fmt.Errorf("mail/%s.txt is missing", name)
		}
	}
	for name, t := range l.texts {
		if l.htmls[name] == nil {
			return fmt.Errorf("mail/%s.html is missing", name)
		}
		if name != "layout" && t.Lookup("subject") == nil {
			return fmt.Errorf("mail/%s.txt does not define its subject", name)
		}
	}
	return nil
}

// render writes a mail's subject and words, without the layout.
func (l library) render(name string, data any) (Mail, error) {
	m := Mail{Template: name}
	if l.texts[name] == nil {
		return m, fmt.Errorf("there is no such template")
	}
	var subject, plain, rich strings.Builder
	if err := l.texts[name].ExecuteTemplate(&subject, "subject", data); err != nil {
		return m, err
	}
	if err := l.texts[name].Execute(&plain, data); err != nil {
		return m, err
	}
	if err := l.htmls[name].Execute(&rich, data); err != nil {
		return m, err
	}
	m.Subject, m.Text, m.HTML = strings.TrimSpace(subject.String()), strings.TrimSpace(plain.String()), strings.TrimSpace(rich.String())
	if !oneLine(m.Subject) {
		return m, errHeader
	}
	return m, nil
}
