package billing

// PaymentStatuses and those below it are the machines' own, for the test that compares them with the schema.
func PaymentStatuses() []string  { return names(paymentMoves.Statuses()) }
func RefundStatuses() []string   { return names(refundMoves.Statuses()) }
func PlanStatuses() []string     { return names(planMoves.Statuses()) }
func CardPageStatuses() []string { return names(cardPageMoves.Statuses()) }
func PartStatuses() []string     { return names(instalmentMoves.Statuses()) }

func names[S ~string](statuses []S) []string {
	list := make([]string, len(statuses))
	for i, s := range statuses {
		list[i] = string(s)
	}
	return list
}
