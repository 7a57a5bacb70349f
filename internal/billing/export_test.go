package billing

// PaymentStatuses and RefundStatuses are the machines' own, for the test that compares them with the schema.
func PaymentStatuses() []string { return names(paymentMoves.Statuses()) }
func RefundStatuses() []string  { return names(refundMoves.Statuses()) }

func names[S ~string](statuses []S) []string {
	list := make([]string, len(statuses))
	for i, s := range statuses {
		list[i] = string(s)
	}
	return list
}
