package postgres_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"bursar/internal/postgres"
)

func TestStartersAtOnceShareOneServer(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	servers := make([]*postgres.Server, 4)
	errs := make([]error, len(servers))
	var all sync.WaitGroup
	for i := range servers {
		all.Go(func() {
			servers[i], errs[i] = postgres.Start(t.Context(), postgres.Options{Dir: dir, Fast: true})
		})
	}
	all.Wait()
	processes := map[int]bool{}
	for i, s := range servers {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		processes[pid(t, s)] = true
	}
	if len(processes) != 1 {
		t.Errorf("%d servers run in one folder", len(processes))
	}
	for _, s := range servers {
		stop(t, s)
	}
}

func TestWhatAFirstStartLeftHalfMadeIsSweptAway(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	write(t, filepath.Join(dir, "turn"), "")
	write(t, filepath.Join(dir, "data.half-123", "PG_VERSION"), "15\n")
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	start(t, postgres.Options{Dir: dir, Fast: true})
	if _, err := os.Stat(filepath.Join(dir, "data.half-123")); err == nil {
		t.Error("the half-made database is still there")
	}
}

func TestAStartThatCannotSucceedSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, text string
		options    postgres.Options
		want       []string
	}{
		"another major version": {file: "data/PG_VERSION", text: "11\n", want: []string{"PostgreSQL 11", "installed one is", "install postgresql-11"}},
		"no whole database":     {file: "data/base/1/112", want: []string{"data is not a whole PostgreSQL database", "move it away"}},
		"no version":            {file: "data/PG_VERSION", text: "soon", want: []string{"names no PostgreSQL version", "move it away"}},
		"no programs":           {options: postgres.Options{BinDir: "/usr/share"}, want: []string{"/usr/share holds no PostgreSQL programs"}},
		"a refused setting":     {options: postgres.Options{Settings: map[string]string{"max_connections": "no"}}, want: []string{"did not start", "max_connections", "more in"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			write(t, filepath.Join(dir, "turn"), "")
			if c.file != "" {
				write(t, filepath.Join(dir, c.file), c.text)
			}
			c.options.Dir, c.options.Fast = dir, true
			checkRefused(t, c.options, c.want...)
		})
	}
}

func TestAFolderWithOtherThingsInItIsRefused(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	write(t, filepath.Join(dir, "letters.txt"), "dear")
	checkRefused(t, postgres.Options{Dir: dir}, "holds other files", "folder of its own")
}

func TestAServerStartedByHandIsRefused(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, postgres.Options{Dir: dir, Fast: true})
	file := filepath.Join(dir, "data", "postmaster.pid")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, strings.Replace(string(text), filepath.Join(dir, "sock"), "/run/postgresql", 1))
	checkRefused(t, postgres.Options{Dir: dir}, "started by hand", "kill -INT")
	write(t, file, string(text))
	stop(t, s)
}

func checkRefused(t *testing.T, o postgres.Options, want ...string) {
	t.Helper()
	s, err := postgres.Start(t.Context(), o)
	if err == nil {
		stop(t, s)
		t.Fatal("started")
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error reads %q, want it to say %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the error has several lines: %q", err)
	}
}

func TestAFolderDeepDownIsServed(t *testing.T) {
	t.Parallel()
	s := start(t, postgres.Options{Dir: filepath.Join(folder(t), strings.Repeat("long-", 30)), Fast: true})
	sockets := filepath.Dir(ask[string](t, s.URL("postgres"), "SELECT current_setting('unix_socket_directories') || '/.'"))
	stop(t, s)
	if _, err := os.Stat(sockets); err == nil {
		t.Errorf("%s is left behind", sockets)
	}
}

func TestAFolderOthersCannotEnterIsServed(t *testing.T) {
	t.Parallel()
	parent := folder(t)
	if err := os.Mkdir(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(parent, "db")
	s := start(t, postgres.Options{Dir: dir, Fast: true})
	again := start(t, postgres.Options{Dir: dir, Fast: true})
	if a, b := pid(t, s), pid(t, again); a != b {
		t.Errorf("two servers run for one folder: processes %d and %d", a, b)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	stop(t, s)
	stop(t, again)
	until(t, "the folder is removed", func() bool { return os.RemoveAll(real) == nil })
	if moved := real != dir; moved != (os.Getuid() == 0) {
		t.Errorf("as user %d the database is in %s", os.Getuid(), real)
	}
}

func TestTheServerIsPrivateAndNeverRoot(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, postgres.Options{Dir: dir, Fast: true})
	for _, name := range []string{"", "data", "sock"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%q has the mode %v, want 0700", name, info.Mode())
		}
		if info.Sys().(*syscall.Stat_t).Uid == 0 {
			t.Errorf("%q belongs to root", name)
		}
	}
	for setting, want := range map[string]string{
		"listen_addresses": "", "log_error_verbosity": "terse", "log_min_error_statement": "panic",
		"log_parameter_max_length": "0", "log_parameter_max_length_on_error": "0", "data_checksums": "on",
	} {
		if got := ask[string](t, s.URL("postgres"), "SHOW "+setting); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if log, err := os.Stat(filepath.Join(dir, "postgres.log")); err != nil || log.Mode().Perm() != 0o600 {
		t.Errorf("the log: %v %v", log, err)
	}
}

func TestCommitsWaitForTheDiskUnlessAskedNotTo(t *testing.T) {
	t.Parallel()
	s := start(t, postgres.Options{Dir: folder(t)})
	for _, setting := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		if got := ask[string](t, s.URL("postgres"), "SHOW "+setting); got != "on" {
			t.Errorf("%s is %q, want on", setting, got)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
