package funds

import (
	"reflect"
	"testing"

	"bursar/internal/award"
	"bursar/internal/form"
	"bursar/internal/fund"
)

func TestAReportShowsNoCountThatIsHidden(t *testing.T) {
	t.Parallel()
	hidden := form.Cell{Hidden: true}
	p := &reportPage{Counts: award.Report{
		People:    form.Cell{Count: 14},
		ByPurpose: []award.PurposeCount{{Purpose: fund.Fee, Spent: 200_000, People: form.Cell{Count: 14}}, {Purpose: fund.Travel, Spent: 10_000, People: hidden}},
		Regions:   []award.Answer{{Label: "North East", Count: form.Cell{Count: 7}}, {Label: "Wales", Count: hidden}, {Label: "Scotland", Count: hidden}},
		Roles:     []award.Answer{{Label: "Paid", Count: form.Cell{Count: 14}}},
	}}
	chapters := p.Chapters()
	want := []chapter{
		{"What it was spent on", []fact{{"The course fee", "£2,000.00", "2000.00"}, {"Travel", "£100.00", "100.00"}}},
		{"Whom it helped", []fact{{"People", "14", "14"}, {"With the course fee", "14", "14"}, {"With travel", few, few}}},
		{"Where they live", []fact{{"North East", "7", "7"}, {"All other answers", few, few}}},
		{"What they do", []fact{{"Paid", "14", "14"}}},
	}
	if !reflect.DeepEqual(chapters[1:], want) {
		t.Errorf("%+v", chapters[1:])
	}
}
