package award_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bursar/internal/allocation"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page/pagetest"
)

// letterWorld is a round with the funds of the worked example and nobody in it, without a database.
func letterWorld() *award.Inputs {
	holding := func(n int, code, name string, available int64, terms fund.Terms) fund.Holding {
		return fund.Holding{Fund: &fund.Fund{ID: id.Fund(n), Code: code, Name: name, Kind: fund.Restricted}, Terms: terms, Available: money.Pounds(available)}
	}
	from := func(region string) fund.Rule { return fund.Rule{Criterion: fund.ByRegion, OneOf: []string{region}} }
	pays := func(who fund.Rule, purposes ...fund.Purpose) fund.Terms {
		t := fund.Terms{Who: who}
		for _, p := range purposes {
			t.Pays = append(t.Pays, fund.Pay{Purpose: p})
		}
		return t
	}
	march := cohort(1, "FND-M27", "Manchester", "Friends’ Meeting House", london.On(2027, 3, 8), 5)
	march.Blocks = append(march.Blocks, course.Block{Number: 2, StartsOn: london.On(2027, 6, 14), EndsOn: london.On(2027, 6, 18)})
	return &award.Inputs{
		Round: &bursary.Round{
			Code: "SPRING-27", Readers: 3, ContactName: "Grace Adeyemi", ContactEmail: "help@threshold.example", ContactPhone: "0113 496 0123",
		},
		On:   london.On(2027, 1, 19),
		Runs: []*course.Offering{march, cohort(2, "FND-L27", "Online", "", london.On(2027, 4, 12), 5)},
		Free: map[id.Run]int{1: 10, 2: 10},
		Funds: []fund.Holding{
			holding(1, "GENERAL", "General Bursary Fund", 8_000, pays(fund.Rule{}, fund.Fee)),
			holding(2, "LONDON", "The London Fund", 3_250, pays(from("london"), fund.Fee)),
			holding(3, "SCOTLAND", "Scotland Fund", 4_000, pays(from("scotland"), fund.Purposes()...)),
			holding(4, "TRAVEL", "Travel Fund", 600, pays(fund.Rule{}, fund.Travel)),
		},
		Heads: map[id.Fund]int{},
	}
}

func cohort(n int, code, city, venue string, starts london.Date, days int) *course.Offering {
	return &course.Offering{
		Run:    course.Run{ID: id.Run(n), Code: code, City: city, Venue: venue},
		Course: course.Course{Slug: "foundation", Title: "Open Dialogue foundation"},
		Blocks: []course.Block{{Number: 1, StartsOn: starts, EndsOn: starts.AddDays(days - 1)}},
		Prices: []course.Price{{Band: course.Peer, Amount: money.Pounds(3_250)}},
	}
}

// joins adds somebody at the end of the order, who asks for the whole fee and nothing else unless change says otherwise.
func joins(in *award.Inputs, region string, change func(p *award.Applicant)) string {
	n := len(in.Applicants) + 1
	p := award.Applicant{
		Application: &bursary.Application{
			ID: id.Application(n), Code: "AAAA-0" + string(rune('0'+n)), Ticket: "TTTT-0" + string(rune('0'+n)), Band: bursary.BandA, Position: n,
		},
		Called: "Ana", Facts: fund.Facts{Region: region}, Runs: []string{"FND-M27"}, FeePercent: 100, Asked: map[fund.Purpose]money.Amount{},
	}
	if change != nil {
		change(&p)
	}
	in.Applicants = append(in.Applicants, p)
	return p.Application.Code
}

func travels(pounds int64) func(*award.Applicant) {
	return func(p *award.Applicant) { p.Asked[fund.Travel] = money.Pounds(pounds) }
}

// example is the worked example: London, London with travel, Manchester, Manchester with travel, Scotland with travel.
func example(in *award.Inputs) {
	joins(in, "london", nil)
	joins(in, "london", travels(200))
	joins(in, "north_west", nil)
	joins(in, "north_west", travels(150))
	joins(in, "scotland", travels(500))
}

func letters(t *testing.T, in *award.Inputs, outside []award.Applicant, feedback map[id.Application]string) map[string]award.Letter {
	t.Helper()
	plan, err := allocation.Plan(in.Problem())
	if err != nil {
		t.Fatal(err)
	}
	list, err := in.Letters(plan, outside, feedback)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]award.Letter{}
	for _, l := range list {
		all[l.Code] = l
	}
	if len(list) != len(in.Applicants)+len(outside) || len(all) != len(list) {
		t.Fatalf("%d letters to %d people", len(list), len(all))
	}
	return all
}

// spelled is a letter as plain text.
func spelled(l award.Letter) string {
	var b strings.Builder
	line := func(text string) { b.WriteString(text + "\n") }
	line(string(l.Kind) + " " + l.Code + ", " + l.On.Long())
	line(l.Greeting())
	line("# " + l.Title)
	for _, s := range l.Sections {
		if s.Heading != "" {
			line("\n## " + s.Heading)
		}
		for _, p := range s.Paragraphs {
			line(p)
		}
		for _, r := range s.Rows {
			line(r.Key + ": " + strings.ReplaceAll(r.Value, "\n", "; "))
		}
		for _, i := range s.Items {
			line("- " + i)
		}
		for _, k := range s.Links {
			line("[" + k.Text + "](" + k.Path + ")")
		}
	}
	return b.String()
}

// golden compares a letter with the one that somebody has read, word for word.
func golden(t *testing.T, name string, l award.Letter) {
	t.Helper()
	file := filepath.Join("testdata", "letters", name+".txt")
	want, err := os.ReadFile(file)
	if got := spelled(l); err != nil || got != string(want) {
		t.Errorf("%s is another, %v:\n%s", file, err, got)
	}
}

// rest leaves only the sections of a letter in which it differs from others of its kind.
func rest(l award.Letter, headings ...string) award.Letter {
	var some []award.Section
	for _, s := range l.Sections {
		for _, h := range headings {
			if s.Heading == h {
				some = append(some, s)
			}
		}
	}
	l.Sections = some
	return l
}

func TestLettersSayWordForWordWhatWasDecided(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of       string
		world    func(in *award.Inputs)
		sections []string // all when empty
	}{
		"offer":   {"AAAA-02", example, nil},
		"reserve": {"AAAA-04", example, nil},
		"offer-own-part": {"AAAA-01", func(in *award.Inputs) {
			joins(in, "london", func(p *award.Applicant) { p.Employer, p.Own = money.Pounds(750), money.Pounds(100) })
		}, []string{"What we pay", "What you pay"}},
		"offer-by-the-tariff": {"AAAA-01", func(in *award.Inputs) {
			joins(in, "london", func(p *award.Applicant) { p.FeePercent = 60 })
		}, []string{"What we pay", "What you pay"}},
		"offer-with-enough-of-their-own": {"AAAA-01", func(in *award.Inputs) {
			joins(in, "scotland", func(p *award.Applicant) {
				p.Employer, p.FeePercent = money.Pounds(3_250), 60
				p.Asked[fund.Care] = money.Pounds(80)
			})
		}, []string{"What we pay", "What you pay"}},
		"offer-less-than-the-tariff": {"AAAA-01", func(in *award.Inputs) {
			joins(in, "london", func(p *award.Applicant) { p.FeePercent, p.Own = 60, money.Pounds(2_000) })
		}, []string{"What we pay", "What you pay"}},
		"reserve-two-funds": {"AAAA-05", func(in *award.Inputs) {
			in.Funds[0].Available, in.Funds[1].Available = money.Pounds(6_500), money.Pounds(3_250)
			for range 5 {
				joins(in, "london", nil)
			}
		}, []string{"", "Why"}},
		"offer-without-the-fee": {"AAAA-01", func(in *award.Inputs) {
			joins(in, "scotland", func(p *award.Applicant) { p.FeePercent, p.How = 0, "bank"; p.Asked[fund.Travel] = money.Pounds(80) })
		}, []string{"What we pay", "What you pay"}},
		"offer-of-the-fee-alone": {"AAAA-02", func(in *award.Inputs) {
			joins(in, "london", travels(500))
			joins(in, "north_west", travels(150))
		}, []string{"What we pay", "What we cannot pay"}},
		"offer-of-second-dates": {"AAAA-01", func(in *award.Inputs) {
			in.Free[1] = 0
			joins(in, "london", func(p *award.Applicant) { p.Runs = []string{"FND-M27", "FND-L27"} })
		}, []string{"Your place"}},
		"offer-out-of-order": {"AAAA-02", func(in *award.Inputs) {
			joins(in, "london", nil)
			joins(in, "london", nil)
			in.Departures = []award.Departure{{ApplicationID: 2, Code: "AAAA-02", Kind: award.First, Reason: "The readers had the wrong file."}}
		}, []string{"How we decided"}},
		"reserve-lottery": {"AAAA-05", func(in *award.Inputs) {
			for range 5 {
				joins(in, "north_west", func(p *award.Applicant) { p.Application.Band = bursary.BandB })
			}
		}, []string{"", "Why", "The order"}},
		"reserve-no-place": {"AAAA-03", func(in *award.Inputs) {
			in.Free[1] = 2
			joins(in, "london", nil)
			joins(in, "london", nil)
			joins(in, "scotland", nil)
		}, []string{"", "Why"}},
		"reserve-no-place-and-no-money": {"AAAA-05", func(in *award.Inputs) {
			in.Free[1] = 2
			for range 5 {
				joins(in, "north_west", nil)
			}
		}, []string{"", "Why"}},
		"reserve-several-choices": {"AAAA-04", func(in *award.Inputs) {
			in.Free[2] = 0
			for range 3 {
				joins(in, "london", nil)
			}
			joins(in, "north_west", func(p *award.Applicant) {
				p.Runs, p.Asked[fund.Travel] = []string{"FND-M27", "FND-L27"}, money.Pounds(150)
			})
		}, []string{"Why", "Your other choices"}},
		"reserve-cap": {"AAAA-01", func(in *award.Inputs) {
			in.Funds[0].Terms.FeePercent = 50
			joins(in, "north_west", nil)
		}, []string{"Why"}},
		"reserve-cap-a-head": {"AAAA-01", func(in *award.Inputs) {
			in.Funds[0].Terms.Cap = money.Pounds(1_000)
			joins(in, "north_west", nil)
		}, []string{"Why"}},
		"reserve-number-of-people": {"AAAA-02", func(in *award.Inputs) {
			in.Funds[0].Terms.Places = 1
			joins(in, "north_west", nil)
			joins(in, "north_west", nil)
		}, []string{"Why"}},
		"reserve-no-fund": {"AAAA-01", func(in *award.Inputs) {
			in.Funds = in.Funds[1:]
			joins(in, "north_west", nil)
		}, []string{"Why"}},
		"reserve-no-dates": {"AAAA-01", func(in *award.Inputs) {
			joins(in, "north_west", func(p *award.Applicant) { p.Enrolled = p.Runs })
		}, []string{"Why"}},
		"left-out": {"AAAA-01", func(in *award.Inputs) {
			joins(in, "london", nil)
			in.Departures = []award.Departure{{ApplicationID: 1, Code: "AAAA-01", Kind: award.LeftOut, Reason: "They told us that another funder pays."}}
		}, []string{"", "Why"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := letterWorld()
			c.world(in)
			l := letters(t, in, nil, nil)[c.of]
			if len(c.sections) > 0 {
				l = rest(l, c.sections...)
			}
			golden(t, name, l)
		})
	}
}

func TestWhoIsOutsideTheOrderIsToldOfTheCriteriaWithTheReadersWords(t *testing.T) {
	t.Parallel()
	in := letterWorld()
	outside := []award.Applicant{{Application: &bursary.Application{ID: 9, Code: "CCCC-01", Band: bursary.BandC}, Called: "Ben"}}
	all := letters(t, in, outside, map[id.Application]string{9: "You know your work well.\n\nSay more of what you hope for.\n"})
	golden(t, "not-funded", all["CCCC-01"])
}

func TestAnOfferFromTheReserveListSaysThatAPlaceCameFree(t *testing.T) {
	t.Parallel()
	in := letterWorld()
	joins(in, "london", nil)
	plan, err := allocation.Plan(in.Problem())
	if err != nil {
		t.Fatal(err)
	}
	grants, err := in.Grants(plan)
	if err != nil || len(grants) != 1 {
		t.Fatalf("%d grants, %v", len(grants), err)
	}
	golden(t, "offer-from-reserve", rest(in.Offer(grants[0], ""), "", "How we decided"))
}

func TestTheEndOfTheReserveListIsALetterWithAReview(t *testing.T) {
	t.Parallel()
	in := letterWorld()
	joins(in, "london", nil)
	golden(t, "reserve-ended", in.ReserveEnded(in.Applicants[0]))
}

func TestTheSameInputsAreTheSameLetters(t *testing.T) {
	t.Parallel()
	in, again := letterWorld(), letterWorld()
	example(in)
	example(again)
	one, other := letters(t, in, nil, nil), letters(t, again, nil, nil)
	for code := range one {
		if spelled(one[code]) != spelled(other[code]) {
			t.Errorf("%s reads otherwise", code)
		}
	}
}

// Who works where is in nobody else's letter: with one place for each employer, a colleague's letter must not tell that
// somebody from there is funded.
func TestNoLetterTellsThatAColleagueApplied(t *testing.T) {
	t.Parallel()
	in := letterWorld()
	in.Funds = in.Funds[:1]
	in.Funds[0].Terms.PerEmployer = 1
	for range 2 {
		joins(in, "north_west", func(p *award.Applicant) { p.Facts.Organisation = "tidewell support cic" })
	}
	text := strings.ToLower(spelled(letters(t, in, nil, nil)["AAAA-02"]))
	for _, tells := range []string{"tidewell", "employer", "organisation", "colleague"} {
		if strings.Contains(text, tells) {
			t.Errorf("%q is in the letter:\n%s", tells, text)
		}
	}
	if !strings.Contains(text, "pays for a set number of people, and that number is reached") {
		t.Errorf("the true reason is missing:\n%s", text)
	}
}

func TestALetterNamesOnlyFundsThatConcernWhoReadsIt(t *testing.T) {
	t.Parallel()
	in := letterWorld()
	example(in)
	// B's money could be moved to the London Fund, so it is in the cut of D, who cannot be paid from it.
	l := spelled(letters(t, in, nil, nil)["AAAA-04"])
	if strings.Contains(l, "could have paid: the General Bursary Fund and") || strings.Contains(l, "and the London Fund are") {
		t.Errorf("the London Fund is said to be open to somebody from Manchester:\n%s", l)
	}
}

// Whoever reads a letter may be tired or unwell.
func TestEveryLetterIsEasyToRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/letters/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d letters, %v", len(files), err)
	}
	for _, file := range files {
		words, err := os.ReadFile(file)
		if age := pagetest.ReadingAge(string(words)); err != nil || age > 11 {
			t.Errorf("%s needs a reader of %.1f years, %v", file, age, err)
		}
	}
}
