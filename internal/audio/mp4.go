package audio

import (
	"bytes"
	"slices"
)

// mp4Codecs are the kinds of sound that telephones and browsers write: AAC, Apple's lossless, Opus, and AMR.
var mp4Codecs = []string{"mp4a", "alac", "Opus", "samr", "sawb"}

// mp4 is a file on the way to its length.
type mp4 struct {
	stream
	mdat  []box // where the sound may be
	rate  uint64
	ticks uint64 // how long the samples are, in units of the rate
}

// parseMP4 reads M4A, MP4 and 3GP with one track of sound, in one piece as telephones write them or in
// fragments as browsers do.
func parseMP4(b []byte) (stream, error) {
	m := mp4{stream: stream{format: MP4}}
	boxes, rest := split(b)
	var moov, fragments []box
	picture := false
	for _, top := range boxes {
		switch top.kind {
		case "moov":
			moov = append(moov, top)
		case "moof":
			fragments = append(fragments, top)
		case "meta":
			picture = true // so does a HEIC photograph begin
		case "mdat":
			m.mdat = append(m.mdat, top)
		case "ftyp":
			if bytes.HasPrefix(top.body, []byte("3gp")) || bytes.HasPrefix(top.body, []byte("3g2")) {
				m.format = GPP
			}
		}
	}
	if len(moov) == 0 && picture {
		return m.stream, ErrMixed
	}
	if len(moov) != 1 {
		return m.stream, ErrDamaged
	}
	if len(rest) > tail && !zero(rest) {
		return m.stream, ErrDamaged
	}
	if err := m.movie(moov[0], fragments); err != nil {
		return m.stream, err
	}
	var err error
	m.length, err = lasts(m.ticks, m.rate)
	return m.stream, err
}

// stored is how many bytes there are for sound.
func (m *mp4) stored() uint64 {
	total := uint64(0)
	for _, data := range m.mdat {
		total += uint64(len(data.body))
	}
	return total
}

// movie reads the description of the file, and its fragments.
func (m *mp4) movie(moov box, fragments []box) error {
	tracks := moov.inside("trak")
	for _, track := range tracks {
		handler, ok := track.down("mdia", "hdlr")
		if !ok || len(handler.body) < 12 {
			return ErrDamaged
		}
		if string(handler.body[8:12]) != "soun" {
			return ErrMixed
		}
	}
	switch {
	case len(tracks) == 0:
		return ErrDamaged
	case len(tracks) > 1:
		return ErrMixed
	}
	for _, kind := range []string{"udta", "meta"} {
		for _, about := range append(moov.inside(kind), tracks[0].inside(kind)...) {
			if bytes.Contains(about.body, []byte("covr")) {
				return ErrMixed // a cover picture
			}
		}
	}
	if err := m.track(tracks[0]); err != nil {
		return err
	}
	usual := trackDefaults(moov)
	for _, fragment := range fragments {
		for _, run := range fragment.inside("traf") {
			if err := m.fragment(run, usual); err != nil {
				return err
			}
		}
	}
	return nil
}

// track reads the units of time, the codec, and the tables of the samples.
func (m *mp4) track(track box) error {
	header, ok := track.down("mdia", "mdhd")
	table, also := track.down("mdia", "minf", "stbl")
	if !ok || !also {
		return ErrDamaged
	}
	version, _, w := header.full()
	w.take(8 + 8*version) // two dates, of 4 or 8 bytes
	m.rate = w.uint32()
	if w.short || version > 1 || m.rate == 0 {
		return ErrDamaged
	}
	described, ok := table.down("stsd")
	if !ok {
		return ErrDamaged
	}
	_, _, w = described.full()
	count, _, codec := w.uint32(), w.uint32(), w.name()
	if w.short || count == 0 {
		return ErrDamaged
	}
	if !slices.Contains(mp4Codecs, codec) {
		return ErrUnknown
	}
	return m.samples(table)
}

// samples adds up the times and sizes of the samples, and looks where they lie.
func (m *mp4) samples(table box) error {
	times, ok := table.down("stts")
	if !ok {
		return ErrDamaged
	}
	timed, err := m.times(times)
	if err != nil {
		return err
	}
	sizes, ok := table.down("stsz")
	if !ok {
		return ErrDamaged
	}
	sized, err := m.sizes(sizes)
	if err != nil || timed != sized {
		return ErrDamaged
	}
	return m.chunks(table)
}

// times reads stts (§8.6.1.2): how many samples last how long.
func (m *mp4) times(b box) (samples uint64, err error) {
	_, _, w := b.full()
	for range w.uint32() {
		count, each := w.uint32(), w.uint32()
		if w.short || !m.add(count, each) {
			return 0, ErrDamaged
		}
		samples += count
	}
	return samples, nil
}

// add counts time; far more than any recording has is refused, before the sum can run over.
func (m *mp4) add(count, each uint64) bool {
	const most = 1 << 60
	if count*each > most {
		return false
	}
	m.ticks += count * each
	return m.ticks <= most
}

// sizes reads stsz (§8.7.3.2): how many bytes each sample has.
func (m *mp4) sizes(b box) (samples uint64, err error) {
	_, _, w := b.full()
	each, samples := w.uint32(), w.uint32()
	if each > 0 {
		if samples*each > m.stored() {
			return 0, ErrDamaged
		}
		m.sound += int(samples * each)
		return samples, nil
	}
	if uint64(len(w.rest)) < samples*4 {
		return 0, ErrDamaged
	}
	total := uint64(0)
	for range samples {
		total += w.uint32()
	}
	if total > m.stored() {
		return 0, ErrDamaged
	}
	m.sound += int(total)
	return samples, nil
}

// chunks reads stco or co64 (§8.7.5): every piece of sound begins in a box of sound.
func (m *mp4) chunks(table box) error {
	number, places := (*window).uint32, table.inside("stco")
	if len(places) == 0 {
		number, places = (*window).uint64, table.inside("co64")
	}
	if len(places) != 1 {
		return ErrDamaged
	}
	_, _, w := places[0].full()
	for range w.uint32() {
		at := number(w)
		if w.short || !m.holds(at) {
			return ErrDamaged
		}
	}
	return nil
}

func (m *mp4) holds(at uint64) bool {
	for _, data := range m.mdat {
		if at >= data.from && at < data.from+uint64(len(data.body)) {
			return true
		}
	}
	return false
}
