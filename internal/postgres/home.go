package postgres

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// elsewhere is where the database goes when root asks for a folder that PostgreSQL's user cannot reach, such as
// one below /root. (Filesystem Hierarchy Standard 3.0 §5.8: state of a program is kept in /var/lib.)
const elsewhere = "/var/lib/bursar"

// short is where sockets go whose names would be too long in the home. It is the same for every process, unlike
// the folder that TMPDIR names.
const short = "/tmp"

// longestSocket is the room in a socket's address (unix(7): 108 bytes with the final zero).
const longestSocket = 107

// home is the folder of one database and the user its server runs as.
type home struct {
	dir      string // absolute, without symbolic links: a process is recognised by its working directory
	uid, gid int
}

// openHome finds or makes the folder, owned by the user that PostgreSQL runs as and closed to everybody else.
func openHome(dir string) (home, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return home{}, err
	}
	h := home{dir: dir, uid: os.Getuid(), gid: os.Getgid()}
	if h.uid == 0 {
		if h.uid, h.gid, err = ordinaryUser(dir); err != nil {
			return home{}, err
		}
		if err := h.reachable(); err != nil {
			return home{}, err
		}
	}
	if err := makeDir(dir); err != nil {
		return home{}, err
	}
	if h.dir, err = filepath.EvalSymlinks(dir); err != nil {
		return home{}, err
	}
	return h, h.claim()
}

// ordinaryUser is whom root lets PostgreSQL run as: the owner of a database that is there, else postgres, else
// nobody.
func ordinaryUser(dir string) (uid, gid int, err error) {
	if info, err := os.Stat(filepath.Join(dir, "data")); err == nil {
		if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 0 {
			return int(owner.Uid), int(owner.Gid), nil
		}
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return 0, 0, errors.New("PostgreSQL never runs as root and there is no user postgres or nobody: run as another user, or set DATABASE_URL")
	}
	uid, _ = strconv.Atoi(u.Uid) // on Linux both are numbers
	gid, _ = strconv.Atoi(u.Gid)
	return uid, gid, nil
}

// reachable puts a link to a folder elsewhere in the place of one whose parents the server's user cannot enter.
func (h home) reachable() error {
	if real, err := filepath.EvalSymlinks(h.dir); err == nil && h.enters(filepath.Dir(real)) {
		return nil
	}
	parent := filepath.Dir(h.dir)
	if err := makeDir(parent); err != nil || h.enters(parent) {
		return err
	}
	if err := os.Remove(h.dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s cannot be reached by the user PostgreSQL runs as: move it to a folder that other users may enter, such as %s", h.dir, elsewhere)
	}
	if err := os.MkdirAll(elsewhere, 0o711); err != nil {
		return err
	}
	real, err := os.MkdirTemp(elsewhere, "postgres-")
	if err != nil {
		return err
	}
	return os.Symlink(real, h.dir)
}

// enters tells whether the server's user may pass through dir and everything above it.
func (h home) enters(dir string) bool {
	real, err := filepath.EvalSymlinks(dir)
	for ; err == nil; real = filepath.Dir(real) {
		info, err := os.Stat(real)
		if err != nil {
			return false
		}
		owner, mode := info.Sys().(*syscall.Stat_t), info.Mode().Perm()
		allowed := mode&0o001 != 0 || int(owner.Uid) == h.uid && mode&0o100 != 0
		if !allowed || real == "/" {
			return allowed
		}
	}
	return false
}

// makeDir makes a folder and its parents; the parents may be passed through by others but not listed.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return fmt.Errorf("cannot make the folder of the database: %w", err)
	}
	return nil
}

// claim refuses a folder that is somebody else's or holds other things, and makes it private.
func (h home) claim() error {
	info, err := os.Stat(h.dir)
	if err != nil {
		return err
	}
	owner := int(info.Sys().(*syscall.Stat_t).Uid)
	if me := os.Getuid(); owner != me && me != 0 {
		return fmt.Errorf("%s belongs to user %s: run as that user or root, or choose another folder", h.dir, userName(owner))
	}
	entries, err := os.ReadDir(h.dir)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(h.dir, turnLock)); err != nil && len(entries) > 0 {
		return fmt.Errorf("%s holds other files: give the database a folder of its own", h.dir)
	}
	if err := os.Chmod(h.dir, 0o700); err != nil {
		return err
	}
	return os.Chown(h.dir, h.uid, h.gid)
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return strconv.Itoa(uid)
}

// sockets is the folder of the server's socket: in the home, or in a short one when that name is too long
// for a socket's address.
func (h home) sockets() string {
	dir := filepath.Join(h.dir, "sock")
	if len(filepath.Join(dir, socketName)) <= longestSocket {
		return dir
	}
	return filepath.Join(short, fmt.Sprintf("bursar-%x", sha256.Sum256([]byte(h.dir)))[:23])
}

// makeSockets makes the socket's folder, private to the server's user.
func (h home) makeSockets() error {
	dir := h.sockets()
	if err := os.Mkdir(dir, 0o700); err == nil {
		return os.Chown(dir, h.uid, h.gid)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if owner := info.Sys().(*syscall.Stat_t); !info.IsDir() || int(owner.Uid) != h.uid || info.Mode().Perm() != 0o700 {
		return fmt.Errorf("%s is not the private folder that the database's socket needs: remove it", dir)
	}
	return nil
}

// dropSockets removes the empty folder of the socket where it lies outside the home.
func (h home) dropSockets() error {
	if dir := h.sockets(); filepath.Dir(dir) == short {
		return os.Remove(dir)
	}
	return nil
}
