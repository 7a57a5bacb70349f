package admissions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/organisation"
)

// employerSees are the columns that the role of employers may select, by table. A new one is nobody's until it is written
// down here.
var employerSees = map[string]string{
	"courses": "*", "runs": "*", "blocks": "*", "run_prices": "*", "run_withdrawal_steps": "*", "run_places": "*", "run_discounts": "*", "run_plans": "*",
	"organisations": "address asked_name charity_number city code company_number contact created_at decided_at department gln id invoice_email kind name " +
		"org_code payables_code po_rule postcode refused_for status terms_days",
	"attendance_marks": "enrolment_id mark register_id", "registers": "block_id day half id",
	"organisation_members":     "*",
	"organisation_invitations": "created_at email expires_at hands_over id invited_by name organisation_id used_at withdrawn_at",
	"address_changes": "address asked_at city contact decided_at department gln id invoice_email org_code organisation_id outcome payables_code " +
		"postcode",
	"people":      "email id name",
	"shares":      "agreed_at amount cost_code enrolment_id id invoiced kept let_off ordered organisation_id pay_request_id payer purchase_order_id secured_at",
	"enrolments":  "code confirmed_at created_at ended_at held_until id run_id seat status team_booking_id",
	"team_stages": "*",
	"seat_names":  "email enrolment_id id name since until",
	"team_bookings": "agreed_for approval approval_at approval_words approver_email approver_name booked_by code created_at discount gift_id " +
		"hold_until id list_price organisation_id places placed_at price reference reminded run_id status updated_at words",
	"purchase_orders":   "amount closed_at code created_at id line name number organisation_id over used valid_until",
	"pay_requests":      "answer answered_at asked_for code contact created_at email id message organisation_id status team_booking_id",
	"team_applications": "*", "team_waits": "asked_at code ended_at id organisation_id places run_id status taken_at team_booking_id",
	"seat_departures":   "answer_by answered_at enrolment_id id organisation_id outcome told_at",
	"invoices":          "credited due_on hash id issued_at issued_on number organisation_id paid purchase_order_id run_id seq snapshot status total vat written_off",
	"invoice_lines":     "*",
	"invoice_parts":     "*",
	"credit_notes":      "hash id invoice_id issued_at issued_on number organisation_id reason seq snapshot total vat",
	"credit_parts":      "*",
	"settlements":       "amount at id invoice_id kind receipt reverses",
	"settlement_parts":  "*",
	"run_cancellations": "answer_by run_id",
	"credit_receipts":   "amount at kind organisation_id receipt",
	"credit_refunds":    "amount decided_at id organisation_id outcome",
	"provider_details": "account_name account_number address bank_name base_rate_bp charity_number city company_number email id name phone postcode " +
		"since sort_code vat vat_number vat_wording",
}

func TestTheRoleOfEmployersMaySelectNoOtherColumn(t *testing.T) {
	t.Parallel()
	var columns []struct{ Schema, Table, Column string }
	err := dbtest.Owner(t, dbtest.New(t)).NewRaw(`
		SELECT n.nspname AS schema, c.relname AS table, a.attname AS column
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind IN ('r', 'v', 'm', 'p') AND a.attnum > 0 AND NOT a.attisdropped
			AND has_column_privilege('bursar_employer', c.oid, a.attnum, 'SELECT')
		ORDER BY 1, 2, 3`).Scan(t.Context(), &columns)
	if err != nil || len(columns) < 100 {
		t.Fatalf("%d columns, %v", len(columns), err)
	}
	for _, c := range columns {
		if c.Schema == "public" && (employerSees[c.Table] == "*" || slices.Contains(strings.Fields(employerSees[c.Table]), c.Column)) {
			continue
		}
		t.Errorf("employers may select %s.%s.%s", c.Schema, c.Table, c.Column)
	}
}

func TestTheRoleOfEmployersMayWriteNothing(t *testing.T) {
	t.Parallel()
	var tables []string
	err := dbtest.Owner(t, dbtest.New(t)).NewRaw(`
		SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind IN ('r', 'v', 'm', 'p')
			AND (has_any_column_privilege('bursar_employer', c.oid, 'INSERT') OR has_any_column_privilege('bursar_employer', c.oid, 'UPDATE')
				OR has_table_privilege('bursar_employer', c.oid, 'DELETE'))`).Scan(t.Context(), &tables)
	if err != nil || len(tables) > 0 {
		t.Errorf("employers may write %v, %v", tables, err)
	}
}

func TestAnOrganisationsPeopleSeeNoRowOfAnother(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	ours, theirs := f.employer("ours", organisation.PONotUsed), f.employer("theirs", organisation.PONotUsed)
	for _, e := range []employer{ours, theirs} {
		f.booked(e, f.order(2, func(o *admissions.TeamOrder) {
			o.Seats = []admissions.NewSeat{{Name: "Somebody of " + e.Name, Email: "somebody@" + e.Name + ".example"}}
			o.Parts = []admissions.PricePart{{Payer: billing.Organisation, BP: 5_000}, {Payer: billing.Learner, BP: 5_000}}
		}))
		f.write(func(tx *db.Tx) error {
			_, err := billing.RecordOrder(t.Context(), tx, e.by, e.ID, billing.NewOrder{Number: "PO-" + e.Name, Amount: 1})
			return err
		})
	}
	d := dbtest.As(t, f.db, db.Employer)
	for table, column := range map[string]string{
		"organisations": "id", "organisation_members": "organisation_id", "shares": "organisation_id", "team_bookings": "organisation_id",
		"purchase_orders": "organisation_id",
	} {
		for who, want := range map[employer]string{ours: fmt.Sprint(ours.ID), {}: ""} {
			err := d.WriteAs(t.Context(), db.Who{Person: who.by}, func(tx *db.Tx) error {
				var owners []string
				err := tx.NewRaw(fmt.Sprintf("SELECT DISTINCT %s::text FROM %s", column, table)).Scan(t.Context(), &owners)
				if got := strings.Join(owners, " "); got != want {
					t.Errorf("%s: person %d sees rows of %q", table, who.by, got)
				}
				return err
			})
			if err != nil {
				t.Errorf("%s: %v", table, err)
			}
		}
	}
	err := d.WriteAs(t.Context(), db.Who{Person: ours.by}, func(tx *db.Tx) error {
		var names []string
		err := tx.NewRaw("SELECT name FROM seat_names UNION SELECT code FROM enrolments").Scan(t.Context(), &names)
		if len(names) != 3 || slices.Contains(names, "Somebody of theirs") {
			t.Errorf("they see %v", names)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
