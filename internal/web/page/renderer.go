package page

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"time"

	"bursar/internal/web/static"
)

// Renderer holds every page's template, parsed and ready.
type Renderer struct {
	pages  map[string]*template.Template
	site   Site
	now    func() time.Time
	secure bool
	key    [32]byte // seals when a form arrived
}

// indentation is for those who write templates; who reads a page on a weak line need not load it. What somebody typed is
// data, and keeps its spaces.
var indentation = regexp.MustCompile(`(?m)^[ \t]+`)

// folders that hold no pages: what pages are made of, and mails.
var notPages = map[string]bool{"layout": true, "part": true, "mail": true}

// NewRenderer parses all templates: layout/base.html, every part/*.html, and every page in the folders of the
// audiences, each with blocks "title" and "main". A page is called by its folder and file: "public/course".
// It says which file is wrong. now is the time shown on pages, in production the database's.
func NewRenderer(templates fs.FS, site Site, files *static.Files, now func() time.Time) (*Renderer, error) {
	r := &Renderer{
		pages: map[string]*template.Template{}, site: site, now: now,
		secure: strings.HasPrefix(site.URL, "https://"),
	}
	_, _ = rand.Read(r.key[:]) // never fails: crypto/rand.Read aborts the program instead
	parts := template.New("parts")
	words := functions(files, parts)
	if _, err := parts.Funcs(words).ParseFS(templates, "part/*.html"); err != nil {
		return nil, err
	}
	layout, err := template.New("layout").Funcs(words).ParseFS(templates, "layout/*.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(templates, "*/*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if notPages[path.Dir(name)] {
			continue
		}
		if r.pages[strings.TrimSuffix(name, ".html")], err = parse(layout, templates, name); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func parse(layout *template.Template, templates fs.FS, name string) (*template.Template, error) {
	text, err := fs.ReadFile(templates, name)
	if err != nil {
		return nil, err
	}
	t, err := layout.Clone()
	if err != nil {
		return nil, err
	}
	if _, err := t.New(name).Parse(indentation.ReplaceAllString(string(text), "")); err != nil {
		return nil, err
	}
	for _, block := range []string{"title", "main"} {
		if t.Lookup(block) == nil {
			return nil, fmt.Errorf("template %s defines no block %q", name, block)
		}
	}
	return t, nil
}

// execute writes one page, already filled in, into a buffer.
func (r *Renderer) execute(name string, p Page) ([]byte, error) {
	t, ok := r.pages[name]
	if !ok {
		return nil, fmt.Errorf("there is no template for page %s", name)
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, "base.html", p); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
