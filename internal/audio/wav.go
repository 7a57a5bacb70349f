package audio

import "encoding/binary"

// The codes of sound in a WAV file that browsers play (RFC 2361): whole numbers, floating point, the two laws
// of telephony, and "see the extension".
const (
	wavPCM        = 1
	wavFloat      = 3
	wavALaw       = 6
	wavMuLaw      = 7
	wavExtensible = 0xFFFE
)

// parseWAV walks the chunks of RIFF (Multimedia Programming Interface and Data Specifications 1.0, 1991).
func parseWAV(b []byte) (stream, error) {
	s := stream{format: WAV}
	declared := uint64(binary.LittleEndian.Uint32(b[4:8]))
	w := window{rest: b[12:]}
	if declared < 4 || declared-4 > uint64(len(w.rest)) {
		return s, ErrDamaged
	}
	after := w.rest[declared-4:]
	if len(after) > tail && !zero(after) {
		return s, ErrMixed
	}
	w.rest = w.rest[:declared-4]
	rate := uint64(0)
	for len(w.rest) >= 8 {
		name, length := w.name(), uint64(binary.LittleEndian.Uint32(w.take(4)))
		body := w.take(length)
		if w.short || length > 0 && body == nil {
			return s, ErrDamaged
		}
		switch name {
		case "fmt ":
			if rate = wavRate(body); rate == 0 {
				return s, ErrUnknown
			}
		case "data":
			if s.sound > 0 || rate == 0 {
				return s, ErrDamaged
			}
			s.sound = len(body)
		}
		if length%2 == 1 && len(w.rest) > 0 {
			w.take(1) // chunks begin at even places
		}
	}
	if rate == 0 {
		return s, ErrDamaged
	}
	var err error
	s.length, err = lasts(uint64(s.sound), rate)
	return s, err
}

// wavRate is how many bytes a second lasts, or 0 when the format is none that can be played.
func wavRate(body []byte) uint64 {
	if len(body) < 16 {
		return 0
	}
	field := func(at int) uint64 { return uint64(binary.LittleEndian.Uint16(body[at:])) }
	code, channels, block, bits := field(0), field(2), field(12), field(14)
	rate := uint64(binary.LittleEndian.Uint32(body[4:]))
	if code == wavExtensible && len(body) >= 26 {
		code = field(24)
	}
	switch code {
	case wavPCM, wavFloat, wavALaw, wavMuLaw:
	default:
		return 0
	}
	if channels == 0 || channels > 8 || bits == 0 || bits%8 != 0 || bits > 64 || block != channels*bits/8 || rate < 4000 || rate > 384_000 {
		return 0
	}
	return rate * block
}
