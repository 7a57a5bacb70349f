package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"bursar/internal/failure"
)

var usual = Limits{Bytes: 1_000_000, Length: 3 * time.Minute}

func check(b []byte) (Recording, error) { return Check(bytes.NewReader(b), usual) }

func TestARecordingIsKnownByItsBytesAndSoIsItsLength(t *testing.T) {
	t.Parallel()
	formats := map[string]Format{
		"wav": WAV, "mp3": MP3, "amr": AMR, "opus": Ogg, "vorbis": Ogg, "webm": WebM, "webm vorbis": WebM,
		"m4a": MP4, "fragmented": MP4, "fragmented, all the same": MP4, "3gp": GPP,
	}
	for name, b := range makeGood() {
		got, err := check(b)
		if err != nil || got.Format != formats[name] || !bytes.Equal(got.Data, b) || !strings.HasPrefix(got.Format.ContentType(), "audio/") {
			t.Errorf("%s: %s %s, %v", name, got.Format, got.Format.ContentType(), err)
		}
		if off := got.Length - 2*time.Second; off.Abs() > 25*time.Millisecond {
			t.Errorf("%s lasts %v, want 2 seconds", name, got.Length)
		}
	}
}

func TestWhatIsNoRecordingIsRefused(t *testing.T) {
	t.Parallel()
	with := func(change func(*m4a)) []byte {
		f := phone()
		change(&f)
		return f.write()
	}
	video := func(file *webm) { file.Segment[0].Tracks[0].TrackEntry[0].TrackType = 1 }
	two := func(file *webm) {
		tracks := &file.Segment[0].Tracks[0].TrackEntry
		*tracks = append(*tracks, webmTrack{2, 1, "V_VP8"})
	}
	attached := func(file *webm) {
		file.Segment[0].Attachments = append(file.Segment[0].Attachments, struct{ AttachedFile []struct{ FileName string } }{})
	}
	other := func(file *webm) { file.Segment[0].Cluster[0].SimpleBlock[3].TrackNumber = 2 }
	matroska := func(file *webm) { file.Header.DocType = "matroska" }
	much, some := bytes.Repeat([]byte("PK"), 50_000), bytes.Repeat([]byte("PK"), 5_000)
	unfinished := little("OggS\x00\x00", uint64(0), uint32(7), uint32(0), uint32(0), byte(1), byte(255), make([]byte, 255))
	binary.LittleEndian.PutUint32(unfinished[22:], oggSum(unfinished))
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":                   {nil, ErrEmpty},
		"a page":                    {[]byte("<!DOCTYPE html><script>alert(1)</script>"), ErrUnknown},
		"a picture":                 {[]byte("\x89PNG\r\n\x1a\n0000IHDR"), ErrUnknown},
		"a photograph by a phone":   {append(makeBox("ftyp", "heic", uint32(0)), makeBox("meta", uint32(0))...), ErrMixed},
		"an archive":                {[]byte("PK\x03\x04 and more"), ErrUnknown},
		"a page that begins as MP3": {[]byte("\xFF\xFB\x90\x00<script>alert(1)</script>"), ErrUnknown},
		"a tag alone":               {makeID3("TIT2", 10), ErrUnknown},
		"a tag longer than a file":  {[]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), ErrDamaged},
		"a tag with a picture":      {append(makeID3("APIC", 10), makeMP3(80)...), ErrMixed},
		"MP3 and a small archive":   {append(makeMP3(80), some...), ErrMixed},
		"MP3 and an archive":        {append(makeMP3(80), much...), ErrMixed},
		"MP3 and a hidden archive":  {append(makeID3("TXXX", 100_000), makeMP3(80)...), ErrMixed},

		"WAV without sound":          {makeWAV(0), ErrEmpty},
		"WAV cut short":              {makeWAV(2)[:9000], ErrDamaged},
		"WAV and a small archive":    {append(makeWAV(2), some...), ErrMixed},
		"WAV and an archive":         {append(makeWAV(2), much...), ErrMixed},
		"WAV with a picture in JUNK": {little("RIFF", uint32(100_044), "WAVE", "JUNK", uint32(100_000), much, makeWAV(0)[12:]), ErrEmpty},
		"WAV of an unknown kind":     {bytes.Replace(makeWAV(2), []byte("\x10\x00\x00\x00\x01\x00"), []byte("\x10\x00\x00\x00\x11\x00"), 1), ErrUnknown},
		"WAV with a size too large":  {bytes.Replace(makeWAV(2), []byte("data\x80\x3e\x00\x00"), []byte("data\xff\xff\xff\xff"), 1), ErrDamaged},
		"WAV without a format":       {little("RIFF", uint32(13), "WAVE", "data", uint32(1), byte(0)), ErrDamaged},

		"AMR cut short":        {makeAMR(3)[:50], ErrDamaged},
		"AMR and a page":       {append(makeAMR(3), "<script>"...), ErrDamaged},
		"AMR of many channels": {[]byte("#!AMR_MC1.0\n"), ErrUnknown},

		"Ogg with a picture":        {makeOpus(100, "metadata_block_picture=abc"), ErrMixed},
		"Ogg with a second stream":  {append(makeOpus(10, ""), makePage(2, 0, 8, []byte("\x80theora"))...), ErrMixed},
		"Ogg with video":            {makePage(2, 0, 8, []byte("\x80theora")), ErrMixed},
		"Ogg of something else":     {makePage(2, 0, 8, []byte("Speex   ")), ErrUnknown},
		"Ogg with a changed byte":   {bytes.Replace(makeOpus(10, ""), []byte("OpusTags"), []byte("OpusTagz"), 1), ErrDamaged},
		"Ogg with a changed title":  {bytes.Replace(makeOpus(10, "my title"), []byte("my"), []byte("by"), 1), ErrDamaged},
		"Ogg without an end":        {append(makeOpus(10, ""), unfinished...), ErrDamaged},
		"Ogg of a packet too long":  {append(makeOpus(10, ""), makePage(0, 0, 7, []byte{0x7B, 63, 0})...), ErrDamaged},
		"Ogg cut short":             {makeOpus(10, "")[:300], ErrDamaged},
		"Ogg and an archive":        {append(makeOpus(10, ""), much...), ErrDamaged},
		"Ogg with a made-up length": {append(makeVorbis(3), makePage(0, 1<<40, 7, make([]byte, 40))...), ErrDamaged},
		"Ogg with an empty packet":  {append(makeOpus(3, ""), makePage(0, 9, 7, nil)...), ErrDamaged},

		"WebM with video":            {makeWebM("V_VP8", 1, video), ErrMixed},
		"WebM with two tracks":       {makeWebM("A_OPUS", 1, two), ErrMixed},
		"WebM with a file in it":     {makeWebM("A_OPUS", 1, attached), ErrMixed},
		"WebM with another's blocks": {makeWebM("A_OPUS", 1, other), ErrMixed},
		"Matroska":                   {makeWebM("A_OPUS", 1, matroska), ErrUnknown},
		"WebM of another sound":      {makeWebM("A_AAC", 1, nil), ErrUnknown},
		"WebM without sound":         {makeWebM("A_OPUS", 0, nil), ErrEmpty},
		"WebM and an archive":        {append(makeWebM("A_OPUS", 1, nil), much...), ErrDamaged},

		"M4A with video":              {with(func(f *m4a) { f.handler = "vide" }), ErrMixed},
		"M4A with a cover":            {with(func(f *m4a) { f.about = "....covr" }), ErrMixed},
		"M4A of an unknown sound":     {with(func(f *m4a) { f.codec = "enca" }), ErrUnknown},
		"M4A and a small archive":     {append(phone().write(), some...), ErrDamaged},
		"M4A with too few times":      {bytes.Replace(phone().write(), big(uint32(64), uint32(50)), big(uint32(64), uint32(49)), 1), ErrDamaged},
		"M4A of more than there is":   {with(func(f *m4a) { f.size = 640 }), ErrDamaged},
		"M4A listing more than that":  {with(func(f *m4a) { f.size, f.wide, f.place = 640, true, 40 }), ErrDamaged},
		"M4A fragments of more":       {with(func(f *m4a) { f.size, f.fragmented = 640, true }), ErrDamaged},
		"M4A with sound elsewhere":    {with(func(f *m4a) { f.place = 4 }), ErrDamaged},
		"M4A with sound in a size":    {with(func(f *m4a) { f.wide, f.place = true, 36 }), ErrDamaged},
		"M4A with sound beyond":       {with(func(f *m4a) { f.place = 1 << 30 }), ErrDamaged},
		"M4A with a hidden archive":   {with(func(f *m4a) { f.extra, f.place = makeBox("free", much), 100_040 }), ErrMixed},
		"M4A with an absurd box":      {with(func(f *m4a) { f.extra = big(uint32(1), "free", uint64(1<<63)) }), ErrDamaged},
		"M4A with a box within 8":     {with(func(f *m4a) { f.extra = big(uint32(5), "free") }), ErrDamaged},
		"M4A of a thousand years":     {with(func(f *m4a) { f.ticks = 1 << 31 }), ErrDamaged},
		"M4A without a description":   {with(func(f *m4a) {})[:200], ErrDamaged},
		"M4A that lasts no time":      {with(func(f *m4a) { f.ticks = 0 }), ErrEmpty},
		"M4A fragments without sound": {with(func(f *m4a) { f.fragmented, f.samples = true, 0 }), ErrEmpty},
	} {
		_, err := check(c.file)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		} else if failure.Of(err).Fields[Field] == "" {
			t.Errorf("%s: nothing is said beside the field", name)
		}
	}
}

func TestTimeCannotRunOverItsNumber(t *testing.T) {
	t.Parallel()
	m := mp4{ticks: 1 << 40}
	if m.add(1<<32-1, 1<<32-1) {
		t.Errorf("time went on to %d", m.ticks)
	}
}

func TestARecordingThatIsTooLongIsToldHowLongItIs(t *testing.T) {
	t.Parallel()
	_, err := Check(bytes.NewReader(makeWAV(250)), Limits{Bytes: 10_000_000, Length: 3 * time.Minute})
	if want := "Your recording is 4 minutes and 10 seconds long. The longest that we can take is 3 minutes."; !errors.Is(err, ErrLong) || failure.Of(err).Message != want {
		t.Errorf("%v: %q", err, failure.Of(err).Message)
	}
	if _, err := Check(bytes.NewReader(makeWAV(61)), Limits{Bytes: 10_000_000, Length: 61 * time.Second}); err != nil {
		t.Errorf("a recording as long as the limit: %v", err)
	}
	if _, err := Check(bytes.NewReader(makeAMR(149)), Limits{Bytes: 10_000_000, Length: 2 * time.Second}); err != nil {
		t.Errorf("a recording of a moment more than the limit: %v", err)
	}
}

func TestAFileThatIsTooLargeIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	r := bytes.NewReader(make([]byte, 30_000_000))
	_, err := Check(r, Limits{Bytes: 10_000_000, Length: time.Minute})
	if want := "Your recording is larger than 10 MB, which is the most that we can take. A shorter one will fit."; !errors.Is(err, ErrLarge) || failure.Of(err).Message != want {
		t.Errorf("%v: %q", err, failure.Of(err).Message)
	}
	if r.Len() < 19_000_000 {
		t.Errorf("only %d bytes of 30,000,000 are left unread", r.Len())
	}
}

func TestABrokenConnectionIsNoFaultOfTheFile(t *testing.T) {
	t.Parallel()
	if _, err := Check(iotest.ErrReader(errors.New("gone")), usual); err == nil || failure.Of(err) != nil {
		t.Errorf("%v", err)
	}
}

func TestLengthsAreWrittenAsPeopleSayThem(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		time.Second: "1 second", 61 * time.Second: "1 minute and 1 second", time.Hour + 2*time.Minute + 3*time.Second: "1 hour, 2 minutes and 3 seconds",
		180 * time.Second: "3 minutes",
	} {
		if got := spell(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
