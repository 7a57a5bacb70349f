package web_test

import (
	"bytes"
	"log/slog"
	"os"
	"sync"
	"testing"
)

// journal is everything that is logged in these tests.
var journal lines

type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

// Write takes a line.
func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(line)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewJSONHandler(&journal, nil)))
	os.Exit(m.Run())
}
