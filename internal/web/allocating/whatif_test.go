package allocating_test

import (
	"net/http"
	"net/url"
	"testing"
)

func TestWhatIfComparesTwoPlans(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.propose()
	for query, want := range map[string][]string{
		"money-GENERAL=1,750":                                            {"1 person more would be funded: 5 instead of 4.", "Would be funded too " + dee, "People funded 4 5 +1", "Left in General Bursary Fund (GENERAL) £1,500.00 £0.00 -£1,500.00"},
		"money-LONDON=−3250":                                             {"1 person fewer would be funded: 3 instead of 4."},
		"places-FND-T27=-2":                                              {"fewer would be funded", eve + " Funded: FND-T27, £3,450.00 Not funded: no place left"},
		"fund=SCOTLAND&anybody=yes":                                      {"As many people would be funded, 4, but not the same.", "Would be funded too " + dee, "Would lose their place " + eve},
		"fund=TRAVEL&purpose=never-travel":                               {"Would get a later choice " + bea},
		"fund=TRAVEL&purpose=also-fee&money-TRAVEL=1350":                 {"Would be funded too " + dee},
		"fund=GENERAL&cap=1000":                                          {"fewer would be funded"},
		"code=" + dee + "&spot=front":                                    {"Would be funded too " + dee, "Would lose their place " + cal},
		"code=dddd04&spot=back":                                          {"That would change nothing for anybody.", dee + " Not funded: £1,750.00 short The same"},
		"code=" + cal + "&spot=out":                                      {"Would be funded too " + dee, cal + " Funded: FND-T27, £3,250.00 Left out"},
		"money-GENERAL=&places-FND-T27=&fund=&cap=&purpose=&code=&spot=": {"That would change nothing for anybody."},
	} {
		doc := w.open("/what-if?" + query)
		w.says(doc.Find("main"), want...)
	}
	w.silent(w.open("/what-if").Find("main"), "Side by side")
}

func TestWhatIfGoesByTheDeparturesOfTheProposal(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.follows(w.press(w.propose(), "/depart", w.grace, "code", dee, "kind", "first", "reason", "The panel agreed."))
	w.says(w.open("/what-if?money-GENERAL=0").Find("main"), cal+" Not funded: £1,750.00 short The same", dee+" Funded")
	w.says(w.open("/what-if?code="+dee+"&spot=back").Find("main"), "Would lose their place "+dee, "Would be funded too "+cal)
}

func TestWhatIfSaysWhatItCannotImagineAndKeepsIt(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	for query, field := range map[string]string{
		"money-GENERAL=lots": "money-GENERAL", "money-GENERAL=-8000.01": "money-GENERAL", "places-FND-T27=two": "places-FND-T27", "places-FND-T27=-6": "places-FND-T27",
		"cap=5": "fund", "fund=NOWHERE": "fund", "fund=GENERAL&cap=much": "cap", "fund=GENERAL&purpose=also-sweets": "purpose", "code=ZZZZ-99&spot=front": "code",
		"code=" + dee + "&spot=middle": "spot", "spot=front": "code",
	} {
		doc := w.checked(w.get("/what-if?"+query, w.grace), http.StatusUnprocessableEntity)
		if doc.Find("#"+field+"-error").Length() != 1 || doc.Find("#result").Length() != 0 {
			t.Errorf("%s: no sentence beside %s", query, field)
		}
		typed, _ := url.ParseQuery(query)
		if input := doc.Find("input#" + field); input.Length() == 1 && input.AttrOr("value", "") != typed.Get(field) {
			t.Errorf("%s: %q is in the field", query, input.AttrOr("value", ""))
		}
	}
}

func TestWhatIfWritesNothingButWhoRead(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.propose()
	w.open("/what-if")
	before := w.everything()
	w.open("/what-if?money-GENERAL=1750&places-FND-T27=-1&fund=SCOTLAND&anybody=yes&cap=500&purpose=also-care&code=" + cal + "&spot=front")
	after := w.everything()
	for table, was := range before {
		if changed := after[table] != was; changed != (table == "sensitive.reads") {
			t.Errorf("%s changed: %t", table, changed)
		}
	}
	if len(before) < 40 || len(before) != len(after) {
		t.Errorf("%d tables were looked at", len(before))
	}
}

// everything is a fingerprint of the rows of each table.
func (w *world) everything() map[string]string {
	w.Helper()
	var tables []string
	err := w.owner.NewRaw(`
		SELECT schemaname || '.' || tablename FROM pg_tables
		WHERE  schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`).Scan(w.Context(), &tables)
	if err != nil {
		w.Fatal(err)
	}
	all := make(map[string]string, len(tables))
	for _, table := range tables {
		var print string
		err := w.owner.NewRaw("SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM "+table+" t").Scan(w.Context(), &print)
		if err != nil {
			w.Fatal(err)
		}
		all[table] = print
	}
	return all
}
