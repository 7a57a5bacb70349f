package postgres

import (
	"cmp"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// debian is where Debian and its kin keep the programs of each major version, which PATH does not name.
const debian = "/usr/lib/postgresql/*/bin"

var errNoPrograms = errors.New("no PostgreSQL programs (15 or newer) found: run `apt-get install postgresql`, or set DATABASE_URL to a server")

// programs are one installed PostgreSQL.
type programs struct {
	dir   string
	major int
}

func (p programs) path(name string) string { return filepath.Join(p.dir, name) }

// findPrograms returns the installation that fits a database of the wanted major version (0: a new database,
// any from 15 on). An explicit folder is the only one looked at.
func findPrograms(binDir string, wanted int) (programs, error) {
	dirs := []string{binDir}
	if binDir == "" {
		dirs = programDirs()
	}
	var seen []programs
	for _, dir := range dirs {
		if p, err := inspect(dir); err == nil {
			seen = append(seen, p)
		}
	}
	return choose(seen, binDir, wanted)
}

// choose takes the first installation that fits, in the order given.
func choose(seen []programs, binDir string, wanted int) (programs, error) {
	for _, p := range seen {
		if p.major == wanted || wanted == 0 && p.major >= oldestMajor {
			return p, nil
		}
	}
	switch {
	case wanted != 0 && len(seen) > 0:
		return programs{}, fmt.Errorf("the database was made by PostgreSQL %d but the installed one is %d (%s): install postgresql-%d, or move the folder away to begin afresh",
			wanted, seen[0].major, seen[0].dir, wanted)
	case binDir != "":
		return programs{}, fmt.Errorf("%s holds no PostgreSQL programs of version %d or newer", binDir, oldestMajor)
	default:
		return programs{}, errNoPrograms
	}
}

// programDirs lists where programs may be: PATH first, then Debian's folders, newest first.
func programDirs() []string {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	found, _ := filepath.Glob(debian) // the pattern is sound, the only error there is
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(debianMajor(b), debianMajor(a)) })
	return append(dirs, found...)
}

func debianMajor(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir))) // a folder with another name sorts last
	return n
}

var version = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// inspect asks the programs in a folder for their version; all three that are needed must be there.
func inspect(dir string) (programs, error) {
	p := programs{dir: dir}
	for _, name := range []string{"postgres", "initdb", "pg_ctl"} {
		if _, err := exec.LookPath(p.path(name)); err != nil {
			return p, err
		}
	}
	out, err := exec.Command(p.path("postgres"), "--version").Output()
	if err != nil {
		return p, err
	}
	m := version.FindSubmatch(out)
	if m == nil {
		return p, fmt.Errorf("%s: %q is no version", dir, out)
	}
	p.major, err = strconv.Atoi(string(m[1]))
	return p, err
}
