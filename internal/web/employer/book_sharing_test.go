package employer_test

import "testing"

func TestAnotherOrganisationPaysAPart(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.discounts()
	s := p.mine
	p.fill(s, "places", "payer", "places", "5")
	p.fill(s, "payer", "share", "payer", "other")
	doc := p.wrong(s, "share", "contact", "Rae Kaplan", "other", "most")
	says(t, doc, "Enter the name of the other organisation", "Enter the email address of whom we ask there", "Enter an amount like £500, or a part like 60%")
	if value(doc, "contact") != "Rae Kaplan" || value(doc, "other") != "most" {
		t.Error("what was typed is lost")
	}
	if doc = p.open(s, p.bookAt(s, "share")); value(doc, "contact") != "Rae Kaplan" {
		t.Error("what could be kept was not")
	}
	p.led(p.get(s, p.bookAt(s, "names")), p.bookAt(s, "share"))
	says(t, p.wrong(s, "share", "name", "Eastmarsh", "email", "sol@eastmarsh.example", "other", "100%"), "What each pays must add up to £2,925.00 for each place")
	p.fill(s, "share", "names", "name", "Eastmarsh Borough Council", "contact", "Sol", "email", "sol@eastmarsh.example", "other", "60%")
	p.fill(s, "names", "orders")
	says(t, p.open(s, p.bookAt(s, "orders")), "Your organisation pays £5,850.00")
	p.fill(s, "orders", "approval", "order_number_1", "WM-1", "order_amount_1", "5850")
	p.fill(s, "approval", "check")
	says(t, p.open(s, p.bookAt(s, "check")), "Eastmarsh Borough Council pays: £1,755.00 of each place -£8,775.00", "Your organisation pays £5,850.00", "We ask whoever else pays")
	says(t, p.open(s, p.press(s)), "5 places are held until 7 December 2026 while we wait for another payer.")
	says(t, p.open(p.twin, p.twin.at("")), "You are asked to pay a part")
}

func TestTwoPurchaseOrdersPayForEachPlace(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s := p.mine
	p.fill(s, "places", "payer", "places", "2")
	p.fill(s, "payer", "share", "payer", "orders")
	p.fill(s, "share", "names", "first", "£333")
	p.fill(s, "names", "orders")
	says(t, p.open(s, p.bookAt(s, "orders")), "Purchase order for £333 of each place", "Purchase order for the rest")
	p.fill(s, "orders", "approval", "order_number_1", "CPD-1", "order_amount_1", "10000", "order_number_2", "TEAM-9", "order_amount_2", "5834")
	p.fill(s, "approval", "check")
	says(t, p.open(s, p.bookAt(s, "check")), "Our organisation pays £333.00 of each place, by purchase order CPD-1", "Our organisation pays £2,917.00 of each place, by purchase order TEAM-9")
	says(t, p.open(s, p.press(s)), "2 places are confirmed.")
	says(t, p.open(s, s.at("/orders")), "CPD-1 £10,000.00 £666.00 £9,334.00 Open", "TEAM-9 £5,834.00 £5,834.00 £0.00 Used up")
}

func TestThePersonPaysAPart(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s := p.mine
	p.fill(s, "places", "payer", "places", "1")
	p.fill(s, "payer", "share", "payer", "mixture")
	says(t, p.wrong(s, "share"), "Enter what others pay")
	p.fill(s, "share", "names", "person", "50%")
	p.fill(s, "names", "orders", "name_1", "Kit", "email_1", "kit@westermoor.example")
	p.fill(s, "orders", "approval", "order_number_1", "WM-1", "order_amount_1", "1625")
	p.fill(s, "approval", "check")
	says(t, p.open(s, p.bookAt(s, "check")), "The person pays: £1,625.00 of each place -£1,625.00", "Your organisation pays £1,625.00")
	says(t, p.open(s, p.press(s)), "1 place is held until 7 December 2026 while we wait for another payer.")
}

func TestAnotherChoiceOfPayerAsksAnew(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s := p.mine
	p.fill(s, "places", "payer", "places", "2")
	p.fill(s, "payer", "share", "payer", "person")
	p.fill(s, "share", "names", "person", "50%")
	p.fill(s, "payer", "share", "payer", "orders")
	p.led(p.get(s, p.bookAt(s, "names")), p.bookAt(s, "share"))
	p.fill(s, "payer", "names", "payer", "us")
	p.led(p.get(s, p.bookAt(s, "share")), p.bookAt(s, "names"))
}
