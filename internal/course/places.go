package course

import (
	"context"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Places is how many places a run has and how many are taken.
type Places struct {
	bun.BaseModel `bun:"table:run_places"`

	RunID     id.Run      `bun:"run_id,pk"`
	Capacity  int         `bun:"capacity"`
	Reserved  int         `bun:"reserved"`   // kept for peers until they are released
	ReleaseOn london.Date `bun:"release_on"` // last day on which they are kept
	Released  bool        `bun:"released"`
	Held      int         `bun:"held"`
	Confirmed int         `bun:"confirmed"`
	Peers     int         `bun:"peers"` // how many of the held and confirmed are peers

	// Waiting is how many stand in the queue who could take what is free, and WaitingPeers how many of them are peers. Only an
	// Offering knows them.
	Waiting      int `bun:"-"`
	WaitingPeers int `bun:"-"`
}

// Taken is how many places are held or confirmed.
func (p Places) Taken() int { return p.Held + p.Confirmed }

// Left is how many places somebody can take now who comes newly. For people who are not peers it leaves out the reserved
// places that peers have not taken yet; what is free while others wait for it is theirs.
func (p Places) Left(peer bool) int {
	left := p.Free(peer)
	switch {
	case p.Waiting == 0:
		return left
	case peer && p.WaitingPeers == 0:
		return p.KeptForPeers()
	}
	return 0
}

// Free is how many places nobody has, whoever waits for them.
func (p Places) Free(peer bool) int {
	left := p.Capacity - p.Taken()
	if !peer {
		left -= p.KeptForPeers()
	}
	return max(0, left)
}

// KeptForPeers is how many of the free places only peers can take now.
func (p Places) KeptForPeers() int {
	if p.Released {
		return 0
	}
	return min(max(0, p.Reserved-p.Peers), max(0, p.Capacity-p.Taken()))
}

// PlacesOf reads the places of a run without locking them: good for a page and for a first refusal, never for
// taking one.
func PlacesOf(ctx context.Context, d bun.IDB, run id.Run) (Places, error) {
	var p Places
	err := d.NewSelect().Model(&p).Where("run_id = ?", run).Scan(ctx)
	return p, err
}

// LockPlaces locks the places of a run until the unit of work ends. It comes before every other lock that
// belongs to the run.
func LockPlaces(ctx context.Context, tx *db.Tx, run id.Run) error {
	_, err := tx.NewRaw("SELECT 1 FROM run_places WHERE run_id = ? FOR UPDATE", run).Exec(ctx)
	return err
}

// ReleaseReserved opens reserved places to everybody where their last day has passed, and returns the runs.
// Nothing is released by the passing of time alone.
func ReleaseReserved(ctx context.Context, tx *db.Tx) ([]id.Run, error) {
	var runs []id.Run
	err := tx.NewRaw(`
		UPDATE run_places SET released = true
		WHERE NOT released AND reserved > 0 AND release_on < ?
		RETURNING run_id`, london.DateOf(tx.Now)).Scan(ctx, &runs)
	return runs, err
}
