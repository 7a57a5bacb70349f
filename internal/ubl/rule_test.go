package ubl_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"
)

// rule is a business rule: for every node of the context the test holds. Both are XPath 1.0.
type rule struct {
	id, context, test string
}

var prefixes = map[string]string{
	"cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
	"cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
	"inv": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
	"cn":  "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
}

// law is every rule, ready to be asked.
type law []struct {
	id            string
	context, test *xpath.Expr
}

func rules(t *testing.T) law {
	t.Helper()
	var all law
	compile := func(id, expression string) *xpath.Expr {
		e, err := xpath.CompileWithNS(expression, prefixes)
		if err != nil {
			t.Fatalf("%s: %s: %v", id, expression, err)
		}
		return e
	}
	for _, r := range slices.Concat(coreRules, sumRules, vatRules(), outsideRules, syntaxRules, peppolRules) {
		all = append(all, struct {
			id            string
			context, test *xpath.Expr
		}{r.id, compile(r.id, r.context), compile(r.id, "boolean("+r.test+")")})
	}
	return all
}

// broken lists the rules that a document breaks, in the order of the tables.
func (l law) broken(t *testing.T, body []byte) []string {
	t.Helper()
	root, err := xmlquery.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	var ids []string
	for _, r := range l {
		for nodes := r.context.Select(xmlquery.CreateXPathNavigator(root)); nodes.MoveNext(); {
			holds, ok := r.test.Evaluate(nodes.Current().Copy()).(bool)
			if (!ok || !holds) && !slices.Contains(ids, r.id) {
				ids = append(ids, r.id)
			}
		}
	}
	return ids
}

func TestEveryDocumentKeepsTheRulesOfPeppol(t *testing.T) {
	t.Parallel()
	law := rules(t)
	for name, d := range documents() {
		var want []string
		if d.Buyer.Endpoint.Scheme == "EM" {
			want = []string{"PEPPOL-EN16931-CL008"} // EN 16931 allows an e-mail address; Peppol's network cannot carry it
		}
		if got := law.broken(t, write(t, d)); !slices.Equal(got, want) {
			t.Errorf("%s breaks %v, not %v", name, got, want)
		}
	}
}
