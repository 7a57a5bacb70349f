package postgres

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// keep starts a keeper: it stops the server when the last user has gone, however that happened. One is enough;
// a second one ends by itself when it finds the first.
func (h home) keep(p programs) error {
	flock, err := exec.LookPath("flock")
	if err != nil {
		return errors.New("the program flock is missing: run `apt-get install util-linux`")
	}
	// A keeper that is just leaving may hold its lock for another moment, hence the second's wait.
	cmd := exec.Command(flock, "--wait", "1", filepath.Join(h.dir, keeperLock),
		flock, filepath.Join(h.dir, usersLock),
		flock, filepath.Join(h.dir, turnLock),
		p.path("pg_ctl"), "stop", "--silent", "--mode=fast", "--pgdata="+h.data())
	_, err = h.start(cmd)
	return err
}

// start runs a program as the server's user, in a session of its own: neither Ctrl-C nor a closing terminal
// reaches it, and it outlives this process. The channel is closed when the program has ended.
func (h home) start(cmd *exec.Cmd) (<-chan struct{}, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: h.credential()}
	cmd.Env = environment()
	if cmd.Dir == "" {
		cmd.Dir = "/"
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // what it had to say is in its log
		close(ended)
	}()
	return ended, nil
}

// credential is the user to become; nil for a process that is no root and stays who it is.
func (h home) credential() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	return &syscall.Credential{Uid: uint32(h.uid), Gid: uint32(h.gid)}
}

// environment keeps PG… variables and the caller's language away from PostgreSQL's programs.
func environment() []string {
	return []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
}
