package catalogue

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
)

// errChanged means that somebody else saved the same form after it was opened here.
var errChanged = failure.New(failure.Conflict, "changed_meanwhile",
	"Somebody else has changed this since you opened the page, and nothing of yours is saved yet. Open the page in another window to see what it says now. If you press Save again, what you typed here takes its place.")

// seenOf is a form, as it was filled in when it was opened, in few letters.
func seenOf(form any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%+v", form))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// standing is what a form would show now, as seenOf says it, read under the lock of what it is about.
type standing func(ctx context.Context, tx *db.Tx) (string, error)

// ofRun is the standing of a form about a run.
func ofRun(o *course.Offering, form func(now *course.Offering) string) standing {
	return func(ctx context.Context, tx *db.Tx) (string, error) {
		now, err := course.LockOffering(ctx, tx, o.ID)
		if err != nil {
			return "", err
		}
		return form(now), nil
	}
}

// writeSeen changes something of which its form showed seen when it was opened; a program that sends none takes what there is.
// Another standing is refused with errChanged, and put into seen: whoever sends the form again has been told.
func (d desk) writeSeen(c *gin.Context, seen *string, now standing, do func(ctx context.Context, tx *db.Tx, by audit.Actor) error) error {
	return d.write(c, func(ctx context.Context, tx *db.Tx, by audit.Actor) error {
		was := *seen
		if was == "" {
			return do(ctx, tx, by)
		}
		var err error
		if *seen, err = now(ctx, tx); err != nil {
			return err
		}
		if *seen != was {
			return errChanged
		}
		return do(ctx, tx, by)
	})
}
