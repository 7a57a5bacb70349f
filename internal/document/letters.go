package document

import (
	"sync"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// box stands for a letter that the fonts lack.
const box = '\u25a1'

// regular tells which letters the fonts have; both have the same.
var regular = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic(err) // part of the program: every test fails first
	}
	return f
})

// covers reports whether there is a glyph for a letter. fpdf knows no letter beyond U+FFFF.
func covers(r rune) bool {
	if r > 0xFFFF {
		return false
	}
	glyph, err := regular().GlyphIndex(nil, r)
	return err == nil && glyph != 0
}
