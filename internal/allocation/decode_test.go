package allocation_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"bursar/internal/allocation"
)

func TestAMalformedProblemIsRefusedWithThePlace(t *testing.T) {
	t.Parallel()
	const (
		funds = `{"funds":[{"id":"F1","available":5}],`
		first = funds + `"applicants":[{"id":"A","choices":[{"lines":[{"id":"fee","amount":1,"funds":["F1"]},`
	)
	for text, want := range map[string]string{
		``:                                        "the text ends too early",
		`[]`:                                      "should be an object",
		`{"funds":[]}`:                            "applicants: is missing",
		`{"applicants":[]}`:                       "funds: is missing",
		`{"funds":[],"founds":[]}`:                `the field "founds" is unknown`,
		`{"funds":[],"Funds":[]}`:                 `the field "Funds" is unknown`,
		`{"funds":[],"funds":[]}`:                 "funds: is there twice",
		`{"funds":null}`:                          "funds: should be a list",
		`{"funds":[{}]}`:                          "funds[0].id: is missing",
		`{"funds":[{"id":"F1"}]}`:                 "funds[0].available: is missing",
		`{"funds":[],"applicants":[]} x`:          "something follows after the problem",
		`{"funds":[],"applicants":[]}{}`:          "something follows after the problem",
		`{"funds":[{"id":1}]}`:                    "funds[0].id: should be a text",
		`{"funds":[{"id":"F1","available":-1}]}`:  "funds[0].available: -1 is below 0",
		`{"funds":[{"id":"F1","available":1.5}]}`: "funds[0].available: 1.5 is no whole number",
		`{"funds":[{"id":"F1","available":1e3}]}`: "funds[0].available: 1e3 is no whole number",
		`{"funds":[{"id":"F1","available":"5"}]}`: "funds[0].available: should be a whole number",
		`{"funds":[{"id":"F1","available":1000000000001}]}`:                                                   "funds[0].available: 1000000000001 is above 1000000000000",
		`{"funds":[{"id":"F1","available":99999999999999999999}]}`:                                            "funds[0].available: 99999999999999999999 is out of range",
		`{"funds":[{"id":"F1","available":1,"prefer":5000000000}]}`:                                           "funds[0].prefer: 5000000000 is out of range",
		`{"funds":[{"id":"F1","available":1},{"id":"F1","available":1}],"applicants":[]}`:                     `funds[1].id: "F1" is there twice`,
		`{"funds":[{"id":"","available":1}],"applicants":[]}`:                                                 "funds[0].id: is missing",
		funds + `"places":[{"id":"P","free":-1}],"applicants":[]}`:                                            "places[0].free: -1 is below 0",
		funds + `"places":[{"id":"P","free":1},{"id":"P","free":1}],"applicants":[]}`:                         `places[1].id: "P" is there twice`,
		funds + `"limits":[{"fund":"F2","most":1,"people":[]}],"applicants":[]}`:                              `limits[0].fund: "F2" is no fund`,
		funds + `"limits":[{"fund":"F1","most":-1,"people":[]}],"applicants":[]}`:                             "limits[0].most: -1 is below 0",
		funds + `"limits":[{"fund":"F1","most":1,"people":["A"]}],"applicants":[]}`:                           `limits[0].people[0]: "A" is no applicant`,
		funds + `"applicants":[{"id":"A"}]}`:                                                                  "applicants[0].choices: is missing",
		funds + `"applicants":[{"id":"A","protected":1}]}`:                                                    "applicants[0].protected: should be true or false",
		funds + `"applicants":[{"id":"A","choices":[]},{"id":"A","choices":[]}]}`:                             `applicants[1].id: "A" is there twice`,
		funds + `"applicants":[{"id":"A","protected":true,"choices":[]}]}`:                                    "applicants[0].choices: a protected applicant has exactly one, the offer made, and here are 0",
		funds + `"applicants":[{"id":"A","choices":[{"lines":[],"places":["P"]}]}]}`:                          `applicants[0].choices[0].places[0]: "P" is no place`,
		funds + `"applicants":[{"id":"A","choices":[{}]}]}`:                                                   "applicants[0].choices[0].lines: is missing",
		first + `{"id":"travel","amount":-5}]}]}]}`:                                                           "applicants[0].choices[0].lines[1].amount: -5 is below 0",
		first + `{"id":"fee","amount":5}]}]}]}`:                                                               `applicants[0].choices[0].lines[1].id: "fee" is there twice`,
		first + `{"id":"travel","amount":5,"funds":["F9"]}]}]}]}`:                                             `applicants[0].choices[0].lines[1].funds[0]: "F9" is no fund`,
		first + `{"id":"travel","amount":5,"funds":["F1","F1"]}]}]}]}`:                                        `applicants[0].choices[0].lines[1].funds[1]: "F1" is there twice`,
		first + `{"id":"travel","amount":5,"most":[{"fund":"F9","amount":1}]}]}]}]}`:                          `applicants[0].choices[0].lines[1].most[0].fund: "F9" is no fund`,
		first + `{"id":"travel","amount":5,"most":[{"fund":"F1"}]}]}]}]}`:                                     "applicants[0].choices[0].lines[1].most[0].amount: is missing",
		first + `{"id":"travel","amount":5}],"most":[{"fund":"F1","amount":1},{"fund":"F1","amount":2}]}]}]}`: `applicants[0].choices[0].most[1].fund: "F1" is there twice`,
		first: "applicants[0].choices[0].lines[1]: the text ends too early",
		funds + `"limits":[{"fund":"F1","most":1,"people":["A","A"]}],"applicants":[{"id":"A","choices":[]}]}`: `limits[0].people[1]: "A" is there twice`,
	} {
		p, err := allocation.Decode(strings.NewReader(text))
		var malformed *allocation.Malformed
		if !errors.As(err, &malformed) || err.Error() != want {
			t.Errorf("%s: the error is %v, not %s", text, err, want)
		}
		if !reflect.DeepEqual(p, allocation.Problem{}) {
			t.Errorf("%s: something was read", text)
		}
	}
}

func TestTheDigestIsThatOfTheJSON(t *testing.T) {
	t.Parallel()
	p := golden(t)
	if got, want := p.Digest(), "sha256:fcdddb25ef8e5b306e88a2deb5b3c1aa1274e98a35b8b5e183bdc60a380c9e1a"; got != want {
		t.Errorf("the digest is %s", got)
	}
	p.Applicants[0].Protected = true
	if p.Digest() == "sha256:fcdddb25ef8e5b306e88a2deb5b3c1aa1274e98a35b8b5e183bdc60a380c9e1a" {
		t.Error("the digest does not see an offer")
	}
}

// Whatever is read has the same digest and the same plan when it is written and read again.
func FuzzDecode(f *testing.F) {
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"funds":[{"id":"F\u0131<","available":5,"prefer":-1}],"places":[{"id":"P","free":0}],` +
		`"limits":[{"fund":"F\u0131<","most":0,"people":["A"]}],"applicants":[{"id":"A","protected":true,"choices":[` +
		`{"places":["P"],"lines":[{"id":"l","amount":7,"funds":["F\u0131<"],"most":[{"fund":"F\u0131<","amount":3}]}],"most":[]}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := allocation.Decode(bytes.NewReader(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is not one line: %q", err)
			}
			return
		}
		written, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := allocation.Decode(bytes.NewReader(bytes.ReplaceAll(written, []byte("null"), []byte("[]"))))
		if err != nil && !bytes.Contains(text, []byte("null")) {
			t.Fatalf("%v, for %s", err, written)
		}
		if err == nil && again.Digest() != p.Digest() {
			t.Errorf("the digest changed, for %s", written)
		}
		first, err := allocation.Plan(p)
		if second, again := allocation.Plan(p); !same(first, second) || (err == nil) != (again == nil) {
			t.Errorf("the plan changed, for %s", written)
		}
	})
}
