package pagetest

import (
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// inline are the elements that stand within a line of text; every other one begins a line of its own.
var inline = map[string]bool{"a": true, "abbr": true, "b": true, "em": true, "i": true, "small": true, "span": true, "strong": true}

// Lines is what a part of a page says, a line for each heading, paragraph, item, label or cell, as ReadingAge
// wants it. Programs, codes and addresses for mail are left out: nobody reads them as sentences.
func Lines(s *goquery.Selection) string {
	var b strings.Builder
	for _, n := range s.Nodes {
		lines(&b, n)
	}
	var kept []string
	for line := range strings.Lines(b.String()) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

func lines(b *strings.Builder, n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(strings.Join(strings.FieldsFunc(n.Data, func(r rune) bool { return r == '\n' || r == '\t' }), " "))
		return
	case n.Type == html.ElementNode && (n.Data == "script" || n.Data == "code" || n.Data == "pre" || strings.HasPrefix(attribute(n, "href"), "mailto:")):
		return
	}
	ends := n.Type == html.ElementNode && !inline[n.Data]
	if ends {
		b.WriteString("\n")
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		lines(b, child)
	}
	if ends {
		b.WriteString("\n")
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
