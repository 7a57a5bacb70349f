package course

import (
	"fmt"
	"slices"

	"bursar/internal/london"
)

// Concerns are what staff should look at before a run is published, and afterwards, in sentences: bank holidays, blocks that
// nobody teaches, and that none of those who teach has said that they do so as a peer.
func (o *Offering) Concerns(teach []Teaching) []string {
	var list []string
	for _, b := range o.Blocks {
		if holiday := Holiday(b.StartsOn, b.EndsOn); holiday != "" {
			list = append(list, fmt.Sprintf("Block %d, %s, has a bank holiday: %s.", b.Number, london.Days(b.StartsOn, b.EndsOn), holiday))
		}
	}
	if len(teach) == 0 {
		return append(list, "Nobody is down to teach these dates yet, so no peer trainer either.")
	}
	for _, b := range o.Blocks {
		if !slices.ContainsFunc(teach, func(t Teaching) bool { return t.BlockID == b.ID }) {
			list = append(list, fmt.Sprintf("Nobody is down to teach block %d.", b.Number))
		}
	}
	if WithoutPeer(teach) {
		list = append(list, "There is no peer trainer: nobody who teaches these dates has told us that they teach as a peer.")
	}
	return list
}
