package audio

import "bytes"

// mp3Header is what four bytes say of the frame that they begin (ISO/IEC 11172-3 and 13818-3, layer III; the
// halved rates of "MPEG 2.5" are common practice).
type mp3Header struct {
	version byte // 0: MPEG 2.5, 2: MPEG 2, 3: MPEG 1
	rate    int  // samples a second
	samples int
	length  int // bytes
}

// mp3Kilobits are the bit rates by their index, for MPEG 1 and for MPEG 2 and 2.5.
var mp3Kilobits = [2][16]int{
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
}

// mp3Rates are the sample rates by their index, for MPEG 1.
var mp3Rates = [3]int{44_100, 48_000, 32_000}

func readMP3Header(b []byte) (mp3Header, bool) {
	const layer3 = 1
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xE0 != 0xE0 || b[1]>>1&3 != layer3 {
		return mp3Header{}, false
	}
	h := mp3Header{version: b[1] >> 3 & 3, samples: 1152}
	speed, pitch, padding := b[2]>>4, b[2]>>2&3, int(b[2]>>1&1)
	kilobits := mp3Kilobits[0][speed]
	if h.version != 3 {
		kilobits, h.samples = mp3Kilobits[1][speed], 576
	}
	if h.version == 1 || pitch == 3 || kilobits == 0 {
		return mp3Header{}, false
	}
	h.rate = mp3Rates[pitch]
	switch h.version {
	case 2:
		h.rate /= 2
	case 0:
		h.rate /= 4
	}
	h.length = h.samples/8*kilobits*1000/h.rate + padding
	return h, true
}

// parseMP3 skips an ID3v2 tag and walks the frames. Frames follow each other without a gap; what follows the
// last one is an old tag, or too much.
func parseMP3(b []byte) (stream, error) {
	s := stream{format: MP3}
	b, err := skipID3(b)
	if err != nil {
		return s, err
	}
	first, ok := readMP3Header(b)
	if !ok {
		return s, ErrUnknown
	}
	frames, samples := 0, uint64(0)
	for {
		h, ok := readMP3Header(b)
		if !ok || h.version != first.version || h.rate != first.rate || h.length > len(b) {
			break
		}
		if frames > 0 || !mp3Index(b[:h.length]) {
			s.sound += h.length
			samples += uint64(h.samples)
		}
		b = b[h.length:]
		frames++
	}
	switch {
	case frames < 3: // three frames in a row are no accident, and less than a tenth of a second
		return s, ErrUnknown
	case len(b) > tail && !zero(b):
		return s, ErrMixed
	}
	s.length, err = lasts(samples, uint64(first.rate))
	return s, err
}

// mp3Index reports whether a first frame holds no sound but an index by the encoder.
func mp3Index(frame []byte) bool {
	head := frame[:min(len(frame), 48)]
	return bytes.Contains(head, []byte("Xing")) || bytes.Contains(head, []byte("Info")) || bytes.Contains(head, []byte("VBRI"))
}

// skipID3 steps over the tag in front (https://id3.org/id3v2.4.0-structure), which may have no picture.
func skipID3(b []byte) ([]byte, error) {
	if !bytes.HasPrefix(b, []byte("ID3")) {
		return b, nil
	}
	const header = 10
	if len(b) < header || (b[6]|b[7]|b[8]|b[9])&0x80 != 0 {
		return nil, ErrDamaged
	}
	length := header + (int(b[6])<<21 | int(b[7])<<14 | int(b[8])<<7 | int(b[9]))
	if length > len(b) {
		return nil, ErrDamaged
	}
	if tag := b[:length]; bytes.Contains(tag, []byte("APIC")) || bytes.Contains(tag, []byte("GEOB")) {
		return nil, ErrMixed
	}
	return bytes.TrimLeft(b[length:], "\x00"), nil
}
