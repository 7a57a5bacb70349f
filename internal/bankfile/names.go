package bankfile

import "slices"

// Names of columns as banks here write them, folded by plain, those to prefer first.
var (
	dateNames      = []string{"date", "transactiondate", "datecompleted", "completeddate", "posteddate", "postingdate", "bookingdate", "entrydate", "valuedate", "created"}
	amountNames    = []string{"amount", "value", "transactionamount", "amountgbp", "debitcredit", "creditdebit", "netamount"}
	inNames        = []string{"paidin", "moneyin", "creditamount", "credit", "credits", "in", "amountin", "receipts", "creditvalue", "paidinamount"}
	outNames       = []string{"paidout", "moneyout", "debitamount", "debit", "debits", "out", "amountout", "payments", "debitvalue", "debtvalue", "withdrawals", "paidoutamount"}
	payerNames     = []string{"counterparty", "counterpartyname", "payer", "payername", "name", "from", "merchant", "payee"}
	textNames      = []string{"description", "transactiondescription", "narrative", "details", "transactiondetails", "memo", "particulars", "merchantdescription", "descriptions"}
	moreTextNames  = []string{"narrative1", "narrative2", "narrative3", "narrative4", "narrative5"}
	referenceNames = []string{"reference", "paymentreference", "customerreference", "transactionreference", "ref", "yourreference"}
	idNames        = []string{"transactionid", "id", "fitid", "transactionuid", "uniqueid"}
	balanceNames   = []string{"balance", "runningbalance", "accountbalance", "balancegbp", "closingbalance", "ledgerbalance"}
	currencyNames  = []string{"currency", "accountcurrency", "paymentcurrency", "ccy", "transactioncurrency"}

	// passingNames are columns that the bank fills differently from file to file, or its customer by hand.
	passingNames = []string{"category", "spendingcategory", "categorysplit", "subcategory", "notes", "notesandtags", "note", "tags", "emoji", "receipt", "attachment", "attachments", "number", "no", "row", "status", "state", "fee", "address"}
)

// isPassing reports whether what stands under a name says nothing lasting about a transaction.
func isPassing(name string) bool {
	for _, names := range [][]string{passingNames, dateNames, amountNames, inNames, outNames, balanceNames} {
		if slices.Contains(names, plain(name)) {
			return true
		}
	}
	return false
}

// named is the column of the header under the first of the names that there is, or -1.
func named(header []string, names []string) int {
	for _, name := range names {
		if i := slices.IndexFunc(header, func(h string) bool { return plain(h) == name }); i >= 0 {
			return i
		}
	}
	return -1
}

// isHeader reports whether a row names the columns that every statement has.
func isHeader(cells []string) bool {
	return named(cells, dateNames) >= 0 &&
		(named(cells, amountNames) >= 0 || named(cells, inNames) >= 0 && named(cells, outNames) >= 0)
}
