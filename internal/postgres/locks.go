package postgres

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"time"
)

// Three locks (flock(2)) make many processes safe in one folder. The kernel frees them when a process ends, by
// whatever means.
const (
	turnLock   = "turn"   // held exclusively while starting or stopping the server
	usersLock  = "users"  // held shared by every user of the server, for as long as it uses it
	keeperLock = "keeper" // held exclusively by the keeper
)

// lock is a bare file descriptor, because an os.File is closed when the program forgets about it.
type lock int

// noLock is what remains of a lock after free.
const noLock lock = -1

// enter waits for a turn and counts this process among the users. Both locks are taken together or not at all,
// because a keeper that has found the last user gone waits for its turn while it holds the users' lock.
func (h home) enter(ctx context.Context) (turn, users lock, err error) {
	err = h.wait(ctx, func() (ok bool, err error) {
		if turn, ok, err = h.tryLock(turnLock, syscall.LOCK_EX); !ok {
			return false, err
		}
		if users, ok, err = h.tryLock(usersLock, syscall.LOCK_SH); !ok {
			turn.free()
		}
		return ok, err
	})
	return turn, users, err
}

// takeTurn waits for a turn to start or stop the server.
func (h home) takeTurn(ctx context.Context) (turn lock, err error) {
	err = h.wait(ctx, func() (ok bool, err error) {
		turn, ok, err = h.tryLock(turnLock, syscall.LOCK_EX)
		return ok, err
	})
	return turn, err
}

// tryLock takes a lock unless somebody else holds it.
func (h home) tryLock(name string, how int) (l lock, ok bool, err error) {
	path := filepath.Join(h.dir, name)
	fd, err := syscall.Open(path, syscall.O_RDWR|syscall.O_CREAT|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return noLock, false, fmt.Errorf("%s: %w", path, err)
	}
	l = lock(fd)
	if err = syscall.Fchown(fd, h.uid, h.gid); err == nil {
		ok, err = l.become(how)
	}
	if !ok {
		l.free()
	}
	return l, ok, err
}

// leave gives up a user's lock and tells whether no other user is left. The caller has its turn, so nobody can
// join meanwhile, and frees the lock in the end.
func (l lock) leave() (last bool, err error) {
	if last, err = l.become(syscall.LOCK_EX); last || err != nil {
		return last, err
	}
	// Refused: either others share the lock, or the keeper seized it in the moment it was free and now
	// waits for its turn. Only the keeper's stands in the way of sharing.
	shared, err := l.become(syscall.LOCK_SH)
	return !shared, err
}

// become changes what is held; false means that somebody else's lock stands in the way.
func (l lock) become(how int) (bool, error) {
	err := syscall.Flock(int(l), how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

func (l lock) free() {
	_ = syscall.Close(int(l)) // a lock goes with its descriptor, whatever Close says
}

// wait asks until done, an error, or the end of everybody's patience.
func (h home) wait(ctx context.Context, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("another process has been starting or stopping the database in %s for too long: end it, then try again", h.dir)
		case <-time.After(tick):
		}
	}
}
