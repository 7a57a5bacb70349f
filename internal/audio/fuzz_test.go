package audio

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"bursar/internal/failure"
)

// fuzz holds what must be true of any bytes: no panic, a length within reason, no refusal without a sentence.
func fuzz(f *testing.F, kind string) {
	for name, b := range makeGood() {
		if strings.HasPrefix(name, kind) {
			f.Add(b)
			f.Add(b[:len(b)/2])
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Check(bytes.NewReader(b), Limits{Bytes: 1 << 20, Length: time.Hour})
		if err == nil && (got.Length <= 0 || got.Length > time.Hour+time.Second || got.Format.ContentType() == "") {
			t.Fatalf("%s of %v", got.Format, got.Length)
		}
		if err != nil && (failure.KindOf(err) != failure.Invalid || failure.Of(err).Fields[Field] == "") {
			t.Fatal(err)
		}
	})
}

func FuzzWAV(f *testing.F)        { fuzz(f, "wav") }
func FuzzMP3(f *testing.F)        { fuzz(f, "mp3") }
func FuzzAMR(f *testing.F)        { fuzz(f, "amr") }
func FuzzOpus(f *testing.F)       { fuzz(f, "opus") }
func FuzzVorbis(f *testing.F)     { fuzz(f, "vorbis") }
func FuzzWebM(f *testing.F)       { fuzz(f, "webm") }
func FuzzM4A(f *testing.F)        { fuzz(f, "m4a") }
func FuzzFragmented(f *testing.F) { fuzz(f, "fragmented") }
func Fuzz3GP(f *testing.F)        { fuzz(f, "3gp") }
