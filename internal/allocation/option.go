package allocation

import "slices"

// option is a choice: its class of places or -1, what it wants, and for each line the class of its funds, or for
// one under a cap, -1 minus its number among the want's.
type option struct {
	places int32
	want   int32
	lines  []int32
}

// want is the money of a choice. Choices without caps that want the same share one.
type want struct {
	parts  []share // by class, in pence
	asked  set     // the funds that may pay any line
	capped []cappedLine
	most   []share // the caps over all lines
}

// cappedLine is a line of which some funds may pay only so much.
type cappedLine struct {
	open   set
	amount int64
	most   []share
}

// read makes an option of a choice, without the funds that are closed to this person, and refuses what is wrong.
func (t *table) read(c Choice, closed set) (option, *Malformed) {
	s := &t.scratch
	o := option{places: -1}
	if len(c.Places) > 0 {
		if err := readNames("places", "place", c.Places, t.place, s.places); err != nil {
			return o, err
		}
		o.places = t.placeSets.of(s.places)
	}
	if err := t.checkCaps(c.Most); err != nil {
		return o, err
	}
	clear(s.ids)
	clear(s.asked)
	narrow := len(c.Most) > 0
	for i, l := range c.Lines {
		if err := t.readLine(i, l, closed); err != nil {
			return o, err.in("lines[%d]", i)
		}
		narrow = narrow || len(l.Most) > 0
	}
	from := len(t.lineNodes)
	if w := (want{}); narrow && t.narrow(c, &w) {
		w.asked = slices.Clone(s.asked)
		t.wants = append(t.wants, w)
		o.want = int32(len(t.wants) - 1)
	} else {
		o.want = t.common(c)
	}
	o.lines = t.lineNodes[from:len(t.lineNodes):len(t.lineNodes)]
	return o, nil
}

// readLine puts the funds of a line in the scratch, and what else they are into what is asked.
func (t *table) readLine(i int, l Line, closed set) *Malformed {
	s := &t.scratch
	if i == len(s.line) {
		s.line = append(s.line, newSet(len(t.Funds)))
	}
	if err := checkID(l.ID, s.ids); err != nil {
		return err
	}
	s.ids[l.ID] = 0
	if err := checkPence("amount", l.Amount); err != nil {
		return err
	}
	if err := readNames("funds", "fund", l.Funds, t.fund, s.line[i]); err != nil {
		return err
	}
	for w, word := range closed {
		s.line[i][w] &^= word
	}
	s.asked.include(s.line[i])
	return t.checkCaps(l.Most)
}

// common is the want of a choice without caps.
func (t *table) common(c Choice) int32 {
	s := &t.scratch
	s.parts, s.key = s.parts[:0], s.key[:0]
	for i, l := range c.Lines {
		class := t.moneySets.of(s.line[i])
		t.lineNodes = append(t.lineNodes, class)
		if j := find(s.parts, class); j >= 0 {
			s.parts[j].amount += l.Amount
		} else {
			s.parts = append(s.parts, share{class, l.Amount})
		}
	}
	for _, p := range s.parts {
		s.key = p.appendKey(s.key)
	}
	number, known := t.wantNumber[string(s.key)]
	if !known {
		number = int32(len(t.wants))
		t.wantNumber[string(s.key)] = number
		t.wants = append(t.wants, want{parts: slices.Clone(s.parts), asked: slices.Clone(s.asked)})
	}
	return number
}

// narrow makes the want of a choice with caps, and is false when no cap is below what it caps.
func (t *table) narrow(c Choice, w *want) bool {
	s := &t.scratch
	below := newSet(len(t.Funds)) // the funds whose cap over all lines counts
	for _, limit := range c.Most {
		fund := t.fund[limit.Fund]
		var could int64
		for i, l := range c.Lines {
			if s.line[i].has(fund) {
				could += min(l.Amount, t.capOf(l, fund))
			}
		}
		if limit.Amount < could {
			below.add(fund)
			w.most = append(w.most, share{fund, limit.Amount})
		}
	}
	from := len(t.lineNodes)
	for i, l := range c.Lines {
		line := cappedLine{amount: l.Amount}
		shared := false
		s.line[i].each(func(fund int32) {
			shared = shared || below.has(fund)
			if most := t.capOf(l, fund); most < l.Amount {
				line.most = append(line.most, share{fund, most})
			}
		})
		if !shared && len(line.most) == 0 {
			class := t.moneySets.of(s.line[i])
			w.parts = append(w.parts, share{class, l.Amount})
			t.lineNodes = append(t.lineNodes, class)
			continue
		}
		line.open = slices.Clone(s.line[i])
		t.lineNodes = append(t.lineNodes, int32(-1-len(w.capped)))
		w.capped = append(w.capped, line)
	}
	if len(w.capped) == 0 {
		t.lineNodes = t.lineNodes[:from]
	}
	return len(w.capped) > 0
}

// capOf is the line's cap for the fund, at most its amount.
func (t *table) capOf(l Line, fund int32) int64 {
	for _, c := range l.Most {
		if t.fund[c.Fund] == fund {
			return min(c.Amount, l.Amount)
		}
	}
	return l.Amount
}

func (t *table) checkCaps(caps []Cap) *Malformed {
	if len(caps) == 0 {
		return nil
	}
	seen := t.scratch.seen
	clear(seen)
	for i, c := range caps {
		number, known := t.fund[c.Fund]
		err := checkPence("amount", c.Amount)
		switch {
		case !known:
			err = wrong("fund", "%q is no fund", c.Fund)
		case seen.has(number):
			err = wrong("fund", "%q is there twice", c.Fund)
		}
		if err != nil {
			return err.in("most[%d]", i)
		}
		seen.add(number)
	}
	return nil
}

// readNames puts names into a set, and refuses those that are unknown or there twice.
func readNames(list, kind string, names []string, number map[string]int32, to set) *Malformed {
	clear(to)
	for i, name := range names {
		n, known := number[name]
		switch {
		case !known:
			return wrong("", "%q is no %s", name, kind).in("%s[%d]", list, i)
		case to.has(n):
			return wrong("", "%q is there twice", name).in("%s[%d]", list, i)
		}
		to.add(n)
	}
	return nil
}

// without is the option when these funds are closed to the person.
func (t *table) without(number int32, c Choice, closed set) option {
	key := closed.appendKey(share{sink: number}.appendKey(nil))
	o, known := t.narrowed[string(key)]
	if !known {
		o, _ = t.read(c, closed) // it was read before, so nothing is wrong with it
		t.narrowed[string(key)] = o
	}
	return o
}
