package bankfile

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// limited lets MaxSize bytes of a file through.
type limited struct {
	r    io.Reader
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= n; l.left < 0 {
		return 0, whole(ErrTooLarge)
	}
	return n, err
}

// headSize is how much of a file is looked at to tell what it is.
const headSize = 64 << 10

// decode gives a file as UTF-8 without a mark, or a Problem when it is no CSV at all.
func decode(r io.Reader) (*bufio.Reader, error) {
	raw := bufio.NewReaderSize(&limited{r, MaxSize}, headSize)
	head, err := raw.Peek(512)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if err := sniff(head); err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(transform.NewReader(raw, decoding(head)), headSize), nil
}

// marks are the byte order marks (Unicode 16.0, 23.8).
const (
	mark8          = "\xef\xbb\xbf"
	markLE, markBE = "\xff\xfe", "\xfe\xff"
)

// decoding tells the encoding from the start of the file.
func decoding(head []byte) transform.Transformer {
	switch wide := func(nul, text int) bool {
		return len(head) > 3 && head[nul] == 0 && head[nul+2] == 0 && head[text] != 0 && head[text+2] != 0
	}; {
	case bytes.HasPrefix(head, []byte(mark8)):
		return &plainText{marked: true}
	case bytes.HasPrefix(head, []byte(markLE)), wide(1, 0):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
	case bytes.HasPrefix(head, []byte(markBE)), wide(0, 1):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()
	default:
		return &plainText{}
	}
}

// plainText reads UTF-8 and Windows-1252. Both write ASCII alike, so that the first other sign decides: it is UTF-8
// when it is valid as such. What cannot be read after that becomes NUL, which is refused with its row.
type plainText struct {
	marked bool // a mark says that it is UTF-8
	begun  bool // the mark has been passed over
	utf8   bool
	legacy bool
}

// Reset starts a new file.
func (p *plainText) Reset() { *p = plainText{marked: p.marked, utf8: p.marked} }

// Transform is that of transform.Transformer.
func (p *plainText) Transform(dst, src []byte, atEOF bool) (written, read int, err error) {
	if p.marked && !p.begun {
		if len(src) < len(mark8) && !atEOF {
			return 0, 0, transform.ErrShortSrc
		}
		p.begun, read = true, len(mark8)
	}
	for read < len(src) {
		if !p.legacy && !atEOF && !utf8.FullRune(src[read:]) {
			return written, read, transform.ErrShortSrc
		}
		r, size := p.next(src[read:])
		if written+utf8.RuneLen(r) > len(dst) {
			return written, read, transform.ErrShortDst
		}
		written += utf8.EncodeRune(dst[written:], r)
		read += size
	}
	return written, read, nil
}

func (p *plainText) next(src []byte) (r rune, size int) {
	switch r, size = utf8.DecodeRune(src); {
	case src[0] < utf8.RuneSelf:
		return r, size
	case !p.legacy && (r != utf8.RuneError || size > 1):
		p.utf8 = true
		return r, size
	case p.utf8:
		return 0, 1
	default:
		p.legacy = true
		return charmap.Windows1252.DecodeByte(src[0]), 1
	}
}
