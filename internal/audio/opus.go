package audio

// opusRate is what Opus counts in, whatever was recorded.
const opusRate = 48_000

// opusSamples is how long a packet lasts, by its first bytes (RFC 6716, §3.1 and §3.2); false is no packet.
func opusSamples(packet []byte) (uint64, bool) {
	if len(packet) == 0 {
		return 0, false
	}
	config, code := packet[0]>>3, packet[0]&3
	var frame uint64
	switch {
	case config < 12:
		frame = [4]uint64{480, 960, 1920, 2880}[config&3]
	case config < 16:
		frame = [2]uint64{480, 960}[config&1]
	default:
		frame = [4]uint64{120, 240, 480, 960}[config&3]
	}
	frames := uint64(1)
	switch code {
	case 1, 2:
		frames = 2
	case 3:
		if len(packet) < 2 {
			return 0, false
		}
		frames = uint64(packet[1] & 0x3F)
	}
	const longest = opusRate * 120 / 1000
	return frame * frames, frames > 0 && frame*frames <= longest
}
