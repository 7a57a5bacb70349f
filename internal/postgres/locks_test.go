package postgres

import (
	"os"
	"syscall"
	"testing"
)

func TestTheLastUserIsToldSoEvenWhenTheKeeperIsQuicker(t *testing.T) {
	t.Parallel()
	h := home{dir: t.TempDir(), uid: os.Getuid(), gid: os.Getgid()}
	user := mustLock(t, h, syscall.LOCK_SH)
	if _, err := user.become(syscall.LOCK_UN); err != nil { // the moment in which leave has let go
		t.Fatal(err)
	}
	mustLock(t, h, syscall.LOCK_EX) // the keeper's
	if last, err := user.leave(); !last || err != nil {
		t.Errorf("got %v %v, want to be told that nobody else is left", last, err)
	}
}

func TestAUserThatIsNotTheLastIsToldSo(t *testing.T) {
	t.Parallel()
	h := home{dir: t.TempDir(), uid: os.Getuid(), gid: os.Getgid()}
	user := mustLock(t, h, syscall.LOCK_SH)
	mustLock(t, h, syscall.LOCK_SH) // another user's
	if last, err := user.leave(); last || err != nil {
		t.Errorf("got %v %v, want to be told of the other user", last, err)
	}
}

func mustLock(t *testing.T, h home, how int) lock {
	t.Helper()
	l, ok, err := h.tryLock(usersLock, how)
	if !ok {
		t.Fatalf("the lock is not free: %v", err)
	}
	t.Cleanup(l.free)
	return l
}
