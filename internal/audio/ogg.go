package audio

import (
	"bytes"
	"encoding/binary"
)

// oggPage is a page of RFC 3533.
type oggPage struct {
	first   bool // of its stream
	granule uint64
	serial  uint32
	lengths []byte
	body    []byte
}

// readOggPage takes a page from the front; its checksum must be right.
func readOggPage(w *window) (oggPage, bool) {
	const header = 27
	page := w.rest
	head := w.take(header)
	if head == nil || !bytes.HasPrefix(head, []byte("OggS\x00")) {
		return oggPage{}, false
	}
	lengths := w.take(uint64(head[26]))
	total := uint64(0)
	for _, n := range lengths {
		total += uint64(n)
	}
	body := w.take(total)
	if w.short {
		return oggPage{}, false
	}
	page = page[:header+len(lengths)+len(body)]
	if oggSum(page) != binary.LittleEndian.Uint32(head[22:]) {
		return oggPage{}, false
	}
	return oggPage{
		first: head[5]&2 != 0, granule: binary.LittleEndian.Uint64(head[6:]), serial: binary.LittleEndian.Uint32(head[14:]),
		lengths: lengths, body: body,
	}, true
}

// oggSums is the table of Ogg's checksum: the polynomial of Ethernet, from the other end.
var oggSums = func() (table [256]uint32) {
	for i := range table {
		sum := uint32(i) << 24
		for range 8 {
			if sum&(1<<31) != 0 {
				sum = sum<<1 ^ 0x04C11DB7
			} else {
				sum <<= 1
			}
		}
		table[i] = sum
	}
	return table
}()

// oggSum sums a page with zeros in place of its sum.
func oggSum(page []byte) uint32 {
	sum := uint32(0)
	for i, v := range page {
		if i >= 22 && i < 26 {
			v = 0
		}
		sum = sum<<8 ^ oggSums[byte(sum>>24)^v]
	}
	return sum
}

// parseOgg walks the pages of one stream of Opus (RFC 7845) or Vorbis (Vorbis I specification).
func parseOgg(b []byte) (stream, error) {
	w, o := &window{rest: b}, oggStream{stream: stream{format: Ogg}}
	for len(w.rest) > 0 {
		rest := w.rest
		page, ok := readOggPage(w)
		if !ok && o.packets > 2 && !bytes.HasPrefix(rest, []byte("OggS")) && (len(rest) <= tail || zero(rest)) {
			break
		}
		if !ok {
			return o.stream, ErrDamaged
		}
		if err := o.add(page); err != nil {
			return o.stream, err
		}
	}
	return o.finish()
}

// noGranule is the time of a page on which no packet ends.
const noGranule = ^uint64(0)

// oggStream puts packets together from pages.
type oggStream struct {
	stream
	serial  uint32
	packets int
	open    []byte // the packet that goes on on the next page
	opus    bool
	skip    uint64 // samples of Opus that are not played
	rate    uint64
	samples uint64
}

func (o *oggStream) add(page oggPage) error {
	if o.packets == 0 && len(o.open) == 0 {
		o.serial = page.serial
	} else if page.serial != o.serial || page.first {
		return ErrMixed // a second stream: video, or a description of one
	}
	body := page.body
	for _, n := range page.lengths {
		o.open = append(o.open, body[:n]...)
		body = body[n:]
		if n == 255 {
			continue
		}
		if err := o.packet(o.open); err != nil {
			return err
		}
		o.packets++
		o.open = o.open[:0]
	}
	if !o.opus && page.granule != noGranule {
		o.samples = page.granule
	}
	return nil
}

// packet reads one: a header, the comments, a set-up of Vorbis, then sound.
func (o *oggStream) packet(p []byte) error {
	switch {
	case o.packets == 0:
		return o.head(p)
	case o.packets == 1:
		if !bytes.HasPrefix(p, []byte("OpusTags")) && !bytes.HasPrefix(p, []byte("\x03vorbis")) {
			return ErrDamaged
		}
		if upper := bytes.ToUpper(p); bytes.Contains(upper, []byte("METADATA_BLOCK_PICTURE")) || bytes.Contains(upper, []byte("COVERART")) {
			return ErrMixed
		}
	case o.opus:
		samples, ok := opusSamples(p)
		if !ok {
			return ErrDamaged
		}
		o.samples += samples
		o.sound += len(p)
	case o.packets == 2:
		if !bytes.HasPrefix(p, []byte("\x05vorbis")) {
			return ErrDamaged
		}
	default:
		if len(p) > 0 && p[0]&1 != 0 {
			return ErrDamaged // a packet of Vorbis with sound begins with a 0
		}
		o.sound += len(p)
	}
	return nil
}

// head reads the first packet.
func (o *oggStream) head(p []byte) error {
	switch {
	case bytes.HasPrefix(p, []byte("OpusHead")) && len(p) >= 19:
		o.opus, o.rate, o.skip = true, opusRate, uint64(binary.LittleEndian.Uint16(p[10:]))
	case bytes.HasPrefix(p, []byte("\x01vorbis")) && len(p) == 30:
		o.rate = uint64(binary.LittleEndian.Uint32(p[12:]))
	case bytes.HasPrefix(p, []byte("\x80theora")), bytes.HasPrefix(p, []byte("fishead")), bytes.HasPrefix(p, []byte("OVP80")):
		return ErrMixed
	default:
		return ErrUnknown
	}
	return nil
}

// finish gives the length. A packet of Vorbis lasts 8192 samples at most, so a greater number is made up.
func (o *oggStream) finish() (stream, error) {
	const longest = 8192
	if !o.opus && o.samples > uint64(o.packets)*longest || len(o.open) > 0 {
		return o.stream, ErrDamaged
	}
	var err error
	o.length, err = lasts(o.samples-min(o.samples, o.skip), max(o.rate, 1))
	return o.stream, err
}
