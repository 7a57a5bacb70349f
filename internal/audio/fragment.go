package audio

// The flags of fragments: which fields are there (ISO/IEC 14496-12, §8.8.7 and §8.8.8).
const (
	tfhdOffset   = 0x000001
	tfhdDescribe = 0x000002
	tfhdDuration = 0x000008
	tfhdSize     = 0x000010

	trunOffset      = 0x000001
	trunFirst       = 0x000004
	trunDuration    = 0x000100
	trunSize        = 0x000200
	trunFlags       = 0x000400
	trunComposition = 0x000800
)

// sample is how long and large the samples of a fragment are, unless they say so themselves.
type sample struct{ duration, size uint64 }

// trackDefaults reads trex (§8.8.3), which a file in one piece has not.
func trackDefaults(moov box) sample {
	usual, ok := moov.down("mvex", "trex")
	if !ok {
		return sample{}
	}
	_, _, w := usual.full()
	w.take(8) // the track, and its description
	return sample{w.uint32(), w.uint32()}
}

// fragment adds a fragment's samples.
func (m *mp4) fragment(traf box, usual sample) error {
	header, ok := traf.down("tfhd")
	if !ok {
		return ErrDamaged
	}
	_, flags, w := header.full()
	w.take(4) // the track
	if flags&tfhdOffset > 0 {
		w.take(8)
	}
	if flags&tfhdDescribe > 0 {
		w.take(4)
	}
	if flags&tfhdDuration > 0 {
		usual.duration = w.uint32()
	}
	if flags&tfhdSize > 0 {
		usual.size = w.uint32()
	}
	if w.short {
		return ErrDamaged
	}
	for _, run := range traf.inside("trun") {
		if err := m.run(run, usual); err != nil {
			return err
		}
	}
	return nil
}

// run adds a run of samples. Samples that say nothing of themselves take no room in the file, so they are
// counted and not gone through.
func (m *mp4) run(run box, usual sample) error {
	_, flags, w := run.full()
	count := w.uint32()
	if flags&trunOffset > 0 {
		w.take(4)
	}
	if flags&trunFirst > 0 {
		w.take(4)
	}
	if flags&(trunDuration|trunSize|trunFlags|trunComposition) == 0 {
		return m.addSamples(count, usual, w)
	}
	for range count {
		each := usual
		if flags&trunDuration > 0 {
			each.duration = w.uint32()
		}
		if flags&trunSize > 0 {
			each.size = w.uint32()
		}
		if flags&trunFlags > 0 {
			w.take(4)
		}
		if flags&trunComposition > 0 {
			w.take(4)
		}
		if err := m.addSamples(1, each, w); err != nil {
			return err
		}
	}
	return nil
}

func (m *mp4) addSamples(count uint64, each sample, w *window) error {
	if w.short || count*each.size > m.stored()-uint64(m.sound) || !m.add(count, each.duration) {
		return ErrDamaged
	}
	m.sound += int(count * each.size)
	return nil
}
