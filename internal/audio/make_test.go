package audio

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/at-wat/ebml-go"
)

// The makers of these tests write small true files, without sound worth hearing.

func little(values ...any) []byte { return wire(binary.LittleEndian, values...) }
func big(values ...any) []byte    { return wire(binary.BigEndian, values...) }

func wire(order binary.ByteOrder, values ...any) []byte {
	var b bytes.Buffer
	for _, v := range values {
		switch v := v.(type) {
		case string:
			b.WriteString(v)
		case []byte:
			b.Write(v)
		default:
			if err := binary.Write(&b, order, v); err != nil {
				panic(err)
			}
		}
	}
	return b.Bytes()
}

// makeWAV is telephone sound: 8,000 bytes a second.
func makeWAV(seconds int) []byte {
	body := little("WAVE", "fmt ", uint32(16), uint16(1), uint16(1), uint32(8000), uint32(8000), uint16(1), uint16(8),
		"data", uint32(seconds*8000), make([]byte, seconds*8000))
	return little("RIFF", uint32(len(body)), body)
}

// makeMP3 has frames of MPEG 2 at 8 kbit/s and 24 kHz: 24 bytes for 24 milliseconds.
func makeMP3(frames int) []byte {
	return bytes.Repeat(append([]byte{0xFF, 0xF3, 0x14, 0xC0}, make([]byte, 20)...), frames)
}

// makeID3 is a tag with one frame.
func makeID3(frame string, length int) []byte {
	n := length + 10
	return big("ID3", []byte{4, 0, 0, 0, byte(n >> 14), byte(n >> 7 & 127), byte(n & 127)}, frame, uint32(length), uint16(0), make([]byte, length))
}

func makeAMR(frames int) []byte {
	return append([]byte("#!AMR\n"), bytes.Repeat(append([]byte{0x3C}, make([]byte, 31)...), frames)...)
}

// makePage is a page of Ogg with whole packets.
func makePage(flags byte, granule uint64, serial uint32, packets ...[]byte) []byte {
	var lengths, body []byte
	for _, p := range packets {
		lengths = append(lengths, bytes.Repeat([]byte{255}, len(p)/255)...)
		lengths = append(lengths, byte(len(p)%255))
		body = append(body, p...)
	}
	page := little("OggS\x00", flags, granule, serial, uint32(0), uint32(0), byte(len(lengths)), lengths, body)
	binary.LittleEndian.PutUint32(page[22:], oggSum(page))
	return page
}

// opusPacket lasts 20 milliseconds.
func opusPacket() []byte { return append([]byte{0x78}, make([]byte, 30)...) }

var opusHead = little("OpusHead", byte(1), byte(1), uint16(0), uint32(48_000), uint16(0), byte(0))

func makeOpus(packets int, comments string) []byte {
	b := append(makePage(2, 0, 7, opusHead), makePage(0, 0, 7, []byte("OpusTags"+comments))...)
	for i := range packets {
		b = append(b, makePage(0, uint64(i+1)*960, 7, opusPacket())...)
	}
	return b
}

func makeVorbis(packets int) []byte {
	head := little("\x01vorbis", uint32(0), byte(1), uint32(8000), make([]byte, 12), byte(0xB8), byte(1))
	b := append(makePage(2, 0, 7, head), makePage(0, 0, 7, []byte("\x03vorbis"), []byte("\x05vorbis"))...)
	for i := range packets {
		b = append(b, makePage(0, uint64(i+1)*800, 7, make([]byte, 40))...)
	}
	return b
}

// makeWebM is what a browser records, a cluster a second, 50 blocks of 20 milliseconds in each.
func makeWebM(codec string, seconds int, change func(*webm)) []byte {
	var file webm
	file.Header.DocType = "webm"
	file.Segment = make([]struct {
		Info   struct{ TimecodeScale uint64 }
		Tracks []struct {
			TrackEntry []webmTrack
		}
		Cluster     []webmCluster
		Attachments []struct {
			AttachedFile []struct{ FileName string }
		}
	}, 1)
	segment := &file.Segment[0]
	segment.Info.TimecodeScale = 1_000_000
	segment.Tracks = append(segment.Tracks, struct{ TrackEntry []webmTrack }{[]webmTrack{{1, 2, codec}}})
	for i := range seconds {
		cluster := webmCluster{Timecode: uint64(i * 1000)}
		for k := range 50 {
			cluster.SimpleBlock = append(cluster.SimpleBlock, ebml.Block{TrackNumber: 1, Timecode: int16(k * 20), Data: [][]byte{opusPacket()}})
		}
		segment.Cluster = append(segment.Cluster, cluster)
	}
	if change != nil {
		change(&file)
	}
	var b bytes.Buffer
	if err := ebml.Marshal(&file, &b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func makeBox(kind string, values ...any) []byte {
	body := big(values...)
	return big(uint32(len(body)+8), kind, body)
}

// m4a is a file to be changed before it is written: samples of 64 bytes at 1,000 ticks a second.
type m4a struct {
	brand, handler, codec, about string
	samples, ticks, size         uint32
	place                        uint32
	fragmented, same             bool // same: the samples of a fragment say nothing of themselves
	wide                         bool // numbers of 64 bits, and a size for each sample
	extra                        []byte
}

func phone() m4a {
	return m4a{brand: "M4A ", handler: "soun", codec: "mp4a", samples: 50, ticks: 40, size: 64, place: 32}
}

func (f m4a) write() []byte {
	sound := makeBox("mdat", strings.Repeat("~", int(f.samples)*64))
	if f.wide {
		sound = big(uint32(1), "mdat", uint64(len(sound)+8), sound[8:])
	}
	movie := makeBox("moov", f.track(), makeBox("udta", f.about),
		makeBox("mvex", makeBox("trex", uint32(0), uint32(1), uint32(1), f.ticks, f.size, uint32(0))))
	head := big(makeBox("ftyp", f.brand, uint32(0), "M4A isom"), f.extra)
	if !f.fragmented {
		return big(head, sound, movie)
	}
	run := makeBox("trun", uint32(trunSize), f.samples, bytes.Repeat(big(f.size), int(f.samples)))
	if f.same {
		run = makeBox("trun", uint32(0), f.samples)
	}
	return big(head, movie, makeBox("moof", makeBox("traf", makeBox("tfhd", uint32(tfhdDuration), uint32(1), f.ticks), run)), sound)
}

func (f m4a) track() []byte {
	samples, chunks := f.samples, uint32(1)
	if f.fragmented {
		samples, chunks = 0, 0
	}
	times := makeBox("stts", uint32(0), chunks, big(samples, f.ticks)[:8*chunks])
	sizes := makeBox("stsz", uint32(0), f.size*chunks, samples)
	places := makeBox("stco", uint32(0), chunks, big(f.place)[:4*chunks])
	header := makeBox("mdhd", uint32(0), uint32(0), uint32(0), uint32(1000), uint32(0), uint32(0))
	if f.wide {
		sizes = makeBox("stsz", uint32(0), uint32(0), samples, bytes.Repeat(big(f.size), int(samples)))
		places = makeBox("co64", uint32(0), chunks, big(uint64(f.place))[:8*chunks])
		header = makeBox("mdhd", uint32(1<<24), uint64(0), uint64(0), uint32(1000), uint64(0), uint32(0))
	}
	described := makeBox("stsd", uint32(0), uint32(1), uint32(16), f.codec, uint64(1))
	return makeBox("trak", makeBox("mdia", header, makeBox("hdlr", uint32(0), uint32(0), f.handler, make([]byte, 13)),
		makeBox("minf", makeBox("stbl", described, times, sizes, makeBox("stsc", uint32(0), uint32(0)), places))))
}

// makeGood are true recordings of all kinds, by name, each of 2 seconds.
func makeGood() map[string][]byte {
	fragmented, telephone := phone(), phone()
	fragmented.fragmented = true
	same := fragmented
	same.same = true
	telephone.wide, telephone.place = true, 40
	telephone.brand, telephone.codec = "3gp4", "samr"
	return map[string][]byte{
		"wav": makeWAV(2), "mp3": append(makeID3("TIT2", 40), append(bytes.Replace(makeMP3(85), make([]byte, 4), []byte("Info"), 1), "TAG a title"...)...), "amr": makeAMR(100),
		"opus": makeOpus(100, ""), "vorbis": makeVorbis(20), "webm": makeWebM("A_OPUS", 2, nil), "webm vorbis": makeWebM("A_VORBIS", 2, nil),
		"m4a": phone().write(), "fragmented": fragmented.write(), "fragmented, all the same": same.write(), "3gp": telephone.write(),
	}
}
