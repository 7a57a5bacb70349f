package allocation

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// set is a set of small numbers, the funds or the places. All sets of one kind have the same length.
type set []uint64

func newSet(size int) set { return make(set, (size+63)/64) }

func (s set) add(i int32)      { s[i>>6] |= 1 << (i & 63) }
func (s set) remove(i int32)   { s[i>>6] &^= 1 << (i & 63) }
func (s set) has(i int32) bool { return s[i>>6]&(1<<(i&63)) != 0 }

func (s set) include(other set) {
	for w, word := range other {
		s[w] |= word
	}
}

// each calls f with every member in ascending order.
func (s set) each(f func(i int32)) {
	for w, word := range s {
		for ; word != 0; word &= word - 1 {
			f(int32(w<<6 | bits.TrailingZeros64(word)))
		}
	}
}

func (s set) empty() bool {
	for _, word := range s {
		if word != 0 {
			return false
		}
	}
	return true
}

// appendKey appends what makes this set differ from others, for use in the key of a map.
func (s set) appendKey(key []byte) []byte {
	for _, word := range s {
		key = binary.LittleEndian.AppendUint64(key, word)
	}
	return key
}

// classes numbers distinct sets in the order in which they first come.
type classes struct {
	number map[string]int32
	sets   []set
	key    []byte
}

func newClasses() *classes { return &classes{number: map[string]int32{}} }

// of is the number of the set; it keeps a copy of a new one.
func (c *classes) of(s set) int32 {
	c.key = s.appendKey(c.key[:0])
	if n, ok := c.number[string(c.key)]; ok {
		return n
	}
	n := int32(len(c.sets))
	c.number[string(c.key)] = n
	c.sets = append(c.sets, slices.Clone(s))
	return n
}

// appendKey appends what makes this share differ from others.
func (s share) appendKey(key []byte) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint32(key, uint32(s.sink)), uint64(s.amount))
}
