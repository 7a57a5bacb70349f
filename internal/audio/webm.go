package audio

import (
	"bytes"
	"time"

	"github.com/at-wat/ebml-go"
)

// webm is the part of a WebM file (https://www.webmproject.org/docs/container/) that is looked at.
type webm struct {
	Header struct {
		DocType string `ebml:"EBMLDocType"`
	} `ebml:"EBML"`
	Segment []struct {
		Info struct {
			TimecodeScale uint64
		}
		Tracks []struct {
			TrackEntry []webmTrack
		}
		Cluster     []webmCluster
		Attachments []struct {
			AttachedFile []struct {
				FileName string
			}
		}
	}
}

type webmTrack struct {
	TrackNumber uint64
	TrackType   uint64
	CodecID     string
}

type webmCluster struct {
	Timecode    uint64
	SimpleBlock []ebml.Block
	BlockGroup  []struct {
		Block ebml.Block
	}
}

// parseWebM reads what browsers record: one track of Opus or Vorbis. Browsers do not write the length while
// they record, so it is that of the packets.
func parseWebM(b []byte) (stream, error) {
	s := stream{format: WebM}
	var file webm
	if err := ebml.Unmarshal(bytes.NewReader(b), &file, ebml.WithMaxLeafElementSize(uint64(len(b)))); err != nil {
		return s, ErrDamaged.Because(err)
	}
	if file.Header.DocType != "webm" {
		return s, ErrUnknown
	}
	if len(file.Segment) != 1 || len(file.Segment[0].Tracks) != 1 {
		return s, ErrDamaged
	}
	segment := file.Segment[0]
	tracks := segment.Tracks[0].TrackEntry
	const audioTrack = 2
	switch {
	case len(segment.Attachments) > 0:
		return s, ErrMixed
	case len(tracks) == 0:
		return s, ErrDamaged
	case len(tracks) > 1 || tracks[0].TrackType != audioTrack:
		return s, ErrMixed
	}
	scale := time.Duration(min(segment.Info.TimecodeScale, uint64(time.Second)))
	if scale == 0 {
		scale = time.Millisecond
	}
	var err error
	switch tracks[0].CodecID {
	case "A_OPUS":
		err = s.addOpus(tracks[0], segment.Cluster)
	case "A_VORBIS":
		err = s.addVorbis(tracks[0], segment.Cluster, scale)
	default:
		err = ErrUnknown
	}
	return s, err
}

// blocks are all blocks of a cluster, which must be the track's.
func (c webmCluster) blocks(track webmTrack) ([]ebml.Block, error) {
	blocks := c.SimpleBlock
	for _, group := range c.BlockGroup {
		blocks = append(blocks, group.Block)
	}
	for _, block := range blocks {
		if block.TrackNumber != track.TrackNumber {
			return nil, ErrMixed
		}
	}
	return blocks, nil
}

// addOpus adds up the packets.
func (s *stream) addOpus(track webmTrack, clusters []webmCluster) error {
	total := uint64(0)
	for _, cluster := range clusters {
		blocks, err := cluster.blocks(track)
		if err != nil {
			return err
		}
		for _, block := range blocks {
			for _, packet := range block.Data {
				samples, ok := opusSamples(packet)
				if !ok {
					return ErrDamaged
				}
				total += samples
				s.sound += len(packet)
			}
		}
	}
	var err error
	s.length, err = lasts(total, opusRate)
	return err
}

// addVorbis takes the time of the last block, which is the length but for that block.
func (s *stream) addVorbis(track webmTrack, clusters []webmCluster, scale time.Duration) error {
	for _, cluster := range clusters {
		blocks, err := cluster.blocks(track)
		if err != nil {
			return err
		}
		start, err := lasts(cluster.Timecode, uint64(time.Second/scale))
		if err != nil {
			return err
		}
		for _, block := range blocks {
			s.length = max(s.length, start+time.Duration(block.Timecode)*scale)
			for _, packet := range block.Data {
				s.sound += len(packet)
			}
		}
	}
	return nil
}
