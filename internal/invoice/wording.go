package invoice

import (
	"regexp"
	"slices"
	"strconv"

	"bursar/internal/billing"
)

var (
	rateForm     = regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?) ?(?:%|per ?cent)`)
	withVAT      = regexp.MustCompile(`(?i)\b(?:standard[- ]rated?|includ(?:es|ing) VAT|incl?\.? VAT|plus VAT|VAT (?:is )?(?:included|added))\b`)
	withoutVAT   = regexp.MustCompile(`(?i)\b(?:exempt|no VAT|without VAT|not (?:VAT[- ])?registered|outside the scope)\b`)
	unregistered = regexp.MustCompile(`(?i)\bnot (?:VAT[- ])?registered\b`)
)

// contradicts says in a sentence how what invoices say about VAT is not what their lines will; empty when it is.
func (p *Provider) contradicts() string {
	var rates []string
	for _, m := range rateForm.FindAllStringSubmatch(p.VATWording, -1) {
		rates = append(rates, m[1])
	}
	standard := strconv.Itoa(billing.VATRate)
	other := slices.ContainsFunc(rates, func(r string) bool { return r != "0" && r != standard })
	says := withVAT.MatchString(p.VATWording) || slices.Contains(rates, standard)
	switch {
	case p.VAT == Standard && other:
		return "This says another rate of VAT than the standard rate of " + standard + "%. Say the rate that invoices have"
	case p.VAT == Standard && !says && withoutVAT.MatchString(p.VATWording):
		return "This says that there is no VAT, and you have chosen the standard rate. Change one of the two"
	case p.VAT != Standard && (says || other):
		return "This says that there is VAT, and you have chosen that there is none. Change one of the two"
	case p.VATNumber != "" && unregistered.MatchString(p.VATWording):
		return "This says that we are not registered, and there is a VAT number. Change one of the two"
	}
	return ""
}
