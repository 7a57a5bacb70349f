package mail

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	text "text/template"
	tree "text/template/parse"
	"unicode"
)

// Placeholder is something in a mail's built-in text that is not the same in every mail: a value, or a part that is said only when
// it applies, or once for each of several things. Staff may move it and leave it out; what it says stays built in.
type Placeholder struct {
	Name    string // as staff write it: "Name" for {{.Name}}
	Words   string // what it says, plainly
	Subject bool   // it may stand in the subject
	Must    bool   // it leads to a page, so that the mail would be of no use without it, or the law wants it

	says *text.Template
}

// Mark is the placeholder as it is written: "{{.Name}}".
func (p Placeholder) Mark() string { return "{{." + p.Name + "}}" }

// pattern is a mail's built-in text taken apart.
type pattern struct {
	original     Text
	placeholders []Placeholder
	byNode       map[string]string // what stands in the template, to the placeholder's name
}

// Text is the words of a mail with placeholders, without the layout.
type Text struct{ Subject, Body string }

// apart takes a mail's text apart.
func apart(t *text.Template) (*pattern, error) {
	p := &pattern{byNode: map[string]string{}}
	var err error
	if p.original.Subject, err = p.read(t, t.Lookup("subject").Root, true); err != nil {
		return nil, err
	}
	p.original.Body, err = p.read(t, t.Root, false)
	return p, err
}

// read writes nodes as staff see them.
func (p *pattern) read(t *text.Template, list *tree.ListNode, subject bool) (string, error) {
	var b strings.Builder
	for _, node := range list.Nodes {
		if said, ok := node.(*tree.TextNode); ok {
			b.Write(said.Text)
			continue
		}
		if _, ok := node.(*tree.CommentNode); ok {
			continue
		}
		at, err := p.placeholder(t, node)
		if err != nil {
			return "", err
		}
		p.placeholders[at].Subject = p.placeholders[at].Subject || subject
		p.placeholders[at].Must = p.placeholders[at].Must || leads(node) || p.placeholders[at].Name == lastDay
		b.WriteString(p.placeholders[at].Mark())
	}
	return strings.TrimSpace(b.String()), nil
}

// placeholder is the one for a node: the same for what is the same.
func (p *pattern) placeholder(t *text.Template, node tree.Node) (int, error) {
	source := node.String()
	if name, known := p.byNode[source]; known {
		return slices.IndexFunc(p.placeholders, func(h Placeholder) bool { return h.Name == name }), nil
	}
	name := nameOf(node)
	for n := 2; slices.ContainsFunc(p.placeholders, func(h Placeholder) bool { return h.Name == name }); n++ {
		name = fmt.Sprintf("%s%d", nameOf(node), n)
	}
	says, err := text.New(t.Name()+"/"+name).Option("missingkey=error").Funcs(functions).
		AddParseTree(t.Name()+"/"+name, &tree.Tree{Name: name, Root: &tree.ListNode{NodeType: tree.NodeList, Nodes: []tree.Node{node}}})
	if err != nil {
		return 0, err
	}
	p.byNode[source] = name
	p.placeholders = append(p.placeholders, Placeholder{Name: name, Words: wordsOf(node, name), says: says})
	return len(p.placeholders) - 1, nil
}

// facts are what stands for each placeholder in one mail.
func (p *pattern) facts(data any) (map[string]string, error) {
	said := make(map[string]string, len(p.placeholders))
	for _, h := range p.placeholders {
		var b strings.Builder
		if err := h.says.Execute(&b, data); err != nil {
			return nil, err
		}
		said[h.Name] = b.String()
	}
	return said, nil
}

var (
	mark   = regexp.MustCompile(`\{\{ *\.?([A-Za-z][A-Za-z0-9]*) *\}\}`)
	spaced = regexp.MustCompile(`\n[ \t]*\n([ \t]*\n)+`)
)

// fill writes words with what stands for their placeholders. It reports false when they have one that there is no fact for.
func fill(words string, facts map[string]string) (string, bool) {
	whole := true
	filled := mark.ReplaceAllStringFunc(words, func(m string) string {
		said, known := facts[mark.FindStringSubmatch(m)[1]]
		whole = whole && known
		return said
	})
	return strings.TrimSpace(spaced.ReplaceAllString(filled, "\n\n")), whole
}

// isLink reports whether a node is an address on our site.
func isLink(node tree.Node) bool {
	action, ok := node.(*tree.ActionNode)
	return ok && strings.HasPrefix(action.Pipe.String(), "link ")
}

// leads reports whether a node gives an address on our site, whatever else holds.
func leads(node tree.Node) bool {
	choice, ok := node.(*tree.IfNode)
	if !ok {
		return isLink(node)
	}
	return choice.ElseList != nil && slices.ContainsFunc(choice.List.Nodes, leads) && slices.ContainsFunc(choice.ElseList.Nodes, leads)
}

// lastDay is the last day on which somebody can cancel without saying why, which has to be told in writing (SI 2013/3134, regulation 16
// and schedule 2).
const lastDay = "AtAddDays"

// nameOf makes a name from the fields that a node reads: {{.Offering.StartsOn.Medium}} is OfferingStartsOn.
func nameOf(node tree.Node) string {
	fields, function := fieldsOf(node)
	switch node.(type) {
	case *tree.RangeNode:
		return "Each" + fields
	case *tree.IfNode, *tree.WithNode:
		return "When" + fields
	}
	if isLink(node) {
		return "Link"
	}
	for _, how := range []string{"Medium", "Long", "Short", "String"} {
		if cut, found := strings.CutSuffix(fields, how); found && cut != "" {
			fields = cut
		}
	}
	if function == "days" {
		fields = strings.TrimSuffix(fields, "StartsOn") + "Days"
	}
	if fields == "" {
		return "Value"
	}
	return fields
}

// fieldsOf is the first field that a node reads, and the function that is called first.
func fieldsOf(node tree.Node) (fields, function string) {
	var pipe *tree.PipeNode
	switch n := node.(type) {
	case *tree.ActionNode:
		pipe = n.Pipe
	case *tree.IfNode:
		pipe = n.Pipe
	case *tree.WithNode:
		pipe = n.Pipe
	case *tree.RangeNode:
		pipe = n.Pipe
	}
	if pipe == nil {
		return "", ""
	}
	source := pipe.String()
	if _, after, declares := strings.Cut(source, ":= "); declares {
		source = after
	}
	if first, _, called := strings.Cut(source, " "); called {
		function = first
	}
	for _, ident := range idents.FindAllString(fieldPath.FindString(source), -1) {
		fields += string(unicode.ToUpper(rune(ident[0]))) + ident[1:]
	}
	return fields, function
}

var (
	fieldPath = regexp.MustCompile(`\.[A-Za-z][A-Za-z0-9.]*(?:\)[.][A-Za-z.]+)*`)
	idents    = regexp.MustCompile(`[A-Za-z][A-Za-z0-9]*`)
)

// said is what is said of some names; of others their own words are.
var said = map[string]string{
	"Name": "what they are called", "Code": "the reference", "Number": "the number", "Reference": "the reference", "Title": "the title", "Greeting": "how they are addressed",
	"Link": "the address of their page; it must stay", "Phone": "their telephone number", "Contact": "whom to ask", "Organisation": "the name of the organisation",
	"Course": "the name of the course", "OfferingCourseTitle": "the name of the course", "RunCourseTitle": "the name of the course",
	"OfferingWhere": "where it is taught", "OfferingWhereOf": "where the block is taught", "RunWhere": "where it is taught",
	"OfferingStartsOn": "the first day", "StartsOn": "the first day", "OfferingDays": "from the first day to the last", "OfferingHours": "the hours of each day",
	"OfferingCode": "the code of the dates", "Run": "the code of the dates", "BlockDays": "the days of the block", "BlockNumber": "the number of the block",
	"BlockStartsOn": "the first day of the block", "BeforeDays": "the days as they were", "BeforeHours": "the hours as they were",
	"Amount": "the amount", "Owed": "what is still to be paid", "Rest": "what is still to be paid", "Own": "the part of whoever reads it", "Parts": "the day of the next part", "Total": "the whole amount",
	"Was": "what it was before", "Credit": "the amount of the credit", "Payment": "the reference of the payment", "At": "the day on which it happens",
	"AtAddDays": "the last day of the 14 in which they can cancel", "PayBy": "the last day to pay", "DueOn": "the day on which it is due", "IssuedOn": "the day of issue",
	"HeldUntil": "until when the place is held", "Until": "the last day for it", "AnswerBy": "the last day to answer", "ClosesOn": "the last day to apply",
	"DecidesOn": "the day by which it is decided", "PanelOn": "the day on which the panel meets", "PlanMethodEnds": "the last figures of the card or account",
	"CreditsNumber": "the number of the invoice that it corrects", "CreditsIssuedOn": "the day of the invoice that it corrects", "Fund": "the name of the fund",
	"BuyerName": "who is invoiced", "BuyerContact": "for whose attention it is", "Places": "how many places", "Reason": "the reason", "Why": "the reason",
	"Who": "who it is", "Asker": "who asks", "About": "whom it is about", "HelpsBy": "until when an answer helps", "To": "what they are called",
	"EachOfferingBlocks": "the days of a block", "EachBeforeBlocks": "the days of a block as they were", "EachParts": "a part, with its day and amount",
	"EachParagraphs": "a paragraph of what was typed", "EachSections": "a part of the letter", "EachTerms": "a line of the terms", "EachLines": "a line, with its amount",
	"EachAbsences": "who was not there, and when", "EachGaps": "a register that is missing", "WhenPlan": "which parts are still to be paid, and when",
	"WhenCalled": "what they are called", "WhenName": "what they are called", "WhenWho": "who it is about", "WhenOrg": "the address of their page", "WhenToken": "the address of their page",
	"SupplierAccountName": "the name of our account", "SupplierAccountNumber": "the number of our account", "SupplierBankName": "our bank", "SupplierSortCode": "our sort code",
}

// wordsOf says plainly what a placeholder says.
func wordsOf(node tree.Node, name string) string {
	plain := said[strings.TrimRight(name, "23456789")]
	switch n := node.(type) {
	case *tree.IfNode:
		return part("only when it applies: ", n.List, n.ElseList, plain)
	case *tree.WithNode:
		return part("only when there is something to say: ", n.List, n.ElseList, plain)
	case *tree.RangeNode:
		return part("once for each: ", n.List, n.ElseList, plain)
	}
	switch {
	case said[name] != "":
		return said[name]
	case plain != "":
		return plain + ", written another way"
	case isLink(node):
		return said["Link"]
	}
	return spelled(name)
}

// part says when a part is said, and what: its own words, or what they are about where it has none of its own.
func part(when string, list, instead *tree.ListNode, plain string) string {
	own := literal(list)
	if instead != nil {
		own += literal(instead)
	}
	if plain != "" && strings.IndexFunc(own, unicode.IsLetter) < 0 {
		return when + plain
	}
	return when + within(list, instead)
}

// spelled is a name as words of its own: AnswerBy is “answer by”.
func spelled(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// within is the beginning of what a part says, and of what stands there when it is not said.
func within(list, instead *tree.ListNode) string {
	words := []rune(strings.Join(strings.Fields(literal(list)), " "))
	if len(words) > 120 {
		words = append(words[:120], '…')
	}
	quoted := "“" + string(words) + "”"
	if instead != nil {
		quoted += ", or else " + within(instead, nil)
	}
	return quoted
}

// literal is what is always the same in some nodes, with … for the rest.
func literal(list *tree.ListNode) string {
	var b strings.Builder
	for _, node := range list.Nodes {
		if text, ok := node.(*tree.TextNode); ok {
			b.Write(text.Text)
			continue
		}
		b.WriteString("…")
	}
	return b.String()
}

// Templates lists the names of all mails, in order.
func Templates() []string {
	names := slices.Sorted(maps.Keys(letters().patterns))
	return names
}
