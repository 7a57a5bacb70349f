package audio

import "bytes"

// amrSizes and amrWideSizes are how many bytes follow the first of a frame, by its type (RFC 4867, §5.3, 3GPP
// TS 26.101 and 26.201); -1 is none that may be stored.
var (
	amrSizes     = [16]int{12, 13, 15, 17, 19, 20, 26, 31, 5, -1, -1, -1, -1, -1, -1, 0}
	amrWideSizes = [16]int{17, 23, 32, 36, 40, 46, 50, 58, 60, 5, -1, -1, -1, -1, 0, 0}
)

// parseAMR walks the frames of an old telephone's recording: 20 milliseconds each.
func parseAMR(b []byte) (stream, error) {
	s, sizes := stream{format: AMR}, amrSizes
	rest, ok := bytes.CutPrefix(b, []byte("#!AMR\n"))
	if !ok {
		if rest, ok = bytes.CutPrefix(b, []byte("#!AMR-WB\n")); !ok {
			return s, ErrUnknown
		}
		sizes = amrWideSizes
	}
	frames := uint64(0)
	for len(rest) > 0 {
		length := sizes[rest[0]>>3&15] + 1
		if rest[0]&0x83 != 0 || length == 0 || length > len(rest) {
			return s, ErrDamaged
		}
		rest = rest[length:]
		s.sound += length
		frames++
	}
	var err error
	s.length, err = lasts(frames, 50)
	return s, err
}
