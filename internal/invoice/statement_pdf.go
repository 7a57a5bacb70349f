package invoice

import "bursar/internal/money"

var statementColumns = []column{{"Date", 30, "L"}, {"What", 58, "L"}, {"Number", 24, "L"}, {"Charged", 22, "R"}, {"Paid or credited", 22, "R"}, {"Balance", 22, "R"}}

// PDF lays the statement out to print: the same statement is the same bytes.
func (s Statement) PDF() ([]byte, error) {
	return paged(s.lay)
}

func (s Statement) lay(pages int) *sheet {
	p := newSheet("Statement", s.Organisation, s.To, pages)
	p.text(left, p.y+2, width, "L", titled, "B", "STATEMENT")
	p.y += 16
	p.paragraph("B", s.Organisation)
	p.paragraph("", s.From.Medium()+" to "+s.To.Medium())
	p.y += 3
	p.head(statementColumns)
	p.row(statementColumns, [][]string{{s.From.Medium()}, {"Opening balance"}, nil, nil, nil, {s.Opening.String()}})
	for _, l := range s.Lines {
		p.row(statementColumns, [][]string{{l.On.Medium()}, p.wrap(l.What, 58, tiny+0.5, ""), p.wrap(l.Number, 24, tiny+0.5, ""), {orBlank(l.Debit)}, {orBlank(l.Credit)}, {l.Balance.String()}})
	}
	p.rule(left, width)
	p.sum("B", "Balance on "+s.To.Medium(), s.Closing.String())
	return p
}

func orBlank(a money.Amount) string {
	if a == 0 {
		return ""
	}
	return a.String()
}
