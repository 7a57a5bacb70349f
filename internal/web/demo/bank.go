package demo

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"bursar/internal/fixture"
	"bursar/internal/london"
)

// BankFile is where a bank's statement for trying out is.
const BankFile = "/demo/demo-bank.csv"

// bankFile is a statement of the provider's bank that pays some of what is open now.
func (s stage) bankFile(c *gin.Context) error {
	body, err := fixture.BankFile(c.Request.Context(), s.DB, london.DateOf(s.DB.Now()))
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="demo-bank.csv"`)
	c.Data(http.StatusOK, "text/csv; charset=utf-8", body)
	return nil
}
