package employer

import (
	"fmt"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/web/page"
)

// nameWords are who takes a place, as typed; nobody yet when they are empty.
type nameWords struct{ Name, Email, Peer string }

type namesPage struct {
	bookPage
	Seats []seatFields
}

// seatFields are the fields of one place, from 1.
type seatFields struct {
	Number int
	nameWords
	Peers  bool // some of the places left are for peers
	Ticked []string
}

// Field is the name of one of the place's fields.
func (s seatFields) Field(name string) string { return fmt.Sprintf("%s_%d", name, s.Number) }

func (v *visit) namesPage() page.Page {
	p := &namesPage{bookPage: v.bookPage(stepNames)}
	for i := range v.places() {
		f := seatFields{Number: i + 1, Peers: v.NeedsPeers()}
		if i < len(v.Draft.Names) {
			f.nameWords = v.Draft.Names[i]
			f.Ticked = []string{f.Peer}
		}
		p.Seats = append(p.Seats, f)
	}
	return p
}

// NeedsPeers reports whether some of the places can only be had by peers. Else nobody is asked who is one.
func (v *visit) NeedsPeers() bool {
	return v.places() > v.Run.Places.Left(false) && v.Run.Places.KeptForPeers() > 0
}

func (v *visit) readNames(c *gin.Context) error {
	var order []string
	for i := range v.places() {
		order = append(order, fmt.Sprintf("name_%d", i+1), fmt.Sprintf("email_%d", i+1), fmt.Sprintf("peer_%d", i+1))
	}
	field, err := posted(c, order)
	if err != nil {
		return err
	}
	wrong := page.Mistakes{}
	v.Draft.Names = make([]nameWords, v.places())
	for i := range v.Draft.Names {
		n := &v.Draft.Names[i]
		n.Name, n.Email = field(fmt.Sprintf("name_%d", i+1)), field(fmt.Sprintf("email_%d", i+1))
		if v.NeedsPeers() {
			n.Peer = field(fmt.Sprintf("peer_%d", i+1))
		}
		if utf8.RuneCountInString(n.Name) > 200 {
			wrong[fmt.Sprintf("name_%d", i+1)] = "The name must be 200 characters or fewer"
		}
	}
	v.peersFit(wrong)
	return wrong.Refusal(admissions.TeamOrder{Seats: v.seats()}.CheckNames())
}

// peersFit says which places can only be had by peers, when more others are named than the run has places for.
func (v *visit) peersFit(wrong page.Mistakes) {
	others := 0
	for _, s := range v.seats() {
		if !s.Peer {
			others++
		}
	}
	if left := v.Run.Places.Left(false); others > left && v.NeedsPeers() {
		wrong["peer_1"] = fmt.Sprintf("Only %s left for people who are not peer supporters. Tick who is one, or go back and choose fewer places", count(left, "place"))
	}
}

// seats are the places as they are ordered.
func (v *visit) seats() []admissions.NewSeat {
	seats := make([]admissions.NewSeat, v.places())
	for i := range seats {
		if i < len(v.Draft.Names) {
			n := v.Draft.Names[i]
			seats[i] = admissions.NewSeat{Name: n.Name, Email: n.Email, Peer: n.Peer == "yes"}
		}
		if i < len(v.Draft.Codes) {
			seats[i].CostCode = v.Draft.Codes[i]
		}
	}
	return seats
}
