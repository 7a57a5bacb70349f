// Package assignment decides who reads what: an assignment of readers to applications. It is pure: a Problem
// goes in and a Plan comes out, the same plan for the same problem, in whatever order its lists are.
//
// The plan is a minimum-cost flow (flow.go) through one network (network.go). What counts, in this order:
// as many readings as can be; shortages spread, so that no application goes without readers while others have
// all theirs; the readers' loads even, weighed against leaving pairs where they are; and last a fixed shuffle,
// so that readers meet in many combinations. Then the graph of readers and applications is made connected
// where exchanges among equals can do it (connect.go): the harsh and the mild can only be compared along
// chains of applications that both have read.
package assignment

// Usual is how many readers an application has unless it says otherwise.
const Usual = 3

// Application wants readers. At least one of them is to be a peer.
type Application struct {
	ID     string
	Wanted int // how many readers; 0 means Usual
}

// Reader is a member of the panel. Cap is the most applications that the reader has agreed to.
type Reader struct {
	ID   string
	Peer bool
	Cap  int
}

// Pair is a reader with an application.
type Pair struct {
	Application string
	Reader      string
}

// Problem is everything that a plan depends on. Applications, readers and fixed pairs are named once each; a
// conflict may be named more than once, because several sources can know of it.
type Problem struct {
	Applications []Application
	Readers      []Reader
	Conflicts    []Pair // never made
	Fixed        []Pair // opened or read: never moved, and counted even above a cap
	Kept         []Pair // assigned and not opened: moved only where that does real good; forgotten when in conflict
}

// Plan is who reads what. Pairs holds the fixed pairs too, sorted by application and reader.
type Plan struct {
	Pairs []Pair
	Short []Short // the applications that lack something, sorted
	Parts int     // in how many parts the graph of readings falls: 1 when all readers can be compared
}

// Short says what an application lacks, and why. Missing is Unreadable + Full.
type Short struct {
	Application string
	Missing     int  // how many readers
	NoPeer      bool // none of its readers is a peer
	Unreadable  int  // of Missing, how many nobody could be, whatever the caps: those left know the person
	Full        int  // of Missing, how many more readings would do, above the caps
	// Among is whose caps those readings are to come from, sorted: all of them are full, and one reading more
	// by any of them lets this application have one reader more, if need be because others change places.
	Among  []string
	Reason string // the above in words, for the office
}

// Propose makes the plan. Its errors are Invalid failures about the problem: a name that is unknown, missing
// or used twice (ErrUnknown, ErrNamedTwice), a negative number (ErrNegative), a fixed pair in conflict
// (ErrFixedConflict), or more than the arithmetic has room for (ErrTooLarge).
func Propose(p Problem) (Plan, error) {
	t, err := newTable(p)
	if err != nil {
		return Plan{}, err
	}
	n := newReadings(t)
	n.send()
	n.enter(t)
	parts := t.connect()
	return Plan{Pairs: t.pairs(), Short: shortages(t, n), Parts: parts}, nil
}
