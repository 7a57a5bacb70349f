package finance

import (
	"fmt"
	"strings"

	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/report"
)

// payerWords are the sorts of payer, as the report says them.
var payerWords = map[string]string{
	"learner": "Learners", "organisation": "Organisations", "award": "Funds", "exchanged": "Payers whom others took the place of",
}

// movements are the columns of what changed in a month.
var movements = []string{"At the start", "More", "Less", "At the end"}

func moved(name string, m report.Movement) figure {
	return figure{name, []money.Amount{m.Opening, m.More, m.Less, m.Closing}}
}

// chapters are the tables of the report in order, but for those in which nothing stands.
func chapters(c *report.Close) []figures {
	var list []figures
	for _, t := range []figures{sales(c), tax(c), income(c), planned(c), cash(c), owing(c), rest(c), funds(c)} {
		if len(t.Lines) > 0 {
			list = append(list, t)
		}
	}
	return list
}

func sales(c *report.Close) figures {
	s := c.Sales
	t := figures{Title: "Sales", Columns: []string{"Amount"}}
	sum := ""
	for _, payer := range []string{"learner", "organisation", "award", "exchanged"} {
		a := s.ByPayer[payer]
		if a == 0 && payer == "exchanged" {
			continue
		}
		t.Lines = append(t.Lines, figure{"Charged to " + strings.ToLower(payerWords[payer]), []money.Amount{a}})
		if sum != "" {
			sum += " + "
		}
		sum += a.String()
	}
	t.Lines = append(t.Lines, figure{"Charged for places, together", []money.Amount{s.Charged}},
		figure{"Taken back: places given up, lapsed or made cheaper", []money.Amount{s.TakenBack}},
		figure{"Sales less what was taken back", []money.Amount{s.Charged - s.TakenBack}})
	t.Words = fmt.Sprintf("%s = %s was charged. %s − %s = %s is left of it.", sum, s.Charged, s.Charged, s.TakenBack, s.Charged-s.TakenBack)
	return t
}

// tax is the VAT that was added to what we owe, and why; nothing where there is none.
func tax(c *report.Close) figures {
	t := figures{Title: "VAT", Columns: []string{"Amount"}}
	m, v := c.Of("vat"), c.VAT
	if m == (report.Movement{}) {
		return t
	}
	t.Lines = []figure{{"At the start", []money.Amount{m.Opening}}, {"In invoices", []money.Amount{v.Invoiced}}, {"In credit notes", []money.Amount{-v.Credited}},
		{"In what learners and funds paid, less what went back", []money.Amount{v.Paid}}, {"At the end", []money.Amount{m.Closing}}}
	t.Words = fmt.Sprintf("%s + %s − %s + %s = %s. VAT counts when a place is invoiced or paid, whichever comes first. What is charged, and neither invoiced "+
		"nor paid, is not in it yet, even where it was taught; nor is what you paid to the tax office.", m.Opening, v.Invoiced, v.Credited, v.Paid, m.Closing)
	return t
}

func income(c *report.Close) figures {
	t := figures{Title: "Income still to be taught, by run", Columns: []string{"At the start", "Charged", "Taken back", "Moved here", "VAT", "Taught", "At the end"}}
	var all figure
	all.Name, all.Amounts = "All together", make([]money.Amount, len(t.Columns))
	for _, r := range c.Runs {
		l := figure{r.Code, []money.Amount{r.Opening, r.Charged, r.TakenBack, r.Moved, r.VAT, r.Earned, r.Closing}}
		for i, a := range l.Amounts {
			all.Amounts[i] += a
		}
		t.Lines = append(t.Lines, l)
	}
	t.Lines = append(t.Lines, all)
	a := all.Amounts
	t.Words = fmt.Sprintf("%s + %s − %s + %s − %s − %s = %s. What is charged is income when it is taught: as each block ends, its part by days. "+
		"It goes along with a place to other dates: what left a run stands there below zero.", a[0], a[1], a[2], a[3], a[4], a[5], a[6])
	return t
}

// planned is when what stands at the end of the month will be earned.
func planned(c *report.Close) figures {
	t := figures{Title: "Income still to be taught, by block", Columns: []string{"Amount"},
		Words: "What stands for a run, divided among its blocks that are not over, by their days."}
	for _, r := range c.Runs {
		for _, b := range r.Blocks {
			if b.Amount != 0 {
				t.Lines = append(t.Lines, figure{fmt.Sprintf("%s, block %d, %s", r.Code, b.Number, london.Days(b.Starts, b.Ends)), []money.Amount{b.Amount}})
			}
		}
		if r.Rest != 0 {
			t.Lines = append(t.Lines, figure{r.Code + ", with no block to come", []money.Amount{r.Rest}})
		}
	}
	return t
}

func cash(c *report.Close) figures {
	t := figures{Title: "Cash", Columns: movements, Words: "“More” came in, “less” went out. Money that came by bank and is matched with nothing yet is in the bank too."}
	for _, key := range []string{"bank", "processor", "unmatched", "clearing"} {
		t.Lines = append(t.Lines, moved(report.KindOf(key).Title, c.Of(key)))
	}
	return t
}

func owing(c *report.Close) figures {
	t := figures{Title: "What is owed to us, and by whom", Columns: append(append([]string{}, movements...), "Credit at the end"),
		Words: "For places, invoiced or not. Credit is what an organisation paid and has not used: we owe it that."}
	add := func(name string, m report.Movement, credit money.Amount) {
		l := moved(name, m)
		l.Amounts = append(l.Amounts, credit)
		t.Lines = append(t.Lines, l)
	}
	for _, a := range c.Accounts {
		if a.Key == "due" && a.Payer != "organisation" && a.Movement != (report.Movement{}) {
			add(payerWords[a.Payer], a.Movement, 0)
		}
	}
	for _, o := range c.Owing {
		add(o.Name, o.Due, o.Credit.Closing)
	}
	if len(t.Lines) > 0 {
		add("All together", c.Of("due"), c.Of("credit").Closing)
	}
	return t
}

// rest are the kinds of account that have no table of their own.
func rest(c *report.Close) figures {
	t := figures{Title: "Everything else", Columns: movements, Words: "What is owed or earned grows with “more”; so does what is written off."}
	for _, key := range []string{"earned", "kept", "vat", "credit", "owed", "written-off", "other"} {
		if m := c.Of(key); m != (report.Movement{}) {
			t.Lines = append(t.Lines, moved(report.KindOf(key).Title, m))
		}
	}
	return t
}

func funds(c *report.Close) figures {
	t := figures{Title: "Funds", Columns: []string{"At the start", "Given", "Spent", "Back to donors", "Moved", "At the end"},
		Words: "What is in each fund, promised or not. Given less spent, less what went back, with what was moved between funds."}
	for _, f := range c.Funds {
		t.Lines = append(t.Lines, figure{f.Code + ", " + f.Name, []money.Amount{f.Opening, f.Income, f.Spent, f.Returned, f.Moved, f.Closing}})
	}
	return t
}
