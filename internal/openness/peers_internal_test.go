package openness

import "testing"

func TestAShareOfPeersIsShownOnlyWhereNobodyCanBeFoundFromIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		got  Share
		want string
	}{
		"five of ten":                            {ShareOf(5, 10), "50%"},
		"all":                                    {ShareOf(7, 7), "100%"},
		"rounded":                                {ShareOf(5, 12), "42%"},
		"rounded up at half":                     {ShareOf(25, 40), "63%"},
		"four peers":                             {ShareOf(4, 12), "not shown"},
		"four who are none":                      {ShareOf(8, 12), "not shown"},
		"nobody":                                 {ShareOf(0, 0), "not shown"},
		"beside one that is the same":            {beside(5, 10, ShareOf(5, 10)), "50%"},
		"beside one that is not shown":           {beside(5, 10, ShareOf(2, 3)), "50%"},
		"beside one that leaves one":             {beside(6, 11, ShareOf(5, 10)), "not shown"},
		"beside one that leaves one peer":        {beside(6, 15, ShareOf(5, 10)), "not shown"},
		"beside one that leaves one who is none": {beside(11, 17, ShareOf(5, 10)), "not shown"},
		"beside one that leaves many of both":    {beside(10, 20, ShareOf(5, 10)), "50%"},
		"beside one whose peers are not shown":   {beside(8, 20, ShareOf(4, 10)), "not shown"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestTheShareOfLearnersIsTheSumOfWhatIsPublishedAlready(t *testing.T) {
	t.Parallel()
	y := Year{Cohorts: []Cohort{{Taken: Of(20), Peers: Of(8)}, {Taken: Of(10), Peers: Of(7)}}}
	if got := y.peers(headcount{}, headcount{}); got.Learners.String() != "50%" || got.Trainers.String() != "not shown" || got.Panel.String() != "not shown" {
		t.Errorf("%+v", got)
	}
	y.Cohorts = append(y.Cohorts, Cohort{Taken: Of(12), Peers: Of(3)})
	if got := y.peers(headcount{}, headcount{}); got.Learners.String() != "not shown" {
		t.Errorf("with one that is not shown: %+v", got.Learners)
	}
}
