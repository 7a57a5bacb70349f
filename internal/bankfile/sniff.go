package bankfile

import (
	"bytes"
	"fmt"
	"strings"
)

// formats are what people upload instead of CSV, by how such files start.
var formats = []struct{ start, name string }{
	{"%PDF", "a PDF"},
	{"PK\x03\x04", "a spreadsheet (Excel or OpenDocument) or a ZIP file"},
	{"\xd0\xcf\x11\xe0", "an Excel spreadsheet"},
	{"\x1f\x8b", "a compressed file"},
	{"\x89PNG", "a picture"},
	{"\xff\xd8\xff", "a picture"},
	{"{\\rtf", "a document"},
	{"<!DOCTYPE HTML", "a web page"},
	{"<HTML", "a web page"},
	{"<", "a file of another format (XML, like OFX or CAMT)"},
	{"OFXHEADER", "a file of another format (OFX or QFX)"},
	{"!TYPE", "a file of another format (QIF)"},
	{"!ACCOUNT", "a file of another format (QIF)"},
	{"{1:", "a file of another format (MT940)"},
	{":20:", "a file of another format (MT940)"},
	{"{", "a file of another format (JSON)"},
}

// sniff refuses files that are not CSV, by their first bytes.
func sniff(head []byte) error {
	start := string(bytes.TrimLeft(bytes.TrimPrefix(head, []byte(mark8)), " \t\r\n"))
	if start == "" {
		return whole(ErrEmpty)
	}
	for _, f := range formats {
		if strings.HasPrefix(start, f.start) || strings.HasPrefix(strings.ToUpper(start), f.start) {
			p := whole(ErrFormat)
			p.Message = fmt.Sprintf("This is %s, not a CSV file. In your online banking choose CSV when you export the statement; a spreadsheet can be saved as CSV.", f.name)
			return p
		}
	}
	return nil
}
