package finance

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

const doubtsAt = "/finance/doubts"

type doubtsPage struct {
	base
	Table page.Table
}

// doubts lists what the card processor said that does not agree with our books, the longest waiting first.
func (f finance) doubts(c *gin.Context) error {
	all, err := billing.Doubts(c.Request.Context(), f.DB)
	if err != nil {
		return err
	}
	p := &doubtsPage{base: below(), Table: page.Table{Caption: "The oldest first", Stacked: true, Columns: []page.Column{
		{Title: "What"}, {Title: "Since"}, {Title: "What was said"},
	}}}
	for _, d := range all {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: doubtWords[d.Kind]}, {Text: london.Stamp(d.CreatedAt)}, {Text: d.Detail}})
	}
	return page.Render(c, "finance/doubts", p)
}

var doubtWords = map[billing.DoubtKind]string{
	billing.WrongAmount:    "A payment does not agree with what was asked for",
	billing.UnknownPayment: "The card processor reports a payment that is not ours",
	billing.WrongVersion:   "The card processor speaks another version than we do",
	billing.WrongMode:      "A test came where real payments come, or the reverse",
	billing.StrangeRefund:  "A refund that we did not ask for",
	billing.RefundCameBack: "The bank sent a refund back",
	billing.Missing:        "The card processor and our books do not have the same payments",
}
