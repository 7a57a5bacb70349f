package admissions

import (
	"context"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/courseapplication"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/secret"
)

// RemindApplicant reminds somebody once of the day until which the place is kept that they were offered. It runs as db.Worker.
func RemindApplicant(ctx context.Context, tx *db.Tx, which id.CourseApplication) error {
	known, err := courseapplication.ByID(ctx, tx, which)
	if err != nil {
		return err
	}
	e, err := enrolment.Lock(ctx, tx, known.EnrolmentID)
	if err != nil || e.Status != enrolment.Held || !e.HeldUntil.After(tx.Now) {
		return err
	}
	a, err := courseapplication.Lock(ctx, tx, which)
	if err != nil {
		return err
	}
	if isNew, err := courseapplication.Remind(ctx, tx, a); err != nil || !isNew {
		return err
	}
	return tell(ctx, tx, e, "course-reminder", letter{Amount: e.Price})
}

// EndApplication answers a course application that can lead to nothing any more, because the run is cancelled or has begun, and says
// so. One that was answered meanwhile stays as it is. It runs as db.Worker.
func EndApplication(ctx context.Context, tx *db.Tx, box *secret.Box, which id.CourseApplication) error {
	a, err := courseapplication.Lock(ctx, tx, which)
	if err != nil || a.Status != courseapplication.Submitted {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, a.RunID)
	if err != nil {
		return err
	}
	switch {
	case o.Status == course.Cancelled:
		c, err := enrolment.CancellationOf(ctx, tx, a.RunID)
		if err != nil {
			return err
		}
		return turnDown(ctx, tx, box, audit.System, a, "We have had to cancel these dates. "+c.Reason)
	case o.Status == course.Finished || !london.DateOf(tx.Now).Before(o.StartsOn()):
		return turnDown(ctx, tx, box, audit.System, a, "The course has begun, and we had not answered you. We are sorry about that.")
	}
	return nil
}
