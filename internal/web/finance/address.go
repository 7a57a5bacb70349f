package finance

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

const addressesAt = "/finance/addresses"

// addressChange is where an organisation's invoices go, and where they are to go.
type addressChange struct {
	organisation.AddressChange
	Whose   *organisation.Organisation
	Table   page.Table // each line that would change, as it was and as it is to be
	Asker   string
	Checker string // empty: nobody has checked it yet
	Mine    bool   // whoever looks has checked it
	At      string // where the answers go to
	Field   string // of how it was checked
	Typed   string
	Error   string
}

// Checked reports whether somebody has said how they checked it.
func (a addressChange) Checked() bool { return a.CheckedBy != 0 }

type addressesPage struct {
	base
	List []addressChange
	Form addressForm
}

type addressForm struct {
	How string `form:"how"`
}

// addresses lists the changes of address that wait, the longest first.
func (f finance) addresses(c *gin.Context) error {
	p, err := f.addressesPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/addresses", p)
}

func (f finance) addressesPage(c *gin.Context) (*addressesPage, error) {
	ctx := c.Request.Context()
	changes, err := organisation.AddressChanges(ctx, f.DB, 0)
	if err != nil {
		return nil, err
	}
	var whose []id.Organisation
	var who []id.Person
	for _, a := range changes {
		whose, who = append(whose, a.OrganisationID), append(who, a.AskedBy, a.CheckedBy)
	}
	known, err := organisation.ByIDs(ctx, f.DB, whose)
	if err != nil {
		return nil, err
	}
	called, err := names(ctx, f.DB, who...)
	if err != nil {
		return nil, err
	}
	p := &addressesPage{base: below()}
	for _, a := range changes {
		row := addressChange{AddressChange: a, Whose: known[a.OrganisationID], Table: compared(known[a.OrganisationID].AddressDetails(), a.AddressDetails()),
			Asker: called[a.AskedBy], Mine: a.CheckedBy == page.ViewerOf(c).Person,
			At: fmt.Sprintf("%s/%d", addressesAt, a.ID), Field: fmt.Sprintf("how-%d", a.ID)}
		if a.CheckedBy != 0 {
			row.Checker = called[a.CheckedBy]
		}
		p.List = append(p.List, row)
	}
	return p, nil
}

// compared is what would change of an address.
func compared(was, is organisation.AddressDetails) page.Table {
	t := page.Table{Caption: "What would change", Stacked: true, Columns: []page.Column{{Title: "What"}, {Title: "Now"}, {Title: "Afterwards"}}}
	for _, line := range []struct{ what, was, is string }{
		{"Address", was.Address, is.Address}, {"Town or city", was.City, is.City}, {"Postcode", was.Postcode, is.Postcode},
		{"Department", was.Department, is.Department}, {"Contact", was.Contact, is.Contact}, {"Invoices go to", was.InvoiceEmail, is.InvoiceEmail},
		{"Organisation code", was.OrgCode, is.OrgCode}, {"Payables code", was.PayablesCode, is.PayablesCode}, {"GLN", was.GLN, is.GLN},
	} {
		if line.was != line.is {
			t.Rows = append(t.Rows, []page.Cell{{Text: line.what}, {Text: oneLine(line.was)}, {Text: oneLine(line.is)}})
		}
	}
	return t
}

func oneLine(lines string) string {
	if lines == "" {
		return "Nothing"
	}
	return strings.ReplaceAll(lines, "\n", ", ")
}

// checkAddress notes how somebody made sure that a change is real.
func (f finance) checkAddress(c *gin.Context) error {
	return f.decideAddress(c, page.AddressChecked, func(ctx context.Context, tx *db.Tx, by id.Person, which id.AddressChange, typed addressForm) error {
		err := organisation.CheckAddress(ctx, tx, by, which, typed.How)
		if refused := failure.Of(err); refused != nil && refused.Fields["how"] != "" {
			return failure.Field(fmt.Sprintf("how-%d", which), refused.Fields["how"]).Because(err) // there is one for each change
		}
		return err
	})
}

// agreeAddress makes a change that somebody else has checked.
func (f finance) agreeAddress(c *gin.Context) error {
	return f.decideAddress(c, page.AddressAgreed, func(ctx context.Context, tx *db.Tx, by id.Person, which id.AddressChange, _ addressForm) error {
		return organisation.AgreeAddress(ctx, tx, by, which)
	})
}

// refuseAddress leaves everything as it is.
func (f finance) refuseAddress(c *gin.Context) error {
	return f.decideAddress(c, page.AddressRefused, func(ctx context.Context, tx *db.Tx, by id.Person, which id.AddressChange, _ addressForm) error {
		return organisation.RefuseAddress(ctx, tx, by, which)
	})
}

func (f finance) decideAddress(c *gin.Context, n page.Notice, do func(context.Context, *db.Tx, id.Person, id.AddressChange, addressForm) error) error {
	number, err := strconv.ParseInt(c.Param("change"), 10, 64)
	if err != nil {
		return organisation.ErrAddressUnknown.Because(err)
	}
	p, err := f.addressesPage(c)
	if err != nil {
		return err
	}
	which := id.AddressChange(number)
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error { return do(ctx, tx, by, which, p.Form) })
	}
	if errors.Is(err, organisation.ErrSecondPerson) {
		err = onThePage(err)
	}
	if err != nil {
		p.keep(which, err)
		return page.Again(c, err, "finance/addresses", p)
	}
	page.Flash(c, n)
	return page.Redirect(c, addressesAt)
}

// keep shows what was typed about one of the changes again.
func (p *addressesPage) keep(which id.AddressChange, err error) {
	for i := range p.List {
		if a := &p.List[i]; a.ID == which {
			a.Typed = p.Form.How
			if refused := failure.Of(err); refused != nil {
				a.Error = refused.Fields[a.Field]
			}
		}
	}
}
