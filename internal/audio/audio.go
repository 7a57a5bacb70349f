// Package audio looks at what somebody recorded, before it is stored. What a file is comes from its bytes,
// never from its name or from what a browser says of it. Each parser walks the whole file, down to the single
// packets of sound: that is how it knows the length, and that the file is sound and hardly anything else.
// Nothing is unpacked or decoded to samples, so no file can become larger than it came.
package audio

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"bursar/internal/failure"
)

// Field is the form field that all refusals are about.
const Field = "recording"

// The refusals of Check, beside that of a recording which is too long or too large.
var (
	ErrUnknown = refusal("recording_unknown", "This file is not a recording that we can play. Send a recording made on a phone or a computer: MP3, M4A, WAV, OGG, WebM, AMR or 3GP.")
	ErrDamaged = refusal("recording_damaged", "This recording is damaged, or it was cut short when it was sent. Please send it again, or make a new one.")
	ErrMixed   = refusal("recording_mixed", "There is something other than sound in this file, such as a picture or a video. Please send a recording of sound only.")
	ErrEmpty   = refusal("recording_empty", "There is no sound in this recording. Please choose it again, or make a new one.")
	ErrLong    = refusal("recording_long", "Your recording is too long.")
	ErrLarge   = refusal("recording_large", "Your recording is too large.")
)

func refusal(code, message string) *failure.Error {
	refused := failure.Field(Field, message)
	refused.Code = code
	return refused
}

// Format is a kind of file.
type Format string

// The formats that Check knows.
const (
	MP3  Format = "MP3"
	WAV  Format = "WAV"
	MP4  Format = "M4A"
	Ogg  Format = "OGG"
	WebM Format = "WebM"
	GPP  Format = "3GP"
	AMR  Format = "AMR"
)

// contentTypes are what each format is served as.
var contentTypes = map[Format]string{
	MP3: "audio/mpeg", WAV: "audio/wav", MP4: "audio/mp4", Ogg: "audio/ogg", WebM: "audio/webm",
	GPP: "audio/3gpp", AMR: "audio/amr",
}

// ContentType is what the format is served as; beside it belongs X-Content-Type-Options: nosniff.
func (f Format) ContentType() string { return contentTypes[f] }

// Recording is a file that has been checked.
type Recording struct {
	Format Format
	Length time.Duration
	Data   []byte // the file as it came
}

// Limits is the most that is taken. A recording of a length that only rounds down to the limit is taken too.
type Limits struct {
	Bytes  int64
	Length time.Duration
}

// Check reads a file to its end, or a byte beyond the limit, and says what it is. Refusals are Invalid
// failures about Field: the variables above. Any other error is the reader's.
func Check(r io.Reader, limits Limits) (Recording, error) {
	data, err := io.ReadAll(io.LimitReader(r, limits.Bytes+1))
	if err != nil {
		return Recording{}, fmt.Errorf("reading a recording: %w", err)
	}
	if int64(len(data)) > limits.Bytes {
		return Recording{}, refusal(ErrLarge.Code, "Your recording is larger than "+size(limits.Bytes)+", which is the most that we can take. A shorter one will fit.")
	}
	if len(data) == 0 {
		return Recording{}, ErrEmpty
	}
	s, err := parse(data)
	switch {
	case err != nil:
		return Recording{}, err
	case s.sound == 0 || s.length <= 0:
		return Recording{}, ErrEmpty
	case len(data)-s.sound > s.sound/2+allowance:
		return Recording{}, ErrMixed
	case s.length.Truncate(time.Second) > limits.Length:
		return Recording{}, refusal(ErrLong.Code, "Your recording is "+spell(s.length)+" long. The longest that we can take is "+spell(limits.Length)+".")
	}
	return Recording{Format: s.format, Length: s.length, Data: data}, nil
}

// allowance is how many bytes a file may have beside its sound: frames and indexes are less than half as
// large as the sound itself, titles and dates less than this.
const allowance = 64 << 10

// tail is how many bytes may follow the sound without being part of the format.
const tail = 4 << 10

// stream is what a parser found.
type stream struct {
	format Format
	length time.Duration
	sound  int // bytes of packets
}

// parse finds the parser by how the file begins.
func parse(b []byte) (stream, error) {
	switch {
	case bytes.HasPrefix(b, []byte("RIFF")) && len(b) >= 12 && string(b[8:12]) == "WAVE":
		return parseWAV(b)
	case bytes.HasPrefix(b, []byte("OggS")):
		return parseOgg(b)
	case bytes.HasPrefix(b, []byte{0x1A, 0x45, 0xDF, 0xA3}):
		return parseWebM(b)
	case len(b) >= 12 && string(b[4:8]) == "ftyp":
		return parseMP4(b)
	case bytes.HasPrefix(b, []byte("#!AMR")):
		return parseAMR(b)
	case bytes.HasPrefix(b, []byte("ID3")) || len(b) > 1 && b[0] == 0xFF && b[1]&0xE0 == 0xE0:
		return parseMP3(b)
	}
	return stream{}, ErrUnknown
}

// lasts is how long so many units last at so many a second; a length beyond all sense is a damaged file.
func lasts(units, rate uint64) (time.Duration, error) {
	const longest = 1000 * 3600
	if rate == 0 || units/rate > longest {
		return 0, ErrDamaged
	}
	second := uint64(time.Second)
	return time.Duration(units/rate*second + units%rate*second/rate), nil
}

// spell writes a length as people say it: "3 minutes", "4 minutes and 10 seconds".
func spell(d time.Duration) string {
	var says []string
	for _, unit := range []struct {
		name   string
		amount int
	}{{"hour", int(d.Hours())}, {"minute", int(d.Minutes()) % 60}, {"second", int(d.Seconds()) % 60}} {
		switch unit.amount {
		case 0:
		case 1:
			says = append(says, "1 "+unit.name)
		default:
			says = append(says, strconv.Itoa(unit.amount)+" "+unit.name+"s")
		}
	}
	if last := len(says) - 1; last > 0 {
		return strings.Join(says[:last], ", ") + " and " + says[last]
	}
	return strings.Join(says, "")
}

// size writes bytes as people read them.
func size(n int64) string {
	if n >= 1_000_000 {
		return strconv.FormatInt(n/1_000_000, 10) + " MB"
	}
	return strconv.FormatInt(n/1_000, 10) + " kB"
}
