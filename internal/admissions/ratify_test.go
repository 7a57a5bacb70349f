package admissions_test

import (
	"errors"
	"slices"
	"testing"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/money"
)

func TestTheWorkedExampleIsFundedAsTwoPeopleRatifiedIt(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, append(example(), fixture.Ranked{Band: bursary.BandC})...)
	want := []bursary.Status{bursary.Allocated, bursary.Allocated, bursary.Allocated, bursary.Reserve, bursary.Allocated, bursary.NotFunded}
	if got := g.standings(); !slices.Equal(got, want) {
		t.Fatalf("they are %v, want %v", got, want)
	}
	for n, want := range map[int]string{
		0: `{"fee LONDON":325000}`, 1: `{"fee GENERAL":325000,"travel TRAVEL":20000}`, 2: `{"fee GENERAL":325000}`,
		4: `{"fee SCOTLAND":325000,"travel SCOTLAND":25000}`,
	} {
		a := g.award(n)
		if got := text(g.payers(a)); got != want {
			t.Errorf("number %d is paid by %s, want %s", n, got, want)
		}
		if e := g.place(a); e.Status != enrolment.Held || e.Price != 0 || !e.HeldUntil.Equal(a.UntilOn.End()) || !e.Peer {
			t.Errorf("the place of number %d is %+v", n, e)
		}
		if a.UntilOn.String() != "2027-02-02" { // ten working days after Tuesday 19 January 2027
			t.Errorf("number %d can answer until %s", n, a.UntilOn)
		}
	}
	if left := g.left(g.general); left != money.Pounds(1_500) {
		t.Errorf("%s is left in the general fund", left)
	}
	var mails, letters, facts int
	err := g.owner.NewRaw(`SELECT (SELECT count(*) FROM mails WHERE private AND created_at = (SELECT max(created_at) FROM mails)),
		(SELECT count(*) FROM sensitive.letters), (SELECT count(*) FROM sensitive.facts)`).Scan(t.Context(), &mails, &letters, &facts)
	if err != nil || mails != 6 || letters != 6 || facts != 6 {
		t.Errorf("%d mails, %d letters, %d facts kept, %v", mails, letters, facts, err)
	}
	r, err := bursary.FindRound(t.Context(), g.house.App, "SPRING-27")
	if err != nil || r.Applied == nil || *r.Applied != 6 || *r.Funded != 4 {
		t.Errorf("what is announced: %+v, %v", r, err)
	}
}

func TestRatifyingTakesTwoPeopleWhoSawTheSame(t *testing.T) {
	t.Parallel()
	g := newGrants(t, 20, example()...)
	p := g.propose()
	if err := g.ratify(g.hugh, p.Digest); !errors.Is(err, award.ErrNotAgreed) {
		t.Errorf("nobody agreed before: %v", err)
	}
	if err := g.agree(g.grace, "sha256:00"); !errors.Is(err, award.ErrNotWhatYouSaw) {
		t.Errorf("agreeing to something else: %v", err)
	}
	if err := g.agree(g.grace, p.Digest); err != nil {
		t.Fatal(err)
	}
	if err := g.ratify(g.grace, p.Digest); !errors.Is(err, award.ErrSamePerson) {
		t.Errorf("the same person: %v", err)
	}
	if err := g.ratify(g.hugh, "sha256:00"); !errors.Is(err, award.ErrNotWhatYouSaw) {
		t.Errorf("ratifying something else: %v", err)
	}
	if err := g.ratify(g.hugh, p.Digest); err != nil {
		t.Fatal(err)
	}
	if err := g.ratify(g.hugh, p.Digest); !errors.Is(err, award.ErrRatified) {
		t.Errorf("a second time: %v", err)
	}
	g.sound()
}

func TestNothingIsRatifiedOnceItsInputsHaveChanged(t *testing.T) {
	t.Parallel()
	g := newGrants(t, 20, example()...)
	p := g.propose()
	if err := g.agree(g.grace, p.Digest); err != nil {
		t.Fatal(err)
	}
	err := g.house.App.Write(t.Context(), func(tx *db.Tx) error {
		_, err := fund.RecordGift(t.Context(), tx, g.grace, g.general.ID, money.Pounds(1_750), "Somebody kind", "LATE")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.ratify(g.hugh, p.Digest); !errors.Is(err, award.ErrInputsChanged) {
		t.Fatalf("with more money: %v", err)
	}
	if g.award(0) != nil || g.standings()[0] != bursary.Banded {
		t.Error("something was decided all the same")
	}
	p = g.propose() // the gift pays for the fourth
	if err := g.agree(g.hugh, p.Digest); err != nil {
		t.Fatal(err)
	}
	if err := g.ratify(g.grace, p.Digest); err != nil {
		t.Fatal(err)
	}
	if g.standings()[3] != bursary.Allocated {
		t.Errorf("they are %v", g.standings())
	}
	g.sound()
}

func TestADepartureIsServedFirstOrLeftOutAndItsReasonKept(t *testing.T) {
	t.Parallel()
	g := newGrants(t, 20, example()...)
	p := g.propose(
		award.Departure{Code: g.applications[3].Code, Kind: award.First, Reason: "A place was promised to them last year."},
		award.Departure{Code: g.applications[4].Code, Kind: award.LeftOut, Reason: "They asked for the next round instead."},
	)
	if err := g.agree(g.grace, p.Digest); err != nil {
		t.Fatal(err)
	}
	if err := g.ratify(g.hugh, p.Digest); err != nil {
		t.Fatal(err)
	}
	want := []bursary.Status{bursary.Allocated, bursary.Allocated, bursary.Reserve, bursary.Allocated, bursary.NotFunded}
	if got := g.standings(); !slices.Equal(got, want) {
		t.Errorf("they are %v, want %v", got, want)
	}
	err := g.as(g.house.Officers, g.hugh, func(tx *db.Tx) error {
		kept, err := award.FindProposal(t.Context(), tx, g.house.Box, p.RoundID, p.Code)
		if err == nil && (len(kept.Departures) != 2 || kept.Departures[0].Reason != "A place was promised to them last year.") {
			t.Errorf("kept are %+v", kept.Departures)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	g.sound()
}
