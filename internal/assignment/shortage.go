package assignment

import (
	"strconv"
	"strings"
)

// shortages explains what is lacking, from the network after the plan. Exchanges of pairs change nothing
// that it looks at: neither what an application lacks nor which readers can be reached from it.
func shortages(t *table, n *readings) []Short {
	var short []Short
	for row, a := range t.applications {
		peers, others := t.held(row, fixed|given)
		s := Short{Application: a.ID, NoPeer: peers == 0, Missing: max(0, a.Wanted-peers-others)}
		if s.Missing == 0 && !s.NoPeer {
			continue
		}
		wanted, notPeers := t.need(row)
		freePeers, freeOthers := t.unread(row)
		s.Unreadable = wanted - min(wanted, freePeers+min(freeOthers, notPeers))
		s.Full = s.Missing - s.Unreadable
		anybody := false
		if s.Full > 0 {
			s.Among, anybody = n.among(t, row)
		}
		s.Reason = s.reason(freePeers == 0, anybody)
		short = append(short, s)
	}
	return short
}

// unread counts who could read an application beside its fixed readers, whatever the caps.
func (t *table) unread(row int) (peers, others int) {
	for column, reader := range t.readers {
		switch {
		case !t.open(row, column):
		case reader.Peer:
			peers++
		default:
			others++
		}
	}
	return peers, others
}

// among lists the readers that an application reaches through the network; anybody is false when all of them
// are peers.
func (n *readings) among(t *table, row int) (readers []string, anybody bool) {
	reached := n.reach(row)
	for column, reader := range t.readers {
		if reached[n.first+column] {
			readers = append(readers, reader.ID)
			anybody = anybody || !reader.Peer
		}
	}
	return readers, anybody
}

// reason says it in words.
func (s Short) reason(noFreePeer, anybody bool) string {
	var says []string
	if s.Missing > 0 {
		says = append(says, count(s.Missing, "One reader is missing.", " readers are missing."))
	}
	if s.NoPeer {
		says = append(says, "It has no reader who is a peer.")
	}
	switch {
	case s.Unreadable == 0:
	case s.NoPeer && noFreePeer:
		says = append(says, "No peer on the panel is free of a conflict.")
	default:
		says = append(says, "Too few people on the panel are free of a conflict.")
	}
	switch {
	case s.Full == 0:
	case anybody:
		says = append(says, "Those who could read it already have as many as they agreed to: "+count(s.Full, "one reading", " readings")+" more would do.")
	default:
		says = append(says, "The peers who could read it already have as many as they agreed to: "+count(s.Full, "one reading", " readings")+" more by a peer would do.")
	}
	return strings.Join(says, " ")
}

// count says how many; several is what follows the number.
func count(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return strconv.Itoa(n) + several
}
