package awards

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/report"
	"bursar/internal/sheet"
	"bursar/internal/web/page"
)

// saves adds the lists as spreadsheets. Nothing that anybody wrote is in them, and who saved which is kept. r is /admin.
func saves(r gin.IRouter, h *handlers) {
	r.GET("/claims/save/:file", page.Handle(func(c *gin.Context) error { return h.save(c, "claims", h.claimList(c)) }))
	r.GET("/reviews/save/:file", page.Handle(func(c *gin.Context) error { return h.save(c, "reviews", h.reviewList(c)) }))
}

func (h *handlers) save(c *gin.Context, name string, list page.List) error {
	asked, format, ok := page.FormatOf(c.Param("file"))
	if !ok || asked != name {
		return page.ErrNotFound
	}
	return page.Save(c, name, format, list, func(rows int) error {
		return h.work(c, func(ctx context.Context, tx *db.Tx) error {
			return report.NoteSaved(ctx, tx, me(c), c.Param("file"), rows, c.Request.URL.Query())
		})
	})
}

func (h *handlers) claimList(c *gin.Context) page.List {
	return page.List{Columns: []string{"Claim", "Who", "Application", "For", "What waits", "Asked for", "Agreed", "Since"}, Rows: page.Walk(
		func(after id.Claim, limit int) (list []award.ListedClaim, err error) {
			err = h.work(c, func(ctx context.Context, tx *db.Tx) error {
				list, err = award.WaitingClaims(ctx, tx, after, limit)
				return err
			})
			return list, err
		},
		func(last award.ListedClaim) id.Claim { return last.ID },
		func(k award.ListedClaim) []sheet.Cell {
			return []sheet.Cell{sheet.Text(k.Code), sheet.Text(k.Name), sheet.Text(k.Application), sheet.Text(purposeNames[k.Purpose]), sheet.Text(claimTags[k.Status].Text),
				sheet.Money(k.Asked), sheet.Money(k.Approved), sheet.Moment(k.AskedAt)}
		})}
}

func (h *handlers) reviewList(c *gin.Context) page.List {
	return page.List{Columns: []string{"Application", "Round", "Why", "Asked", "Answer by", "How it stands"}, Rows: page.Walk(
		func(after award.ReviewCursor, limit int) (list []award.ReviewEntry, err error) {
			err = h.work(c, func(ctx context.Context, tx *db.Tx) error {
				list, err = award.Reviews(ctx, tx, after, limit)
				return err
			})
			return list, err
		},
		cursorOf,
		func(r award.ReviewEntry) []sheet.Cell {
			stands := "To answer"
			if r.Outcome != "" {
				stands = outcomes[r.Outcome].Text
			}
			return []sheet.Cell{sheet.Text(r.Code), sheet.Text(r.Round), sheet.Text(r.Ground.Words()), sheet.Moment(r.AskedAt), sheet.Day(r.AnswerBy), sheet.Text(stands)}
		})}
}
