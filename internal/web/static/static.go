// Package static serves the styles, scripts, fonts and licences that `npm run build` puts into dist, and the
// small style sheet that carries the provider's own colour. Every address contains a digest of all the files,
// so that browsers may keep them for ever and a new release is seen at once.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// ErrNotBuilt is returned by Load when the program was compiled before its styles and scripts were.
var ErrNotBuilt = errors.New("the styles and scripts are missing from this program: run make build")

// Prefix is the path below which the files are served.
const Prefix = "/static/"

// Brand is what the provider sets about its own look.
type Brand struct {
	Accent string // "#rrggbb", dark enough for white text on it (contrast 4.5 or more); empty: DefaultAccent
	Logo   string // an .svg or .png file on disk, shown beside the name; empty: the mark drawn by the layout
}

// Files are the built files, ready to be served from memory, each also compressed. It is an http.Handler for
// everything below Prefix.
type Files struct {
	version string
	files   map[string]file
	logo    string
}

type file struct {
	kind         string
	plain, small []byte
}

// Load reads the built files, adds site.css and the logo from the brand, and compresses what gains by it. It
// returns ErrNotBuilt, or says what is wrong with the brand.
func Load(brand Brand) (*Files, error) {
	contents, err := built()
	if err != nil {
		return nil, err
	}
	if contents["site.css"], err = siteCSS(brand.Accent); err != nil {
		return nil, err
	}
	f := &Files{files: map[string]file{}}
	if brand.Logo != "" {
		f.logo = "logo" + strings.ToLower(path.Ext(brand.Logo))
		if contents[f.logo], err = readLogo(brand.Logo); err != nil {
			return nil, err
		}
	}
	digest := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		fmt.Fprintf(digest, "%s %d\n", name, len(contents[name]))
		digest.Write(contents[name])
		f.files[name] = newFile(name, contents[name])
	}
	f.version = hex.EncodeToString(digest.Sum(nil))[:10]
	return f, nil
}

func built() (map[string][]byte, error) {
	contents := map[string][]byte{}
	err := fs.WalkDir(dist, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == ".gitkeep" {
			return err
		}
		contents[strings.TrimPrefix(name, "dist/")], err = dist.ReadFile(name)
		return err
	})
	if err == nil && contents["app.css"] == nil {
		err = ErrNotBuilt
	}
	return contents, err
}

func readLogo(name string) ([]byte, error) {
	if ext := strings.ToLower(path.Ext(name)); ext != ".svg" && ext != ".png" {
		return nil, fmt.Errorf("the logo %q is neither an .svg nor a .png file", name)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("the logo cannot be read: %w", err)
	}
	return data, nil
}

func newFile(name string, data []byte) file {
	f := file{kind: contentType(name), plain: data}
	if strings.HasSuffix(name, ".woff2") || strings.HasSuffix(name, ".png") {
		return f
	}
	var buf bytes.Buffer
	z, _ := gzip.NewWriterLevel(&buf, gzip.BestCompression) // errs only for a level that does not exist
	_, _ = z.Write(data)                                    // a bytes.Buffer takes every write
	_ = z.Close()
	f.small = buf.Bytes()
	return f
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	default:
		return mime.TypeByExtension(path.Ext(name))
	}
}

// Path is the address of one file ("app.css"), good for ever. It panics on a file that does not exist: the
// name is a constant in a template, and templates are tried by the tests.
func (f *Files) Path(name string) string {
	if _, ok := f.files[name]; !ok {
		panic("static: no file " + name)
	}
	return Prefix + f.version + "/" + name
}

// Logo is the address of the provider's own logo, or "" when none is set.
func (f *Files) Logo() string {
	if f.logo == "" {
		return ""
	}
	return f.Path(f.logo)
}

// ServeHTTP answers GET and HEAD for addresses made by Path. An address of an earlier release gets the
// present file, not to be kept: a page may still be open while the program is replaced.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	version, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
	file, ok := f.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", file.kind)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-cache")
	if version == f.version {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body := file.plain
	if file.small != nil {
		header.Add("Vary", "Accept-Encoding")
		if AcceptsGzip(r.Header.Get("Accept-Encoding")) {
			header.Set("Content-Encoding", "gzip")
			body = file.small
		}
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader has gone away: nobody is left to tell
	}
}

// AcceptsGzip reports whether a browser takes answers in gzip. It reads Accept-Encoding (RFC 9110 §12.5.3) as far as browsers use it: gzip listed and not with
// quality zero.
func AcceptsGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(coding, "gzip") {
			return strings.Trim(strings.TrimPrefix(strings.TrimSpace(weight), "q="), "0.") != "" || weight == ""
		}
	}
	return false
}
