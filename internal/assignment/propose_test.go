package assignment_test

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"bursar/internal/assignment"
)

func pairs(list ...string) (all []assignment.Pair) {
	for _, s := range list {
		application, reader, _ := strings.Cut(s, " ")
		all = append(all, assignment.Pair{Application: application, Reader: reader})
	}
	return all
}

func applications(ids ...string) (all []assignment.Application) {
	for _, id := range ids {
		all = append(all, assignment.Application{ID: id})
	}
	return all
}

// panel makes readers: "P1" is a peer, "R1" is not.
func panel(most int, ids ...string) (all []assignment.Reader) {
	for _, id := range ids {
		all = append(all, assignment.Reader{ID: id, Peer: id[0] == 'P', Cap: most})
	}
	return all
}

func TestAnImpossibleProblemIsRefused(t *testing.T) {
	t.Parallel()
	good := assignment.Problem{Applications: applications("A", "B"), Readers: panel(9, "P1", "R1")}
	for name, c := range map[string]struct {
		spoil func(*assignment.Problem)
		want  error
	}{
		"an unknown application in a conflict": {func(p *assignment.Problem) { p.Conflicts = pairs("C P1") }, assignment.ErrUnknown},
		"an unknown reader in a fixed pair":    {func(p *assignment.Problem) { p.Fixed = pairs("A P2") }, assignment.ErrUnknown},
		"an unknown reader in a kept pair":     {func(p *assignment.Problem) { p.Kept = pairs("A P2") }, assignment.ErrUnknown},
		"a pair without a reader":              {func(p *assignment.Problem) { p.Kept = pairs("A") }, assignment.ErrUnknown},
		"a pair without an application":        {func(p *assignment.Problem) { p.Kept = pairs(" P1") }, assignment.ErrUnknown},
		"an application twice":                 {func(p *assignment.Problem) { p.Applications = applications("A", "B", "A") }, assignment.ErrNamedTwice},
		"an application without a name":        {func(p *assignment.Problem) { p.Applications = applications("") }, assignment.ErrNamedTwice},
		"a reader twice":                       {func(p *assignment.Problem) { p.Readers = panel(9, "P1", "P1") }, assignment.ErrNamedTwice},
		"a fixed pair twice":                   {func(p *assignment.Problem) { p.Fixed = pairs("A P1", "A P1") }, assignment.ErrNamedTwice},
		"a fixed pair in conflict":             {func(p *assignment.Problem) { p.Fixed, p.Conflicts = pairs("A P1"), pairs("A P1") }, assignment.ErrFixedConflict},
		"a cap below nothing":                  {func(p *assignment.Problem) { p.Readers = panel(-1, "P1") }, assignment.ErrNegative},
		"less than no readers":                 {func(p *assignment.Problem) { p.Applications[0].Wanted = -1 }, assignment.ErrNegative},
		"more readers than can be weighed":     {func(p *assignment.Problem) { p.Applications[0].Wanted = math.MaxInt }, assignment.ErrTooLarge},
	} {
		p := good
		p.Applications = applications("A", "B")
		c.spoil(&p)
		if _, err := assignment.Propose(p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if plan, err := assignment.Propose(assignment.Problem{}); err != nil || len(plan.Pairs)+len(plan.Short) > 0 {
		t.Errorf("nothing to do: %+v, %v", plan, err)
	}
}

func TestAShortageIsExplained(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		problem assignment.Problem
		want    assignment.Short
	}{
		"the caps are full": {
			assignment.Problem{Applications: applications("A"), Readers: append(panel(1, "P1", "R1"), panel(0, "R2", "R3")...)},
			assignment.Short{Application: "A", Missing: 1, Full: 1, Among: []string{"R2", "R3"},
				Reason: "One reader is missing. Those who could read it already have as many as they agreed to: one reading more would do."},
		},
		"everybody knows the person": {
			assignment.Problem{Applications: applications("A"), Readers: panel(5, "P1", "R1", "R2", "R3"), Conflicts: pairs("A R1", "A R2", "A R3")},
			assignment.Short{Application: "A", Missing: 2, Unreadable: 2,
				Reason: "2 readers are missing. Too few people on the panel are free of a conflict."},
		},
		"no peer is free of a conflict": {
			assignment.Problem{Applications: applications("A"), Readers: panel(5, "P1", "R1", "R2", "R3"), Conflicts: pairs("A P1")},
			assignment.Short{Application: "A", Missing: 1, NoPeer: true, Unreadable: 1,
				Reason: "One reader is missing. It has no reader who is a peer. No peer on the panel is free of a conflict."},
		},
		"the peers are full": {
			assignment.Problem{Applications: applications("A"), Readers: append(panel(5, "R1", "R2", "R3"), panel(0, "P1", "P2")...)},
			assignment.Short{Application: "A", Missing: 1, NoPeer: true, Full: 1, Among: []string{"P1", "P2"},
				Reason: "One reader is missing. It has no reader who is a peer. The peers who could read it already have as many as they agreed to: one reading more by a peer would do."},
		},
		"all its readers have read and none is a peer": {
			assignment.Problem{Applications: applications("A"), Readers: panel(5, "P1", "R1", "R2", "R3"), Fixed: pairs("A R1", "A R2", "A R3")},
			assignment.Short{Application: "A", NoPeer: true, Reason: "It has no reader who is a peer."},
		},
		"nobody at all": {
			assignment.Problem{Applications: applications("A")},
			assignment.Short{Application: "A", Missing: 3, NoPeer: true, Unreadable: 3,
				Reason: "3 readers are missing. It has no reader who is a peer. No peer on the panel is free of a conflict."},
		},
	} {
		plan := propose(t, c.problem)
		if len(plan.Short) != 1 || !reflect.DeepEqual(plan.Short[0], c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, plan.Short, c.want)
		}
	}
}

func TestOnlyReadersWhoCouldHelpAreNamed(t *testing.T) {
	t.Parallel()
	p := assignment.Problem{
		Applications: []assignment.Application{{ID: "A", Wanted: 2}, {ID: "B", Wanted: 2}},
		Readers:      append(panel(1, "P1", "P2"), panel(0, "R1", "R2")...),
		Conflicts:    pairs("A P2", "A R2", "B P1", "B R1"),
	}
	plan := propose(t, p)
	if a, b := short(plan, "A").Among, short(plan, "B").Among; !slices.Equal(a, []string{"R1"}) || !slices.Equal(b, []string{"R2"}) {
		t.Errorf("among %v and %v", a, b)
	}
}

func TestEveryApplicationHasSomeReadersBeforeOthersHaveAll(t *testing.T) {
	t.Parallel()
	p := assignment.Problem{Applications: applications("A", "B", "C", "D"), Readers: panel(4, "P1")}
	p.Readers = append(p.Readers, panel(1, "R1", "R2", "R3")...)
	v := look(p, propose(t, p).Pairs)
	for _, a := range p.Applications {
		if all, _ := v.readers(a); all == 0 || all > 2 {
			t.Errorf("%s has %d readers of 7 readings for 4", a.ID, all)
		}
	}
}

func TestAReaderOverTheCapStaysWithWhatIsOpened(t *testing.T) {
	t.Parallel()
	p := assignment.Problem{Applications: applications("A", "B", "C"), Readers: panel(1, "P1", "P2", "P3", "P4"), Fixed: pairs("A P1", "B P1")}
	v := look(p, propose(t, p).Pairs)
	if load := v.load(p.Readers[0]); load != 2 {
		t.Errorf("a reader with 2 opened and a cap of 1 has %d", load)
	}
}

func TestWorkIsEven(t *testing.T) {
	t.Parallel()
	p := round(60, 12)
	plan := propose(t, p)
	v := look(p, plan.Pairs)
	for _, r := range p.Readers {
		if load := v.load(r); load != 15 {
			t.Errorf("%s has %d of 180 readings among 12", r.ID, load)
		}
	}
	if plan.Parts != 1 {
		t.Errorf("the graph is in %d parts", plan.Parts)
	}
}

func TestAKeptPairMovesOnlyToEvenOutADifferenceOfThree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kept  []assignment.Pair
		moves int
	}{
		{pairs("A P1", "B P1", "C P2"), 0},
		{pairs("A P1", "B P1"), 0},
		{pairs("A P1", "B P1", "C P1"), 1},
		{pairs("A P1", "B P1", "C P1", "D P2"), 0},
		{pairs("A P1", "B P1", "C P1", "D P1"), 1},
		{pairs("A P1", "B P1", "C P1", "D P1", "E P1"), 2},
	} {
		p := assignment.Problem{Readers: panel(20, "P1", "P2"), Kept: c.kept}
		for _, pair := range c.kept {
			p.Applications = append(p.Applications, assignment.Application{ID: pair.Application, Wanted: 1})
		}
		got, moves := look(p, propose(t, p).Pairs), 0
		for _, pair := range c.kept {
			if !got.pairs[pair] {
				moves++
			}
		}
		if moves != c.moves {
			t.Errorf("%v: %d pairs moved, want %d", c.kept, moves, c.moves)
		}
	}
}

func TestTwoPanelsThatNeverMeetAreMadeToMeet(t *testing.T) {
	t.Parallel()
	p := assignment.Problem{Applications: applications("A", "B", "C", "D"), Readers: panel(2, "P1", "P2", "P3", "P4", "P5", "P6")}
	p.Kept = pairs("A P1", "A P2", "A P3", "B P1", "B P2", "B P3", "C P4", "C P5", "C P6", "D P4", "D P5", "D P6")
	plan := propose(t, p)
	if v := look(p, plan.Pairs); plan.Parts != 1 || v.parts() != 1 {
		t.Errorf("the graph is in %d parts: %v", plan.Parts, plan.Pairs)
	}
	p.Fixed, p.Kept = p.Kept, nil
	if plan := propose(t, p); plan.Parts != 2 {
		t.Errorf("what has been read was moved: %v", plan.Pairs)
	}
}
