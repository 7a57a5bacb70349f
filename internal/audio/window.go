package audio

import "encoding/binary"

// window reads through bytes from the front. Reading beyond the end gives zeros and marks it short, so that a
// parser can read all fields first and ask once.
type window struct {
	rest  []byte
	short bool
}

// take gives the next n bytes, or nil when there are fewer.
func (w *window) take(n uint64) []byte {
	if n > uint64(len(w.rest)) {
		w.rest, w.short = nil, true
		return nil
	}
	taken := w.rest[:n]
	w.rest = w.rest[n:]
	return taken
}

func (w *window) uint32() uint64 {
	if b := w.take(4); b != nil {
		return uint64(binary.BigEndian.Uint32(b))
	}
	return 0
}

func (w *window) uint64() uint64 {
	high := w.uint32()
	return high<<32 | w.uint32()
}

// name gives a code of four letters.
func (w *window) name() string { return string(w.take(4)) }

// zero reports whether nothing but zeros is left, as some recorders write at the end.
func zero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}
