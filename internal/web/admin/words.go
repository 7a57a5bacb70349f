package admin

import (
	"time"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/mail"
)

// standing says where an enrolment stands. pending means that a bank is confirming its payment.
func standing(s enrolment.Status, until time.Time, pending bool) string {
	switch {
	case s == enrolment.Held && pending:
		return "Held while the bank confirms the payment"
	case s == enrolment.Held:
		return "Held until " + london.Stamp(until)
	default:
		return statusWords[s]
	}
}

var statusWords = map[enrolment.Status]string{
	enrolment.Waiting:   "On the waiting list",
	enrolment.Held:      "Held",
	enrolment.Confirmed: "Confirmed",
	enrolment.Completed: "Completed",
	enrolment.Lapsed:    "Lapsed: not paid in time",
	enrolment.Withdrawn: "Given up by the learner",
	enrolment.Cancelled: "Cancelled by us",
}

var runWords = map[course.Status]string{
	course.Draft:     "Draft",
	course.Open:      "Open for booking",
	course.Closed:    "Closed for booking",
	course.Cancelled: "Cancelled",
	course.Finished:  "Finished",
}

var bandWords = map[course.Band]string{
	course.Organisation: "Organisations",
	course.Self:         "Self-funders",
	course.Peer:         "Peers",
}

var payerWords = map[billing.Payer]string{
	billing.Learner:      "The learner",
	billing.Organisation: "An organisation",
	billing.Award:        "A bursary award",
}

var paymentWords = map[billing.PaymentStatus]string{
	billing.Created:   "Not paid yet",
	billing.Pending:   "The bank is confirming",
	billing.Succeeded: "Paid",
	billing.Failed:    "Refused by the bank",
	billing.Cancelled: "Not paid in time",
}

var refundWords = map[billing.RefundStatus]string{
	billing.RefundRequested: "About to be sent",
	billing.RefundSent:      "On its way to the bank",
	billing.RefundArrived:   "Paid out",
	billing.RefundRejected:  "Came back",
}

var reasonWords = map[billing.RefundReason]string{
	billing.ForWithdrawal: "The place was given up",
	billing.ForMove:       "It costs less on other dates",
	billing.ForLateness:   "The payment came too late",
}

var mailWords = map[mail.Status]string{
	mail.Queued:  "Waiting to be sent",
	mail.Sent:    "Sent",
	mail.Shown:   "Shown in the demonstration",
	mail.Failed:  "Could not be sent",
	mail.Bounced: "Sent, and came back",
}

// matterWords are the headings of what needs attention.
var matterWords = map[string]string{
	string(billing.WrongAmount):    "A payment does not agree with what was asked for",
	string(billing.UnknownPayment): "The card service reports a payment that is not ours",
	string(billing.WrongVersion):   "The webhook endpoint is set up with another version",
	string(billing.WrongMode):      "The webhook endpoint mixes test and live payments",
	string(billing.StrangeRefund):  "A refund was made that we did not ask for",
	string(billing.RefundCameBack): "A refund came back",
	string(billing.Missing):        "The books and the card service differ",
	"late_payment":                 "A payment came too late and went back",
	"late_gift":                    "A gift came too late and went back",
	"mail_failed":                  "An email did not arrive",
	"backlog":                      "Messages of the card service are waiting",
}

// Title is the heading of a matter.
func (m matter) Title() string { return matterWords[m.Kind] }

// Said is what there is to say about a matter.
func (m matter) Said() string {
	switch m.Kind {
	case "late_payment":
		return m.Amount.String() + " went back in full, because the last place was gone or given up by then. The refund is " + m.Detail + "."
	case "late_gift":
		return m.Amount.String() + " went back in full, because its fund had closed or the gift had been paid already. The refund is " + m.Detail + "."
	case "mail_failed":
		return "“" + m.Detail + "” was refused, came back, or was tried for 72 hours. Tell the person in another way."
	case "backlog":
		return m.Detail + " have not been looked into. Is the worker running?"
	default:
		return m.Detail
	}
}

// actorWords says who did something; name is the person's, when it was one.
func actorWords(a audit.Actor, name string) string {
	switch {
	case a == audit.System:
		return "The program"
	case a == audit.CardProcessor:
		return "The card service"
	case name == "":
		return "A learner"
	default:
		return name
	}
}
