package invoice

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
)

// errTampered means that a snapshot is not what was issued.
var errTampered = failure.New(failure.Internal, "snapshot_tampered", "")

// Kind is the word that stands above a document.
type Kind string

// The kinds of document.
const (
	AnInvoice   Kind = "INVOICE"
	ACreditNote Kind = "CREDIT NOTE"
)

// Snapshot is everything that stands on an invoice or a credit note, fixed when it was issued. Amounts are in pence and
// never negative, also on a credit note.
type Snapshot struct {
	Kind           Kind         `json:"kind"`
	Number         string       `json:"number"`
	IssuedOn       london.Date  `json:"issued_on"`
	DueOn          london.Date  `json:"due_on"` // none on a credit note
	SuppliedFrom   london.Date  `json:"supplied_from"`
	SuppliedTo     london.Date  `json:"supplied_to"`
	Supplier       Supplier     `json:"supplier"`
	Buyer          Buyer        `json:"buyer"`
	Order          string       `json:"order,omitempty"`           // number of the purchase order
	BuyerReference string       `json:"buyer_reference,omitempty"` // the buyer's own
	Lines          []Line       `json:"lines"`
	Net            money.Amount `json:"net"`
	VAT            money.Amount `json:"vat"`
	Total          money.Amount `json:"total"`
	VATWording     string       `json:"vat_wording"` // also when there is none
	Terms          []string     `json:"terms"`       // paragraphs
	Credits        *Origin      `json:"credits,omitempty"`
	Reason         string       `json:"reason,omitempty"` // of a credit note
}

// Origin is the invoice that a credit note belongs to.
type Origin struct {
	Number   string      `json:"number"`
	IssuedOn london.Date `json:"issued_on"`
}

// Supplier is who asks to be paid, and where to.
type Supplier struct {
	Name          string `json:"name"`
	CompanyNumber string `json:"company_number,omitempty"`
	CharityNumber string `json:"charity_number,omitempty"`
	VATNumber     string `json:"vat_number,omitempty"`
	Address       string `json:"address"` // lines
	City          string `json:"city"`
	Postcode      string `json:"postcode"`
	Email         string `json:"email"`
	Phone         string `json:"phone,omitempty"`
	BankName      string `json:"bank_name"`
	SortCode      string `json:"sort_code"`
	AccountNumber string `json:"account_number"`
	AccountName   string `json:"account_name"`
}

// Buyer is who is asked, as the purchase order has it.
type Buyer struct {
	Name         string `json:"name"`
	Code         string `json:"code"` // of the organisation here
	Department   string `json:"department,omitempty"`
	Contact      string `json:"contact,omitempty"`
	Address      string `json:"address"` // lines
	City         string `json:"city"`
	Postcode     string `json:"postcode"`
	OrgCode      string `json:"org_code,omitempty"`
	PayablesCode string `json:"payables_code,omitempty"`
	GLN          string `json:"gln,omitempty"`
	Email        string `json:"email,omitempty"`
}

// VATCode is the code of a line for VAT (UNTDID 5305).
type VATCode string

// The codes.
const (
	StandardRated VATCode = "S"
	ExemptFromVAT VATCode = "E"
	OutsideVAT    VATCode = "O"
)

// Line is one line. Net and VAT add up to Gross, and Gross is Quantity times Unit less Discount.
type Line struct {
	Number       int          `json:"number"`
	Description  string       `json:"description"`
	Places       []string     `json:"places,omitempty"` // codes; never names of people
	Quantity     int          `json:"quantity"`
	Unit         money.Amount `json:"unit"` // the price of one with VAT, before any discount
	Discount     money.Amount `json:"discount,omitempty"`
	DiscountName string       `json:"discount_name,omitempty"`
	Net          money.Amount `json:"net"`
	VATCode      VATCode      `json:"vat_code"`
	VATRate      int          `json:"vat_rate"` // per cent
	VATReason    string       `json:"vat_reason,omitempty"`
	VAT          money.Amount `json:"vat"`
	Gross        money.Amount `json:"gross"`
	CostCode     string       `json:"cost_code,omitempty"`
	OrderLine    string       `json:"order_line,omitempty"`
}

// encode writes the snapshot in its one form: the same snapshot is the same bytes.
func (s Snapshot) encode() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("writing the snapshot of %s: %w", s.Number, err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// SnapshotOf reads what stands on an invoice, after checking that it is what was issued.
func SnapshotOf(i *Invoice) (Snapshot, error) { return decode(i.Number, i.Snapshot, i.Hash) }

// SnapshotOfCredit reads what stands on a credit note, after checking that it is what was issued.
func SnapshotOfCredit(n *CreditNote) (Snapshot, error) { return decode(n.Number, n.Snapshot, n.Hash) }

func decode(number string, body, hash []byte) (Snapshot, error) {
	var s Snapshot
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], hash) {
		return s, errTampered.Because(fmt.Errorf("the snapshot of %s does not have its hash", number))
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, errTampered.Because(err)
	}
	if s.Number != number {
		return s, errTampered.Because(fmt.Errorf("%s has the snapshot of %s", number, s.Number))
	}
	return s, nil
}
