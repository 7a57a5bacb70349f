package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors is the house: a package imports only packages on strictly lower floors. The README shows the same list.
var floors = [][]string{
	0: {"failure", "id", "money", "london", "allocation", "lottery", "calibration", "assignment", "audio", "ubl", "chart", "../templates", "../migrations", "web/static"},
	1: {"db", "config", "state", "postgres", "form", "document", "sheet", "bankfile"},
	2: {"db/dbtest", "audit", "mail", "secret"},
	3: {"people", "ledger", "wording"},
	4: {"course", "fund", "organisation"},
	5: {"enrolment", "billing", "bursary", "openness"},
	6: {"attendance", "courseapplication", "award", "invoice", "panel", "question", "stripepay", "sandbox"},
	7: {"admissions", "bank", "certificate", "reminder", "report", "web/page"},
	8: {"worker", "fixture", "web/page/pagetest"},
	9: {
		"web/public", "web/account", "web/learner", "web/applicant", "web/equality", "web/supporter", "web/assessor", "web/offer",
		"web/rounds", "web/office", "web/panel", "web/ranking", "web/allocating", "web/awards", "web/funds", "web/sponsor", "web/employer",
		"web/approver", "web/finance", "web/admin", "web/mails", "web/moves", "web/questions", "web/certificates", "web/applying", "web/queue",
		"web/catalogue", "web/trainer", "web/hook", "web/demo",
	},
	10: {"web"},
	11: {"app"},
	12: {"app/apptest", "app/bench", "app/browser", "app/journey", "app/year", "../cmd/bursar"},
}

// ground is what floor 0 may stand on too: every parser refuses.
const ground = "failure"

// helpers are for tests: no other code may import them.
var helpers = []string{"db/dbtest", "web/page/pagetest", "app/apptest"}

// source is one file.
type source struct {
	name    string // "billing/share.go"
	pkg     string // its folder, as floors names it
	test    bool
	imports []string
	tree    *ast.File
}

// sources reads every Go file of the project.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "testdata" || len(entry.Name()) > 2 && entry.Name()[0] == '.') {
			return filepath.SkipDir
		}
		if entry.IsDir() || path.Ext(name) != ".go" {
			return nil
		}
		s, err := read(name)
		if err == nil && s.pkg != "." {
			all = append(all, s)
		}
		return err
	})
	if err != nil || len(all) < 100 {
		t.Fatalf("read %d files, %v", len(all), err)
	}
	return all
}

func read(name string) (source, error) {
	tree, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	inside, err := filepath.Rel("../internal", name)
	s := source{name: filepath.ToSlash(inside), test: strings.HasSuffix(name, "_test.go"), tree: tree}
	s.pkg = path.Dir(s.name)
	for _, spec := range tree.Imports {
		imported, unquoted := strconv.Unquote(spec.Path.Value)
		if unquoted != nil {
			return source{}, unquoted
		}
		s.imports = append(s.imports, imported)
	}
	return s, err
}

// ours is how floors names an import of the project's own.
func ours(imported string) (string, bool) {
	if inside, ok := strings.CutPrefix(imported, "bursar/internal/"); ok {
		return inside, true
	}
	above, ok := strings.CutPrefix(imported, "bursar/")
	return "../" + above, ok
}

func floorOf(pkg string) int {
	return slices.IndexFunc(floors, func(floor []string) bool { return slices.Contains(floor, pkg) })
}

func TestAPackageImportsOnlyPackagesOnLowerFloors(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		floor := floorOf(s.pkg)
		if floor < 0 {
			t.Errorf("%s: package %s stands on no floor", s.name, s.pkg)
			continue
		}
		if s.test {
			continue // a test may look at its package from above
		}
		for _, imported := range s.imports {
			other, ok := ours(imported)
			if !ok {
				continue
			}
			if below := floorOf(other); below >= floor && other != ground {
				t.Errorf("%s (floor %d) imports %s (floor %d)", s.name, floor, other, below)
			}
			if slices.Contains(helpers, other) && !slices.Contains(helpers, s.pkg) {
				t.Errorf("%s imports %s, which is for tests", s.name, other)
			}
		}
	}
}

func TestEveryFloorIsLivedOn(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for _, s := range sources(t) {
		found[s.pkg] = true
	}
	for floor, packages := range floors {
		for _, pkg := range packages {
			if !found[pkg] {
				t.Errorf("floor %d names %s, which does not exist", floor, pkg)
			}
		}
	}
}

// reserved says which packages alone may import something; nobody means that none may.
var reserved = map[string][]string{
	"github.com/riverqueue/":                 {"db", "worker"},
	"github.com/stripe/stripe-go/":           {"stripepay"},
	"github.com/uptrace/bun/driver/pgdriver": nil, // it can lose an error at commit
	"github.com/gin-gonic/": {
		"web", "web/page", "web/page/pagetest", "web/public", "web/account", "web/learner", "web/applicant", "web/equality", "web/supporter",
		"web/assessor", "web/offer", "web/rounds", "web/office", "web/panel", "web/ranking", "web/allocating", "web/awards", "web/funds",
		"web/sponsor", "web/employer", "web/approver", "web/finance", "web/admin", "web/mails", "web/moves", "web/questions", "web/certificates",
		"web/applying", "web/queue", "web/catalogue", "web/trainer", "web/hook", "web/demo",
		"app/bench", "app/browser", "app/journey", // measures the pages beside a bare handler
	},
}

func TestSomeModulesAreForSomePackagesOnly(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, imported := range s.imports {
			for _, module := range slices.Sorted(maps.Keys(reserved)) {
				if strings.HasPrefix(imported, module) && !slices.Contains(reserved[module], s.pkg) {
					t.Errorf("%s imports %s", s.name, imported)
				}
			}
		}
	}
}

// calls says which packages alone may call a function.
var calls = map[string][]string{
	"time.Now":     {"db", "config", "app"}, // everything else is told the time
	"os.Getenv":    {"config"},
	"os.LookupEnv": {"config"},
}

func TestTimeAndEnvironmentAreReadInFewPlaces(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || slices.Contains(helpers, s.pkg) {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := selector.X.(*ast.Ident); ok {
				name := pkg.Name + "." + selector.Sel.Name
				if allowed, ruled := calls[name]; ruled && !slices.Contains(allowed, s.pkg) {
					t.Errorf("%s uses %s", s.name, name)
				}
			}
			return true
		})
	}
}

func TestNoPackageHasInitAndNoTestIsSkipped(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		ast.Inspect(s.tree, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", s.name)
			}
			if call, ok := n.(*ast.SelectorExpr); ok && s.test && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, call.Sel.Name) {
				t.Errorf("%s skips a test", s.name)
			}
			return true
		})
	}
}

// longest is how many lines a file may have before it says too many things.
const longest = 400

func TestNoFileIsTooLong(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		text, err := os.ReadFile(filepath.Join("../internal", s.name))
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(text), "\n"); lines > longest {
			t.Errorf("%s has %d lines, and %d is the most", s.name, lines, longest)
		}
	}
}
