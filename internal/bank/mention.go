package bank

import (
	"regexp"
	"slices"
	"strconv"
)

// mentions finds numbers of invoices the way people and their banks write them: INV-00012, INV 12, inv00012, Invoice no. 12,
// and what follows in one breath: INV 12, 13 & 14.
var mentions = regexp.MustCompile(`(?i)inv(?:oices?|s)?[.\s]*(?:nos?|numbers?|ref)?[\s:#._/-]*(\d+)((?:(?:[\s,;/&+-]|and)+(?:inv(?:oices?)?[\s:#._-]*)?\d+)*)`)

var digits = regexp.MustCompile(`\d+`)

// mentioned are the numbers of invoices in what a bank wrote: named for sure, and what may be another number or may be
// something else, like a day or an amount.
func mentioned(texts ...string) (sure, perhaps []int64) {
	for _, text := range texts {
		for _, found := range mentions.FindAllStringSubmatch(text, -1) {
			sure = appendNumber(sure, found[1])
			for _, n := range digits.FindAllString(found[2], -1) {
				if len(n) >= written {
					sure = appendNumber(sure, n)
				} else {
					perhaps = appendNumber(perhaps, n)
				}
			}
		}
	}
	perhaps = slices.DeleteFunc(perhaps, func(n int64) bool { return slices.Contains(sure, n) })
	return sure, perhaps
}

// written is how many digits the number of an invoice has at least when it is written as it was issued.
const written = 5

func appendNumber(list []int64, digits string) []int64 {
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || n == 0 || slices.Contains(list, n) {
		return list // no invoice has a number as long as that
	}
	return append(list, n)
}
