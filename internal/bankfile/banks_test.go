package bankfile_test

import (
	"slices"
	"testing"
)

// banks are files as banks in the United Kingdom export them, shortened, with invented people. Guess must understand
// each without help.
var banks = map[string]struct {
	file string
	want []said
}{
	"one signed amount (NatWest)": {
		"Date, Type, Description, Value, Balance, Account Name, Account Number\n\n" +
			"05 Mar 2027,BAC,\"'ST MARTINS TRUST , INV-00012\",4200.00,5200.00,\"'PEER LTD\",\"'600001-12345678\",\n" +
			"08 Mar 2027,CHG,'CHARGES,-3.50,5196.50,\"'PEER LTD\",\"'600001-12345678\",\n",
		[]said{
			{"2027-03-05", 420_000, "", "", "'ST MARTINS TRUST , INV-00012", ""},
			{"2027-03-08", -350, "", "", "'CHARGES", ""},
		},
	},
	"debit and credit columns (Lloyds, Halifax, TSB)": {
		"Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit Amount,Balance,\r\n" +
			"05/03/2027,FPI,'30-00-00,12345678,KESTREL HOUSE INV-00013,,1950.00,6950.00\r\n" +
			"04/03/2027,DD,'30-00-00,12345678,ROOM HIRE,250.00,,5000.00\r\n",
		[]said{
			{"2027-03-05", 195_000, "", "", "KESTREL HOUSE INV-00013", ""},
			{"2027-03-04", -25_000, "", "", "ROOM HIRE", ""},
		},
	},
	"account details before the table, pound signs (Nationwide)": {
		"\"Account Name:\",\"Business ****12345\"\r\n\"Account Balance:\",\"\xa35,000.00\"\r\n\"Available Balance: \",\"\xa35,000.00\"\r\n\r\n" +
			"\"Date\",\"Transaction type\",\"Description\",\"Paid out\",\"Paid in\",\"Balance\"\r\n" +
			"\"05 Mar 2027\",\"Bank credit\",\"Jos\xe9 Oliv\xe9\",\"\",\"\xa31,250.50\",\"\xa36,250.50\"\r\n" +
			"\"06 Mar 2027\",\"Payment to\",\"Caf\xe9\",\"\xa312.00\",\"\",\"\xa36,238.50\"\r\n",
		[]said{
			{"2027-03-05", 125_050, "", "", "José Olivé", ""},
			{"2027-03-06", -1_200, "", "", "Café", ""},
		},
	},
	"memo instead of description (Barclays)": {
		"Number,Date,Account,Amount,Subcategory,Memo\n" +
			"\t,05/03/2027,20-00-00 12345678,333.00,Counter Credit,\"NORTH CARE ICB  \tINV-00014 BGC\"\n" +
			"\t,04/03/2027,20-00-00 12345678,-12.5,Direct Debit,PHONE\n",
		[]said{
			{"2027-03-05", 33_300, "", "", "NORTH CARE ICB INV-00014 BGC", ""},
			{"2027-03-04", -1_250, "", "", "PHONE", ""},
		},
	},
	"no names of columns (HSBC, First Direct)": {
		"05/03/2027,ST MARTINS NHS TRUST INV-00012 BP,\"4,200.00\"\n04/03/2027,DIRECT DEBIT PHONE DD,-12.50\n",
		[]said{
			{"2027-03-05", 420_000, "", "", "ST MARTINS NHS TRUST INV-00012 BP", ""},
			{"2027-03-04", -1_250, "", "", "DIRECT DEBIT PHONE DD", ""},
		},
	},
	"no names of columns, separate columns and a balance": {
		"05/03/2027;BP;RIVER COUNCIL PO 4471;;100.00;1100.00\n06/03/2027;DD;PHONE;12.50;;1087.50\n07/03/2027;BP;KESTREL;;50.00;1137.50\n",
		[]said{
			{"2027-03-05", 10_000, "", "", "RIVER COUNCIL PO 4471", ""},
			{"2027-03-06", -1_250, "", "", "PHONE", ""},
			{"2027-03-07", 5_000, "", "", "KESTREL", ""},
		},
	},
	"payer and reference apart (Starling)": {
		"Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP),Spending Category,Notes\n" +
			"05/03/2027,St Martin's NHS Trust,INV-00012,FASTER PAYMENT,4200.00,5200.00,INCOME,\n" +
			"08/03/2027,Hall Ltd,MARCH,FASTER PAYMENT,-250.00,4950.00,EVENTS,paid late\n",
		[]said{
			{"2027-03-05", 420_000, "St Martin's NHS Trust", "INV-00012", "", ""},
			{"2027-03-08", -25_000, "Hall Ltd", "MARCH", "", ""},
		},
	},
	"a transaction ID and a currency (Monzo)": {
		"Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,Address,Receipt,Description,Category split,Money Out,Money In\n" +
			"tx_0001,05/03/2027,09:15:00,Faster payment,Ada Byron,🎓,Income,500.00,GBP,500.00,GBP,INV-00015,,,INV-00015,,,500.00\n" +
			"tx_0002,05/03/2027,09:16:00,Card payment,Stationer,,Office,-4.20,GBP,-5.00,EUR,,,,STATIONER,,-4.20,\n",
		[]said{
			{"2027-03-05", 50_000, "Ada Byron", "", "INV-00015", "tx_0001"},
			{"2027-03-05", -420, "Stationer", "", "STATIONER", "tx_0002"},
		},
	},
	"narratives in several columns (Bankline)": {
		"Sort Code,Account Number,Account Alias,Account Short Name,Currency,Account Type,BIC,Bank Name,Branch Name,Date,Narrative #1,Narrative #2,Narrative #3,Narrative #4,Narrative #5,Type,Debit,Credit\n" +
			"600001,12345678,MAIN,PEER,GBP,CURRENT,NWBKGB2L,NATWEST,LEEDS,05/03/2027,NORTH CARE ICB,INV-00014,,,,BAC,,11340.00\n",
		[]said{{"2027-03-05", 1_134_000, "", "", "NORTH CARE ICB INV-00014", ""}},
	},
	"paid out with a minus, days from the year down (Co-op, Virgin)": {
		"Date,Description,Type,Money In,Money Out,Balance\n2027-03-05,RIVER COUNCIL,FP,100.00,,1100.00\n2027-03-06,PHONE,DD,0.00,-12.50,1087.50\n",
		[]said{{"2027-03-05", 10_000, "", "", "RIVER COUNCIL", ""}, {"2027-03-06", -1_250, "", "", "PHONE", ""}},
	},
	"the sign the other way round, which the balance tells": {
		"Date,Description,Amount,Balance\n05/03/2027,A TRUST,-100.00,1100.00\n06/03/2027,PHONE,12.50,1087.50\n07/03/2027,B TRUST,-1.00,1088.50\n",
		[]said{{"2027-03-05", 10_000, "", "", "A TRUST", ""}, {"2027-03-06", -1_250, "", "", "PHONE", ""}, {"2027-03-07", 100, "", "", "B TRUST", ""}},
	},
	"tabs and times": {
		"Created\tDetails\tAmount\n2027-03-05T23:30:00Z\tA TRUST\t+100\n",
		[]said{{"2027-03-05", 10_000, "", "", "A TRUST", ""}},
	},
	"names of columns that nobody knows": {
		"Tag,Zweck,Wert\n05.03.2027,A TRUST,100.00\n",
		[]said{{"2027-03-05", 10_000, "", "", "A TRUST", ""}},
	},
}

func TestFilesOfBanksAreUnderstoodWithoutHelp(t *testing.T) {
	t.Parallel()
	for name, bank := range banks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := sayings(guessed(t, bank.file)); !slices.Equal(got, bank.want) {
				t.Errorf("got  %+v\nwant %+v", got, bank.want)
			}
		})
	}
}
