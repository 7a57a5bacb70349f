package panel

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Suspects lists what in a text may still tell who somebody is or where: words with a capital inside a sentence, and
// given names wherever they stand. Those that stand side by side are one. Each is listed once, in the order of the
// text. What everybody writes with a capital is left out: I, months, days, the NHS, Open Dialogue and such.
func Suspects(text string) []string {
	var found []string
	end := -1 // of the suspect before
	for at, word := range wordsAt(text) {
		if !suspicious(text, at, word) {
			continue
		}
		if end >= 0 && strings.Trim(text[end:at], " \u00a0") == "" {
			found[len(found)-1] += " " + word
		} else {
			found = append(found, word)
		}
		end = at + len(word)
	}
	once := found[:0]
	for _, word := range found {
		if !slices.Contains(once, word) {
			once = append(once, word)
		}
	}
	return once
}

// wordsAt gives each word of a text with the byte at which it begins.
func wordsAt(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		for at := 0; at < len(text); {
			start := strings.IndexFunc(text[at:], unicode.IsLetter)
			if start < 0 {
				return
			}
			at += start
			end := strings.IndexFunc(text[at:], func(r rune) bool {
				return !unicode.IsLetter(r) && !strings.ContainsRune("-'’", r) && !unicode.Is(unicode.Mn, r)
			})
			if end < 0 {
				end = len(text) - at
			}
			if !yield(at, strings.TrimRight(text[at:at+end], "-'’")) {
				return
			}
			at += end
		}
	}
}

func suspicious(text string, at int, word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	if !unicode.IsUpper(first) && !unicode.IsTitle(first) {
		return false
	}
	plain, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(word), "’", "'"), "'")
	if slices.Contains(everybodys, plain) || slices.Contains(everybodys, strings.TrimSuffix(plain, "s")) {
		return false
	}
	return !beginsSentence(text, at) || slices.Contains(givenNames, plain)
}

// everybodys are words that are written with a capital and tell of nobody.
var everybodys = strings.Fields(`i january february march april may june july august september october november december
	monday tuesday wednesday thursday friday saturday sunday christmas easter ramadan eid diwali open dialogue nhs gp uk gb british english
	cpn cmht camhs cbt dbt emdr ptsd cptsd adhd asd ocd bpd eupd ot pip esa dla uc cv dbs mdt cpd psw lgbt lgbtq lgbtqia bame
	mha iapt eip ok tv it hr covid zoom whatsapp internet`)

// givenNames are given names that are frequent in the United Kingdom and no words. They are suspects at the beginning
// of a sentence too, where every word has a capital.
var givenNames = strings.Fields(`aaron abdul abigail adam adrian agnes ahmed aidan aisha alan albert alex alexander alexandra alfie ali alice alison amanda amelia amina amir amy
	ana andrea andrew angela anita ann anna anne annie anthony antonia arthur barbara barry beatrice becky ben benjamin bernadette bernard beth bethany betty brenda brian
	bridget bruce callum cameron carl carla carly carol caroline catherine cathy charles charlie charlotte chloe chris christine christopher claire clare colin connor craig
	cynthia daniel danny darren dave david dean deborah debbie denis denise dennis derek diana diane donald donna doreen dorothy douglas duncan edward eileen
	elaine eleanor elizabeth ella ellen emily emma eric erin ethan eva evelyn fatima fiona frances francis gareth gary gavin gemma geoffrey george georgia gerald
	geraldine gillian gloria gordon graham gwen hannah harold harry hassan hayley heather helen henry hilary howard hugh hussain ian ibrahim imran irene isaac isabel isabella
	isla jack jackie jacob jacqueline jake james jamie jane janet janice jasmine jason jay jayne jean jeff jennifer jenny jeremy jessica jill jim joan joanna joanne joe john
	jonathan jordan joseph josh joshua joyce judith julia julian julie karen kate katherine kathleen kathryn katie keith kelly ken kenneth kerry kevin khalid kim kirsty
	kyle laura lauren leah lee leo leon leslie lewis liam linda lindsay lisa liz logan louise lucas lucy luke lydia lynn lynne maggie malcolm manuel marcus margaret maria
	marie marilyn marion martin mary matthew maureen max megan melanie melissa michael michelle mike mohammed mohamed muhammad molly monica muriel nadia naomi natalie natasha nathan neil nicholas
	nick nicola nigel noah nora norma norman oliver olivia omar oscar owen pamela patricia patrick paul paula pauline peter philip phil phoebe priya rachel ralph raymond
	rebecca rhys richard rita robert robin roger ronald rosa rosie ross roy russell ruth ryan sally sam samantha samuel sandra sarah sean sebastian sharon sheila shirley
	simon sofia sophia sophie stacey stanley stella stephanie stephen steve steven stewart stuart susan suzanne sylvia teresa terence terry thelma theo theresa thomas tim
	timothy tina toby tom tony tracey tracy trevor valerie vanessa vera veronica victoria vincent vivienne walter wayne wendy william yasmin yusuf yvonne zainab zara zoe`)
