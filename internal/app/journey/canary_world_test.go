package journey_test

import (
	"context"
	"net/http"
	"testing"

	"bursar/internal/app"
	"bursar/internal/app/apptest"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/organisation"
	"bursar/internal/sandbox"
)

// planted are words and amounts, each in one place of which an employer may know nothing, and where that is.
var planted = map[string]string{
	"Quillpractice": "an answer about what somebody does", "Quillhope": "an answer about what they hope for", "Quillbenefit": "an answer about others",
	"Quillhouse": "where an applicant works", "Quillaccess": "what somebody needs to take part", "Quillequal": "an equality answer",
	"Quillabsent": "why somebody may not come, as they wrote to the office", "Quillreason": "why the office put somebody first",
	"Quillfund": "the fund that pays", "1237.41": "what the fund pays", "1737.41": "the whole award", "801.41": "what the applicant pays",
	"Quillvale": "the name of another payer", "Quillstreet": "its address", "Quilldesk": "its department", "quillpay": "where its invoices go",
	"QUILL-PO": "its purchase order", "411.17": "what it pays",
	"QUILLBOARD-PO": "the purchase order of a payer who asked", "QUILLCOST": "its cost code", "QUILLSEAT": "its cost code for one place",
	"QUILLREF": "its reference", "Quillname": "the name on its purchase order", "QUILLLINE": "the line on it", "Quillsignatory": "who agrees to its cost",
	"1950.83": "what it pays",
}

// demo is the demonstration with canaries in it: the first employer pays places together with an award, with somebody's own
// money and with two other employers.
type demo struct {
	*world
	mine, twin           employerHome
	vale, board          employerHome
	ana                  *funded // whose place an award, two employers and she herself pay
	nadine, ngozi        *visitor
	gareth, vera, sheila *visitor
}

// employerHome is an organisation by its code.
type employerHome string

func (h employerHome) at(rest string) string { return "/employer/" + string(h) + rest }

// newDemo plants everything. It is 19 January 2027 afterwards.
func newDemo(t *testing.T) *demo {
	t.Helper()
	d := &demo{world: &world{World: apptest.Run(t, apptest.Settings(t), app.Options{Manual: true}), t: t}}
	d.processor = &processor{Sandbox: d.Sandbox} // of the demonstration itself
	d.drain()
	d.run = fixture.Run(t, d.DB, "FND-T27", 20)
	d.equality()
	d.ana = d.isFunded("QUIET-27", "Quillfund", 123_741, "Quillreason: nobody else in their team was ever trained.", form.Answers{
		"help": "fee", "role_kind": "volunteer", "employer_kind": "nhs", "region": "wales", "own_payment": "1512.59",
		"practice": "Quillpractice: I meet people on the ward.", "hope": "Quillhope: to hold meetings.", "benefit": "Quillbenefit: they are asked first.",
		"organisation": "Quillhouse", "support_training": "Quillaccess: a seat by the door.",
	})
	d.drain()
	d.in(d.Doors.Learner, d.ana.sent.PersonID, func(ctx context.Context, tx *db.Tx) error {
		return bursary.Ask(ctx, tx, d.Box, d.ana.sent.PersonID, d.ana.sent.Code, "Quillabsent: I was in hospital and may miss a day.")
	})
	d.people()
	d.shares()
	d.asks()
	d.drain()
	return d
}

// equality leaves an answer that no page offers, with the open round.
func (d *demo) equality() {
	d.t.Helper()
	round, err := bursary.FindRound(d.t.Context(), d.DB, "MARCH-27")
	if err != nil {
		d.t.Fatal(err)
	}
	err = d.Doors.Learner.Write(d.t.Context(), func(tx *db.Tx) error {
		return bursary.AnswerEquality(d.t.Context(), tx, round, bursary.NewTakeBackKey(), form.Answers{"equality_religion": "Quillequal"})
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// visits is somebody whose browser stops at the payment pages of the demonstration.
func (d *demo) visits(name, email string) *visitor {
	d.t.Helper()
	v := &visitor{Browser: d.Browser(), w: d.world, name: name, email: email}
	v.comesBack()
	return v
}

func (d *demo) people() {
	d.t.Helper()
	d.nadine, d.mine = d.visits("Nadine Holt", "nadine.holt@westermoor.example"), d.homeOf("nadine.holt@westermoor.example")
	d.ngozi, d.twin = d.visits("Ngozi Eze", "ngozi.eze@saltbridge.example"), d.homeOf("ngozi.eze@saltbridge.example")
	d.gareth, d.board = d.visits("Gareth Pugh", "gareth.pugh@lanternvale.example"), d.homeOf("gareth.pugh@lanternvale.example")
	d.sheila = d.visits("Sheila Burns", "sheila@threshold.example")
	d.ana.visitor = &visitor{Browser: d.Browser(), w: d.world, name: d.ana.name, email: d.ana.email, code: d.ana.code}
	d.ana.comesBack()
	of, vera := d.organisation("Quillvale Housing", "Vera Stone", "quillpay@vera.example", func(o *organisation.Details) {
		o.Address, o.Department = "7 Quillstreet", "Quilldesk"
	})
	d.vera, d.vale = d.visits("Vera Stone", vera.email), employerHome(of.Code)
}

func (d *demo) homeOf(email string) (h employerHome) {
	d.t.Helper()
	err := d.DB.NewRaw(`
		SELECT o.code FROM organisations o JOIN organisation_members m ON m.organisation_id = o.id JOIN people p ON p.id = m.person_id
		WHERE p.email = ?`, email).Scan(d.t.Context(), &h)
	if err != nil {
		d.t.Fatal(err)
	}
	return h
}

// shares has the applicant ask two employers, who agree, and pay the rest herself.
func (d *demo) shares() {
	d.t.Helper()
	d.ana.asksToPay("Westermoor & Tarn NHS Foundation Trust", d.nadine.email, "300.01", "Could you help?")
	d.ana.asksToPay("Quillvale Housing", d.vera.email, "411.17", "Could you help too?")
	d.agrees(d.nadine, d.mine, "QX1-80100", "300.01")
	d.agrees(d.vera, d.vale, "QUILL-PO", "411.17")
	d.ana.submit(d.ana.Get("/my/places/" + d.ana.code))
	d.drain()
	page := d.ana.Get("/my/places/" + d.ana.code + "/pay")
	if _, err := d.ana.try(page.Header.Get("Location"), sandbox.CardPays); err != nil {
		d.t.Fatal(err)
	}
	d.drain()
	d.ana.finds("", "Your place is confirmed")
	d.owes(d.ana.code, "award 50000", "award 123741", "learner 80141", "organisation 30001", "organisation 41117")
}

// agrees says yes to the newest request that an employer got, with a purchase order of so many pounds.
func (d *demo) agrees(v *visitor, home employerHome, order, pounds string) {
	d.t.Helper()
	asked := requestLink(home.at(""), d.letters(v.email, "pay-request")[0].Text)
	a := v.submit(v.Get(asked), "answer", "yes", "number", order, "amount", pounds)
	v.reads(a, http.StatusOK, "agreed")
	d.drain()
}

// asks has another employer book two places and ask the first one for a part of each.
func (d *demo) asks() {
	d.t.Helper()
	at := d.board.at("/book/" + d.run.Code)
	a := d.gareth.answersAll(at, booking{
		"places": {"places", "2"}, "payer": {"payer", "other"},
		"share":  {"name", "Westermoor & Tarn NHS Foundation Trust", "email", d.nadine.email, "contact", "Nadine Holt", "other", "1299.17"},
		"orders": {"order_number_1", "QUILLBOARD-PO", "order_amount_1", "3901.66", "order_line_1", "QUILLLINE", "order_name_1", "Quillname"},
		"approval": {"approver_name", "Quillsignatory", "approver_email", "signs@lanternvale.example", "reference", "QUILLREF", "cost_code", "QUILLCOST",
			"code_1", "QUILLSEAT"},
	})
	d.gareth.reads(d.gareth.submit(a), http.StatusOK, "while Quillsignatory agrees to the cost")
	d.drain()
	d.gareth.reads(d.gareth.submit(d.gareth.Get(approvalLink.FindString(d.letters("signs@lanternvale.example", "cost-approval")[0].Text))), http.StatusOK, "You have agreed")
	d.agrees(d.nadine, d.mine, "QX1-80101", "2598.34")
}
