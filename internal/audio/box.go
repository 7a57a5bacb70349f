package audio

// box is a box of the ISO base media file format (ISO/IEC 14496-12, §4.2): the grain of MP4, M4A and 3GP.
type box struct {
	kind string
	from uint64 // where the body begins, from the beginning of what was split
	body []byte
}

// split takes bytes apart into boxes; rest is what is left when no further box begins or fits.
func split(b []byte) (boxes []box, rest []byte) {
	for at := uint64(0); at < uint64(len(b)); {
		w := window{rest: b[at:]}
		length, kind, header := w.uint32(), w.name(), uint64(8)
		switch length {
		case 0: // to the end
			length = uint64(len(b)) - at
		case 1:
			length, header = w.uint64(), 16
		}
		if w.short || length < header || length > uint64(len(b))-at {
			return boxes, b[at:]
		}
		boxes = append(boxes, box{kind, at + header, b[at+header : at+length]})
		at += length
	}
	return boxes, nil
}

// inside gives the boxes of a kind within a box.
func (b box) inside(kind string) []box {
	boxes, _ := split(b.body)
	var found []box
	for _, inner := range boxes {
		if inner.kind == kind {
			found = append(found, inner)
		}
	}
	return found
}

// down follows a path of kinds, by the only box of each; a missing or a second box gives false.
func (b box) down(kinds ...string) (box, bool) {
	for _, kind := range kinds {
		found := b.inside(kind)
		if len(found) != 1 {
			return box{}, false
		}
		b = found[0]
	}
	return b, true
}

// full opens a "full box": its version, its flags, and a window on what follows.
func (b box) full() (version, flags uint64, w *window) {
	w = &window{rest: b.body}
	head := w.uint32()
	return head >> 24, head & 0xFFFFFF, w
}
