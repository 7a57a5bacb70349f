package allocation

import (
	"cmp"
	"slices"
)

// table is a problem with numbers for names. Funds are numbered in the order in which they are used: by Prefer,
// then as they stand. Everything else is numbered as it stands.
type table struct {
	Problem
	order      []int32          // the funds, as they stand in the problem, by their number
	fund       map[string]int32 // the number of a fund
	place      map[string]int32
	applicant  map[string]int32
	closing    []limit
	limits     map[int32][]int32 // by applicant: which limits name them
	moneySets  *classes          // of funds: the sets of lines without a cap
	placeSets  *classes
	options    []option // of all applicants, one after the other
	first      []int32  // by applicant: the first of their options
	lineNodes  []int32  // see option.lines
	wants      []want
	wantNumber map[string]int32
	narrowed   map[string]option // by option and closed funds
	scratch    scratch
}

// scratch is what reading a choice needs again and again.
type scratch struct {
	places, seen, asked set
	line                []set // by line: its funds
	ids                 map[string]int32
	parts               []share
	key                 []byte
}

type limit struct{ fund, most int32 }

// newTable checks the problem, too; its errors are *Malformed.
func newTable(p Problem) (*table, error) {
	t := &table{
		Problem: p, fund: make(map[string]int32, len(p.Funds)), place: make(map[string]int32, len(p.Places)),
		applicant: make(map[string]int32, len(p.Applicants)), limits: map[int32][]int32{},
		moneySets: newClasses(), placeSets: newClasses(), wantNumber: map[string]int32{},
	}
	t.narrowed = map[string]option{}
	t.scratch = scratch{
		places: newSet(len(p.Places)), seen: newSet(len(p.Funds)), asked: newSet(len(p.Funds)), ids: map[string]int32{},
	}
	for _, read := range []func() *Malformed{t.readFunds, t.readPlaces, t.readApplicants, t.readLimits} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *table) readFunds() *Malformed {
	for i, f := range t.Funds {
		if err := cmp.Or(checkID(f.ID, t.fund), checkPence("available", f.Available)); err != nil {
			return err.in("funds[%d]", i)
		}
		t.fund[f.ID] = 0
		t.order = append(t.order, int32(i))
	}
	slices.SortStableFunc(t.order, func(a, b int32) int { return cmp.Compare(t.Funds[a].Prefer, t.Funds[b].Prefer) })
	for number, i := range t.order {
		t.fund[t.Funds[i].ID] = int32(number)
	}
	return nil
}

func (t *table) readPlaces() *Malformed {
	for i, p := range t.Places {
		err := checkID(p.ID, t.place)
		if err == nil && p.Free < 0 {
			err = wrong("free", "%d is below 0", p.Free)
		}
		if err != nil {
			return err.in("places[%d]", i)
		}
		t.place[p.ID] = int32(i)
	}
	return nil
}

func (t *table) readLimits() *Malformed {
	for i, l := range t.Limits {
		fund, known := t.fund[l.Fund]
		switch {
		case !known:
			return wrong("fund", "%q is no fund", l.Fund).in("limits[%d]", i)
		case l.Most < 0:
			return wrong("most", "%d is below 0", l.Most).in("limits[%d]", i)
		}
		t.closing = append(t.closing, limit{fund, int32(min(l.Most, len(t.Applicants)))})
		for j, id := range l.People {
			who, known := t.applicant[id]
			if !known {
				return wrong("", "%q is no applicant", id).in("limits[%d].people[%d]", i, j)
			}
			if slices.Contains(t.limits[who], int32(i)) {
				return wrong("", "%q is there twice", id).in("limits[%d].people[%d]", i, j)
			}
			t.limits[who] = append(t.limits[who], int32(i))
		}
	}
	return nil
}

func (t *table) readApplicants() *Malformed {
	choices, lines := 0, 0
	for _, a := range t.Applicants {
		choices += len(a.Choices)
		for _, c := range a.Choices {
			lines += len(c.Lines)
		}
	}
	t.options, t.lineNodes = make([]option, 0, choices), make([]int32, 0, lines)
	t.first = make([]int32, 0, len(t.Applicants))
	for i, a := range t.Applicants {
		err := checkID(a.ID, t.applicant)
		if err == nil && a.Protected && len(a.Choices) != 1 {
			err = wrong("choices", "a protected applicant has exactly one, the offer made, and here are %d", len(a.Choices))
		}
		if err != nil {
			return err.in("applicants[%d]", i)
		}
		t.applicant[a.ID] = int32(i)
		t.first = append(t.first, int32(len(t.options)))
		for k, c := range a.Choices {
			o, err := t.read(c, nil)
			if err != nil {
				return err.in("choices[%d]", k).in("applicants[%d]", i)
			}
			t.options = append(t.options, o)
		}
	}
	return nil
}

// of is the options of an applicant.
func (t *table) of(applicant int32) []option {
	if int(applicant)+1 < len(t.first) {
		return t.options[t.first[applicant]:t.first[applicant+1]]
	}
	return t.options[t.first[applicant]:]
}
