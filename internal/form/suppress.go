package form

import "math"

// smallest is the lowest count that is ever shown.
const smallest = 5

// Cell is a count as it may be shown; Count is 0 when it is Hidden.
type Cell struct {
	Count  int
	Hidden bool
}

// Counts are the answers to one question as they may be shown.
type Counts struct {
	Cells []Cell // in the order given
	Total Cell
}

// Suppress hides what could tell something about one person: every count under 5, zero too, and then as many
// others as it takes for nobody to find a hidden one from the total, not even by knowing this rule. The others
// are the smallest, and equals go together: were one of two equals hidden by its place, the other would give it
// away. Where nothing is left to hide, the total is hidden as well. It is for the counts of one question; a
// table of one question against another is never to be published. The method is the complementary suppression
// of the Government Statistical Service's guidance on disclosure control for tables.
func Suppress(counts []int) Counts {
	shown := Counts{Cells: make([]Cell, len(counts))}
	hidden, sum := 0, 0 // how many cells are hidden, and what they add up to
	hide := func(i int) {
		shown.Cells[i] = Cell{Hidden: true}
		hidden++
		sum += counts[i]
	}
	for i, n := range counts {
		shown.Total.Count += n
		shown.Cells[i].Count = n
		if n < smallest {
			hide(i)
		}
	}
	for first := true; told(hidden, sum, first); first = false {
		if hidden == len(counts) {
			shown.Total = Cell{Hidden: true}
			break
		}
		least := smallestShown(shown.Cells)
		for i, cell := range shown.Cells {
			if cell == (Cell{Count: least}) {
				hide(i)
			}
		}
	}
	return shown
}

// told reports whether the sum of the hidden cells, which is the total less what is shown, tells too much: it is
// too small to be shown itself, as that of a single cell is, or, while all that is hidden is small, it is the
// most that they can reach, and so they are all 4.
func told(hidden, sum int, allSmall bool) bool {
	return hidden > 0 && (sum < smallest || allSmall && sum == hidden*(smallest-1))
}

// smallestShown is the smallest count that is still shown; there must be one.
func smallestShown(cells []Cell) int {
	least := math.MaxInt
	for _, c := range cells {
		if !c.Hidden {
			least = min(least, c.Count)
		}
	}
	return least
}
