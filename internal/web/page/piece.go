package page

// Button sends the form or, with Href, leads somewhere.
type Button struct {
	Text, Href  string
	Name, Value string // what a form with several buttons learns about which was pressed
	Secondary   bool
	Warning     bool // it ends or destroys something
}

// Inset sets one thought apart from the text.
type Inset struct{ Text string }

// Warning is a thought that must not be overlooked.
type Warning struct{ Text string }

// Details folds away what few readers need.
type Details struct{ Summary, Text string }

// Tag is a state in one or two words. Colour is grey, green, blue, yellow, red or, when empty, the accent.
type Tag struct{ Text, Colour string }

// Row is one line of a Summary: what it is about, what it says, and the link that changes it.
type Row struct {
	Key    string
	Value  string
	Lines  []string // instead of Value, several lines
	Href   string   // where it is changed or shown
	Action string   // "Change" when empty
}

// Summary is a list of what is known, line by line.
type Summary struct{ Rows []Row }

// Column heads a column of a Table.
type Column struct {
	Title   string
	Numeric bool // aligned right
}

// Cell is one cell of a Table.
type Cell struct{ Text, Href string }

// Table is rows of cells under a caption. The first cell of each row names the row.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]Cell
	Stacked bool // on a narrow screen each row is a block of its own, whose cells say what they are
}

// Task is one line of Tasks; without Href it cannot be started yet.
type Task struct {
	Text, Hint, Href string
	Status           string
	Done             bool
}

// Tasks is a list of what is to be done, in any order.
type Tasks struct{ Items []Task }

// Steps says how far along a form of several pages this one is.
type Steps struct{ At, Of int }

// Pagination leads through a list in portions; empty addresses are not shown.
type Pagination struct{ First, Next string }
