package course

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// mostPlaces is how many places a run can have.
const mostPlaces = 500

func (p Places) wrong(wrong map[string]string) {
	if p.Capacity < 1 || p.Capacity > mostPlaces {
		wrong["capacity"] = fmt.Sprintf("Enter how many places there are, from 1 to %d", mostPlaces)
	}
	if p.Reserved < 0 || p.Reserved > p.Capacity {
		wrong["reserved"] = "Keep as many as there are places, or fewer"
	}
	if p.Reserved > 0 && p.ReleaseOn.IsZero() {
		wrong["release_on"] = "Say until which day they are kept"
	}
}

// SetPlaces changes how many places a run has, how many of them are kept for peers, and until when. What is free stays free for
// those who wait for it. It returns an Invalid failure by field, above all when more are taken than there would be.
func SetPlaces(ctx context.Context, tx *db.Tx, by audit.Actor, run id.Run, capacity, reserved int, releaseOn london.Date) error {
	o, err := LockOffering(ctx, tx, run)
	if err != nil {
		return err
	}
	p := o.Places
	p.Capacity, p.Reserved, p.ReleaseOn = capacity, reserved, releaseOn
	p.Released = reserved > 0 && london.DateOf(tx.Now).After(releaseOn)
	wrong := map[string]string{}
	p.wrong(wrong)
	if len(wrong) == 0 {
		p.taken(wrong, o.Minimum)
	}
	if err := refused(wrong); err != nil {
		return err
	}
	_, err = tx.NewRaw("UPDATE run_places SET capacity = ?, reserved = ?, release_on = ?, released = ? WHERE run_id = ?",
		p.Capacity, p.Reserved, p.ReleaseOn, p.Released, run).Exec(ctx)
	if db.Violates(err, "run_places_not_oversold") || db.Violates(err, "run_places_kept_for_peers") {
		return failure.Field("capacity", "Places have just been taken. Look again").Because(err)
	}
	if err != nil {
		return fmt.Errorf("changing the places of run %s: %w", o.Code, err)
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "run places changed", Subject: "run", SubjectID: int64(run), Detail: map[string]any{
		"from": o.Places.Capacity, "to": p.Capacity, "reserved": p.Reserved, "released": p.Released}})
}

// taken says why places that are taken do not go together with what was planned.
func (p Places) taken(wrong map[string]string, minimum int) {
	others := p.Taken() - p.Peers
	switch {
	case p.Capacity < p.Taken():
		wrong["capacity"] = fmt.Sprintf("%d places are taken: %d confirmed and %d held. There cannot be fewer", p.Taken(), p.Confirmed, p.Held)
	case p.Capacity < minimum:
		wrong["capacity"] = fmt.Sprintf("These dates go ahead with %d places or more. There cannot be fewer", minimum)
	case !p.Released && p.Reserved > 0 && others > p.Capacity-p.Reserved:
		wrong["reserved"] = fmt.Sprintf("%d places are taken by people who are not peers, so at most %d can be kept", others, p.Capacity-others)
	}
}
